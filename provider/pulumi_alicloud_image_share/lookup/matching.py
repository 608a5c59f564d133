"""Which shared image answers a consumer's question. Pure: `search` asks ECS, this judges.

ECS is asked for an owner's images only, and what they must be is compared here: its ImageName is a "fuzzy search", a
consumer sees an image's family under another name than its owner, and what filters by tag do for accounts other than
the owner's is not documented. What a consumer sees of a family is in the overview of image families:
https://www.alibabacloud.com/help/en/ecs/user-guide/overview-37
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from fnmatch import fnmatchcase

from .. import slots
from ..cloud.model import Image
from ..values import shown
from .query import ImageQuery


@dataclass(frozen=True)
class SharedImage:
    """An image that another account shares with this one.

    Attributes:
        image_id: The image's ID.
        region: The region's ID.
        owner_id: The account ID of its owner.
        name: The image's name.
        family: Its family, as its owner calls it; "" for none.
        description: Its description, "" for none.
        created_at: When it was created, ISO 8601 in UTC, such as "2024-06-01T02:03:04Z".
        size: How large a system disk made from it must be at least, in GiB.
        encrypted: Whether any of its disks is encrypted. An instance needs encrypted disks then, with a key of its own
            account.
        architecture: "x86_64", "arm64" or "i386".
        os_type: "linux" or "windows".
        tags: The tags that ECS shows to this account.
        status: "Available".
        is_community: Whether it is a community image, which every account can use.

    Example::

        import pulumi_alicloud as alicloud
        from pulumi_alicloud_image_share import SharedImage, get_shared_image

        image: SharedImage = get_shared_image(owner_id="1000000000000001", name="golden-*")
        alicloud.ecs.Instance("worker", image_id=image.image_id, system_disk_encrypted=image.encrypted)
    """

    image_id: str
    region: str
    owner_id: str
    name: str
    family: str = ""
    description: str = ""
    created_at: str = ""
    size: int = 0
    encrypted: bool = False
    architecture: str = ""
    os_type: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)
    status: str = "Available"
    is_community: bool = False

    @property
    def id(self) -> str:
        """The image's ID."""
        return self.image_id


@dataclass(frozen=True)
class ListedImage:
    """An image as a consumer takes it from what DescribeImages lists.

    Attributes:
        image: The image.
        owner_alias: Whose it is: "others" where it is shared with this account or a community image.
        progress: How far its creation is, such as "45%".
    """

    image: SharedImage
    owner_alias: str
    progress: str = ""


def as_consumer_takes(image: Image) -> ListedImage:
    """An image as a consumer takes it."""
    shared = SharedImage(
        image_id=image.image_id,
        region=image.region,
        owner_id=image.owner_id,
        name=image.name,
        # A consumer sees "acs:<account ID of the owner>:<family>".
        family=image.family.removeprefix(f"acs:{image.owner_id}:"),
        description=image.description,
        created_at=image.created_at,
        size=image.size,
        encrypted=image.encrypted,
        architecture=image.architecture,
        os_type=image.os_type,
        tags=image.tags,
        status=image.status,
        is_community=image.is_public,
    )
    return ListedImage(shared, image.owner_alias, image.progress)


def answers(query: ImageQuery, images: Iterable[ListedImage]) -> list[SharedImage]:
    """The images that answer a question, newest first, each once."""
    fitting = [item.image for item in images if may_answer(query, item) and not misfits_of(query, item.image)]
    return newest_first(image for image in fitting if image.status == "Available")


def unready(query: ImageQuery, images: Iterable[ListedImage]) -> list[ListedImage]:
    """The images that fit but can't be used, or not yet."""
    fitting = [item for item in images if may_answer(query, item) and not misfits_of(query, item.image)]
    return [item for item in fitting if item.image.status != "Available"]


def may_answer(query: ImageQuery, item: ListedImage) -> bool:
    """Whether this may be returned: an image that a trusted owner shares, or its community image if those will do."""
    image = item.image
    is_meant = query.allow_community or not image.is_community
    return item.owner_alias == "others" and image.owner_id in query.owner_ids and is_meant


def misfits_of(query: ImageQuery, image: SharedImage) -> dict[str, str]:
    """What is not as asked for: argument to a clause that says so."""
    misfits: dict[str, str] = {}
    if query.name is not None and not fnmatchcase(image.name, query.name):
        misfits["name"] = f"its name is not {shown(query.name)}"
    # As the owner calls it, or as ECS shows it to others.
    if query.family is not None and query.family not in (image.family, f"acs:{image.owner_id}:{image.family}"):
        family = f"its family is {shown(image.family)}" if image.family else "it has no family"
        misfits["family"] = f"{family}, not {shown(query.family)}"
    for key, wanted in query.tags.items():
        if not image.tags:
            misfits[f"tags.{key}"] = "ECS shows this account none of its tags"
        elif key not in image.tags:
            misfits[f"tags.{key}"] = f"it has no tag {shown(key)}"
        elif image.tags[key] != wanted:
            misfits[f"tags.{key}"] = f"its tag {shown(key)} is {shown(image.tags[key])}, not {shown(wanted)}"
    for argument, has, wants in (
        ("architecture", image.architecture, query.architecture),
        ("os_type", image.os_type, query.os_type),
    ):
        if wants is not None and has != wants:
            misfits[argument] = f"its {slots.prop(argument)} is {shown(has)}, not {shown(wants)}"
    return misfits


def newest_first(images: Iterable[SharedImage]) -> list[SharedImage]:
    """The images, newest first, each once."""
    once = {image.image_id: image for image in images}
    return sorted(once.values(), key=lambda image: (_time(image.created_at), image.image_id), reverse=True)


def _time(text: str) -> datetime:
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        return datetime.min.replace(tzinfo=UTC)
    return time if time.tzinfo else time.replace(tzinfo=UTC)
