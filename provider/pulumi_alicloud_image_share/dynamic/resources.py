"""`ImageShare` and `ImageCopy`, what stacks write."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Never

import pulumi
from pulumi.dynamic import Resource

from ..cloud.identity import AssumeRole
from ..copies.spec import ORIGIN
from . import ImageCopyProvider, ImageShareProvider

__all__ = ["ImageCopy", "ImageShare"]


class ImageShare(Resource, module="alicloud", name="ImageShare"):
    """One custom ECS image, shared with any number of accounts.

    The preview names who gains and who loses access. Every rule of "Share or unshare custom images" in Alibaba
    Cloud's ECS documentation is checked there, with the live image, before anything is changed.
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
    exclusive: pulumi.Output[bool]
    """Whether accounts that the program does not list are drift."""

    def __init__(
        self,
        resource_name: str,
        opts: pulumi.ResourceOptions | None = None,
        *,
        image_id: pulumi.Input[str],
        accounts: pulumi.Input[Sequence[pulumi.Input[str]] | Mapping[str, pulumi.Input[str]]],
        region: pulumi.Input[str] | None = None,
        exclusive: pulumi.Input[bool] | None = None,
        max_accounts: pulumi.Input[int] | None = None,
        max_unshare_percent: pulumi.Input[float] | None = None,
        profile: pulumi.Input[str] | None = None,
        assume_role: pulumi.Input[AssumeRole] | None = None,
        **unknown: Never,
    ) -> None:
        """Share an image.

        Args:
            resource_name: The resource's name in the stack.
            opts: Options of the resource. `protect=True` keeps a share from being destroyed by mistake.
            image_id: The ID of a custom image of this account, such as "m-bp1golden00000000001".
            accounts: A list of account IDs, or a mapping of names to account IDs. An account ID is a string of
                digits. The names are only shown: in previews, errors and the `accounts` output.
            region: The ID of the image's region. Default: the config `alicloud:region`, then the environment
                (ALIBABA_CLOUD_REGION, ALICLOUD_REGION).
            exclusive: Whether this resource is the only one that shares the image, so that any other account on it is
                drift, shown by a refresh and unshared by the next update. Default: True. Use False where several
                stacks share one image.
            max_accounts: How many accounts the image may be shared with, by all who share it. Default: 50, the
                documented quota; Quota Center can raise it.
            max_unshare_percent: How many per cent of the accounts one update may unshare, if there are at least 10.
                Default: 30.
            profile: The profile of the Alibaba Cloud CLI whose account owns the image. Default: the stack's own
                credentials, from the configuration `alicloud:` or the environment.
            assume_role: A RAM role to assume first, of the account that owns the image: a mapping with `role_arn`, and
                `session_name`, `external_id`, `session_seconds` where needed. Default: the config
                `alicloud:assumeRole`, else none.
            **unknown: Any other argument is refused in the preview.
        """
        revealing: list[str] = []
        super().__init__(
            ImageShareProvider(),
            resource_name,
            {
                "image_id": image_id,
                "accounts": _secret_as_a_whole(accounts, revealing),
                "region": region,
                "exclusive": exclusive,
                "max_accounts": max_accounts,
                "max_unshare_percent": max_unshare_percent,
                "profile": profile,
                "assume_role": assume_role,
                "account_ids": None,
                "shared_at": None,
                **unknown,
            },
            # The engine is told after the arguments have been awaited, when it is known whether any is secret.
            _revealing(opts, revealing),
        )

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
        """
        opts = pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(id=id))
        identity = {"profile": profile, "assume_role": assume_role}
        return ImageShare(resource_name, opts, image_id=None, accounts=None, **identity)  # type: ignore[arg-type]


class ImageCopy(Resource, module="alicloud", name="ImageCopy"):
    """A copy of a custom ECS image, in another region or in the same.

    It is there when it is complete, which takes minutes to hours: the update says how far it is, and the config
    `image-share:copySeconds` how long it may take (default: 4 hours). A run that was interrupted is taken up again by
    the next `pulumi up`; nothing is copied twice. Destroying it deletes the copy, but never while it is shared.
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
        **unknown: Never,
    ) -> None:
        """Copy an image.

        Args:
            resource_name: The resource's name in the stack.
            opts: Options of the resource.
            source_image_id: The ID of a custom image, such as "m-bp1golden00000000001". One that another account
                shares with this one can be copied only within its region.
            region: The ID of the region to copy it to. It may be the source's.
            source_region: The ID of the region that the image is in. Default: the config `alicloud:region`, then the
                environment (ALIBABA_CLOUD_REGION, ALICLOUD_REGION).
            name: The copy's name, until then not that of another image of the account in that region. Default: the
                source's name and a random suffix.
            description: The copy's description. Default: none.
            family: The image family that the copy joins when it is complete. Default: none.
            encrypted: Whether the copy is encrypted. Default: as the source, and True with `kms_key_id`.
            kms_key_id: The ID of a key of KMS in that region to encrypt the copy with. Default: ECS's own key.
            tags: The copy's tags, at most 19.
            force_delete: Whether the copy is deleted although instances use it: they go on running, but can't
                re-initialise their disks any more. It is never deleted while it is shared. Default: False.
            profile: The profile of the Alibaba Cloud CLI to call ECS with. Default: the stack's own credentials, from
                the configuration `alicloud:` or the environment.
            assume_role: A RAM role to assume first: a mapping with `role_arn`, and `session_name`, `external_id`,
                `session_seconds` where needed. Default: the config `alicloud:assumeRole`, else none.
            **unknown: Any other argument is refused in the preview.

        Name, description, family and tags change in place; what is left out there stays as it is. Anything else
        replaces the copy, the new one first.
        """
        super().__init__(
            ImageCopyProvider(),
            resource_name,
            {
                **unknown,
                "source_image_id": source_image_id,
                "source_region": source_region,
                "region": region,
                "name": name,
                "description": description,
                "family": family,
                "encrypted": encrypted,
                "kms_key_id": kms_key_id,
                "tags": _tags(tags),
                "force_delete": force_delete,
                "profile": profile,
                "assume_role": assume_role,
                "image_id": None,
                "created_at": None,
                "size": None,
                ORIGIN: f"{pulumi.get_organization()}/{pulumi.get_project()}/{pulumi.get_stack()}/{resource_name}",
            },
            opts,
        )

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
        """
        opts = pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(id=id))
        identity = {"profile": profile, "assume_role": assume_role}
        return ImageCopy(resource_name, opts, source_image_id=None, region=None, **identity)  # type: ignore[arg-type]


def _tags(tags: Any) -> Any:
    """The tags in a form that Pulumi takes; those without a value are none."""
    if isinstance(tags, pulumi.Output):
        return tags.apply(_tags)
    if isinstance(tags, Mapping):
        return {_text(key): _item(value) for key, value in tags.items() if value is not None}
    return _nothing_left_out(tags) if tags is not None else None


def _revealing(opts: pulumi.ResourceOptions | None, outputs: list[str]) -> pulumi.ResourceOptions:
    """The options with `outputs` as additional secret outputs: the list itself, to be filled in later."""
    merged = pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions())
    outputs += merged.additional_secret_outputs or []
    merged.additional_secret_outputs = outputs
    return merged


async def _secret_as_a_whole(accounts: Any, revealing: list[str]) -> Any:
    """Make `accounts` secret if any part of it is, and so every output that would reveal it.

    `check` keys the map anew, by account ID: without this, the engine would not know which key of the new map the
    secret of the old one went to, and would write it to the state in clear.
    """
    accounts = _nothing_left_out(accounts)
    if await pulumi.Output.from_input(accounts).is_secret():
        revealing += ["account_ids", "shared_at"]
        return pulumi.Output.secret(accounts)
    return accounts


def _nothing_left_out(accounts: Any) -> Any:
    """Keep what Pulumi would drop or fail at, in a form that `check` refuses by a sentence.

    An account whose ID is None would be dropped from the mapping, and so silently unshared.
    """
    if isinstance(accounts, pulumi.Output):
        return accounts.apply(_nothing_left_out)
    if isinstance(accounts, Mapping):
        return {_text(name): "" if item is None else _item(item) for name, item in accounts.items()}
    if isinstance(accounts, Iterable) and not isinstance(accounts, str | bytes):
        return [_item(item) for item in accounts]
    return _item(accounts)


def _item(value: Any) -> Any:
    if isinstance(value, pulumi.Output):
        return value.apply(lambda known: "" if known is None else _item(known))
    if value is None or isinstance(value, bool | float | Mapping | list | tuple) or inspect.isawaitable(value):
        return value
    if isinstance(value, str):
        return _text(value)
    # Larger integers than a float can hold make Pulumi fail.
    return value if isinstance(value, int) and abs(value) < 2**1000 else repr(value)


def _text(value: Any) -> str:
    return str(value).encode("utf-8", "backslashreplace").decode()
