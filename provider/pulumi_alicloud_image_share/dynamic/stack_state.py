"""What the stack's own state has, as the program reads it once a run: a provider is not handed it where it matters.

Where a resource is replaced by request or renamed, the engine tells the provider nothing of what it was before.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, Final
from weakref import WeakKeyDictionary

import pulumi
from tenacity import AsyncRetrying, stop_after_delay, wait_exponential

from ..errors import ConfigError
from .facts import read_facts
from .program_errors import for_the_terminal

_READ_STATE: Final = "pulumi:pulumi:readStackResourceOutputs"
_STATE_SECONDS: Final = 10.0

Resources = Mapping[str, Mapping[str, Any]]
"""URN to what the state has of a resource: "type" and "outputs"."""

_reads: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Task[Resources]] = WeakKeyDictionary()


async def resources_in_state() -> Resources:
    """All resources that the stack's state has, as it was when the program first asked. A new stack has none.

    Raises:
        ConfigError: The engine can't read it. Nothing was changed.
    """
    loop = asyncio.get_running_loop()
    if loop not in _reads:
        _reads[loop] = asyncio.ensure_future(_read())
    return await _reads[loop]


async def _read() -> Resources:
    stack = f"{pulumi.get_organization()}/{pulumi.get_project()}/{pulumi.get_stack()}"
    # In a folder as the backend, the engine may be writing the state at this very moment.
    again = AsyncRetrying(stop=stop_after_delay(_STATE_SECONDS), wait=wait_exponential(0.05, max=1), reraise=True)
    try:
        answer: Mapping[str, Any] = await again(_ask, stack)
    except Exception as error:  # whatever the engine says, Pulumi raises it as a bare Exception
        why = str(error).rpartition("returned an error: ")[2]
        raise for_the_terminal(
            ConfigError(f"the state of stack {stack} can't be read ({why}). Nothing was changed: run again.")
        ) from None
    found: Resources = answer.get("outputs") or {}
    return found


async def _ask(stack: str) -> Mapping[str, Any]:
    answer: Any = await pulumi.runtime.invoke_async(_READ_STATE, {"stackName": stack})
    return answer if isinstance(answer, Mapping) else {}


def outputs_of(resources: Resources, urn: str) -> dict[str, Any] | None:
    """The outputs that the state has of a resource, None if it has none."""
    found = resources.get(urn)
    return dict(found.get("outputs") or {}) if found else None


def accounts_of_image(resources: Resources, types: Iterable[str], region: str, image_id: str) -> dict[str, int]:
    """Account ID to how many shares of the state list it for an image; what a program only reads lists nobody."""
    count: Counter[str] = Counter()
    for resource in resources.values():
        outputs = resource.get("outputs") or {}
        same_image = (outputs.get("region"), outputs.get("image_id")) == (region, image_id)
        accounts = outputs.get("accounts")
        is_share = resource.get("type") in tuple(types) and not read_facts(outputs).is_read_only
        if is_share and same_image and isinstance(accounts, Mapping):
            count.update(list(accounts))
    return dict(count)
