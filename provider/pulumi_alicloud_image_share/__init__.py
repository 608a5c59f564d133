"""Share Alibaba Cloud ECS custom images across accounts with Pulumi, safely."""

from .cloud.identity import AssumeRole
from .dynamic.distribution import ImageDistribution
from .dynamic.resources import ImageCopy, ImageShare
from .dynamic.shared_image import SharedImage, get_shared_image, get_shared_image_output
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
