"""What the stack's state has, as the engine reads it to a program that asks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import pulumi
from tenacity import AsyncRetrying, stop_after_delay, wait_exponential

from ..errors import ConfigError
from ..resource.base import Resources

_READ_STATE: Final = "pulumi:pulumi:readStackResourceOutputs"
_STATE_SECONDS: Final = 10.0


async def read_resources() -> Resources:
    """All resources that the stack's state has now. A new stack has none.

    Raises:
        ConfigError: The engine can't read it. Nothing was changed.
    """
    stack = f"{pulumi.get_organization()}/{pulumi.get_project()}/{pulumi.get_stack()}"
    # In a folder as the backend, the engine may be writing the state at this very moment.
    again = AsyncRetrying(stop=stop_after_delay(_STATE_SECONDS), wait=wait_exponential(0.05, max=1), reraise=True)
    try:
        answer: Mapping[str, Any] = await again(_ask, stack)
    except pulumi.RunError:
        # The engine has stopped to listen to programs.
        raise
    except Exception as error:  # whatever the engine says, Pulumi raises it as a bare Exception
        why = str(error).rpartition("returned an error: ")[2]
        raise ConfigError(
            f"the state of stack {stack} can't be read ({why}). Nothing was changed: run again."
        ) from None
    found: Resources = answer.get("outputs") or {}
    return found


async def _ask(stack: str) -> Mapping[str, Any]:
    answer: Any = await pulumi.runtime.invoke_async(_READ_STATE, {"stackName": stack})
    return answer if isinstance(answer, Mapping) else {}
