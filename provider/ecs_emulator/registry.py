"""Every action that is served."""

from __future__ import annotations

from typing import Final

from .actions import Action, Product
from .ecs.product import ECS
from .errors import CommonErrors
from .ess.product import ESS
from .sts.product import STS
from .vpc.of_ecs import OF_ECS
from .vpc.product import VPC

_BY_VERSION: Final = {product.version: product for product in (ECS, ESS, STS, VPC)}


def find_action(version: str, name: str) -> tuple[Product, Action]:
    """The action and its product in RAM. Raises InvalidVersion or InvalidApi.NotFound."""
    if version not in _BY_VERSION:
        raise CommonErrors.INVALID_VERSION()
    if version == ECS.version and name in OF_ECS:
        # Their pages give RAM actions such as vpc:CreateVpc.
        return VPC, OF_ECS[name]
    product = _BY_VERSION[version]
    if name not in product.actions:
        raise CommonErrors.UNKNOWN_API()
    return product, product.actions[name]


def product_called(version: str) -> str:
    """The name of the product of that version, such as "Vpc"; "Ecs" for an unknown version."""
    return _BY_VERSION.get(version, ECS).name.capitalize()


def product_names() -> list[str]:
    """The products that are served, by their names in `alicloud:endpoints`."""
    return [product.name for product in _BY_VERSION.values()]
