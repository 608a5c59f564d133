"""The one door to ECS: pages, retries, and errors in the user's words.

Every call of this module is safe to repeat: adding an account that has access, or removing one that has none, is no
error (reference of ModifyImageSharePermission), and the rest only reads.
"""

from __future__ import annotations

import copy
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final, TypeVar

from alibabacloud_ecs20140526 import models
from alibabacloud_ecs20140526.client import Client
from alibabacloud_tea_openapi.exceptions import AlibabaCloudException
from alibabacloud_tea_openapi.utils_models import Config
from darabonba.exceptions import UnretryableException
from darabonba.runtime import RuntimeOptions
from tenacity import RetryCallState, Retrying, retry_if_exception_type, wait_random_exponential

from .config import Settings
from .copying import CopyOrder
from .credentials import Credential
from .errors import EcsError, EcsUnavailable
from .failures import EXPIRED, Asked, in_users_words
from .image import Image
from .image_lookup import Listed, SharedImage
from .pace import Pace
from .plan import Call

T = TypeVar("T")

PAGE_SIZE: Final = 100
"""The most that DescribeImageSharePermission returns at once. An older text says 50: `TotalCount` is followed."""

# "Status" defaults to Available: an image in any other state is invisible unless asked for. The values are named
# one by one since "ALL" is only in the newest documents.
_ANY_STATUS: Final = "Creating,Waiting,Available,UnAvailable,CreateFailed,Deprecated"


