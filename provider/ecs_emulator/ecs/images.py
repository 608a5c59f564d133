"""Images and the rules of reading, using and deleting them. No HTTP; not locked: `Cloud` locks."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from ..accounts import Accounts
from ..clock import Clock
from ..errors import CommonErrors, EcsError
from ..seed import MARKETPLACE, SYSTEM, ImageSeed
from .errors import Errors
from .image import Image as Image
from .image import ImageView, Making
from .image_query import ImageQuery
from .making import Makings
from .snapshots import Snapshot, Snapshots


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
        # Whether an account that an image is shared with sees its owner's tags is not documented. DescribeImages'
        # answer has the tags of each image and no word of any that it leaves out, so it does; a client that must be
        # right under either reading turns it off.
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
        """Put a new image in, which is to be made if it is not there at once, and which may have a new snapshot."""
        self._images[image.region, image.id] = image
        if making is not None:
            self._makings.add(image, making, self._clock.monotonic())
        if image.is_custom:
            self.snapshots.take_in(image, snapshot)
            if image.owner in self._accounts:
                owner = self._accounts.get(image.owner)
                owner.count_in(image.region, image.kms_key_id, image.resource_group_id)

    def remove(self, image: Image) -> None:
        """Take an image out."""
        del self._images[image.region, image.id]
        self._makings.drop(image, self._clock.monotonic())
        self.snapshots.let_go(image)

    def settle(self) -> None:
        """Let what has taken its time become what it is."""
        self._makings.settle(self._clock.monotonic())

    def has_region(self, region: str) -> bool:
        """Whether the region exists."""
        return region in self._regions

    def check_region(self, region: str) -> None:
        """Raise InvalidRegionId.NotFound unless the region exists."""
        if not self.has_region(region):
            raise CommonErrors.REGION_NOT_FOUND()

    def find(self, region: str, image_id: str) -> Image | None:
        """The image of that ID, whoever it belongs to."""
        self.settle()
        return self._images.get((region, image_id))

    def shared_images(self, account: str) -> int:
        """How many of the account's images are shared with anyone."""
        return sum(1 for image in self._images.values() if image.owner == account and image.is_shared)

    def own(self, account: str, region: str, image_id: str, missing: EcsError | None = None) -> Image:
        """The account's own image; raises `missing`, or IMAGE_NOT_FOUND, if there is none."""
        image = self.find(region, image_id)
        if image is None or image.owner != account:
            raise missing or Errors.IMAGE_NOT_FOUND(image_id=image_id)
        return image

    def all_of(self, account: str, region: str) -> list[Image]:
        """The account's own images in a region."""
        self.settle()
        return [image for image in self._images.values() if image.region == region and image.owner == account]

    def name_taken(self, account: str, region: str, name: str, but_by: str = "") -> bool:
        """Whether one of the account's images there has the name, other than the one with the ID `but_by`."""
        return any(image.name == name and image.id != but_by for image in self.all_of(account, region))

    # -- using ------------------------------------------------------------------------------------------------------

    def may_use(self, account: str, image: Image) -> bool:
        """Whether the account can run it: its own, everyone's, or truly (with no lag) shared with it."""
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
        """Whether the account can make a system disk from the image, as `usable` has it."""
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
        """One image that the account may use, as it is truly, with no lag."""
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
        """What the image is to the account, if the query asks for such images; else nothing."""
        if query.is_public:
            # Community images of anyone, and only when asked for.
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
            # Documents: "If the specified image does not exist, the request is ignored", and a 404 in the same page's
            # table. An image that the caller can see is no unknown one, so that is the 404.
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
