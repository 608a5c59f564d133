"""The calls of ECS that this package makes, one method a call: what is asked, and what the answer says.

Their references: https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-overview
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Final

from alibabacloud_ecs20140526 import models

from ..errors import EcsError
from .model import CopyOrder, Image, ShareCall, Sharing
from .transport import Call, Transport

# "Status" defaults to Available: an image in any other state is invisible unless asked for. The values are named
# one by one since "ALL" is only in the newest documents.
_ANY_STATUS: Final = "Creating,Waiting,Available,UnAvailable,CreateFailed,Deprecated"


class Ecs(Transport):
    """ECS as one account sees it, for one operation: all its calls share a budget of time (see `Transport`).

    Safe to use from several threads.
    """

    def image(self, region: str, image_id: str) -> Image | None:
        """Read an image, in whatever status: one DescribeImages call if it is there, three if not.

        Returns:
            The image, or None if it is not in this region or this account can't see it.
        """
        # By default neither Marketplace nor community images are searched: asked for only to say what is wrong.
        for scope in ({}, {"image_owner_alias": "marketplace"}, {"image_owner_alias": "others", "is_public": True}):
            request = models.DescribeImagesRequest(region_id=region, image_id=image_id, status=_ANY_STATUS, **scope)
            for image in _images_of(self._call(region, image_id, "describe_images", request)):
                if image.image_id == image_id:
                    return _image(image, region)
        return None

    def sharing(self, region: str, image_id: str, *, twice: bool = False) -> Sharing:
        """Read who has access: one DescribeImageSharePermission call for each 100 accounts.

        Args:
            region: The region's ID.
            image_id: The image's ID.
            twice: Whether a list of several pages is read until two readings agree; see `Transport.all_rows`.
        """
        body = models.DescribeImageSharePermissionRequest(region_id=region, image_id=image_id)
        accounts, answers = self.all_rows(
            Call(region, image_id, "describe_image_share_permission", body),
            lambda answer: (answer.accounts.account if answer.accounts else None) or [],
            lambda account: str(account.aliyun_id),
            f"accounts of {image_id} in {region}",
            twice=twice,
        )
        groups = {
            str(group.group)
            for answer in answers
            for group in (answer.share_groups.share_group if answer.share_groups else None) or ()
        }
        return Sharing(
            accounts={str(account.aliyun_id): account.shared_time or "" for account in accounts},
            groups=tuple(sorted(groups)),
        )

    def modify(self, region: str, image_id: str, call: ShareCall) -> None:
        """Share and unshare as `call` says: one ModifyImageSharePermission call."""
        request = models.ModifyImageSharePermissionRequest(
            region_id=region,
            image_id=image_id,
            add_account=list(call.add) or None,
            remove_account=list(call.remove) or None,
        )
        self._call(region, image_id, "modify_image_share_permission", request, (*call.add, *call.remove))

    def own_images(
        self, region: str, *, image_id: str = "", name: str = "", tag: tuple[str, str] | None = None
    ) -> list[Image]:
        """Read images of this account, in whatever status: one DescribeImages call for each 100.

        Args:
            region: The region's ID.
            image_id: Only the image with this ID.
            name: Only images of this name.
            tag: Only images with this tag, key and value, "" for any value.
        """
        request = models.DescribeImagesRequest(
            region_id=region,
            image_owner_alias="self",
            status=_ANY_STATUS,
            image_id=image_id or None,
            image_name=name or None,
            tag=[models.DescribeImagesRequestTag(key=tag[0], value=tag[1] or None)] if tag else None,
        )
        found = self._all_images(region, image_id, request, f"images in {region}")
        # ECS also finds images whose name only contains this one.
        return [image for image in found if name in ("", image.name) and image_id in ("", image.image_id)]

    def listed_images(
        self,
        region: str,
        *,
        owner_alias: str = "others",
        owner_id: str | None = None,
        community: bool = False,
        twice: bool = False,
    ) -> list[Image]:
        """List images in whatever status: one DescribeImages call for each 100.

        Args:
            region: The region's ID.
            owner_alias: "others" for what other accounts share with this one, "self" for this account's own.
            owner_id: The account ID of the only owner that matters, None for any.
            community: Whether to list community images instead, which every account can use.
            twice: Whether a list of several pages is read until two readings agree; see `Transport.all_rows`.
        """
        request = models.DescribeImagesRequest(
            region_id=region,
            image_owner_alias=owner_alias,
            image_owner_id=None if owner_id is None else int(owner_id),
            is_public=community or None,
            status=_ANY_STATUS,
        )
        return self._all_images(region, "", request, f"images in {region}", twice=twice)

    def regions(self, region: str) -> list[str]:
        """The IDs of all regions, as `region` lists them: one DescribeRegions call."""
        answer = self._call(region, "", "describe_regions", models.DescribeRegionsRequest())
        found = answer.regions.region if answer.regions and answer.regions.region else []
        return [item.region_id for item in found]

    def copy_image(self, order: CopyOrder, token: str) -> str:
        """Begin to copy an image: one CopyImage call, repeated with the same token so that it copies once.

        Returns:
            The copy's ID.
        """
        request = models.CopyImageRequest(
            region_id=order.source_region,
            image_id=order.source_image_id,
            destination_region_id=order.region,
            destination_image_name=order.name,
            destination_description=order.description or None,
            encrypted=order.encrypted,
            kmskey_id=order.kms_key_id or None,
            tag=[models.CopyImageRequestTag(key=key, value=value) for key, value in order.tags.items()],
            client_token=token,
        )
        answer = self._call(order.source_region, order.source_image_id, "copy_image", request)
        if not answer.image_id:
            raise EcsError("CopyImage", "InvalidResponse", "the answer has no ImageId", answer.request_id)
        return str(answer.image_id)

    def change_image(self, region: str, image_id: str, *, name: str, description: str, family: str) -> None:
        """Change what is not "" of an image: one ModifyImageAttribute call."""
        request = models.ModifyImageAttributeRequest(
            region_id=region,
            image_id=image_id,
            image_name=name or None,
            description=description or None,
            image_family=family or None,
        )
        self._call(region, image_id, "modify_image_attribute", request)

    def tag_image(self, region: str, image_id: str, tags: Mapping[str, str]) -> None:
        """Set tags: one TagResources call."""
        pairs = [models.TagResourcesRequestTag(key=key, value=value) for key, value in tags.items()]
        request = models.TagResourcesRequest(region_id=region, resource_type="image", resource_id=[image_id], tag=pairs)
        self._call(region, image_id, "tag_resources", request)

    def untag_image(self, region: str, image_id: str, keys: tuple[str, ...]) -> None:
        """Take tags away: one UntagResources call."""
        request = models.UntagResourcesRequest(
            region_id=region, resource_type="image", resource_id=[image_id], tag_key=list(keys)
        )
        self._call(region, image_id, "untag_resources", request)

    def delete_image(self, region: str, image_id: str, *, force: bool = False) -> None:
        """Delete an image, if `force` even where instances use it: one DeleteImage call. None there is no error."""
        request = models.DeleteImageRequest(region_id=region, image_id=image_id, force=force or None)
        self._call(region, image_id, "delete_image", request)

    def cancel_copy(self, region: str, image_id: str) -> None:
        """Cancel a copy that is being made, which deletes it: one CancelCopyImage call."""
        request = models.CancelCopyImageRequest(region_id=region, image_id=image_id)
        self._call(region, image_id, "cancel_copy_image", request)

    def _call(self, region: str, image_id: str, method: str, request: Any, accounts: Collection[str] = ()) -> Any:
        return self.call(Call(region, image_id, method, request, accounts))

    def _all_images(self, region: str, image_id: str, request: Any, what: str, *, twice: bool = False) -> list[Image]:
        images, _ = self.all_rows(
            Call(region, image_id, "describe_images", request),
            _images_of,
            lambda image: image.image_id,
            what,
            twice=twice,
        )
        return [_image(image, region, community=bool(request.is_public)) for image in images]


def _images_of(answer: Any) -> list[Any]:
    return list((answer.images.image if answer.images else None) or ())


def _image(image: Any, region: str, *, community: bool = False) -> Image:
    owner_id = str(image.image_owner_id or "")
    disks = (image.disk_device_mappings.disk_device_mapping if image.disk_device_mappings else None) or ()
    return Image(
        image_id=image.image_id or "",
        region=region,
        owner_id=owner_id,
        owner_alias=image.image_owner_alias or "",
        status=image.status or "",
        is_public=community or bool(image.is_public),
        product_code=image.product_code or "",
        is_shared={"true": True, "false": False}.get(str(image.is_self_shared).lower()),
        progress=image.progress or "",
        name=image.image_name or "",
        description=image.description or "",
        family=image.image_family or "",
        tags={tag.tag_key: tag.tag_value or "" for tag in (image.tags.tag if image.tags else None) or ()},
        # ECS says it as a boolean, as the SDK's models have it, or as text.
        encrypted=any(str(disk.encrypted).lower() == "true" for disk in disks),
        created_at=image.creation_time or "",
        size=int(image.size or 0),
        architecture=image.architecture or "",
        os_type=image.ostype or "",
        is_used={"instance": True, "none": False}.get(image.usage or ""),
    )
