"""What the plugin serves."""

from __future__ import annotations

from typing import Final

from ..copies.kind import CopyKind
from ..distributions import description as distribution
from ..kinds.contract import Kind
from ..kinds.names import snake_case, token
from ..shares.kind import ShareKind
from .functions import FUNCTIONS, Function

KINDS: Final[tuple[type[Kind], ...]] = (ShareKind, CopyKind)
KIND_OF_TYPE: Final = {kind.plugin_type(): kind for kind in KINDS}
FUNCTION_OF_TOKEN: Final[dict[str, Function]] = {token(function.name): function for function in FUNCTIONS}
NAMES: Final = frozenset(
    {
        *(item.name for kind in KINDS for item in kind.properties),
        *(item.name for function in FUNCTIONS for item in (*function.inputs, *function.outputs)),
        *(snake_case(function.name) for function in FUNCTIONS),
        *(item.name for item in (*distribution.INPUTS, *distribution.OUTPUTS)),
        "accounts_by_region",
        "account_ids_by_region",
        "custom_timeouts",
    }
)
"""The names that sentences may have in them, as Python has them."""

__all__ = ["FUNCTIONS", "FUNCTION_OF_TOKEN", "KINDS", "KIND_OF_TYPE", "NAMES"]
