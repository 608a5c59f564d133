"""What the plugin serves."""

from __future__ import annotations

from typing import Final

from ..copy.resource import CopyResource
from ..distribution import description as distribution
from ..resource.base import AnyResource
from ..resource.names import snake_case, token
from ..share.resource import ShareResource
from .functions import FUNCTIONS, Function

RESOURCES: Final[tuple[type[AnyResource], ...]] = (ShareResource, CopyResource)
RESOURCE_OF_TYPE: Final = {resource_type.plugin_type(): resource_type for resource_type in RESOURCES}
FUNCTION_OF_TOKEN: Final[dict[str, Function]] = {token(function.name): function for function in FUNCTIONS}
NAMES: Final = frozenset(
    {
        *(item.name for resource_type in RESOURCES for item in resource_type.properties),
        *(item.name for function in FUNCTIONS for item in (*function.inputs, *function.outputs)),
        *(snake_case(function.name) for function in FUNCTIONS),
        *(item.name for item in (*distribution.INPUTS, *distribution.OUTPUTS)),
        "accounts_by_region",
        "account_ids_by_region",
        "custom_timeouts",
    }
)
"""The names that sentences may have in them, as Python has them."""

__all__ = ["FUNCTIONS", "FUNCTION_OF_TOKEN", "NAMES", "RESOURCES", "RESOURCE_OF_TYPE"]