class Ecs:
    """ECS as one operation needs it: all its calls share a budget of time. Safe to use from several threads.

    Every method raises `EcsUnavailable` where ECS stays throttling, unreachable or broken for
    `settings.retry_seconds`, `ImageNotFound` where the image is not there, and `EcsError` for any other refusal.
    """

    def __init__(
        self,
        settings: Settings,
        credential: Credential,
        *,
        notify: Callable[[str], None] = lambda _: None,
        notice_seconds: float = 10.0,
        may_go_on: Callable[[], bool] = lambda: True,
    ) -> None:
        """Make a door to ECS; no call is made yet.

        Args:
            settings: Endpoint, protocol and time limits.
            credential: As whom to call.
            notify: Tells the user that an operation has been waiting for ECS.
            notice_seconds: After how long it does so, in seconds.
            may_go_on: Asked before each call whether anybody still waits for its result.
        """
        self._settings = settings
        self._notify = notify
        self._notice_seconds = notice_seconds
        self._may_go_on = may_go_on
        self._credential = credential
        self._clients = _Clients(settings, credential)
        self._pace = Pace()
        self._begin()

    def afresh(self) -> Ecs:
        """The same door for another operation: with a budget of its own, at the pace that all share."""
        other = copy.copy(self)
        other._begin()
        return other

    def _begin(self) -> None:
        self._began = time.monotonic()
        self._notified = False

    def image(self, region: str, image_id: str) -> Image | None:
        """Read an image, in whatever status: one DescribeImages call if it is there, three if not.

        Returns:
            The image, or None if it is not in this region or this account can't see it.
        """
        # By default neither Marketplace nor community images are searched: asked for only to say what is wrong.
        for scope in ({}, {"image_owner_alias": "marketplace"}, {"image_owner_alias": "others", "is_public": True}):
            request = models.DescribeImagesRequest(region_id=region, image_id=image_id, status=_ANY_STATUS, **scope)
            body = self._call(region, image_id, "describe_images", request)
            found = body.images.image if body.images and body.images.image else []
            for image in found:
                if image.image_id == image_id:
                    return _image(image, region)
        return None

    def shared_accounts(self, region: str, image_id: str) -> dict[str, str]:
        """Read who has access: one DescribeImageSharePermission call for each 100 accounts.

        Returns:
            Account ID to the time since when, in the words of ECS (ISO 8601, UTC).
        """
        request = models.DescribeImageSharePermissionRequest(region_id=region, image_id=image_id)
        accounts = self._all_rows(
            "describe_image_share_permission",
            request,
            lambda body: body.accounts.account if body.accounts and body.accounts.account else [],
            f"accounts of {image_id} in {region}",
        )
        return {str(account.aliyun_id): account.shared_time or "" for account in accounts}

    def modify(self, region: str, image_id: str, call: Call) -> None:
        """Share and unshare as `call` says: one ModifyImageSharePermission call."""
        request = models.ModifyImageSharePermissionRequest(
            region_id=region,
            image_id=image_id,
            add_account=list(call.add) or None,
            remove_account=list(call.remove) or None,
        )
        self._call(region, image_id, "modify_image_share_permission", request)

    def own_images(
        self, region: str, *, image_id: str = "", name: str = "", tag: tuple[str, str] | None = None
    ) -> list[Image]:
        """Read images of this account, in whatever status: one DescribeImages call.

        Args:
            region: The region's ID.
            image_id: Only the image with this ID.
            name: Only images of this name.
            tag: Only images with this tag, key and value.
        """
        request = models.DescribeImagesRequest(
            region_id=region,
            image_owner_alias="self",
            status=_ANY_STATUS,
            image_id=image_id or None,
            image_name=name or None,
            tag=[models.DescribeImagesRequestTag(key=tag[0], value=tag[1])] if tag else None,
            page_size=PAGE_SIZE,
        )
        body = self._call(region, image_id, "describe_images", request)
        found = [_image(image, region) for image in (body.images.image if body.images else None) or ()]
        # ECS also finds images whose name only contains this one.
        return [image for image in found if name in ("", image.name) and image_id in ("", image.image_id)]

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
        body = self._call(order.source_region, order.source_image_id, "copy_image", request)
        if not body.image_id:
            raise EcsError("CopyImage", "InvalidResponse", "the answer has no ImageId", body.request_id)
        return str(body.image_id)

    def amend_image(self, region: str, image_id: str, *, name: str, description: str, family: str) -> None:
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

    def _call(self, region: str, image_id: str, method: str, request: Any) -> Any:
        send = getattr(self._clients.of(region), f"{method}_with_options")
        action = _action(method)
        unanswered = renewed = False

        def attempt() -> Any:
            nonlocal unanswered, renewed
            turn = self._pace.take_turn()
            if not self._may_go_on():
                raise EcsError(action, "EngineGone", "not sent, since the engine that asked for it has ended")
            try:
                self._credential.ensure()
                body = send(request, RuntimeOptions()).body
            except EcsError as no_credentials:
                no_credentials.surely_refused = not unanswered
                raise
            except (AlibabaCloudException, UnretryableException) as error:
                asked = Asked(action, region, image_id, self._clients.endpoint_of(region))
                failure = in_users_words(error, asked)
                if failure.code == EXPIRED and not renewed and self._credential.forget():
                    # The role's sessions were revoked, or the clocks disagree on when they end.
                    renewed = True
                    return attempt()
                throttled = failure.code.startswith("Throttling")
                if throttled:
                    self._pace.throttled(turn)
                unanswered = unanswered or (isinstance(failure, EcsUnavailable) and not throttled)
                failure.surely_refused = not unanswered
                raise failure from error
            self._pace.answered()
            if body is None or body.request_id is None:
                unanswered = True
                raise EcsUnavailable(action, "InvalidResponse", "the answer is not one of ECS")
            return body

        return self._repeat(attempt)

    def _repeat(self, attempt: Callable[[], T]) -> T:
        deadline = self._began + self._settings.retry_seconds
        pause = wait_random_exponential(multiplier=0.5, max=20)
        policy = Retrying(
            retry=retry_if_exception_type(EcsUnavailable),
            # tenacity before 8.2 calls these by the name of the argument.
            wait=lambda retry_state: max(0.0, min(pause(retry_state), deadline - time.monotonic())),
            stop=lambda retry_state: time.monotonic() >= deadline,
            before_sleep=self._say_that_it_waits,
            reraise=True,
        )
        return policy(attempt)

    def _all_rows(self, method: str, request: Any, rows_of: Callable[[Any], list[Any]], what: str) -> list[Any]:
        """Read all pages of a list: one call for each 100 rows."""

        def read() -> list[Any]:
            rows: list[Any] = []
            request.page_number, request.page_size = 0, PAGE_SIZE
            while True:
                request.page_number += 1
                body = self._call(request.region_id, request.image_id or "", method, request)
                page = rows_of(body)
                rows += page
                total, size = body.total_count or 0, body.page_size or PAGE_SIZE
                if page and (len(rows) < total or len(page) >= size):
                    continue
                if len(rows) < total:
                    raise EcsUnavailable(
                        _action(method),
                        "InconsistentAnswer",
                        f"TotalCount is {total}, but only {len(rows)} {what} are listed",
                        body.request_id,
                        "Nothing can be said of those that are left out: run again later.",
                    )
                return rows

        return self._repeat(read)

    def _say_that_it_waits(self, state: RetryCallState) -> None:
        pause = state.next_action.sleep if state.next_action else 0.0
        waited = time.monotonic() - self._began
        if self._notified or waited + pause < self._notice_seconds:
            return
        self._notified = True
        why = state.outcome.exception() if state.outcome else None
        self._notify(
            f"waiting for ECS for {waited + pause:.0f} s, at most {self._settings.retry_seconds:.0f} s in all "
            f"(image-share:retrySeconds): {why}"
        )

    def briefly(self, seconds: float) -> Ecs:
        """The same door for what is not worth waiting for: all its calls are repeated for so long, without a word."""
        other = self.afresh()
        other._settings = replace(self._settings, retry_seconds=min(seconds, self._settings.retry_seconds))
        other._notified = True
        return other

    def listed_images(
        self, region: str, *, owner_alias: str = "others", owner_id: str | None = None, community: bool = False
    ) -> list[Listed]:
        """List images in whatever status: one DescribeImages call for each 100.

        Args:
            region: The region's ID.
            owner_alias: "others" for what other accounts share with this one, "self" for this account's own.
            owner_id: The account ID of the only owner that matters, None for any.
            community: Whether to list community images instead, which every account can use.
        """
        request = models.DescribeImagesRequest(
            region_id=region,
            image_owner_alias=owner_alias,
            image_owner_id=None if owner_id is None else int(owner_id),
            is_public=community or None,
            status=_ANY_STATUS,
        )
        images = self._all_rows(
            "describe_images",
            request,
            lambda body: body.images.image if body.images and body.images.image else [],
            f"images in {region}",
        )
        return [_listed(image, region, community) for image in images]

    def regions(self, region: str) -> list[str]:
        """The IDs of all regions, as `region` lists them: one DescribeRegions call."""
        body = self._call(region, "", "describe_regions", models.DescribeRegionsRequest())
        found = body.regions.region if body.regions and body.regions.region else []
        return [item.region_id for item in found]


