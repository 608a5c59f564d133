"""The accounts of a share on the real engine, as a preview shows them and as the state has them."""

from __future__ import annotations

import re
from collections.abc import Callable

from support.engine import Program, Stack

Sharing = Callable[..., Program]

UNCHANGED = {"same": 2}


def shown(stack: Stack, program: Program) -> list[str]:
    """The accounts that a preview shows as coming and going, such as "-1000000000000002"."""
    summary = stack.preview(program).change_summary
    signs = [sign + account for sign, account in re.findall(r"^ +([-+]) (\d{16}): ", stack.text, re.MULTILINE)]
    assert (summary == UNCHANGED) == (signs == []), stack.text
    return signs


def in_state(stack: Stack) -> list[str]:
    """The accounts that the state has."""
    accounts: list[str] = stack.resources["golden"]["outputs"]["account_ids"]
    return accounts
