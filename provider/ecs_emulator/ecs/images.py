"""Images and the rules of creating, reading, using, changing and deleting them. No HTTP; `Cloud` locks."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from ..accounts import Accounts
from ..clock import Clock
from ..errors import CommonErrors, EcsError
from ..seed import MARKETPLACE, SYSTEM, ImageSeed
from .errors import Errors
from .image import BOOT_MODES, ImageQuery, ImageView, Making, boots
from .image import Image as Image
from .naming import is_description, is_name
from .snapshots import Snapshot, Snapshots

COPIES_AT_ONCE = 5
"""Copies of an account into a region that run at the same time; "excess image copy tasks are queued for execution"."""


class Pace:
    """How long the next creations take, and which of them fail."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._to_fail: list[float] = []

    def fail_next(self, count: int, after_seconds: float) -> None:
        """Make the next `count` creations fail `after_seconds` after their start."""
        if count < 0 or after_seconds < 0:
            raise ValueError("count and after_seconds must not be negative")
        self._to_fail += [after_seconds] * count

    def making(self, source: tuple[str, str] | None) -> Making:
        """The next creation."""
        return Making(source, self.seconds, self._to_fail.pop(0) if self._to_fail else None)


class Makings:
    """All creations that wait or are in progress, in the order of the requests."""

    def __init__(self) -> None:
        self._all: list[tuple[Image, Making]] = []

    def add(self, image: Image, making: Making, at: float) -> None:
        """Start to create an image, or queue it."""
        image.making, image.status = making, "Waiting"
        self._all.append((image, making))
        self._begin(at)

    def drop(self, image: Image, at: float) -> None:
        """Stop creating an image, if it is being created. The next in the queue starts."""
        self._all = [entry for entry in self._all if entry[0] is not image]
        self._begin(at)

    def settle(self, at: float) -> None:
        """Finish the creations that end by `at`, in order. Each one that ends lets the next in the queue start."""
        while self._all:
            image, making = min(self._all, key=lambda entry: entry[1].ends)
            if (ended := making.ends) > at:
                return
            image.finish(making, at)
            self.drop(image, ended)

    def _begin(self, at: float) -> None:
        for image, making in self._all:
            if making.started is None and (making.source is None or self._copying_to(image) < COPIES_AT_ONCE):
                making.started, image.status = at, "Creating"

    def _copying_to(self, image: Image) -> int:
        return sum(
            making.source is not None and making.started is not None
            for other, making in self._all
            if (other.owner, other.region) == (image.owner, image.region)
        )


