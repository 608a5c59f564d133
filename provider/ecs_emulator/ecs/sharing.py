"""The rules of sharing an image: ModifyImageSharePermission and its reading. No HTTP; not locked: `Cloud` locks."""

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
# What names a share group is not documented; the example is `all`.
_GROUP = re.compile(r"[\w.-]{1,64}", re.ASCII)


class Sharing:
    """Who may share what with whom."""

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
        """Share and unshare: all of it, or nothing and an error. Only the first ten of either list count."""
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
        """Share with share groups and unshare from them, by the rules that hold for accounts, but for their number.

        Which accounts are in a group is not modelled: it shows the image to nobody.
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
        # The guide forbids sharing a community image and says nothing of unsharing one; the stricter reading refuses
        # both, and IsPublic=false opens the way.
        if image.is_public:
            raise Errors.PUBLIC_IMAGE_NOT_SHARED()
        # The text on Deprecated is of sharing alone, and such an image must be unshareable to be deleted.
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
        # The guide says that an image based on one of the Marketplace can't be shared; "Share a custom image" of 2026,
        # that it can't be shared between sites. No table has a code for the former, and this one is for the latter.
        for other in add:
            if self._accounts.get(other).site != account.site:
                raise Errors.ACCOUNT_OF_OTHER_SITE(account_id=other)

    def _check_quotas(self, account: Account, image: Image, add: list[str]) -> None:
        # Whether a swap at the quota counts its removals first is not documented. The stricter reading: it does not.
        new = set(add) - image.shares.current.keys()
        if not new:
            return
        if len(image.shares.current) + len(new) > account.share_quota:
            raise Errors.SHARE_USER_QUOTA()
        self._check_shared_images(account, image)

    def _check_shared_images(self, account: Account, image: Image) -> None:
        # Only an image that is not shared yet adds to the number of shared ones.
        limit = account.shared_images_quota
        if limit is not None and not image.is_shared and self._images.shared_images(account.id) >= limit:
            raise Errors.SHARE_IMAGE_QUOTA()

    def set_public(self, account: str, region: str, image_id: str, public: bool) -> None:
        """Publish as a community image, or take that back; shares made before stay."""
        self._images.check_region(region)
        image = self._images.own(account, region, image_id)
        # IsPublic=false on a regular image: "no changes are made", says the SDK; the table has an error for it. The
        # stricter: the error.
        if not public and not image.is_public:
            raise Errors.IMAGE_IS_NOT_PUBLIC()
        if public and image.encrypted:
            raise Errors.ENCRYPTED_IMAGE_NOT_PUBLISHED()
        if public and image.status != "Available":
            raise Errors.IMAGE_UNAVAILABLE()
        image.is_public = public
