"""An audit as CSV. Pure.

It has a row for each account that can launch an image, one for an image that no other can, one for an image of a state
that is not there, and one for each thing that was not looked at.
"""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from ..audit.model import Audit, AuditedImage

COLUMNS: Final = (
    "region",
    "image_id",
    "image_name",
    "status",
    "account_id",
    "account_name",
    "since",
    "allowed",
    "community",
    "share_groups",
    "managed_by",
    "findings",
    "not_looked_at",
)
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def csv_report(audit: Audit) -> str:
    """The audit as CSV by RFC 4180, with a header. A text that a spreadsheet would take for a formula begins with '."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    kinds = _kinds(audit)
    for image in audit.images:
        for row in _rows(audit, image, kinds):
            writer.writerow([_no_formula(cell) for cell in row])
    for row in _rows_of_no_image(audit):
        writer.writerow([_no_formula(cell) for cell in row])
    return text.getvalue()


def _rows(audit: Audit, image: AuditedImage, kinds: dict[tuple[str, str, str], list[str]]) -> Iterator[list[str]]:
    of_image = (image.image.region, image.image.image_id)
    managers = sorted({manager.label for manager in image.managers})
    for account, since in sorted(image.accounts.items()) or [("", "")]:
        yield [
            *of_image,
            image.image.name,
            image.image.status,
            account,
            audit.names.get(account, ""),
            since,
            _yes_or_no(account in audit.allowed) if account and audit.allowed is not None else "",
            _yes_or_no(image.image.is_public),
            " ".join(image.groups),
            "; ".join(managers),
            " ".join(_once((*kinds[(*of_image, "")], *(kinds[(*of_image, account)] if account else ())))),
            "" if image.is_seen else "who has access",
        ]


def _rows_of_no_image(audit: Audit) -> Iterator[list[str]]:
    listed = {(image.image.region, image.image.image_id) for image in audit.images}
    for finding in audit.findings:
        if (finding.region, finding.image_id) not in listed:
            for account in finding.accounts or ("",):
                about = {"region": finding.region, "image_id": finding.image_id, "account_id": account}
                named = {"account_name": audit.names.get(account, ""), "findings": finding.kind.value}
                yield _row(about | named)
    for unseen in audit.unseen:
        yield _row({"not_looked_at": f"{unseen.what}: {' '.join(unseen.why.split())}"})


def _row(cells: Mapping[str, str]) -> list[str]:
    return [cells.get(column, "") for column in COLUMNS]


def _kinds(audit: Audit) -> dict[tuple[str, str, str], list[str]]:
    """Region, image and account, "" for the image as a whole, to the kinds of findings about it."""
    found: defaultdict[tuple[str, str, str], list[str]] = defaultdict(list)
    for finding in audit.findings:
        for account in finding.accounts or ("",):
            found[finding.region, finding.image_id, account].append(finding.kind.value)
    return found


def _once(texts: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(texts))


def _yes_or_no(flag: bool) -> str:
    return "yes" if flag else "no"


def _no_formula(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
