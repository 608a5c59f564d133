"""Share Alibaba Cloud ECS custom images across accounts with Pulumi, safely."""

from .distribution import ImageDistribution
from .errors import (
    BadArguments,
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
from .identity import AssumeRole
from .resource import ImageCopy, ImageShare
from .shared_image import SharedImage, get_shared_image, get_shared_image_output

__all__ = [
    "AssumeRole",
    "BadArguments",
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
