"""Share Alibaba Cloud ECS custom images across accounts with Pulumi, safely."""

from .errors import (
    ConfigError,
    CopyFailed,
    EcsError,
    EcsUnavailable,
    ImageNotFound,
    ImageShareError,
    NotVisible,
    RuleBroken,
    SharingFailed,
)
from .identity import AssumeRole
from .resource import ImageCopy, ImageShare

__all__ = [
    "AssumeRole",
    "ConfigError",
    "CopyFailed",
    "EcsError",
    "EcsUnavailable",
    "ImageCopy",
    "ImageNotFound",
    "ImageShare",
    "ImageShareError",
    "NotVisible",
    "RuleBroken",
    "SharingFailed",
]