class Images:
    """All images of all regions."""

    def __init__(self, seeds: Iterable[ImageSeed], regions: tuple[str, ...], accounts: Accounts, clock: Clock) -> None:
        self._regions = regions
        self._accounts = accounts
        self._clock = clock
        self._images: dict[tuple[str, str], Image] = {}
        self._makings = Makings()
        self.snapshots = Snapshots()
        # Whether an account (None: any) has instances made from an image of that region and ID.
        self.used_by: Callable[[str | None, Image], bool] = lambda account, image: False
        self.snapshots.used_by = lambda account, image: self.used_by(account, image)
        # It is not documented whether consumers see the owner's tags. The page of DescribeImages mentions no exception,
        # so they do. A test of a client that must work either way turns it off.
        self.consumers_see_tags = True
        for seed in seeds:
            self._add_seed(seed)

    def _add_seed(self, seed: ImageSeed) -> None:
        owner = seed.owner if seed.owner in (SYSTEM, MARKETPLACE) else self._accounts.get(seed.owner).id
        image = Image(
            **seed.model_dump(exclude={"key", "owner", "shared_with", "tags"}), owner=owner, tags=dict(seed.tags)
        )
        shared_with = [self._accounts.get(account).id for account in seed.shared_with]
        image.shares.change(shared_with, (), self._clock.now(), float("-inf"))
        self.add(image)

    def add(self, image: Image, making: Making | None = None, snapshot: Snapshot | None = None) -> None:
        """Add an image: at once, or with `making` when its creation ends; with `snapshot` if it has a new one."""
        self._images[image.region, image.id] = image
        if making is not None:
            self._makings.add(image, making, self._clock.monotonic())
        if image.is_custom:
            self.snapshots.take_in(image, snapshot)
            if image.owner in self._accounts:
                owner = self._accounts.get(image.owner)
                owner.count_in(image.region, image.kms_key_id, image.resource_group_id)

    def remove(self, image: Image) -> None:
        """Remove an image."""
        del self._images[image.region, image.id]
        self._makings.drop(image, self._clock.monotonic())
        self.snapshots.let_go(image)

    def settle(self) -> None:
        """Finish the creations whose time is up."""
        self._makings.settle(self._clock.monotonic())

    def has_region(self, region: str) -> bool:
        """Whether the region exists."""
        return region in self._regions

    def check_region(self, region: str) -> None:
        """Raise InvalidRegionId.NotFound unless the region exists."""
        if not self.has_region(region):
            raise CommonErrors.REGION_NOT_FOUND()

    def find(self, region: str, image_id: str) -> Image | None:
        """The image of that ID, of any owner, or None."""
        self.settle()
        return self._images.get((region, image_id))

    def shared_images(self, account: str) -> int:
        """The number of the account's images that are shared."""
        return sum(1 for image in self._images.values() if image.owner == account and image.is_shared)

    def own(self, account: str, region: str, image_id: str, missing: EcsError | None = None) -> Image:
        """The account's own image. Raises `missing` (default: IMAGE_NOT_FOUND) for any other ID."""
        image = self.find(region, image_id)
        if image is None or image.owner != account:
            raise missing or Errors.IMAGE_NOT_FOUND(image_id=image_id)
        return image

    def all_of(self, account: str, region: str) -> list[Image]:
        """The account's own images in a region."""
        self.settle()
        return [image for image in self._images.values() if image.region == region and image.owner == account]

    def name_taken(self, account: str, region: str, name: str, but_by: str = "") -> bool:
        """Whether one of the account's images there has the name, except the one with the ID `but_by`."""
        return any(image.name == name and image.id != but_by for image in self.all_of(account, region))

    # -- using ------------------------------------------------------------------------------------------------------

    def may_use(self, account: str, image: Image) -> bool:
        """Whether the account can run it: its own, a public one, or one that is shared with it now, without lag."""
        return image.owner == account or not image.is_custom or image.is_public or account in image.shares.current

    def usable(self, account: str, region: str, image_id: str) -> Image:
        """The image to make a system disk from, or the error of RunInstances and ReplaceSystemDisk."""
        image = self.find(region, image_id)
        if image is None or not self.may_use(account, image):
            raise Errors.IMAGE_NOT_FOUND(image_id=image_id)
        # A deprecated image leaves its family but can still be run by its ID.
        if image.status not in ("Available", "Deprecated"):
            raise Errors.IMAGE_NOT_VALID()
        return image

    def may_run(self, account: str, region: str, image_id: str) -> bool:
        """Whether `usable` accepts the image."""
        try:
            self.usable(account, region, image_id)
        except EcsError:
            return False
        return True

    def newest_of_family(self, account: str, region: str, family: str) -> Image:
        """The newest available image of a family, or the error of RunInstances."""
        image = self.find_family(account, region, family)
        if image is None:
            raise Errors.IMAGE_NOT_FOUND(image_id=family)
        return image

    def find_family(self, account: str, region: str, family: str) -> Image | None:
        """The newest available image of a family, by the name that the account knows it by."""
        self.settle()
        named = [
            image
            for image in self._images.values()
            if image.region == region
            and image.status == "Available"
            and self.may_use(account, image)
            and image.family_for(account) == family
        ]
        return max(named, key=lambda image: image.created, default=None)

    # -- reading ----------------------------------------------------------------------------------------------------

    def describe(self, account: str, region: str, query: ImageQuery, lag: float) -> list[ImageView]:
        """The images that the account sees in the region, newest first, with shares as they were `lag` seconds ago."""
        self.settle()
        at = self._clock.monotonic()
        views = []
        for image in self._images.values():
            if image.region != region:
                continue
            shares, groups = image.shares.as_of(at - lag), image.groups.as_of(at - lag)
            if alias := self._alias(account, image, account in shares, query):
                view = self._view(account, image, alias, bool(shares or groups))
                if query.matches(view, account):
                    views.append(view)
        return sorted(views, key=lambda view: (-view.image.created.timestamp(), view.image.id))

    def view(self, account: str, image: Image) -> ImageView:
        """An image that the account may use, as it is now, without lag."""
        alias = "self" if image.owner == account else "others" if image.is_custom else image.owner
        return self._view(account, image, alias, image.is_shared)

    def _view(self, account: str, image: Image, alias: str, shared: bool) -> ImageView:
        own = image.owner == account
        return ImageView(
            image,
            alias,
            image.family_for(account),
            ("true" if shared else "false") if own else "",
            self.used_by(account, image),
            image.progress(self._clock.monotonic()),
            image.tags if own or self.consumers_see_tags else {},
        )

    def _alias(self, account: str, image: Image, shared: bool, query: ImageQuery) -> str:
        """The ImageOwnerAlias of the image for the account; empty if the query does not ask for such images."""
        if query.is_public:
            # Community images of all accounts, and only on request.
            return "others" if image.is_custom and image.is_public else ""
        if not image.is_custom:
            alias = image.owner
        elif image.owner == account:
            alias = "self"
        else:
            alias = "others" if shared else ""
        wanted = (query.alias,) if query.alias else ("system", "self", "others")
        return alias if alias in wanted else ""

    # -- deleting -----------------------------------------------------------------------------------------------------

    def delete(self, account: str, region: str, image_id: str, force: bool) -> None:
        """Delete an own image. An unknown image is ignored, as documented."""
        self.check_region(region)
        image = self.find(region, image_id)
        if image is None:
            return
        if image.owner != account:
            # The page says: "If the specified image does not exist, the request is ignored", and its table has a 404.
            # Here the 404 is for another account's image that the caller can see.
            if self.may_use(account, image):
                raise Errors.IMAGE_ID_NOT_FOUND()
            return
        source = (region, image_id)
        if image.is_copying or any(i.making and i.making.source == source for i in self._images.values()):
            raise Errors.COPYING_IMAGE_NOT_DELETED()
        if image.making is not None:
            raise Errors.CREATING_IMAGE_NOT_DELETED()
        if image.is_public:
            raise Errors.PUBLIC_IMAGE_NOT_DELETED()
        if image.is_shared:
            raise Errors.SHARED_IMAGE_NOT_DELETED()
        if not force and self.used_by(None, image):
            raise Errors.USED_IMAGE_NOT_DELETED()
        self.remove(image)


