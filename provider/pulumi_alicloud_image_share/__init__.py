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
from .resource import ImageShare

__all__ = [
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
