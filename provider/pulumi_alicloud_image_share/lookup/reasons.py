"""Why no shared image answers a consumer's question, in sentences. Pure: `search` asks ECS, this judges."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from .. import slots
from ..cloud.settings import TRUSTED_OWNERS
from ..values import shown
from .matching import ListedImage, SharedImage, answers, may_answer, misfits_of, newest_first, unready
from .query import FUNCTION, ImageQuery

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
    sentences = [f"{_owned(image)}, created {image.created_at or 'nobody knows when'}." for image in images]
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
