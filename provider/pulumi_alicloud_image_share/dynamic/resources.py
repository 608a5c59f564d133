"""`ImageShare`, `ImageCopy` and `ImageDistribution`, what stacks write."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Required, TypedDict, Unpack, overload

import pulumi
from pulumi.dynamic import Resource
from pulumi.runtime import get_config

from ..cloud.settings import read_settings
from ..copy.resource import CopyResource
from ..distribution.component import Distribution, read_arguments
from ..distribution.request import INPUTS, NAME
from ..dynamic.program_types import Accounts, AssumeRole
from ..engine.wire import nothing_left_out, without_none
from ..errors import BadArguments
from ..share.resource import ShareResource
from . import ImageCopyProvider, ImageShareProvider
from .options import SuccessorOptions, check_options
from .program_errors import for_the_terminal
from .registration import Registered, pickler_left_as_it_was

__all__ = ["ImageCopy", "ImageDistribution", "ImageShare"]


class ImageShare(Resource, module="alicloud-image-share", name="ImageShare"):
    """One custom ECS image, shared with any number of accounts.

    The preview names who gains and who loses access. It checks every rule of "Share or unshare custom images" in
    Alibaba Cloud's ECS documentation, with the live image, before anything is changed.

    Example::

        import pulumi
        from pulumi_alicloud_image_share import ImageShare

        share = ImageShare(
            "golden",
            image_id="m-bp1golden00000000001",
            accounts={"payments": "1000000000000002", "data": "1000000000000003"},
        )
        pulumi.export("sharedWith", share.account_ids)
    """

    image_id: pulumi.Output[str]
    """The image's ID."""
    region: pulumi.Output[str]
    """The region's ID."""
    if TYPE_CHECKING:
        accounts: pulumi.Output[dict[str, str]]
        """Account ID to the program's name for it, "" for none."""
    else:
        # Where nothing is checked (mocks, resources left out by --target), the arguments come back as outputs, a list
        # among them, and Pulumi insists on the annotated type.
        accounts: pulumi.Output[Any]
    account_ids: pulumi.Output[list[str]]
    """The account IDs, sorted."""
    shared_at: pulumi.Output[dict[str, str]]
    """Account ID to the time since when it has access, ISO 8601 in UTC."""
    owner_id: pulumi.Output[str]
    """The account ID of the image's owner."""
    exclusive: pulumi.Output[bool]
    """Whether accounts that the program does not list are drift."""
    max_accounts: pulumi.Output[int]
    """How many accounts the image may be shared with."""
    max_unshare_percent: pulumi.Output[float]
    """The largest percentage of the accounts that one update may unshare; it applies from 10 accounts."""
    allow_marketplace_based: pulumi.Output[bool | None]
    """Whether ECS decides if an image that is based on one of the Marketplace can be shared. None for the default."""
    profile: pulumi.Output[str | None]
    """The profile of the Alibaba Cloud CLI that calls ECS, None for the stack's own credentials."""
    assume_role: pulumi.Output[dict[str, Any] | None]
    """The RAM role that is assumed, with the entries of `AssumeRole`, None if the program gives none."""

    def __init__(
        self,
        resource_name: str,
        opts: pulumi.ResourceOptions | None = None,
        *,
        image_id: pulumi.Input[str],
        accounts: pulumi.Input[Accounts],
        region: pulumi.Input[str] | None = None,
        exclusive: pulumi.Input[bool] | None = None,
        max_accounts: pulumi.Input[int] | None = None,
        max_unshare_percent: pulumi.Input[float] | None = None,
        allow_marketplace_based: pulumi.Input[bool] | None = None,
        profile: pulumi.Input[str] | None = None,
        assume_role: pulumi.Input[AssumeRole] | None = None,
    ) -> None:
        """Share an image.

        Args:
            resource_name: The resource's name in the stack.
            opts: Options of the resource. `protect=True` keeps a share from being destroyed by mistake.
            image_id: The ID of a custom image of this account, such as "m-bp1golden00000000001".
            accounts: A list of account IDs, or a mapping of names to account IDs, or of account IDs to names, as the
                `accounts` output has it. An account ID is a string of digits. The names are only shown: in previews,
                errors and the `accounts` output.
            region: The ID of the image's region. Default: the config `alicloud-image-share:region`, then
                `alicloud:region`, then the environment (ALIBABA_CLOUD_REGION, ALICLOUD_REGION).
            exclusive: Whether this resource is the only one that shares the image, so that any other account on it is
                drift, shown by a refresh and unshared by the next update. Default: True. Use False where several
                stacks share one image.
            max_accounts: How many accounts the image may be shared with, by all who share it. Default: 50, the
                documented quota; Quota Center can raise it.
            max_unshare_percent: How many per cent of the accounts one update may unshare, if there are at least 10.
                Default: 30.
            allow_marketplace_based: Whether ECS is left to decide if an image that is based on one of the Marketplace
                can be shared: its guide forbids it, a newer page only between its sites. Default: False.
            profile: The profile of the Alibaba Cloud CLI whose account owns the image. Default: the stack's own
                credentials, from the configuration or the environment.
            assume_role: A RAM role to assume first, of the account that owns the image: a mapping with `role_arn`, and
                `session_name`, `external_id`, `session_seconds` where needed. Default: the config
                `alicloud-image-share:assumeRole`, else none.

        Raises:
            BadArguments: An option cannot be honoured. Every other fault is an error of the preview.
        """
        self._register(resource_name, opts, _given(ShareResource.inputs(), locals()))

    def _register(self, resource_name: str, opts: pulumi.ResourceOptions | None, arguments: Mapping[str, Any]) -> None:
        accounts = arguments["accounts"]
        check_options(
            f"ImageShare {resource_name!r}", opts, names_identity=_names_identity(arguments), accounts=accounts
        )
        is_read_only = opts is not None and opts.id is not None
        given = nothing_left_out(accounts)
        me = Registered(ShareResource, resource_name, opts, secret_input=("accounts", given))
        with pickler_left_as_it_was():
            super().__init__(
                ImageShareProvider(),
                resource_name,
                {
                    **arguments,
                    "accounts": me.secret_as_a_whole(),
                    **dict.fromkeys(ShareResource.outputs_only()),
                    **me.facts(),
                    **({} if is_read_only else me.share_state(arguments["image_id"], arguments["region"], given)),
                },
                opts,
            )

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Let a subclass be an ImageShare to the engine, and to the policies."""
        super().__init_subclass__(module="alicloud-image-share", name="ImageShare", **kwargs)

    @staticmethod
    def get(
        resource_name: str,
        id: pulumi.Input[str],  # pulumi's own name for the argument is `id`
        opts: pulumi.ResourceOptions | None = None,
        *,
        profile: pulumi.Input[str] | None = None,
        assume_role: pulumi.Input[AssumeRole] | None = None,
    ) -> ImageShare:
        """Read how an image is shared, without managing it.

        Args:
            resource_name: The resource's name in the stack.
            id: ``<region>:<image_id>``, such as "cn-hangzhou:m-bp1golden00000000001".
            opts: Options of the resource.
            profile: As for a new one.
            assume_role: As for a new one.

        Returns:
            The share. Its `accounts` are those that have access now, without names.

        Raises:
            BadArguments: An option cannot be honoured.

        Example::

            import pulumi
            from pulumi_alicloud_image_share import ImageShare

            share = ImageShare.get("golden", "cn-hangzhou:m-bp1golden00000000001")
            pulumi.export("sharedWith", share.account_ids)
        """
        share = ImageShare.__new__(ImageShare)
        arguments = dict.fromkeys(ShareResource.inputs()) | {"profile": profile, "assume_role": assume_role}
        share._register(resource_name, pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(id=id)), arguments)
        return share


class ImageCopy(Resource, module="alicloud-image-share", name="ImageCopy"):
    """A copy of a custom ECS image, in another region or in the same.

    It is there when it is complete, which takes minutes to hours: the update says how far it is. It may take 4 hours,
    or as long as the config `alicloud-image-share:copySeconds` or `custom_timeouts` in the options says. A run that was
    interrupted is taken up again by the next `pulumi up`; nothing is copied twice. Destroying it deletes the copy, but
    never while it is shared.

    Example::

        import pulumi
        from pulumi_alicloud_image_share import ImageCopy, ImageShare

        copy = ImageCopy("golden-beijing", source_image_id="m-bp1golden00000000001", region="cn-beijing")
        ImageShare("golden-beijing", image_id=copy.image_id, region="cn-beijing", accounts=["1000000000000002"])
        pulumi.export("imageId", copy.image_id)
    """

    image_id: pulumi.Output[str]
    """The copy's ID."""
    region: pulumi.Output[str]
    """The ID of the region that it is in."""
    source_image_id: pulumi.Output[str]
    """The ID of the image that was copied; "" for a copy that was read by `get`."""
    source_region: pulumi.Output[str]
    """The ID of that image's region, likewise."""
    name: pulumi.Output[str]
    """The copy's name."""
    description: pulumi.Output[str]
    """Its description, "" for none."""
    family: pulumi.Output[str]
    """Its image family, "" for none."""
    encrypted: pulumi.Output[bool]
    """Whether it is encrypted."""
    kms_key_id: pulumi.Output[str]
    """The ID of the key that it was encrypted with, "" where none was named. ECS does not tell it afterwards."""
    if TYPE_CHECKING:
        tags: pulumi.Output[dict[str, str]]
        """Its tags, without those of ECS and of this package."""
    else:
        # Where nothing is checked, whatever the program gave comes back.
        tags: pulumi.Output[Any]
    created_at: pulumi.Output[str]
    """When it was created, ISO 8601 in UTC."""
    size: pulumi.Output[int]
    """Its size in GiB."""
    owner_id: pulumi.Output[str]
    """The account ID of its owner."""
    force_delete: pulumi.Output[bool]
    """Whether a destroy deletes it although instances use it."""
    profile: pulumi.Output[str | None]
    """The profile of the Alibaba Cloud CLI that calls ECS, None for the stack's own credentials."""
    assume_role: pulumi.Output[dict[str, Any] | None]
    """The RAM role that is assumed, with the entries of `AssumeRole`, None if the program gives none."""

    def __init__(
        self,
        resource_name: str,
        opts: pulumi.ResourceOptions | None = None,
        *,
        source_image_id: pulumi.Input[str],
        region: pulumi.Input[str],
        source_region: pulumi.Input[str] | None = None,
        name: pulumi.Input[str] | None = None,
        description: pulumi.Input[str] | None = None,
        family: pulumi.Input[str] | None = None,
        encrypted: pulumi.Input[bool] | None = None,
        kms_key_id: pulumi.Input[str] | None = None,
        tags: pulumi.Input[Mapping[str, pulumi.Input[str]]] | None = None,
        force_delete: pulumi.Input[bool] | None = None,
        profile: pulumi.Input[str] | None = None,
        assume_role: pulumi.Input[AssumeRole] | None = None,
    ) -> None:
        """Copy an image.

        Args:
            resource_name: The resource's name in the stack.
            opts: Options of the resource.
            source_image_id: The ID of a custom image, such as "m-bp1golden00000000001". One that another account
                shares with this one can be copied only within its region.
            region: The ID of the region to copy it to. It may be the source's.
            source_region: The ID of the region that the image is in. Default: the config
                `alicloud-image-share:region`, then the environment (ALIBABA_CLOUD_REGION, ALICLOUD_REGION).
            name: The copy's name, until then not that of another image of the account in that region. Default: the
                source's name and a suffix, the same in each preview.
            description: The copy's description. Default: none.
            family: The image family that the copy joins when it is complete. Default: none.
            encrypted: Whether the copy is encrypted. Default: as the source, and True with `kms_key_id`.
            kms_key_id: The ID of a key of KMS in that region to encrypt the copy with. Default: ECS's own key.
            tags: The copy's tags, at most 19.
            force_delete: Whether the copy is deleted although instances use it: they go on running, but can't
                re-initialise their disks any more. It is never deleted while it is shared. Default: False.
            profile: The profile of the Alibaba Cloud CLI to call ECS with. Default: the stack's own credentials, from
                the configuration or the environment.
            assume_role: A RAM role to assume first: a mapping with `role_arn`, and `session_name`, `external_id`,
                `session_seconds` where needed. Default: the config `alicloud-image-share:assumeRole`, else none.

        Raises:
            BadArguments: An option cannot be honoured. Every other fault is an error of the preview.

        Name, description, family and tags change in place; an argument that is left out does not change them. Any other
        change replaces the copy, the new one first.
        """
        self._register(resource_name, opts, _given(CopyResource.inputs(), locals()))

    def _register(self, resource_name: str, opts: pulumi.ResourceOptions | None, arguments: Mapping[str, Any]) -> None:
        check_options(f"ImageCopy {resource_name!r}", opts, names_identity=_names_identity(arguments))
        is_read_only = opts is not None and opts.id is not None
        me = Registered(CopyResource, resource_name, opts)
        with pickler_left_as_it_was():
            super().__init__(
                ImageCopyProvider(),
                resource_name,
                {
                    **arguments,
                    "tags": without_none(arguments["tags"]),
                    **dict.fromkeys(CopyResource.outputs_only()),
                    **me.facts(),
                    **({} if is_read_only else me.own_state()),
                },
                opts,
            )
        # An update in place keeps the ID: so the preview knows it, and nothing that uses it is shown as replaced.
        self.image_id = self.id.apply(lambda id: str(id).rpartition(":")[2])

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Let a subclass be an ImageCopy to the engine, and to the policies."""
        super().__init_subclass__(module="alicloud-image-share", name="ImageCopy", **kwargs)

    @staticmethod
    def get(
        resource_name: str,
        id: pulumi.Input[str],  # pulumi's own name for the argument is `id`
        opts: pulumi.ResourceOptions | None = None,
        *,
        profile: pulumi.Input[str] | None = None,
        assume_role: pulumi.Input[AssumeRole] | None = None,
    ) -> ImageCopy:
        """Read an image of this account, without managing it.

        Args:
            resource_name: The resource's name in the stack.
            id: ``<region>:<image_id>``, such as "cn-beijing:m-2zecopy0000000000001".
            opts: Options of the resource.
            profile: As for a new one.
            assume_role: As for a new one.

        Returns:
            The image. Its source is not known.

        Raises:
            BadArguments: An option cannot be honoured.

        Example::

            import pulumi
            from pulumi_alicloud_image_share import ImageCopy

            copy = ImageCopy.get("golden-beijing", "cn-beijing:m-2zecopy0000000000001")
            pulumi.export("name", copy.name)
        """
        copy = ImageCopy.__new__(ImageCopy)
        arguments = dict.fromkeys(CopyResource.inputs()) | {"profile": profile, "assume_role": assume_role}
        copy._register(resource_name, pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(id=id)), arguments)
        return copy


def _given(names: Iterable[str], values: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments of these names that a function was called with, from its `locals()`."""
    return {name: values[name] for name in names}


