"""An audit as a page of HTML: one file that holds all it shows. Pure, but for reading its own template.

The page is `report.html.j2`, with `report.css` and `report.js` put into it. Every text comes from the cloud, from
states or from files, and is held to be hostile: Jinja escapes it, its invisible characters are named (`visible`), and
the page's own policy (CSP) lets nothing run or load but the one script and style whose digests it has.
"""

from __future__ import annotations

import base64
import hashlib
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import groupby
from typing import Final

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup, escape

from ..accounts import plainly_named
from ..audit.model import Audit, AuditedImage, Finding

FEW: Final = 8
"""As many accounts have columns wide enough for a date; of more, the columns are narrow and a dot stands for it."""

_INVISIBLE: Final = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_TIME: Final = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d(?::\d\d)?)Z")


@dataclass(frozen=True)
class Column:
    """An account that can launch an image of somebody else."""

    account: str
    name: str
    is_off_list: bool

    @property
    def title(self) -> str:
        """Which account it is, in one line."""
        title = f"{self.name} ({self.account})" if self.name else self.account
        return f"{title}, not on the allowlist" if self.is_off_list else title


@dataclass(frozen=True)
class Row:
    """An image, and a cell for each column."""

    anchor: str
    image_id: str
    name: str
    region: str
    status: str
    is_public: bool
    open_to: tuple[str, ...]
    managers: tuple[str, ...]
    kinds: tuple[tuple[str, bool], ...]
    cells: Markup


@dataclass(frozen=True)
class Item:
    """A finding, with the image's name and the way to its row, both "" where the image is not there."""

    kind: str
    anchor: str
    name: str
    image_id: str
    region: str
    sentence: str


def html_report(audit: Audit) -> str:
    """The audit as one page of HTML, the same for the same audit.

    It needs nothing beside it: no script, style, font or picture from anywhere. Without script all of it can be read:
    the script is there for the filter.
    """
    columns = _columns(audit)
    anchors = {(seen.image.region, seen.image.image_id): f"i{n}" for n, seen in enumerate(audit.images)}
    kinds = _kinds(audit.findings)
    rows = [(seen, _row(seen, columns, anchors, kinds)) for seen in audit.images]
    names = {(seen.image.region, seen.image.image_id): seen.image.name for seen in audit.images}
    style = Markup(_source("report.css") + _names_in_print(columns))
    script = Markup(_source("report.js"))
    return (
        _environment()
        .get_template("report.html.j2")
        .render(
            audit=audit,
            account=(
                plainly_named(audit.account_id, audit.names)
                if audit.account_id
                else "an account that could not be seen"
            ),
            taken_at=_TIME.sub(r"\1 \2 UTC", audit.taken_at),
            accounts=columns,
            off_list=any(column.is_off_list for column in columns),
            few=FEW,
            shared=sum(seen.is_shared for seen in audit.images),
            not_seen=sum(not seen.is_seen for seen in audit.images),
            problems=[_item(finding, anchors, names, audit.names) for finding in audit.problems],
            notes=[_item(finding, anchors, names, audit.names) for finding in audit.notes],
            matrix=[row for seen, row in rows if seen.is_shared or not seen.is_seen],
            own=[row for seen, row in rows if not seen.is_shared and seen.is_seen],
            policy=f"default-src 'none'; style-src {_digest(style)}; script-src {_digest(script)}; base-uri 'none'; "
            "form-action 'none'",
            style=style,
            script=script,
        )
    )


def visible(value: object) -> object:
    """A text whose characters can all be seen: what turns the direction of text, or shows as nothing, is named."""
    if not isinstance(value, str) or isinstance(value, Markup) or value.isprintable():
        return value
    return "".join(f"[U+{ord(sign):04X}]" if _is_invisible(sign) else sign for sign in value)


def _is_invisible(sign: str) -> bool:
    return sign not in "\n\t" and unicodedata.category(sign) in _INVISIBLE


def _columns(audit: Audit) -> tuple[Column, ...]:
    """The accounts with access, those that the allowlist does not have first, where nobody has to scroll to them."""
    columns = (
        Column(account, audit.names.get(account, ""), audit.allowed is not None and account not in audit.allowed)
        for account in audit.accounts
    )
    return tuple(sorted(columns, key=lambda column: (not column.is_off_list, column.account)))


