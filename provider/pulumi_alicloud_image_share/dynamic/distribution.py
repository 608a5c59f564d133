"""`ImageDistribution`, what stacks write: a distribution whose copies and shares are dynamic resources."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any, overload

import pulumi
from pulumi.runtime import get_config

from ..cloud.settings import read_settings
from ..copy.resource import CopyResource
from ..distribution.component import Distribution, read_arguments
from ..distribution.description import NAME
from ..dynamic.program_types import Accounts, AssumeRole
from ..errors import BadArguments
from ..share.resource import ShareResource
from .options import SuccessorOptions, check_options
from .program_errors import for_the_terminal
from .resources import ImageCopy, ImageShare

__all__ = ["ImageDistribution"]


class ImageDistribution(Distribution):
    """Images in every region, shared with accounts in each: a copy of each image for each other region, and a share.

    Regions are independent of each other: adding or removing one touches no other. A region that is removed is unshared
    first, and its copies are deleted after.

    Example::

        golden = ImageDistribution(
            "golden",
            images=["m-bp1golden20240601bb0b2", "m-bp1golden20240501aa0a1"],
            regions=["cn-hangzhou", "cn-shanghai"],
            accounts={"payments": "1000000000000002"},
        )
        pulumi.export("imageIds", golden.image_ids)
    """

    copy_types = (CopyResource.dynamic_type, CopyResource.plugin_type())
    share_types = (ShareResource.dynamic_type, ShareResource.plugin_type())
    image_ids: pulumi.Output[dict[str, str]]
    """Region to the ID of the current image there."""
    images: pulumi.Output[list[str]]
    """The IDs of the source images that are distributed, the current one first."""
    copies: dict[str, ImageCopy]
    """Region to the copy of the current image there; the image's own region has none."""
    shares: dict[str, ImageShare]
    """Region to the share of the current image there."""
    previous_shares: dict[str, dict[str, ImageShare]]
    """ID of each previous source image to region to the share there."""

    @overload
    def __init__(
        self,
        resource_name: str,
        opts: pulumi.ResourceOptions | None = None,
        *,
        image_id: pulumi.Input[str],
        regions: Sequence[str],
        accounts: pulumi.Input[Accounts] | Mapping[str, Accounts],
        source_region: str | None = None,
        kms_key_ids: Mapping[str, pulumi.Input[str]] | None = None,
        family: pulumi.Input[str] | None = None,
        description: pulumi.Input[str] | None = None,
        tags: pulumi.Input[Mapping[str, pulumi.Input[str]]] | None = None,
        force_delete: pulumi.Input[bool] | None = None,
        exclusive: pulumi.Input[bool] | None = None,
        max_accounts: pulumi.Input[int] | None = None,
        max_unshare_percent: pulumi.Input[float] | None = None,
        allow_marketplace_based: pulumi.Input[bool] | None = None,
        profile: pulumi.Input[str] | None = None,
        assume_role: pulumi.Input[AssumeRole] | None = None,
    ) -> None: ...

    @overload
    def __init__(
        self,
        resource_name: str,
        opts: pulumi.ResourceOptions | None = None,
        *,
        images: Sequence[str],
        regions: Sequence[str],
        accounts: pulumi.Input[Accounts] | Mapping[str, Accounts],
        source_region: str | None = None,
        kms_key_ids: Mapping[str, pulumi.Input[str]] | None = None,
        family: pulumi.Input[str] | None = None,
        description: pulumi.Input[str] | None = None,
        tags: pulumi.Input[Mapping[str, pulumi.Input[str]]] | None = None,
        force_delete: pulumi.Input[bool] | None = None,
        exclusive: pulumi.Input[bool] | None = None,
        max_accounts: pulumi.Input[int] | None = None,
        max_unshare_percent: pulumi.Input[float] | None = None,
        allow_marketplace_based: pulumi.Input[bool] | None = None,
        profile: pulumi.Input[str] | None = None,
        assume_role: pulumi.Input[AssumeRole] | None = None,
    ) -> None: ...

    def __init__(
        self,
        resource_name: str,
        opts: pulumi.ResourceOptions | None = None,
        *,
        image_id: pulumi.Input[str] | None = None,
        images: Sequence[str] | None = None,
        regions: Sequence[str],
        accounts: pulumi.Input[Accounts] | Mapping[str, Accounts],
        source_region: str | None = None,
        kms_key_ids: Mapping[str, pulumi.Input[str]] | None = None,
        family: pulumi.Input[str] | None = None,
        description: pulumi.Input[str] | None = None,
        tags: pulumi.Input[Mapping[str, pulumi.Input[str]]] | None = None,
        force_delete: pulumi.Input[bool] | None = None,
        exclusive: pulumi.Input[bool] | None = None,
        max_accounts: pulumi.Input[int] | None = None,
        max_unshare_percent: pulumi.Input[float] | None = None,
        allow_marketplace_based: pulumi.Input[bool] | None = None,
        profile: pulumi.Input[str] | None = None,
        assume_role: pulumi.Input[AssumeRole] | None = None,
    ) -> None:
        """Distribute images.

        Args:
            resource_name: The resource's name in the stack.
            opts: Options of the resource. `protect=True` keeps the distribution as a whole from being deleted; images
                and regions that the program drops are retired all the same.
            image_id: The ID of a custom image of this account, such as "m-bp1golden00000000001": short for `images`
                with one ID. It may be an output. Exactly one of `image_id` and `images` is given.
            images: The IDs of the custom images to copy and share, the newest first, as plain text. What is no longer
                listed is unshared, and its copies are deleted.
            regions: The IDs of the regions where the images are available. Their own region is shared in only if it is
                among them.
            accounts: The accounts to share with: a list of account IDs, or a mapping of names to account IDs or of
                account IDs to names, or a mapping of region IDs to any of these. An account ID is a string of digits.
            source_region: The ID of the images' own region. Default: the config `alicloud-image-share:region`, then the
                environment.
            kms_key_ids: Region ID to the ID of the key (CMK) of that region which its copies are encrypted with.
            family: The image family of the copies. Default: none.
            description: The description of the copies. Default: none.
            tags: Tags of the copies.
            force_delete: Whether copies are deleted although instances use them, as for `ImageCopy`. They are unshared
                by then: the instances go on running, but can't re-initialise their disks. Default: False.
            exclusive: As for `ImageShare`.
            max_accounts: As for `ImageShare`.
            max_unshare_percent: As for `ImageShare`. A new image is guarded too, by the accounts that the last one has.
            allow_marketplace_based: As for `ImageShare`.
            profile: The profile of the Alibaba Cloud CLI whose account owns the images. Default: the stack's own
                credentials.
            assume_role: A RAM role to assume first, as for `ImageShare`.

        Raises:
            BadArguments: A rule is broken. Pulumi shows its text without a traceback.
        """
        what = f"{NAME} {resource_name!r}"
        check_options(what, opts, names_identity=profile is not None or assume_role is not None)
        given = {
            "image_id": image_id,
            "images": images,
            "regions": regions,
            "accounts": accounts,
            "source_region": source_region,
            "kms_key_ids": kms_key_ids,
            "family": family,
            "description": description,
            "tags": tags,
            "force_delete": force_delete,
            "exclusive": exclusive,
            "max_accounts": max_accounts,
            "max_unshare_percent": max_unshare_percent,
            "allow_marketplace_based": allow_marketplace_based,
            "profile": profile,
            "assume_role": assume_role,
        }
        default_region = read_settings(get_config, os.environ).region
        ignored = (opts.ignore_changes if opts else None) or []
        try:
            arguments = read_arguments(what, given, default_region=default_region, ignored=ignored)
        except BadArguments as error:
            raise for_the_terminal(error) from None
        super().__init__(resource_name, opts, arguments)

    def _make_copy(self, name: str, opts: pulumi.ResourceOptions, arguments: Mapping[str, Any]) -> ImageCopy:
        return ImageCopy(name, opts, **arguments)

    def _make_share(self, name: str, opts: pulumi.ResourceOptions, arguments: Mapping[str, Any]) -> ImageShare:
        return ImageShare(name, SuccessorOptions(opts), **arguments)

    def _named_for_program(self, values: Mapping[str, Any]) -> Mapping[str, Any]:
        return values
