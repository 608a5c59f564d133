"""Who a distribution is among those of the state: its URN, those of its own aliases, and its mark."""

from __future__ import annotations

from collections.abc import Sequence
from types import EllipsisType
from typing import Any, Final

import pulumi

from ..urns import urn_of

_WHAT_IT_IS_FOR: Final = "Tells this ImageDistribution from every other, however it or its parents are called."


def make_mark(distribution: pulumi.Resource, name: str) -> pulumi.Stash:
    """Make the child whose ID the engine finds again through every alias."""
    # Nothing in the cloud hangs on it, so it may go even where the distribution is protected.
    opts = pulumi.ResourceOptions(parent=distribution, protect=False)
    return pulumi.Stash(name, input=_WHAT_IT_IS_FOR, opts=opts)


async def known_id(mark: pulumi.Stash | None) -> str:
    """The ID of a mark, "" where there is none, or a preview or `--target` has not made it yet."""
    if mark is None or not await mark.id.is_known():
        return ""
    return await mark.id.future() or ""


async def own_urns(name: str, type_: str, opts: pulumi.ResourceOptions | None) -> list[str]:
    """A distribution's URN, then the URNs of the aliases that its own options have."""
    opts = opts or pulumi.ResourceOptions()
    aliases = opts.aliases if isinstance(opts.aliases, Sequence) else []
    return [
        await urn_of(name, type_, opts.parent),
        *[await _urn_of_alias(await pulumi.Output.from_input(alias).future(), name, type_, opts) for alias in aliases],
    ]


def former_names(opts: pulumi.ResourceOptions | None) -> list[str]:
    """The names that the aliases of a distribution's own options have."""
    aliases = opts.aliases if opts and isinstance(opts.aliases, Sequence) else []
    names = [alias.rpartition("::")[2] if isinstance(alias, str) else getattr(alias, "name", ...) for alias in aliases]
    return list(dict.fromkeys(name for name in names if isinstance(name, str)))


async def _urn_of_alias(alias: Any, name: str, type_: str, opts: pulumi.ResourceOptions) -> str:
    if not isinstance(alias, pulumi.Alias):
        return str(alias)
    # Pulumi writes an ellipsis for what an alias does not say: that stayed as it is.
    former_name = alias.name if isinstance(alias.name, str) else name
    former_type = alias.type_ if isinstance(alias.type_, str) else type_
    former_parent = opts.parent if isinstance(alias.parent, EllipsisType) else alias.parent
    project, stack = [part if isinstance(part, str) else None for part in (alias.project, alias.stack)]
    return await urn_of(former_name, former_type, former_parent, project, stack)
