"""What an audit comes to, on one screen. Pure."""

from __future__ import annotations

from collections import Counter
from typing import Final

from ..audit.model import Audit, Kind

WIDTH: Final = 79
_MOST_UNSEEN: Final = 4

MEANINGS: Final = {
    Kind.NOT_ALLOWED: "images that accounts off the allowlist can launch",
    Kind.COMMUNITY: "community images, which every account can launch",
    Kind.SHARE_GROUP: "images shared with share groups",
    Kind.UNMANAGED: "images whose sharing no stack manages",
    Kind.DRIFT: "differences between a stack's state and who has access",
    Kind.SEVERAL_MANAGERS: "images with several managers",
    Kind.GONE: "images in a state that are not there",
    Kind.NOT_UNSHARED: "images that an update was to unshare and did not",
    Kind.UNUSED: "images that nobody uses",
    Kind.KEPT: "copies that are kept, or in no stack",
    Kind.ELSEWHERE: "images of stacks that are of others, or elsewhere",
}
"""What a count of findings of a kind counts."""


def summary_lines(audit: Audit) -> list[str]:
    """The summary: at most 24 lines of at most `WIDTH` characters."""
    shared = [image for image in audit.images if image.is_shared]
    regions = audit.regions[0] if len(audit.regions) == 1 else f"{len(audit.regions)} regions"
    lines = [
        f"Account {audit.account_id}, {regions}, {audit.taken_at}",
        f"{_count(len(audit.images), 'image')}, {len(shared)} shared, {_count(len(audit.accounts), 'other account')}",
    ]
    if audit.stacks:
        managed = sum(1 for image in shared if image.managers)
        lines.append(f"{_count(len(audit.stacks), 'stack')} given: {managed} of the shared images managed")
    counts = Counter(finding.kind for finding in audit.findings)
    lines += _section(
        "Findings", [kind for kind in Kind if counts[kind] and kind in _kinds(audit, notes=False)], counts
    )
    lines += _section("Worth knowing", [kind for kind in Kind if kind in _kinds(audit, notes=True)], counts)
    if any(audit.left_out.values()):
        left_out = ", ".join(f"{count} {kind.value}" for kind, count in audit.left_out.items())
        lines.append(f"Left out, as was asked: {left_out}")
    if audit.unseen:
        lines.append(f"NOT LOOKED AT: {len(audit.unseen)}. This report vouches for nothing there.")
        lines += [_cut(f"  {unseen.what}: {' '.join(unseen.why.split())}") for unseen in audit.unseen[:_MOST_UNSEEN]]
        rest = len(audit.unseen) - _MOST_UNSEEN
        lines += [f"  and {rest} more"] if rest > 0 else []
    elif not audit.problems:
        lines.append(_nothing_wrong(audit))
    return [_cut(line) for line in lines]


def _nothing_wrong(audit: Audit) -> str:
    """That nothing is wrong, and how much that says."""
    given = {"allowlist": audit.allowed is not None, "state": bool(audit.stacks)}
    missing = [what for what, is_given in given.items() if not is_given]
    return f"Nothing is wrong{', as far as that shows without ' if missing else ''}{' and '.join(missing)}."


def _kinds(audit: Audit, *, notes: bool) -> set[Kind]:
    return {finding.kind for finding in (audit.notes if notes else audit.problems)}


def _section(title: str, kinds: list[Kind], counts: Counter[Kind]) -> list[str]:
    if not kinds:
        return []
    return [f"{title}:", *(f"  {counts[kind]:>6}  {kind.value:<17} {MEANINGS[kind]}" for kind in kinds)]


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _cut(line: str) -> str:
    return line if len(line) <= WIDTH else f"{line[: WIDTH - 3]}..."
