"""Tags, and the rules of TagResources, UntagResources and ListTagResources. No HTTP; not locked: `Cloud` locks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from . import tag_errors
from .images import Image, Images
from .naming import has_address

# As they were sent: a key or a value that was not is None.
TagPairs = Sequence[tuple[str | None, str | None]]

TAGS_MAX = 20
"""Of a call, and of a resource."""
RESOURCES_A_CALL = 50
IMAGE = "image"
_TYPES = frozenset(
    (
        IMAGE,
        *("instance", "disk", "snapshot", "securitygroup", "volume", "eni", "ddh", "ddhcluster", "keypair"),
        *("launchtemplate", "reservedinstance", "snapshotpolicy", "elasticityassurance", "capacityreservation"),
        *("command", "invocation", "activation", "managedinstance"),
    )
)


def tag_filter(pairs: TagPairs) -> dict[str, str | None]:
    """What DescribeImages looks for; a key alone has the value None."""
    if any(key is None for key, _ in pairs):
        raise tag_errors.tag_mismatch()
    if len(pairs) > TAGS_MAX:
        raise tag_errors.too_many_tags()
    return {key: value for key, value in pairs if key}


def new_tags(pairs: TagPairs) -> dict[str, str]:
    """The tags to put on a resource."""
    tags: dict[str, str] = {}
    for key, value in pairs:
        # "The tag value cannot be null and can be an empty string", says the newest page; a sample of an older one has
        # a key alone. The stricter: a value must be there.
        if key is None or value is None:
            raise tag_errors.tag_mismatch()
        if not key or len(key) > 128 or key.startswith(("aliyun", "acs:")) or has_address(key):
            raise tag_errors.tag_key_malformed()
        if len(value) > 128 or has_address(value):
            raise tag_errors.tag_value_malformed()
        if key in tags:
            raise tag_errors.tag_key_twice()
        tags[key] = value
    if len({key.casefold() for key in tags}) < len(tags):
        raise tag_errors.tag_key_twice_but_for_case()
    return tags


def tags_of_copy(pairs: TagPairs) -> dict[str, str]:
    """The tags that CopyImage puts on the copy, for which a value may be left out and may not start with acs:."""
    # CopyImage's table has no code for tags; these are those of CreateImage's.
    if len(pairs) > TAGS_MAX:
        raise tag_errors.too_many_tags()
    tags = new_tags([(key, value or "") for key, value in pairs])
    if any(value.startswith("acs:") for value in tags.values()):
        raise tag_errors.tag_value_malformed()
    return tags


class Tagging:
    """Who may tag what. Images alone can be tagged here."""

    def __init__(self, images: Images) -> None:
        self._images = images

    def tag(self, account: str, region: str, resource_type: str, ids: Sequence[str], tags: Mapping[str, str]) -> None:
        """Put tags on own images: all on all of them, or nothing and an error."""
        images = self._own(account, region, resource_type, ids)
        if any(len(image.tags.keys() | tags.keys()) > TAGS_MAX for image in images):
            raise tag_errors.tags_of_resource_quota()
        for image in images:
            image.tags.update(tags)

    def untag(
        self, account: str, region: str, resource_type: str, ids: Sequence[str], keys: Sequence[str] | None
    ) -> None:
        """Take tags from own images, by key, or (None) all; a key that an image has not is no error."""
        for image in self._own(account, region, resource_type, ids):
            for key in list(image.tags) if keys is None else keys:
                image.tags.pop(key, None)

    def tags_of(
        self,
        account: str,
        region: str,
        resource_type: str,
        ids: Sequence[str],
        wanted: Mapping[str, str | None],
    ) -> list[tuple[str, str, str]]:
        """ID, key and value of every tag of the own images that have all the tags asked for."""
        images = self._own(account, region, resource_type, ids) if ids else self._images.all_of(account, region)
        return sorted(
            (image.id, key, value)
            for image in images
            if all(key in image.tags and value in (None, image.tags[key]) for key, value in wanted.items())
            for key, value in image.tags.items()
        )

    def _own(self, account: str, region: str, resource_type: str, ids: Sequence[str]) -> list[Image]:
        self._images.check_region(region)
        if resource_type not in _TYPES:
            raise tag_errors.resource_type_not_found()
        if resource_type != IMAGE:
            raise tag_errors.resource_not_taggable()
        found = [self._images.find(region, image_id) for image_id in ids]
        own = [image for image in found if image is not None and image.owner == account]
        if len(own) < len(found):
            raise tag_errors.resource_not_found()
        return own