class _Clients:
    """One client of the SDK a region."""

    def __init__(self, settings: Settings, credential: Credential) -> None:
        self._settings = settings
        self._credential = credential
        self._clients: dict[str, Client] = {}
        self._lock = threading.Lock()

    def endpoint_of(self, region: str) -> str:
        return str(self.of(region)._endpoint)

    def of(self, region: str) -> Client:
        with self._lock:
            if region not in self._clients:
                self._clients[region] = Client(
                    Config(
                        credential=self._credential.client,
                        region_id=region,
                        endpoint=self._settings.endpoint,
                        protocol=self._settings.protocol,
                        user_agent="pulumi-alicloud-image-share",
                    )
                )
            return self._clients[region]


def _action(method: str) -> str:
    return "".join(word.capitalize() for word in method.split("_"))


def _image(image: Any, region: str) -> Image:
    shared = {"true": True, "false": False}.get(str(image.is_self_shared).lower())
    return Image(
        image_id=image.image_id,
        region=region,
        owner_id=str(image.image_owner_id or ""),
        owner_alias=image.image_owner_alias or "",
        status=image.status or "",
        is_public=bool(image.is_public),
        product_code=image.product_code or "",
        is_shared=shared,
        progress=image.progress or "",
        name=image.image_name or "",
        description=image.description or "",
        family=image.image_family or "",
        tags={tag.tag_key: tag.tag_value or "" for tag in (image.tags.tag if image.tags else None) or ()},
        encrypted=any(str(disk.encrypted).lower() == "true" for disk in _disks(image)),
        created_at=image.creation_time or "",
        size=int(image.size or 0),
    )


def _listed(image: Any, region: str, community: bool) -> Listed:
    owner_id = str(image.image_owner_id or "")
    disks = image.disk_device_mappings.disk_device_mapping if image.disk_device_mappings else None
    tags = image.tags.tag if image.tags else None
    return Listed(
        SharedImage(
            image_id=image.image_id or "",
            region=region,
            owner_id=owner_id,
            name=image.image_name or "",
            # A consumer sees "acs:<account ID of the owner>:<family>" (overview of image families).
            family=(image.image_family or "").removeprefix(f"acs:{owner_id}:"),
            description=image.description or "",
            created_at=image.creation_time or "",
            size=int(image.size or 0),
            encrypted=any(disk.encrypted for disk in disks or []),
            architecture=image.architecture or "",
            os_type=image.ostype or "",
            tags={tag.tag_key: tag.tag_value or "" for tag in tags or []},
            status=image.status or "",
            is_community=community or bool(image.is_public),
        ),
        owner_alias=image.image_owner_alias or "",
        progress=image.progress or "",
    )


def _disks(image: Any) -> Any:
    mappings = image.disk_device_mappings
    return (mappings.disk_device_mapping if mappings else None) or ()
