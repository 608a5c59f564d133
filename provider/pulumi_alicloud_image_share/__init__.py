"""Share Alibaba Cloud ECS custom images across accounts with Pulumi, safely."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from .errors import (
    BadArguments,
    ConfigError,
    EcsError,
    EcsUnavailable,
    ImageShareError,
    NoSharedImage,
)

if TYPE_CHECKING:
    from .dynamic.program_types import AssumeRole
    from .dynamic.resources import ImageCopy, ImageDistribution, ImageShare
    from .dynamic.shared_image import SharedImage, SharedImageOutput, get_shared_image, get_shared_image_output

_OF_PROGRAMS = {
    "AssumeRole": "dynamic.program_types",
    "ImageCopy": "dynamic.resources",
    "ImageDistribution": "dynamic.resources",
    "ImageShare": "dynamic.resources",
    "SharedImage": "dynamic.shared_image",
    "SharedImageOutput": "dynamic.shared_image",
    "get_shared_image": "dynamic.shared_image",
    "get_shared_image_output": "dynamic.shared_image",
}
"""What programs use, and the module that has it. It imports Pulumi, which the command has no need of."""

# Of the errors, those that a program can catch: others are raised in the provider's process.
__all__ = [
    "AssumeRole",
    "BadArguments",
    "ConfigError",
    "EcsError",
    "EcsUnavailable",
    "ImageCopy",
    "ImageDistribution",
    "ImageShare",
    "ImageShareError",
    "NoSharedImage",
    "SharedImage",
    "SharedImageOutput",
    "get_shared_image",
    "get_shared_image_output",
]


if not TYPE_CHECKING:
    # A type checker would take any name for one that the package has.
    def __getattr__(name: str) -> Any:
        if name not in _OF_PROGRAMS:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        found = getattr(import_module(f".{_OF_PROGRAMS[name]}", __name__), name)
        globals()[name] = found
        return found


def __dir__() -> list[str]:
    return [*globals(), *_OF_PROGRAMS]
