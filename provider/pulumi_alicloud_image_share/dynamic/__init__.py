"""Pulumi's dynamic resources: the frontend for Python programs, with nothing to install.

The state of every stack holds the names of the two providers below, as `pickle` writes them: they stay defined here.
"""

from __future__ import annotations

from ..copy.resource import CopyResource
from ..share.resource import ShareResource
from .provider import ResourceProviderBase

__all__ = ["ImageCopyProvider", "ImageShareProvider"]


class ImageShareProvider(ResourceProviderBase):
    """What Pulumi calls for shares."""

    resource_type = ShareResource


class ImageCopyProvider(ResourceProviderBase):
    """What Pulumi calls for copies."""

    resource_type = CopyResource
