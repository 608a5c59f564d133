"""The rules of ModifyImageSharePermission and DescribeImageSharePermission. No HTTP; `Cloud` locks."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from ..accounts import Account, Accounts
from ..clock import Clock
from .errors import Errors
from .image import Image
from .images import Images

# "If more than 10 Alibaba Cloud accounts are submitted, the system processes only the first 10 and ignores the rest."
ACCOUNTS_A_CALL = 10
# The names of share groups are not documented; the example is `all`.
_GROUP = re.compile(r"[\w.-]{1,64}", re.ASCII)


class Sharing:
    """The rules of sharing images."""

    def __init__(self, images: Images, accounts: Accounts, clock: Clock) -> None:
        self._images = images
        self._accounts = accounts
        self._clock = clock

    def permission(self, account: str, region: str, image_id: str, lag: float) -> list[tuple[str, datetime]]:
        """The accounts that the image is shared with, in the order of sharing, as they were `lag` seconds ago."""
        self._images.check_region(region)
        image = self._images.own(account, region, image_id)
        shares = image.shares.as_of(self._clock.monotonic() - lag)
        return sorted(shares.items(), key=lambda share: (share[1], share[0]))

    def modify(self, account: Account, region: str, image_id: str, add: list[str], remove: list[str]) -> None:
        """Share and unshare all, or raise and change nothing. Only the first ten of each list count."""
        self._images.check_region(region)
        image = self._images.own(account.id, region, image_id)
        add, remove = add[:ACCOUNTS_A_CALL], remove[:ACCOUNTS_A_CALL]
        if add or remove:
            self._check_changeable(image)
        if add:
            self._check_shareable(account, image, add)
        for other in (*add, *remove):
            if other not in self._accounts:
                raise Errors.ACCOUNT_NOT_FOUND(account_id=other)
        if account.id in add:
            raise Errors.ACCOUNT_IS_YOURSELF()
        if image.product_code:
            self._check_sites(account, add)
        self._check_quotas(account, image, add)
        image.shares.change(add, remove, self._clock.now(), self._clock.monotonic())

    def groups(self, account: str, region: str, image_id: str, lag: float) -> list[str]:
        """The share groups that the image is shared with, as they were `lag` seconds ago."""
        image = self._images.own(account, region, image_id)
        return sorted(image.groups.as_of(self._clock.monotonic() - lag))

    def modify_groups(
        self, account: Account, region: str, image_id: str, add: Sequence[str], remove: Sequence[str]
    ) -> None:
        """Share with share groups and unshare from them, by the rules for accounts except the limit of ten.

        Groups have no members here, so a share with a group does not show the image to any account.
        """
        self._images.check_region(region)
        image = self._images.own(account.id, region, image_id)
        if any(not _GROUP.fullmatch(group) for group in (*add, *remove)):
            raise Errors.SHARE_GROUP_MALFORMED()
        self._check_changeable(image)
        if add:
            self._check_shareable(account, image, add)
        if set(add) - image.groups.current.keys():
            self._check_shared_images(account, image)
        image.groups.change(add, remove, self._clock.now(), self._clock.monotonic())

    def _check_changeable(self, image: Image) -> None:
        # The guide forbids sharing a community image and does not mention unsharing one. The stricter reading refuses
        # both until IsPublic=false.
        if image.is_public:
            raise Errors.PUBLIC_IMAGE_NOT_SHARED()
        # The text on Deprecated is about sharing only. A deprecated image must be unshared before it can be deleted.
        if image.status not in ("Available", "Deprecated"):
            raise Errors.IMAGE_UNAVAILABLE()

    def _check_shareable(self, account: Account, image: Image, add: Sequence[str]) -> None:
        if image.status == "Deprecated":
            raise Errors.DEPRECATED_IMAGE_NOT_SHARED()
        if image.encrypted and not image.kms_key_id:
            raise Errors.SERVICE_KEY_IMAGE_NOT_SHARED()
        if image.encrypted and not account.can_share_encrypted:
            raise Errors.ENCRYPTED_SHARE_ROLE_MISSING()

    def _check_sites(self, account: Account, add: Sequence[str]) -> None:
        # The guide says that an image based on a Marketplace image can't be shared. "Share a custom image" of 2026 says
        # that it can't be shared between sites. Only the latter has a code in a table.
        for other in add:
            if self._accounts.get(other).site != account.site:
                raise Errors.ACCOUNT_OF_OTHER_SITE(account_id=other)

    def _check_quotas(self, account: Account, image: Image, add: list[str]) -> None:
        # It is not documented whether removals count before additions. The stricter reading: they do not.
        new = set(add) - image.shares.current.keys()
        if not new:
            return
        if len(image.shares.current) + len(new) > account.share_quota:
            raise Errors.SHARE_USER_QUOTA()
        self._check_shared_images(account, image)

    def _check_shared_images(self, account: Account, image: Image) -> None:
        # Only an image that is not shared yet increases the number of shared images.
        limit = account.shared_images_quota
        if limit is not None and not image.is_shared and self._images.shared_images(account.id) >= limit:
            raise Errors.SHARE_IMAGE_QUOTA()

    def set_public(self, account: str, region: str, image_id: str, public: bool) -> None:
        """Publish as a community image, or unpublish. Shares stay."""
        self._images.check_region(region)
        image = self._images.own(account, region, image_id)
        # IsPublic=false on a regular image: the SDK says "no changes are made", the table has an error for it. The
        # stricter reading: the error.
        if not public and not image.is_public:
            raise Errors.IMAGE_IS_NOT_PUBLIC()
        if public and image.encrypted:
            raise Errors.ENCRYPTED_IMAGE_NOT_PUBLISHED()
        if public and image.status != "Available":
            raise Errors.IMAGE_UNAVAILABLE()
        image.is_public = public
