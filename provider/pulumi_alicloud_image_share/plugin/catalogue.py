"""What the plugin serves."""

from __future__ import annotations

from typing import Final

from ..copy.resource import CopyResource
from ..resource.base import AnyResource
from ..resource.names import token
from ..share.resource import ShareResource
from .functions import FUNCTIONS, Function

RESOURCES: Final[tuple[type[AnyResource], ...]] = (ShareResource, CopyResource)
RESOURCE_OF_TYPE: Final = {resource_type.plugin_type(): resource_type for resource_type in RESOURCES}
FUNCTION_OF_TOKEN: Final[dict[str, Function]] = {token(function.name): function for function in FUNCTIONS}
__all__ = ["FUNCTIONS", "FUNCTION_OF_TOKEN", "RESOURCES", "RESOURCE_OF_TYPE"]
