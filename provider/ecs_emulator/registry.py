"""Every action that is served."""

from __future__ import annotations

from typing import Final

from . import errors
from .actions import Action, Product
from .ecs.product import ECS
from .ess.product import ESS
from .sts.product import STS
from .vpc.product import VPC

_BY_VERSION: Final = {product.version: product for product in (ECS, ESS, STS, VPC)}


def find_action(version: str, name: str) -> tuple[Product, Action]:
    """The product and the action of that version; InvalidVersion or InvalidApi.NotFound if there is none."""
    if version not in _BY_VERSION:
        raise errors.invalid_version()
    product = _BY_VERSION[version]
    if name not in product.actions:
        raise errors.unknown_api()
    return product, product.actions[name]


def product_names() -> list[str]:
    """The products that are served, by the names that their endpoints have in `alicloud:endpoints`."""
    return [product.name for product in _BY_VERSION.values()]
