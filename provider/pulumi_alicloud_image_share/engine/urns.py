"""The URN that a resource of a program has, as the engine makes it."""

from __future__ import annotations

from typing import Any, Final

import pulumi

_STACK: Final = "pulumi:pulumi:Stack"


async def urn_of(name: str, type_: str, parent: Any, project: str | None = None, stack: str | None = None) -> str:
    """A resource's URN.

    Args:
        name: The resource's name in the stack.
        type_: Its type.
        parent: Its parent, or that one's URN, None for the stack.
        project: The project, None for the program's own.
        stack: The stack, None for the program's own.
    """
    parent_urn = await pulumi.Output.from_input(parent.urn if isinstance(parent, pulumi.Resource) else parent).future()
    # Pulumi's function writes the stack into the URN like any other parent; the engine leaves it out.
    is_top = parent_urn is None or str(parent_urn).split("::")[2] == _STACK
    return await pulumi.create_urn(name, type_, None if is_top else parent_urn, project, stack).future() or ""
