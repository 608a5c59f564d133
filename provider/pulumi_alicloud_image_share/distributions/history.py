"""What the stack's state has of a distribution, and which entry of it is this very one. Pure.

A component has no ID, and the engine does not say what it was called before. A child that has one, a Stash of Pulumi's,
is found by the engine through every alias, its own, its parent's and its parent's parent's: its ID, registered with the
history, tells the distribution from every other. It is called the mark here. An own URN, and those of the options'
`aliases`, are exact as well, and need no mark.

Only `keep_previous` asks for a history that the program does not say, so only it needs a mark:

| entry of this URN or of an own alias | mark in it | keep_previous in it | images that stay | mark made | history |
|---|---|---|---|---|---|
| none: it is new, or moved | | | | yes | of the entry with the mark's ID, else none |
| there | yes | | | yes | of the entry with the mark's ID, else its own |
| there | no | 0: it is switched on now | | yes | its own |
| there | no | more, or an earlier version wrote it | change | yes | its own |
| there | no | more, or an earlier version wrote it | the same | no: an unchanged program changes nothing | its own |

Without `keep_previous` no mark is made, and the history is its own entry's: it only says what was called how, and how
many accounts had access before.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from ..arguments import is_number
from ..kinds.contract import Resources
from ..kinds.names import in_python, token

TYPE: Final = token("ImageDistribution")
"""The type of a distribution, the same in both frontends."""
IMAGE_IDS: Final = "image_ids"
SHARES: Final = "shares"
HISTORY: Final = "image_history"
REGIONS: Final = "regions"
KEEP_PREVIOUS: Final = "keep_previous"
MARK: Final = "mark"
_UNKNOWN: Final = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""What Pulumi's engine writes to the state for an output that is not known."""
_NAMES: Final = (IMAGE_IDS, SHARES, HISTORY, REGIONS, KEEP_PREVIOUS, MARK, "region", "image_id", "source_image_id")
"""The properties that are read here; each door writes them as its programs have them."""


@dataclass(frozen=True)
class Entry:
    """A distribution as the state has it.

    Attributes:
        urn: Its URN.
        history: The image IDs that the last update had, newest first; None where the state does not know them.
        regions: The regions where they were shared.
        keep_previous: What the program said, None where an earlier version of this package wrote it.
        mark: The ID of its mark, "" for none.
        outputs: The image IDs and the shares' IDs by region, as they were registered.
    """

    urn: str
    history: tuple[str, ...] | None
    regions: tuple[str, ...] = ()
    keep_previous: int | None = None
    mark: str = ""
    outputs: Mapping[str, Any] = field(default_factory=dict, compare=False)


@dataclass(frozen=True)
class Past:
    """What the last update had.

    Attributes:
        history: The image IDs, newest first.
        regions: The regions where they were shared.
        shares: Region and image ID to the URN of the share in the state.
    """

    history: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    shares: Mapping[tuple[str, str], str] = field(default_factory=dict)

    def has_share(self, region: str, image_id: Any) -> bool:
        """Whether the state has a share of an image in a region."""
        return (region, image_id) in self.shares

    def newest_share(self, region: str) -> str:
        """The URN of the newest image's share in a region, "" for none."""
        return self.shares.get((region, self.history[0]), "") if self.history else ""


def read_entries(resources: Resources) -> dict[str, Entry]:
    """Every distribution of the state, by URN."""
    return {
        urn: _read_entry(urn, _outputs(resource)) for urn, resource in resources.items() if resource.get("type") == TYPE
    }


def own_entry(entries: Mapping[str, Entry], own_urns: Iterable[str], mark: str = "") -> Entry | None:
    """The entry of a distribution, None for none.

    Args:
        entries: Those of the state.
        own_urns: Its URN, then those of its own aliases.
        mark: The ID of its mark, "" where that is not known.
    """
    marked = [entry for entry in entries.values() if mark and entry.mark == mark]
    of_own_urn = [entries[urn] for urn in own_urns if urn in entries]
    return next(iter([*marked, *of_own_urn]), None)


