"""Pulumi's dynamic resources: the door for Python programs, with nothing to install.

The state of every stack holds the names of the two providers below, as `pickle` writes them: they stay defined here.
"""

from __future__ import annotations

from ..copies.kind import CopyKind
from ..shares.kind import ShareKind
from .provider import KindProvider

__all__ = ["ImageCopyProvider", "ImageShareProvider"]


class ImageShareProvider(KindProvider):
    """What Pulumi calls for shares."""

    kind = ShareKind


class ImageCopyProvider(KindProvider):
    """What Pulumi calls for copies."""

    kind = CopyKind
