"""The programs and commands that take shared images over into the plugin's `ImageShare`, as text. Pure.

Nothing that was read in the cloud can end the string or the comment in which it stands.
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import yaml

from ..resource.names import PACKAGE, token
from ..values import shown

TYPE: Final = token("ImageShare")
"""What the import, and the state, call the resource."""
IMPORT_FILE: Final = "adopt.json"
"""What the commands call the file of an import of many."""

_YAML_TYPE: Final = f"{PACKAGE}:ImageShare"
_YAML_HEAD: Final = "resources:\n"
# The first two lines of a program are no comment: Python could take one for the name of its encoding.
_PYTHON_HEAD: Final = "import pulumi\nimport pulumi_alicloud_image_share_sdk as image_share\n"
_IMPORT: Final = ("pulumi", "import", "--yes", "--generate-code=false")


@dataclass(frozen=True)
class Share:
    """An `ImageShare` that a program is to have.

    Attributes:
        name: Its name in the program.
        region: The image's region.
        image_id: The image's ID.
        accounts: The account IDs, each with what people call the account, "" for nothing.
        max_accounts: How many accounts it may have, None for the default.
        remarks: What a reader should know, a line of comment each.
    """

    name: str
    region: str
    image_id: str
    accounts: Sequence[tuple[str, str]]
    max_accounts: int | None = None
    remarks: tuple[str, ...] = ()


def yaml_program(shares: Iterable[Share]) -> str:
    """The part of Pulumi.yaml that has these shares."""
    return _YAML_HEAD + "\n".join(map(_in_yaml, shares))


def python_program(shares: Iterable[Share]) -> str:
    """The program in Python that has these shares."""
    return "\n".join([_PYTHON_HEAD, *map(_in_python, shares)])


def import_command(name: str, resource_id: str) -> str:
    """The command that imports one share, for a shell."""
    # What is pasted after it must not answer a question of its own: so it asks none.
    return shlex.join([*_IMPORT, TYPE, name, resource_id])


def import_all_command() -> str:
    """The command that imports what a file lists, for a shell."""
    return shlex.join([*_IMPORT, "--file", IMPORT_FILE])


def import_entries(shares: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    """The entries of an import's file for shares, each given by its name and its ID."""
    return [{"type": TYPE, "name": name, "id": resource_id} for name, resource_id in shares]


def import_file(shares: Iterable[tuple[str, str]]) -> str:
    """The file for `pulumi import --file`, a line for each share."""
    entries = ",\n".join(f"  {json.dumps(entry)}" for entry in import_entries(shares))
    return f'{{"resources": [\n{entries}\n]}}\n'


def comment(text: str) -> str:
    """A text on one line, of characters that show, so that it stays the comment that it stands in."""
    return text if text.isprintable() else ascii(text).strip("'\"")


def _in_yaml(share: Share) -> str:
    lines = [
        *(f"  # {comment(remark)}" for remark in share.remarks),
        f"  {_yaml_key(share.name)}:",
        f"    type: {_YAML_TYPE}",
        "    properties:",
        f"      region: {_yaml_text(share.region)}",
        f"      imageId: {_yaml_text(share.image_id)}",
        *([] if share.max_accounts is None else [f"      maxAccounts: {share.max_accounts}"]),
        "      accountIds:",
        *(f"        - {_yaml_text(account_id)}{_name_after(' #', name)}" for account_id, name in share.accounts),
        "    options:",
        "      protect: true",
    ]
    return "\n".join(lines) + "\n"


def _in_python(share: Share) -> str:
    lines = [
        *(f"# {comment(remark)}" for remark in share.remarks),
        "image_share.ImageShare(",
        f"    {share.name!r},",
        f"    region={share.region!r},",
        f"    image_id={share.image_id!r},",
        *([] if share.max_accounts is None else [f"    max_accounts={share.max_accounts},"]),
        "    account_ids=[",
        *(f"        {account_id!r},{_name_after('  #', name)}" for account_id, name in share.accounts),
        "    ],",
        "    opts=pulumi.ResourceOptions(protect=True),",
        ")",
    ]
    return "\n".join(lines) + "\n"


def _name_after(sign: str, name: str) -> str:
    said = shown(name).strip("'\"").strip()
    return f"{sign} {said}" if said else ""


def _yaml_key(text: str) -> str:
    # Plain where YAML takes it for no other value, as "on" would be.
    return str(yaml.safe_dump(text, width=float("inf"))).removesuffix("...\n").strip()


def _yaml_text(text: str) -> str:
    # Always in quotes: an account ID is no number. Of two "$", a program in YAML makes one.
    return str(yaml.safe_dump(text.replace("$", "$$"), default_style='"', width=float("inf"))).strip()
