"""`ImageDistribution`, what stacks write: a distribution whose copies and shares are dynamic resources."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Mapping
from typing import Any, Final, TypeVar

import pulumi
from pulumi.runtime import get_config
from pulumi.runtime.sync_await import _sync_await

from ..cloud.settings import read_settings
from ..copies.kind import CopyKind
from ..distributions.component import Distribution
from ..distributions.history import TYPE
from ..errors import ImageShareError
from ..kinds.contract import Resources
from ..shares.kind import ShareKind
from .options import SuccessorOptions, check_options
from .program_errors import for_the_terminal
from .resources import ImageCopy, ImageShare
from .stack_state import resources_in_state

__all__ = ["ImageDistribution"]

T = TypeVar("T")


class _DynamicDoor:
    """The door of dynamic resources, for distributions."""

    type: Final = TYPE
    copy_types: Final = (CopyKind.dynamic_type, CopyKind.plugin_type())
    share_types: Final = (ShareKind.dynamic_type, ShareKind.plugin_type())

    accounts_argument: Final = "accounts"
    by_region: Final = None

    @property
    def default_region(self) -> str | None:
        return read_settings(get_config, os.environ).region

    def name_of(self, path: str) -> str:
        return path

    def registered(self, outputs: Mapping[str, Any]) -> Mapping[str, Any]:
        return outputs

    def check_options(self, what: str, opts: pulumi.ResourceOptions | None, *, names_identity: bool) -> None:
        check_options(what, opts, names_identity=names_identity)

    def for_the_terminal(self, error: ImageShareError) -> ImageShareError:
        return for_the_terminal(error)

    def make_copy(self, name: str, opts: pulumi.ResourceOptions, arguments: Mapping[str, Any]) -> ImageCopy:
        return ImageCopy(name, opts, **arguments)

    def make_share(
        self, name: str, opts: pulumi.ResourceOptions, arguments: Mapping[str, Any], *, instead_of: str = ""
    ) -> ImageShare:
        return ImageShare(name, SuccessorOptions(opts, instead_of), **arguments)

    async def resources_in_state(self) -> Resources:
        return await resources_in_state()

    def wait_for(self, answer: Awaitable[T]) -> T:
        # What `pulumi.runtime.invoke` waits with. Which copies and shares there are is in attributes of a distribution,
        # which a program reads at once.
        return _sync_await(answer)


class ImageDistribution(Distribution):
    """One image in every region, shared with the same accounts in each: a copy for each other region, and a share.

    Regions are independent of each other: adding or removing one touches no other. Where a region goes, its copy is
    unshared first and deleted after.
    """

    door = _DynamicDoor()
    copies: dict[str, ImageCopy]
    """Region to the copy of the current image there; the image's own region has none."""
    shares: dict[str, ImageShare]
    """Region to the share of the current image there."""
    previous_shares: dict[str, dict[str, ImageShare]]
    """ID of each previous source image to region to the share there."""