@dataclass(frozen=True)
class AttributeChange:
    """The changes of ModifyImageAttribute; an empty value changes nothing."""

    name: str = ""
    description: str = ""
    family: str = ""
    status: str = ""
    boot_mode: str = ""


class Attributes:
    """The rules of changing an image in place."""

    def __init__(self, images: Images) -> None:
        self._images = images

    def modify(self, account: str, region: str, image_id: str, change: AttributeChange) -> None:
        """Apply all changes to an own image, or raise and change nothing."""
        self._images.check_region(region)
        _check_forms(change)
        image = self._images.own(account, region, image_id, Errors.IMAGE_ID_NOT_FOUND())
        # The table does not say which changes are refused during creation. The stricter reading: all.
        if image.status in ("Creating", "Waiting"):
            raise Errors.CREATING_IMAGE_NOT_CHANGED()
        if change.name and self._images.name_taken(account, region, change.name, image_id):
            raise Errors.NEW_IMAGE_NAME_DUPLICATED()
        if change.status:
            _check_status(image, change.status)
        if change.boot_mode:
            self._check_boot_mode(image, change.boot_mode)
        image.name = change.name or image.name
        image.description = change.description or image.description
        image.family = change.family or image.family
        image.status = change.status or image.status
        image.boot_mode = change.boot_mode or image.boot_mode

    def _check_boot_mode(self, image: Image, boot_mode: str) -> None:
        if not boots(image.architecture, boot_mode):
            raise Errors.BOOT_MODE_UNSUPPORTED_BY_ARCHITECTURE()
        if boot_mode != image.boot_mode and self._images.used_by(None, image):
            raise Errors.BOOT_MODE_IN_USE()


def _check_forms(change: AttributeChange) -> None:
    if change.name and not is_name(change.name):
        raise Errors.NEW_IMAGE_NAME_MALFORMED()
    if change.description and not is_description(change.description):
        raise Errors.IMAGE_DESCRIPTION_MALFORMED()
    if change.family and not is_name(change.family):
        raise Errors.NEW_IMAGE_FAMILY_MALFORMED()
    if change.boot_mode and change.boot_mode not in BOOT_MODES:
        raise Errors.BOOT_MODE_UNSUPPORTED()
    if change.status not in ("", "Available", "Deprecated"):
        raise CommonErrors.INVALID_PARAMETER(name="Status")


def _check_status(image: Image, status: str) -> None:
    if status == "Available":
        if image.status != "Deprecated":
            raise Errors.IMAGE_NOT_DEPRECATED()
        return
    if image.is_shared:
        raise Errors.SHARED_IMAGE_NOT_DEPRECATED()
    if image.status != "Available":
        raise Errors.IMAGE_NOT_AVAILABLE()
