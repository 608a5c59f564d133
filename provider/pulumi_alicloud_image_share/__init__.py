"""Share Alibaba Cloud ECS custom images across accounts with Pulumi, safely."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from .cloud.identity import AssumeRole
from .errors import (
    BadArguments,
    Cancelled,
    ConfigError,
    CopyFailed,
    EcsError,
    EcsUnavailable,
    ImageNotFound,
    ImageShareError,
    NoSharedImage,
    NotVisible,
    RuleBroken,
    SharingFailed,
)

if TYPE_CHECKING:
    from .dynamic.distribution import ImageDistribution
    from .dynamic.resources import ImageCopy, ImageShare
    from .dynamic.shared_image import SharedImage, get_shared_image, get_shared_image_output

_OF_PROGRAMS = {
    "ImageCopy": "resources",
    "ImageDistribution": "distribution",
    "ImageShare": "resources",
    "SharedImage": "shared_image",
    "get_shared_image": "shared_image",
    "get_shared_image_output": "shared_image",
}
"""What programs call, and the module of the dynamic door that has it: the plugin has no need of that door."""

__all__ = [
    "AssumeRole",
    "BadArguments",
    "Cancelled",
    "ConfigError",
    "CopyFailed",
    "EcsError",
    "EcsUnavailable",
    "ImageCopy",
    "ImageDistribution",
    "ImageNotFound",
    "ImageShare",
    "ImageShareError",
    "NoSharedImage",
    "NotVisible",
    "RuleBroken",
    "SharedImage",
    "SharingFailed",
    "get_shared_image",
    "get_shared_image_output",
]


def __getattr__(name: str) -> Any:
    if name not in _OF_PROGRAMS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(import_module(f".dynamic.{_OF_PROGRAMS[name]}", __name__), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return [*globals(), *_OF_PROGRAMS]
