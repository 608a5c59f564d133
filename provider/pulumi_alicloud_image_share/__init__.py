"""Share Alibaba Cloud ECS custom images across accounts with Pulumi, safely."""

from .errors import (
    ConfigError,
    EcsError,
    EcsUnavailable,
    ImageNotFound,
    ImageShareError,
    NotVisible,
    RuleBroken,
    SharingFailed,
)
from .identity import AssumeRole
from .resource import ImageShare

__all__ = [
    "AssumeRole",
    "ConfigError",
    "EcsError",
    "EcsUnavailable",
    "ImageNotFound",
    "ImageShare",
    "ImageShareError",
    "NotVisible",
    "RuleBroken",
    "SharingFailed",
]
