"""What the program tells its own provider beside the arguments, in inputs that no preview shows.

Pulumi hands a dynamic provider neither the resource's URN nor its options. Keys that begin with two underscores never
show in a preview. `RESOURCE` stays in the state, so that later operations know which resource they are for; `STACK` is
for the check alone, which takes it out again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from ..resource.base import StackState
from ..resource.names import RESOURCE

STACK: Final = "__stack"
READ_ONLY: Final = "is_read_only"
HIDDEN: Final = ("__provider", RESOURCE, STACK)


@dataclass(frozen=True)
class Facts:
    """What the program tells of a resource.

    Attributes:
        urn: Its URN, "" if the plugin wrote the state.
        timeouts: "create", "update", "delete" to how many seconds that may take, where the program says so.
        replace_on_changes: The properties whose changes replace the resource, "*" for all.
        secrets: The inputs that are secret.
        is_read_only: Whether the program only reads it: it lists nobody.
    """

    urn: str = ""
    timeouts: Mapping[str, float] = field(default_factory=dict)
    replace_on_changes: tuple[str, ...] = ()
    secrets: frozenset[str] = frozenset()
    is_read_only: bool = False

    def replaces(self, changed: str) -> bool:
        """Whether the change of a property, or of an entry of it, replaces the resource."""
        return any(
            path == "*" or changed == path or changed.startswith((f"{path}[", f"{path}."))
            for path in self.replace_on_changes
        )


NO_FACTS: Final = Facts()


def write_facts(facts: Facts) -> dict[str, Any]:
    """Write facts as an input. What there is nothing of is left out."""
    kept = {
        "urn": facts.urn,
        "timeouts": dict(facts.timeouts),
        "replace_on_changes": list(facts.replace_on_changes),
        "secrets": sorted(facts.secrets),
        READ_ONLY: facts.is_read_only,
    }
    return {name: value for name, value in kept.items() if value}


def read_facts(values: Mapping[str, Any]) -> Facts:
    """Read facts from the plain inputs or outputs of a resource."""
    kept = values.get(RESOURCE)
    if not isinstance(kept, Mapping):
        return NO_FACTS
    return Facts(
        urn=kept.get("urn") or "",
        timeouts=kept.get("timeouts") or {},
        replace_on_changes=tuple(kept.get("replace_on_changes") or ()),
        secrets=frozenset(kept.get("secrets") or ()),
        is_read_only=kept.get(READ_ONLY) is True,
    )


def write_stack(state: StackState) -> str:
    """Write what the stack has around a resource as an input.

    As one text, since Pulumi makes an output of its own of every value within a value.
    """
    return json.dumps({name: value for name, value in vars(state).items() if value is not None}, default=str)


def read_stack(values: Mapping[str, Any], olds: Mapping[str, Any]) -> StackState:
    """Read what the stack has around a resource.

    Args:
        values: The plain inputs, as the program gives them.
        olds: The plain inputs that the state has, {} for a new resource.
    """
    text = values.get(STACK)
    found = json.loads(text) if isinstance(text, str) else {}
    return StackState(
        own=found.get("own"),
        predecessor=found.get("predecessor"),
        secrets=tuple(found.get("secrets") or ()),
        # Every update writes the inputs, also one without changes. Only `pulumi state rename` leaves them behind.
        own_urn=found.get("own_urn") or read_facts(olds).urn,
        holds=found.get("holds"),
        renamed=found.get("renamed") or {},
        wants=found.get("wants") or {},
        is_update=found.get("is_update", False),
    )


def arguments(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values without what is hidden."""
    return {name: value for name, value in values.items() if name not in HIDDEN}