def _names_identity(arguments: Mapping[str, Any]) -> bool:
    return any(arguments[name] is not None for name in ("profile", "assume_role"))


class _DistributionArguments(TypedDict, total=False):
    """The arguments of an `ImageDistribution` beside its images, for type checkers: either way to give images has them.

    Their documentation is in `ImageDistribution.__init__`.
    """

    regions: Required[Sequence[str]]
    accounts: Required[pulumi.Input[Accounts] | Mapping[str, Accounts]]
    source_region: str | None
    kms_key_ids: Mapping[str, pulumi.Input[str]] | None
    family: pulumi.Input[str] | None
    description: pulumi.Input[str] | None
    tags: pulumi.Input[Mapping[str, pulumi.Input[str]]] | None
    force_delete: pulumi.Input[bool] | None
    exclusive: pulumi.Input[bool] | None
    max_accounts: pulumi.Input[int] | None
    max_unshare_percent: pulumi.Input[float] | None
    allow_marketplace_based: pulumi.Input[bool] | None
    profile: pulumi.Input[str] | None
    assume_role: pulumi.Input[AssumeRole] | None


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
        **others: Unpack[_DistributionArguments],
    ) -> None: ...

    @overload
    def __init__(
        self,
        resource_name: str,
        opts: pulumi.ResourceOptions | None = None,
        *,
        images: Sequence[str],
        **others: Unpack[_DistributionArguments],
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
        given = _given([item.name for item in INPUTS], locals())
        what = f"{NAME} {resource_name!r}"
        check_options(what, opts, names_identity=_names_identity(given))
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
