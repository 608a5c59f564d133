"""The actions of tags of scaling groups, a function each."""

from __future__ import annotations

from ..actions import Context, takes
from ..errors import CommonErrors
from ..wire import Answer, Params
from .errors import Errors
from .scaling import ScalingGroup

_TAGS_MAX = 20
_RESOURCES_A_CALL = 50
_TAGS_A_PAGE = 50
_RESERVED = ("acs:", "aliyun")
_ADDRESSES = ("http://", "https://")


@takes("RegionId", "ResourceType", "ResourceId.N", "Tag.N.Key", "Tag.N.Value")
def tag_resources(context: Context, params: Params) -> Answer:
    """Put tags on scaling groups of the caller, all on all of them; a tag that is there gets the new value."""
    groups = _groups(context, params)
    tags = _tags(params)
    if not groups or not tags:
        raise CommonErrors.MISSING_PARAMETER(name="Tag.1.Key" if groups else "ResourceId.1")
    for key, value in tags.items():
        if len(key) > 128 or key.startswith(_RESERVED) or any(part in key for part in _ADDRESSES):
            raise Errors.PARAMETER_INVALID(name="Tag.Key")
        if value and (len(value) > 128 or value.startswith(_RESERVED) or any(part in value for part in _ADDRESSES)):
            raise Errors.PARAMETER_INVALID(name="Tag.Value")
    # "An error message is returned if the maximum number is reached", which no page tells.
    if any(len(group.tags.keys() | tags.keys()) > _TAGS_MAX for group in groups):
        raise Errors.PARAMETER_INVALID(name="Tag")
    for group in groups:
        group.tags.update({key: value or "" for key, value in tags.items()})
    return {}


@takes("RegionId", "ResourceType", "ResourceId.N", "TagKey.N", "All")
def untag_resources(context: Context, params: Params) -> Answer:
    """Take tags from scaling groups of the caller; with All=true and no TagKey, every tag."""
    groups, keys = _groups(context, params), params.repeated("TagKey")
    everything = bool(params.boolean("All"))
    if not groups:
        raise CommonErrors.MISSING_PARAMETER(name="ResourceId.1")
    for group in groups:
        # "false: No tags are unbound", says the page of All without a TagKey.
        for key in keys or (list(group.tags) if everything else []):
            group.tags.pop(key, None)
    return {}


@takes("RegionId", "ResourceType", "ResourceId.N", "Tag.N.Key", "Tag.N.Value", "NextToken")
def list_tag_resources(context: Context, params: Params) -> Answer:
    """The tags of scaling groups of the caller, found by their IDs, by tags they have, or by both."""
    groups, wanted = _groups(context, params), _tags(params)
    if not groups and not wanted:
        raise CommonErrors.MISSING_PARAMETER(name="ResourceId.1")
    region = params.require("RegionId")
    tags = sorted(
        (group.id, key, value)
        for group in groups or context.cloud.scaling.groups_of(context.account, region)
        if all(key in group.tags and value in (None, group.tags[key]) for key, value in wanted.items())
        for key, value in group.tags.items()
    )
    token = params.get("NextToken", "0")
    if not token.isdecimal() or len(token) > 9 or int(token) > len(tags):
        raise Errors.PARAMETER_INVALID(name="NextToken")
    end = int(token) + _TAGS_A_PAGE
    shown = [
        {"ResourceType": "scalinggroup", "ResourceId": group_id, "TagKey": key, "TagValue": value}
        for group_id, key, value in tags[int(token) : end]
    ]
    return {"NextToken": str(end) if end < len(tags) else "", "TagResources": {"TagResource": shown}}


def _groups(context: Context, params: Params) -> list[ScalingGroup]:
    region = params.require("RegionId")
    context.cloud.scaling.check_region(region)
    # "Only scaling groups are supported."
    if params.require("ResourceType") != "scalinggroup":
        raise Errors.PARAMETER_INVALID(name="ResourceType")
    ids = params.repeated("ResourceId")
    if len(ids) > _RESOURCES_A_CALL:
        raise Errors.PARAMETER_INVALID(name="ResourceId")
    return [context.cloud.scaling.group(context.account, region, group_id) for group_id in ids]


def _tags(params: Params) -> dict[str, str | None]:
    pairs = params.pairs("Tag", "Key", "Value")
    if any(not key for key, _ in pairs):
        raise Errors.TAG_KEY_MISSING()
    if len(pairs) > _TAGS_MAX or len({key for key, _ in pairs}) < len(pairs):
        raise Errors.PARAMETER_INVALID(name="Tag")
    return {key: value for key, value in pairs if key}
