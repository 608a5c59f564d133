"""The rules of TagResources, UntagResources, ListTagResources and DescribeTags. No HTTP; `Cloud` locks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from ..errors import CommonErrors
from ..tags import TAGS_MAX, Taggable, TagsOfOwn
from .errors import Errors
from .images import Images
from .naming import has_address

# Keys and values as they were sent; None for an absent one.
TagPairs = Sequence[tuple[str | None, str | None]]

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
    """The tags that a query looks for. A key without a value has the value None."""
    if any(key is None for key, _ in pairs):
        raise Errors.TAG_MISMATCH()
    if len(pairs) > TAGS_MAX:
        raise Errors.TOO_MANY_TAGS()
    wanted = {key: value for key, value in pairs if key}
    # Duplicate.TagKey is for tags that are put on something.
    if len(wanted) < sum(1 for key, _ in pairs if key):
        raise CommonErrors.INVALID_PARAMETER(name="Tag.N.Key")
    return wanted


def new_tags(pairs: TagPairs) -> dict[str, str]:
    """The tags to put on a resource."""
    tags: dict[str, str] = {}
    for key, value in pairs:
        # The newest page: "The tag value cannot be null and can be an empty string". A sample of an older one has a key
        # alone. The stricter reading: the value is required.
        if key is None or value is None:
            raise Errors.TAG_MISMATCH()
        if not key or len(key) > 128 or key.startswith(("aliyun", "acs:")) or has_address(key):
            raise Errors.TAG_KEY_MALFORMED()
        if len(value) > 128 or has_address(value):
            raise Errors.TAG_VALUE_MALFORMED()
        if key in tags:
            raise Errors.TAG_KEY_TWICE()
        tags[key] = value
    if len({key.casefold() for key in tags}) < len(tags):
        raise Errors.TAG_KEY_TWICE_BUT_FOR_CASE()
    return tags


def tags_of_instance(pairs: TagPairs) -> dict[str, str]:
    """The tags that RunInstances puts on an instance and its disk. An absent value is empty."""
    if len(pairs) > TAGS_MAX:
        raise Errors.TOO_MANY_TAGS()
    return new_tags([(key, value or "") for key, value in pairs])


def tags_of_copy(pairs: TagPairs) -> dict[str, str]:
    """The tags that CopyImage puts on the copy. A value may be absent, and must not start with acs:."""
    # CopyImage's table has no code for tags; these are those of CreateImage's.
    tags = tags_of_instance(pairs)
    if any(value.startswith("acs:") for value in tags.values()):
        raise Errors.TAG_VALUE_MALFORMED()
    return tags


AllOf = Callable[[str, str], Iterable[Taggable]]
"""Takes account and region; returns the account's resources there."""


class Tagging(TagsOfOwn):
    """The tags of ECS resources."""

    def __init__(self, images: Images) -> None:
        super().__init__(Errors.TAGGED_RESOURCE_NOT_FOUND, Errors.TAGS_OF_RESOURCE_QUOTA)
        self._images = images
        self._all_of: dict[str, AllOf] = {IMAGE: images.all_of}

    def register(self, resource_type: str, all_of: AllOf) -> None:
        """Add a type of resources that can be tagged."""
        self._all_of[resource_type] = all_of

    def all_of(self, account: str, region: str, resource_type: str) -> Iterable[Taggable]:
        """See `TagsOfOwn.all_of`."""
        self._check(region, resource_type)
        return self._all_of[resource_type](account, region)

    def counts(
        self, account: str, region: str, resource_type: str, resource_id: str, wanted: Mapping[str, str | None]
    ) -> dict[tuple[str, str], dict[str, int]]:
        """Each tag of the account's resources, with the number of resources of each type that have it.

        With `wanted`, only these tags.
        """
        self._images.check_region(region)
        if resource_type and resource_type not in _TYPES:
            raise Errors.RESOURCE_TYPE_NOT_FOUND()
        found: dict[tuple[str, str], dict[str, int]] = {}
        for kind, all_of in sorted(self._all_of.items()):
            for resource in all_of(account, region) if resource_type in ("", kind) else ():
                if resource_id not in ("", resource.id):
                    continue
                for key, value in resource.tags.items():
                    if not wanted or (key in wanted and wanted[key] in (None, value)):
                        kinds = found.setdefault((key, value), {})
                        kinds[kind] = kinds.get(kind, 0) + 1
        return dict(sorted(found.items()))

    def _check(self, region: str, resource_type: str) -> None:
        self._images.check_region(region)
        if resource_type not in _TYPES:
            raise Errors.RESOURCE_TYPE_NOT_FOUND()
        if resource_type not in self._all_of:
            raise Errors.RESOURCE_NOT_TAGGABLE()