def needs_mark(entry: Entry | None, keep_previous: int, kept: Sequence[str]) -> bool:
    """Whether a mark is made: see the table above.

    Args:
        entry: The entry of its own URN, or of an alias of its own.
        keep_previous: What the program says.
        kept: The image IDs that stay, newest first.
    """
    if not keep_previous:
        return False
    if entry is None or entry.mark or entry.keep_previous == 0:
        return True
    return tuple(kept) != entry.history


def past_of(entry: Entry | None, resources: Resources, share_types: Sequence[str]) -> Past:
    """What the state has of a distribution's images.

    By what is shared, and not by names alone: an update that failed may have renamed some shares and not others.

    Args:
        entry: Its entry, None for none.
        resources: All resources of the state.
        share_types: The types of the shares, whichever door made them.
    """
    if entry is None or not entry.history:
        return Past()
    sources = _sources(resources)
    shares: dict[tuple[str, str], str] = {}
    for urn, resource in resources.items():
        if not any(f"{TYPE}${share_type}::" in urn for share_type in share_types):
            continue
        outputs = _outputs(resource)
        region, image_id = str(outputs.get("region")), str(outputs.get("image_id"))
        key = region, sources.get((region, image_id), image_id)
        if key[1] not in entry.history:
            continue
        # Another distribution may share the same image: its own comes first.
        if key not in shares or urn.startswith(_child_urns(entry.urn, share_types, f"-{region}")):
            shares[key] = urn
    return Past(entry.history, entry.regions, shares)


def _sources(resources: Resources) -> dict[tuple[str, str], str]:
    """Region and image ID of each copy to the ID of the image that was copied."""
    every_output = [_outputs(resource) for resource in resources.values()]
    return {
        (str(outputs.get("region")), str(outputs.get("image_id"))): str(outputs["source_image_id"])
        for outputs in every_output
        if outputs.get("source_image_id")
    }


def images_seen(entry: Entry, resources: Resources, share_types: Sequence[str], regions: Iterable[str]) -> list[str]:
    """The image IDs that a distribution's shares in the state are called for, to be shown to a person: no history."""
    begins = [urn for region in regions for urn in _child_urns(entry.urn, share_types, f"-{region}-m-")]
    return sorted({f"m-{urn.removeprefix(begin)}" for urn in resources for begin in begins if urn.startswith(begin)})


def _read_entry(urn: str, outputs: Mapping[str, Any]) -> Entry:
    regions = outputs.get(REGIONS, outputs.get(SHARES))
    keep_previous, mark = outputs.get(KEEP_PREVIOUS), outputs.get(MARK)
    return Entry(
        urn,
        # An update that never came so far has registered none.
        history=_texts(outputs[HISTORY]) if HISTORY in outputs else (),
        regions=_texts(list(regions) if isinstance(regions, Mapping) else regions) or (),
        keep_previous=int(keep_previous) if is_number(keep_previous) else None,
        mark=mark if isinstance(mark, str) else "",
        outputs={name: outputs[name] for name in (IMAGE_IDS, SHARES) if isinstance(outputs.get(name), Mapping)},
    )


def _texts(value: Any) -> tuple[str, ...] | None:
    """A list of texts that are known; None for anything else, such as what the engine writes for an unknown value."""
    if not isinstance(value, Sequence) or isinstance(value, str):
        return None
    return tuple(value) if all(isinstance(item, str) and item != _UNKNOWN for item in value) else None


def _outputs(resource: Mapping[str, Any]) -> dict[str, Any]:
    return in_python(_NAMES, resource.get("outputs") or {})


def _child_urns(urn: str, child_types: Sequence[str], name_after_its: str) -> tuple[str, ...]:
    """The URNs of children whose name begins with their parent's."""
    scheme, project, types, name = urn.split("::", 3)
    return tuple(f"{scheme}::{project}::{types}${child_type}::{name}{name_after_its}" for child_type in child_types)
