"""An audit for people who read a terminal. Pure, but for the console that it is printed on."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from ..accounts import plainly_named
from ..audit.differences import AccessDifference
from ..audit.model import Audit, AuditedImage, Finding, Kind
from .summary import summary_lines

_FEW: Final = 5
_IMAGE_WIDTH: Final = 30
_WHO_WIDTH: Final = 30
_WIDE: Final = 10_000
"""Columns where nobody looks: nothing is cut, and nothing is wrapped."""


def print_audit(console: Console, audit: Audit) -> None:
    """Print all of an audit, and the summary last, where a terminal ends."""
    if audit.images:
        console.print(_images(audit))
    for line, style in _findings(audit):
        _print(console, line, style)
    for unseen in audit.unseen:
        _print(console, f"not looked at: {unseen.what}: {' '.join(unseen.why.split())}", "bold")
    print_summary(console, audit)


def print_summary(console: Console, audit: Audit) -> None:
    """Print the summary."""
    for line in summary_lines(audit):
        _print(console, line)


def print_access(console: Console, image: AuditedImage) -> None:
    """Print who can launch one image: an account a row."""
    for account, since in sorted(image.accounts.items()):
        _print(console, f"{account:<19}  {since}".rstrip())
    for line in _besides(image):
        _print(console, line)


def print_difference(console: Console, difference: AccessDifference) -> None:
    """Print what differs from a state: - for who has no access, + for who is not in the state."""
    names = {account: name for manager in difference.managers for account, name in manager.names.items()}
    lines = [f"- {plainly_named(account, names)}: in the state, and has no access" for account in difference.missing]
    lines += [
        f"+ {plainly_named(account, names)}: has access, and an update was to unshare it" for account in difference.left
    ]
    besides = "" if difference.is_exclusive else ", as exclusive=False leaves to others"
    for account, since in difference.unlisted.items():
        since = f" since {since}" if since else ""
        lines.append(f"+ {account}: has access{since}, and is not in the state{besides}")
    if difference.image.groups or difference.image.image.is_public:
        lines += [f"+ {line}: that is in no state" for line in _besides(difference.image)]
    whose = ", ".join(manager.label for manager in difference.managers)
    for line in lines or [f"No difference: who has access is what {whose} lists."]:
        _print(console, line)


def report_console(*, to_text: bool = False) -> Console:
    """A console for data on the standard output; what is no terminal is as wide as the data, and not coloured.

    Args:
        to_text: Whether what is printed goes to a file instead.
    """
    is_terminal = sys.stdout.isatty() and not to_text
    return Console(
        width=None if is_terminal else _WIDE,
        force_terminal=False if to_text else None,
        highlight=False,
        markup=False,
        emoji=False,
    )


def _images(audit: Audit) -> Table:
    """An image a row, in two columns: long names are folded, so that who can launch it is always in sight."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("image", overflow="fold", max_width=_IMAGE_WIDTH)
    table.add_column("who can launch it", overflow="fold", min_width=_WHO_WIDTH)
    for image in audit.images:
        seen = image.image
        managers = [f"managed by {label}" for label in sorted({manager.label for manager in image.managers})]
        table.add_row(_lines((seen.image_id, seen.name, seen.region)), _lines((*_who(image, audit.names), *managers)))
    return table


def _findings(audit: Audit) -> Iterator[tuple[str, str]]:
    """The lines of all findings, and their style: those that say the same of several images together."""
    names = {(image.image.region, image.image.image_id): image.image.name for image in audit.images}
    same: dict[tuple[Kind, str], list[Finding]] = {}
    for finding in audit.findings:
        same.setdefault((finding.kind, finding.sentence), []).append(finding)
    for (kind, sentence), findings in same.items():
        yield f"{kind.value}: {sentence}", "" if findings[0].is_note else "bold"
        for finding in findings:
            name = names.get((finding.region, finding.image_id), "")
            yield f"  {finding.region}  {finding.image_id}  {name}".rstrip(), ""


def _who(image: AuditedImage, names: Mapping[str, str]) -> Iterator[str]:
    if not image.is_seen:
        yield "not looked at"
        return
    accounts = sorted(image.accounts.items())
    for account, since in accounts[:_FEW]:
        yield f"{plainly_named(account, names)}{f' since {since[:10]}' if since else ''}"
    if len(accounts) > _FEW:
        yield f"and {len(accounts) - _FEW} more"
    yield from _besides(image)


def _besides(image: AuditedImage) -> Iterator[str]:
    """Who can launch it besides the accounts that are listed."""
    if image.image.is_public:
        yield "every account: it is a community image"
    if image.groups:
        yield f"share groups: {', '.join(image.groups)}"
    if not image.is_shared:
        yield "its owner alone"


def _print(console: Console, line: str, style: str = "") -> None:
    console.print(_text(line, style), soft_wrap=True)


def _lines(texts: Iterable[str]) -> Text:
    return Text("\n").join(map(_text, texts))


def _text(text: str, style: str = "") -> Text:
    """A text as it is, but for what would steer a terminal or make lines of its own: names come from anybody."""
    return Text("".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text), style)
