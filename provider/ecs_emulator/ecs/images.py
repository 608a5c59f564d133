"""Images and the rules of reading, using and deleting them. No HTTP; not locked: `Cloud` locks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from fnmatch import fnmatchcase

from .. import errors
from ..accounts import Accounts
from ..clock import Clock
from ..seed import MARKETPLACE, SYSTEM, ImageSeed
from . import image_errors
from .shares import Shares


@dataclass
class Copying:
    """A copy under way, of the image of that region and ID. One that fails does so `fails_after` seconds."""

    source: tuple[str, str]
    started: float
    seconds: float
    fails_after: float | None = None

    def status(self, at: float) -> str:
        """What the copy has become at that time."""
        if self.fails_after is not None:
            return "CreateFailed" if at - self.started >= self.fails_after else "Creating"
        return "Available" if at - self.started >= self.seconds else "Creating"

    def progress(self, at: float) -> int:
        """How far it is, in per cent."""
        passed = at - self.started if self.fails_after is None else min(at - self.started, self.fails_after)
        return min(99, int(100 * passed / self.seconds)) if self.seconds else 0


@dataclass
class Image:
    """An image in one region. `owner` is an account's ID, or "system" or "marketplace"."""

    id: str
    region: str
    owner: str
    name: str
    created: datetime
    description: str = ""
    family: str = ""
    status: str = "Available"
    product_code: str = ""
    is_public: bool = False
    encrypted: bool = False
    kms_key_id: str = ""
    size: int = 20
    os_type: str = "linux"
    architecture: str = "x86_64"
    tags: dict[str, str] = field(default_factory=dict)
    is_copied: bool = False
    copying: Copying | None = None
    failed_at: int = 0
    """Of a copy that has failed: how far it was, in per cent."""
    shares: Shares = field(default_factory=Shares)
    groups: Shares = field(default_factory=Shares)
    """The share groups that it is shared with."""

    def settle(self, at: float) -> None:
        """Let a copy that has taken its time become Available, and one that fails CreateFailed."""
        if self.copying is None or (status := self.copying.status(at)) == "Creating":
            return
        # Whether a failed image still shows how far it was is not documented; nothing says that it starts again at 0.
        self.failed_at = self.copying.progress(at) if status == "CreateFailed" else 0
        self.status, self.copying = status, None

    def progress(self, at: float) -> int:
        """How far a copy is, in per cent."""
        if self.copying is not None:
            return self.copying.progress(at)
        return 100 if self.status in ("Available", "Deprecated", "UnAvailable") else self.failed_at

    def family_for(self, account: str) -> str:
        """The family as the account sees it: an image of somebody else's names its owner there."""
        # "The sharee sees acs:<UID of sharing account>:<family name>", says the overview of image families.
        foreign = self.family and self.is_custom and self.owner != account
        return f"acs:{self.owner}:{self.family}" if foreign else self.family

    @property
    def is_shared(self) -> bool:
        """Whether it is shared with an account or a share group, truly and with no lag."""
        return bool(self.shares.current or self.groups.current)

    @property
    def is_custom(self) -> bool:
        """Whether an account made it, rather than Alibaba Cloud or the Marketplace."""
        return self.owner not in (SYSTEM, MARKETPLACE)


@dataclass(frozen=True)
class ImageQuery:
    """What DescribeImages can ask for; None means that it does not matter."""

    ids: tuple[str, ...] | None = None
    alias: str = ""
    owner_id: str = ""
    is_public: bool = False
    name: str = ""
    family: str = ""
    statuses: frozenset[str] | None = frozenset({"Available"})
    tags: Mapping[str, str | None] = field(default_factory=dict)
    usage: str = ""
    os_type: str = ""
    architecture: str = ""


@dataclass(frozen=True)
class ImageView:
    """An image as one account sees it."""

    image: Image
    alias: str
    family: str
    is_self_shared: str
    in_use: bool
    progress: int
    tags: Mapping[str, str]


