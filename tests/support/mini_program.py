"""What the small engine of `support.mini_engine` takes and gives: programs, options, states, what is shown and done."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from pulumi.runtime.proto import provider_pb2

_TYPE = "pulumi-python:dynamic/alicloud-image-share:ImageShare"

Step = Literal["check", "diff", "create", "update", "delete", "read", "run"]


@dataclass(frozen=True)
class Share:
    """An ImageShare of a program."""

    image_id: str
    accounts: Mapping[str, str]
    """Account ID to its name; "" for none, of all accounts or of no account."""
    exclusive: bool = True
    max_accounts: int = 50
    max_unshare_percent: int = 100
    resource: str = "golden"
    parent: str = ""
    """The type of the component that it stands in, "" for none."""
    aliases: tuple[str, ...] = ()
    """URNs that it had before."""
    delete_before_replace: bool = False
    by_id: bool = False
    """Whether it lists accounts as every output has them: account ID to name."""

    @property
    def urn(self) -> str:
        """What tells it from every other resource."""
        return f"urn:pulumi:dev::shop::{f'{self.parent}$' if self.parent else ''}{_TYPE}::{self.resource}"

    @property
    def inputs(self) -> dict[str, Any]:
        """The arguments, as the program gives them."""
        return {
            "image_id": self.image_id,
            "accounts": self._listed(),
            "exclusive": self.exclusive,
            "max_accounts": self.max_accounts,
            "max_unshare_percent": self.max_unshare_percent,
        }

    def _listed(self) -> Any:
        if self.by_id:
            return dict(self.accounts)
        if "" in self.accounts.values():
            return sorted(self.accounts)
        return {name: id for id, name in self.accounts.items()}


Program = Sequence[Share]


@dataclass(frozen=True, eq=False)
class Resource:
    """An entry of the state. Two may be alike: what is to be deleted, and what has taken its place."""

    urn: str
    id: str
    inputs: Mapping[str, Any]
    outputs: Mapping[str, Any]
    pickled: str
    is_tainted: bool = False
    is_replaced: bool = False
    """Its replacement is there already: it is only to be deleted."""
    is_half_made: bool = False
    """It is what a create or an update left that failed: the next run updates it in any case."""
    is_deleted: bool = False
    """It was deleted before its replacement, which then failed: the state keeps it until there is one."""

    def as_entry(self) -> dict[str, Any]:
        """What the program reads of it."""
        return {"type": self.urn.split("::")[2].rpartition("$")[2], "outputs": dict(self.outputs)}

    @property
    def name(self) -> str:
        return self.urn.rpartition("::")[2]

    @property
    def image_id(self) -> str:
        return self.id.rpartition(":")[2]

    @property
    def accounts(self) -> frozenset[str]:
        return frozenset(self.outputs["accounts"])


@dataclass(frozen=True)
class How:
    """The options of a command, and how it goes."""

    targets: frozenset[str] | None = None
    """`--target`: URNs, None for all."""
    excludes: frozenset[str] = frozenset()
    replaces: frozenset[str] = frozenset()
    """`--replace`: URNs."""
    refresh: bool = False
    continue_on_error: bool = False
    order: int = 0
    """Which of all the orders in which the engine may register and change resources; 0: as the program has them, all
    registered first."""
    stops_after: int | None = None
    """^C: nothing begins after so many changes."""
    pickled: str | None = None
    """What the program pickles its provider as, None for what this Python writes."""
    configuration: provider_pb2.ConfigureRequest | None = None
    """The stack's configuration for this command, None for the usual one."""

    def leaves_out(self, urn: str) -> bool:
        """Whether a resource is not to be touched."""
        return urn in self.excludes or (self.targets is not None and urn not in self.targets)


AS_USUAL = How()


@dataclass
class Shown:
    """What a preview shows, or an update shows of itself."""

    leaving: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    """Image ID to the accounts that lose their access."""
    steps: list[str] = field(default_factory=list)
    """"create golden", "update golden", "delete golden", sorted."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Shown) and (self.steps, _filled(self.leaving)) == (other.steps, _filled(other.leaving))

    __hash__ = None  # type: ignore[assignment]

    def add(self, step: Step, urn: str, image: str = "", leaving: Iterable[str] = ()) -> None:
        self.steps = sorted([*self.steps, f"{step} {urn.rpartition('::')[2]}"])
        self.leaving[image] |= set(leaving)


@dataclass(frozen=True)
class Change:
    """A create, update or delete that was begun."""

    step: Step
    urn: str
    image_id: str
    wanted: frozenset[str]
    """Who is to have access afterwards, by this resource."""
    had: frozenset[str] = frozenset()
    """Who had access before, by this resource."""


@dataclass(frozen=True)
class Failure:
    """A step that failed; `text` is what the user reads."""

    step: Step
    urn: str
    text: str


class Failed(Exception):
    """A command failed."""

    def __init__(self, failures: Sequence[Failure]) -> None:
        self.failures = tuple(failures)
        super().__init__("\n".join(f"{failure.step} {failure.urn}: {failure.text}" for failure in failures))


def _filled(leaving: Mapping[str, set[str]]) -> dict[str, set[str]]:
    return {image: gone for image, gone in leaving.items() if gone}
