"""Which shared image answers a consumer's question, and why none does. Pure: `search` asks ECS, this judges.

ECS is asked for an owner's images only, and what they must be is compared here: its ImageName is a "fuzzy search", a
consumer sees an image's family under another name than its owner, and what filters by tag do for accounts other than
the owner's is not documented. What a consumer sees of a family is in the overview of image families:
https://www.alibabacloud.com/help/en/ecs/user-guide/overview-37
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from typing import Final

from .. import slots
from ..cloud.model import Image
from ..cloud.settings import TRUSTED_OWNERS
from ..values import shown
from .query import FUNCTION, ImageQuery


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


_MOST_SHOWN: Final = 5


@dataclass(frozen=True)
class Findings:
    """What there is where nothing answers a question.

    Attributes:
        here: What the trusted owners share in the region, and their community images if those will do.
        community: Their community images where those won't do.
        others: What any account shares in the region.
        own: Images of this account itself.
        elsewhere: What the trusted owners share in other regions.
        not_seen: What could not be looked at, and why.
    """

    here: Sequence[ListedImage] = ()
    community: Sequence[ListedImage] = ()
    others: Sequence[ListedImage] = ()
    own: Sequence[ListedImage] = ()
    elsewhere: Sequence[ListedImage] = ()
    not_seen: Sequence[tuple[str, str]] = ()


def none_sentence(query: ImageQuery) -> str:
    """The sentence for a question that no image answers."""
    return f"{slots.prop(FUNCTION)} found no image {_criteria(query)}."


def several_sentence(query: ImageQuery, images: Sequence[SharedImage]) -> str:
    """The sentence for a question that several images answer, where one must be the only one."""
    return (
        f"{slots.prop(FUNCTION)} found {len(images)} images {_criteria(query)}, and "
        f"{slots.assigned('most_recent', False)} wants exactly one. Say more of it, or take the newest with "
        f"{slots.assigned('most_recent', True)}:"
    )


def described(images: Sequence[SharedImage]) -> list[str]:
    """Images as a person tells them apart, a sentence each, but not very many."""
    rest = len(images) - 2 * _MOST_SHOWN
    sentences = [f"{_owned(image)}, created {image.created_at or 'at an unknown time'}." for image in images]
    return [*sentences[: 2 * _MOST_SHOWN], f"{rest} more."] if rest > 0 else sentences


def why_none(query: ImageQuery, findings: Findings) -> list[str]:
    """Why no image answers a question, a sentence each, and what to do about it."""
    reasons = [
        *(
            f"{_owned(item.image)} fits, but {_status_fault(item)}"
            for item in unready(query, findings.here)[:_MOST_SHOWN]
        ),
        *_near(query, findings.here),
        *_in_other_regions(query, findings.elsewhere),
        *_community(query, findings.community),
    ]
    mine = _this_account(findings)
    if mine in query.owner_ids:
        reasons.append(
            f"account {mine} is this account itself, and its own images are not shared with it: use the image's ID, or "
            "alicloud.ecs.get_images(owners='self')."
        )
    if not reasons:
        reasons = _what_is_shared(query, findings.here, mine)
    reasons += _untrusted(query, findings.others, mine)
    return list(dict.fromkeys([*reasons, *_not_seen(findings.not_seen)]))


def _called(image: SharedImage) -> str:
    return f"{image.image_id} {shown(image.name)}"


def _criteria(query: ImageQuery) -> str:
    criteria = [
        *([f"name {shown(query.name)}"] if query.name is not None else []),
        *([f"family {shown(query.family)}"] if query.family is not None else []),
        *(f"tag {shown(key)} {shown(value)}" for key, value in query.tags.items()),
        *([f"architecture {query.architecture}"] if query.architecture else []),
        *([f"{slots.prop('os_type')} {query.os_type}"] if query.os_type else []),
    ]
    return f"with {_and(_few(criteria))} that {_accounts(query.owner_ids)} with this account in region {query.region}"


def _accounts(ids: Sequence[str]) -> str:
    return f"account {ids[0]} shares" if len(ids) == 1 else f"the accounts {_and(_few(ids))} share"


def _few(texts: Sequence[str]) -> list[str]:
    rest = len(texts) - _MOST_SHOWN
    return [*texts[:_MOST_SHOWN], f"{rest} more"] if rest > 0 else list(texts)


def _and(texts: Sequence[str]) -> str:
    return f"{', '.join(texts[:-1])} and {texts[-1]}" if len(texts) > 1 else texts[0]


def _as_to(query: ImageQuery, image: SharedImage) -> str:
    """The image, with what it has of what was asked."""
    has = [
        *([f"family {shown(image.family)}" if image.family else "no family"] if query.family is not None else []),
        *(f"tag {shown(key)} {shown(image.tags[key])}" for key in query.tags if key in image.tags),
    ]
    return f"{_called(image)} ({', '.join(_few(has))})" if has else _called(image)


def _this_account(findings: Findings) -> str:
    return next((item.image.owner_id for item in findings.own if item.owner_alias == "self"), "")


def _status_fault(item: ListedImage) -> str:
    status = item.image.status
    if status == "Deprecated":
        return "is deprecated: let its owner un-deprecate it, or share another."
    if status in ("Creating", "Waiting"):
        progress = f", {item.progress} done" if item.progress else ""
        return f"is still being made ({status}{progress}): run again once it is Available."
    return f"can't be used (status {status}): let its owner share one that is Available."


def _near(query: ImageQuery, here: Iterable[ListedImage]) -> list[str]:
    """A sentence for each image that fits in part, for those that fit best."""
    # By these a person tells images apart; nearly every image has the architecture that is asked for.
    telling = {
        *(["name"] if query.name not in (None, "*") else []),
        *(["family"] if query.family is not None else []),
        *(f"tags.{key}" for key in query.tags),
    }
    candidates = [(item.image, misfits_of(query, item.image)) for item in here if may_answer(query, item)]
    partly = [(image, misfits) for image, misfits in candidates if misfits and telling - misfits.keys()]
    fewest = min((len(misfits) for _, misfits in partly), default=0)
    nearest = [(image, misfits) for image, misfits in partly if len(misfits) == fewest]
    return [
        f"{_owned(image)} fits but for this: {_and(list(dict.fromkeys(misfits.values())))}."
        for image, misfits in nearest[:_MOST_SHOWN]
    ]


def _in_other_regions(query: ImageQuery, elsewhere: Sequence[ListedImage]) -> list[str]:
    newest = {image.region: image for image in reversed(answers(query, elsewhere))}
    if not newest:
        return []
    places = [f"{_owned(image)} in {region}" for region, image in sorted(newest.items())]
    return [
        f"what fits is shared in another region: {_and(_few(places))}. Set region to it, or let the owner share a copy "
        f"(CopyImage) in {query.region}."
    ]


def _community(query: ImageQuery, community: Sequence[ListedImage]) -> list[str]:
    images = answers(replace(query, allow_community=True), community)
    return [
        f"{_owned(image)} fits, but is a community image, which every account can use: pass "
        f"{slots.assigned('allow_community', True)} if that will do."
        for image in images[:1]
    ]


def _what_is_shared(query: ImageQuery, here: Sequence[ListedImage], mine: str) -> list[str]:
    all_shared = newest_first(item.image for item in here if may_answer(query, item))
    shared = {owner: [image for image in all_shared if image.owner_id == owner] for owner in query.owner_ids}
    reasons = [
        f"account {owner} shares {_count(images)} with this account there, of which none fits: "
        f"{_and(_few([_as_to(query, image) for image in images]))}."
        for owner, images in shared.items()
        if images
    ]
    silent = [owner for owner, images in shared.items() if not images]
    if silent:
        account = f"this account, {mine}," if mine else "this account"
        reasons.append(
            f"{_accounts(silent)} no image with {account} there: check the region and the credentials, or let the "
            "owner share one."
        )
    return reasons


def _count(images: Sequence[SharedImage]) -> str:
    return f"{len(images)} images" if len(images) > 1 else "1 image"


def _untrusted(query: ImageQuery, others: Iterable[ListedImage], mine: str) -> list[str]:
    """A sentence for what accounts share that are not trusted. Names can be chosen to deceive: it advises no trust."""
    images = newest_first(
        item.image
        for item in others
        if item.owner_alias == "others"
        and item.image.owner_id not in (*query.owner_ids, mine)
        and not misfits_of(query, item.image)
    )
    if not images:
        return []
    shared = _and(_few([_owned(image) for image in images]))
    return [
        f"accounts that are not trusted share what fits: {shared}. Anybody can share an image under any name: add an "
        f"account to {slots.prop('owner_id')} or {TRUSTED_OWNERS} only if you know whose it is."
    ]


def _not_seen(not_seen: Iterable[tuple[str, str]]) -> list[str]:
    by_reason: dict[str, list[str]] = {}
    for what, why in not_seen:
        by_reason.setdefault(why, []).append(what)
    return [
        f"{_and(_few(sorted(whats)))} could not be looked at ({why}): there may be more to know."
        for why, whats in by_reason.items()
    ]


def _owned(image: SharedImage) -> str:
    return f"{_called(image)} of account {image.owner_id}"