class Images:
    """All images of all regions."""

    def __init__(self, seeds: Iterable[ImageSeed], regions: tuple[str, ...], accounts: Accounts, clock: Clock) -> None:
        self._regions = regions
        self._accounts = accounts
        self._clock = clock
        self._images: dict[tuple[str, str], Image] = {}
        # Whether an account (None: any) has instances made from an image of that region and ID.
        self.used_by: Callable[[str | None, Image], bool] = lambda account, image: False
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

    def add(self, image: Image) -> None:
        """Put a new image in."""
        self._images[image.region, image.id] = image

    def remove(self, image: Image) -> None:
        """Take an image out."""
        del self._images[image.region, image.id]

    def has_region(self, region: str) -> bool:
        """Whether the region exists."""
        return region in self._regions

    def check_region(self, region: str) -> None:
        """Raise InvalidRegionId.NotFound unless the region exists."""
        if not self.has_region(region):
            raise errors.region_not_found()

    def find(self, region: str, image_id: str) -> Image | None:
        """The image of that ID, whoever it belongs to."""
        image = self._images.get((region, image_id))
        if image is not None:
            image.settle(self._clock.monotonic())
        return image

    def shared_images(self, account: str) -> int:
        """How many of the account's images are shared with anyone."""
        return sum(1 for image in self._images.values() if image.owner == account and image.is_shared)

    def own(self, account: str, region: str, image_id: str) -> Image:
        """The account's own image; InvalidImageId.NotFound for anyone else's, as for none."""
        image = self.find(region, image_id)
        if image is None or image.owner != account:
            raise image_errors.image_not_found(image_id)
        return image

    def all_of(self, account: str, region: str) -> list[Image]:
        """The account's own images in a region."""
        own = [image for image in self._images.values() if image.region == region and image.owner == account]
        for image in own:
            image.settle(self._clock.monotonic())
        return own

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
            raise image_errors.image_not_found(image_id)
        # A deprecated image leaves its family but can still be run by its ID.
        if image.status not in ("Available", "Deprecated"):
            raise image_errors.image_not_valid()
        return image

    def may_run(self, account: str, region: str, image_id: str) -> bool:
        """Whether the account can make a system disk from the image, as `usable` has it."""
        try:
            self.usable(account, region, image_id)
        except errors.EcsError:
            return False
        return True

    def newest_of_family(self, account: str, region: str, family: str) -> Image:
        """The newest available image of a family, by the name that the account knows it by."""
        usable = [image for image in self._images.values() if image.region == region and self.may_use(account, image)]
        named = [image for image in usable if image.family_for(account) == family]
        for image in sorted(named, key=lambda i: i.created, reverse=True):
            image.settle(self._clock.monotonic())
            if image.status == "Available":
                return image
        raise image_errors.image_not_found(family)

    # -- reading ----------------------------------------------------------------------------------------------------

    def describe(self, account: str, region: str, query: ImageQuery, lag: float) -> list[ImageView]:
        """The images that the account sees in the region, newest first, with shares as they were `lag` seconds ago."""
        at = self._clock.monotonic()
        views = []
        for image in list(self._images.values()):
            if image.region != region:
                continue
            image.settle(at)
            shares, groups = image.shares.as_of(at - lag), image.groups.as_of(at - lag)
            alias = self._alias(account, image, account in shares, query)
            if alias and self._matches(account, image, alias, query):
                shared = ("true" if shares or groups else "false") if image.owner == account else ""
                family, in_use = image.family_for(account), self.used_by(account, image)
                tags = self._tags_seen(account, image)
                views.append(ImageView(image, alias, family, shared, in_use, image.progress(at), tags))
        return sorted(views, key=lambda view: (-view.image.created.timestamp(), view.image.id))

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

    def _tags_seen(self, account: str, image: Image) -> Mapping[str, str]:
        return image.tags if image.owner == account or self.consumers_see_tags else {}

    def _matches(self, account: str, image: Image, alias: str, query: ImageQuery) -> bool:
        tags = self._tags_seen(account, image)
        return (
            (query.ids is None or image.id in query.ids)
            and (not query.owner_id or image.owner == query.owner_id)
            and (not query.name or fnmatchcase(image.name, _literal(query.name)))
            and (not query.family or image.family_for(account) == query.family)
            and (query.statuses is None or image.status in query.statuses)
            and all(k in tags and v in (None, tags[k]) for k, v in query.tags.items())
            and (not query.usage or (query.usage == "instance") == self.used_by(account, image))
            and (not query.os_type or image.os_type == query.os_type)
            and (not query.architecture or image.architecture == query.architecture)
        )

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
                raise image_errors.image_not_found(image_id)
            return
        at = self._clock.monotonic()
        for other in self._images.values():
            other.settle(at)
        copied_to = any(
            other.copying is not None and other.copying.source == (region, image_id) for other in self._images.values()
        )
        if image.copying is not None or copied_to:
            raise image_errors.image_copying()
        if image.is_public:
            raise image_errors.public_image_undeletable()
        if image.is_shared:
            raise image_errors.image_use_shared()
        if not force and self.used_by(None, image):
            raise image_errors.image_used_by_instance()
        self.remove(image)


def _literal(pattern: str) -> str:
    """An ImageName with * as its only wildcard, and a part of the name enough ("Fuzzy search is supported")."""
    escaped = pattern.replace("[", "[[]").replace("?", "[?]")
    return escaped if "*" in pattern else f"*{escaped}*"