def _kinds(findings: Sequence[Finding]) -> Mapping[tuple[str, str], tuple[tuple[str, bool], ...]]:
    """Which kinds of findings each image has, in their order, and whether each is a note."""
    kinds: dict[tuple[str, str], dict[str, bool]] = {}
    for finding in findings:
        kinds.setdefault((finding.region, finding.image_id), {})[finding.kind.value] = finding.is_note
    return {key: tuple(found.items()) for key, found in kinds.items()}


def _row(
    seen: AuditedImage,
    columns: Sequence[Column],
    anchors: Mapping[tuple[str, str], str],
    kinds: Mapping[tuple[str, str], tuple[tuple[str, bool], ...]],
) -> Row:
    image = seen.image
    key = (image.region, image.image_id)
    open_to = ["community"] if image.is_public else []
    open_to += [f"share group {group}" for group in seen.groups]
    return Row(
        anchor=anchors[key],
        image_id=image.image_id,
        name=image.name,
        region=image.region,
        status=image.status,
        is_public=image.is_public,
        open_to=(*open_to, *(() if seen.is_seen else ("not seen",))),
        managers=tuple(manager.label for manager in seen.managers),
        kinds=kinds.get(key, ()),
        cells=_cells(seen, columns),
    )


def _cells(seen: AuditedImage, columns: Sequence[Column]) -> Markup:
    """The cells of a row. Of many columns, neighbours that are empty are one cell: a page may have half a million."""
    if columns and not seen.is_seen:
        return Markup(f'<td class="u" colspan="{len(columns)}">not seen: who has access is not known')
    if len(columns) <= FEW:
        return Markup("".join(_cell(column, seen.accounts.get(column.account)) for column in columns))
    cells = []
    for is_empty, group in groupby(enumerate(columns), lambda place: place[1].account not in seen.accounts):
        places = tuple(group)
        if is_empty:
            cells.append(f"<td colspan={len(places)}>")
        else:
            cells.extend(_cell(column, seen.accounts[column.account], f"c{n}") for n, column in places)
    return Markup("".join(cells))


def _cell(column: Column, since: str | None, *classes: str) -> str:
    if since is None:
        return "<td>"
    classes = (*classes, "x") if column.is_off_list else classes
    return f'<td class="{" ".join(classes)}"><b>{escape(visible(since[:10] or "yes"))}</b>'


def _item(
    finding: Finding,
    anchors: Mapping[tuple[str, str], str],
    names: Mapping[tuple[str, str], str],
    account_names: Mapping[str, str],
) -> Item:
    key = (finding.region, finding.image_id)
    unnamed = [plainly_named(account, account_names) for account in finding.accounts if account not in finding.sentence]
    return Item(
        kind=finding.kind.value,
        anchor=anchors.get(key, ""),
        name=names.get(key, ""),
        image_id=finding.image_id,
        region=finding.region,
        sentence="\n".join([finding.sentence, *([f"Accounts: {', '.join(unnamed)}"] if unnamed else [])]),
    )


def _names_in_print(columns: Sequence[Column]) -> str:
    """What names the account of each cell on paper, where many columns don't fit."""
    if len(columns) <= FEW:
        return ""
    rules = (
        f".many .c{n}>b::before{{content:{_css_string(f'{column.title} since ')}}}\n"
        for n, column in enumerate(columns)
    )
    return "@media print {\n" + "".join(rules) + "}\n"


def _css_string(text: str) -> str:
    """A text as a string of CSS that ends nothing around it, whatever is in it."""
    signs = (sign if sign.isascii() and sign.isalnum() else f"\\{ord(sign):x} " for sign in str(visible(text)))
    return f'"{"".join(signs)}"'


def _digest(text: str) -> str:
    """What a policy (CSP) calls this very text."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


@cache
def _source(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8")


@cache
def _environment() -> Environment:
    return Environment(
        autoescape=True,
        finalize=visible,
        loader=FunctionLoader(_source),
        lstrip_blocks=True,
        trim_blocks=True,
        undefined=StrictUndefined,
    )
