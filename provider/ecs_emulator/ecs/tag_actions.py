"""The actions of tags."""

from __future__ import annotations

from ..actions import Context, takes
from ..tags import RESOURCES_A_CALL, TAGS_MAX
from ..wire import Answer, Params
from .errors import Errors
from .tagging import new_tags, tag_filter

# The page size is not documented. It is small here, so that clients meet a NextToken.
_TAGS_A_PAGE = 50


@takes("RegionId", "ResourceType", "ResourceId.N", "Tag.N.Key", "Tag.N.Value")
def tag_resources(context: Context, params: Params) -> Answer:
    """Put tags on the caller's resources. An existing tag gets the new value."""
    region, resource_type = _region_and_type(params)
    ids = _ids(params, required=True)
    pairs = params.pairs("Tag", "Key", "Value")
    if not pairs:
        raise Errors.TAG_PARAMETER_MISSING(name="Tags")
    if len(pairs) > TAGS_MAX:
        raise Errors.TAGS_OF_CALL_EXCEED()
    context.cloud.tagging.tag(context.account, region, resource_type, ids, new_tags(pairs))
    return {}


@takes("RegionId", "ResourceType", "ResourceId.N", "TagKey.N", "All")
def untag_resources(context: Context, params: Params) -> Answer:
    """Remove tags from the caller's resources; with All=true and no TagKey, all tags."""
    region, resource_type = _region_and_type(params)
    ids = _ids(params, required=True)
    keys = params.repeated("TagKey")
    if len(keys) > TAGS_MAX:
        raise Errors.TAGS_OF_CALL_EXCEED()
    if len(set(keys)) < len(keys):
        raise Errors.TAG_KEY_TWICE()
    if not keys and not params.boolean("All"):
        raise Errors.TAG_PARAMETER_MISSING(name="Tags")
    context.cloud.tagging.untag(context.account, region, resource_type, ids, keys or None)
    return {}


@takes(
    *("RegionId", "ResourceType", "ResourceId.N", "Tag.N.Key", "Tag.N.Value", "NextToken"),
    *("TagFilter.N.TagKey", "TagFilter.N.TagValues.N"),
)
def list_tag_resources(context: Context, params: Params) -> Answer:
    """The tags of the caller's resources, found by IDs, by tags, or by both."""
    region, resource_type = _region_and_type(params)
    ids = _ids(params, required=False)
    pairs = params.pairs("Tag", "Key", "Value")
    if params.has("TagFilter"):
        # "This parameter is in invitational preview."
        raise Errors.TAGS_WITH_FILTER() if pairs else Errors.FUZZY_TAGS_FORBIDDEN()
    if not ids and not pairs:
        raise Errors.NO_TAGS_AND_NO_RESOURCES()
    if len(pairs) > TAGS_MAX:
        raise Errors.TAGS_OF_CALL_EXCEED()
    if any(key is None for key, _ in pairs):
        raise Errors.TAG_VALUE_ALONE()
    tags = context.cloud.tagging.tags_of(context.account, region, resource_type, ids, tag_filter(pairs))
    token = params.get("NextToken", "0")
    if not token.isdecimal() or len(token) > 9 or int(token) > len(tags):
        raise Errors.NEXT_TOKEN_INVALID()
    start = int(token)
    end = start + _TAGS_A_PAGE
    shown = [
        {"ResourceType": resource_type, "ResourceId": image_id, "TagKey": key, "TagValue": value}
        for image_id, key, value in tags[start:end]
    ]
    return {"NextToken": str(end) if end < len(tags) else "", "TagResources": {"TagResource": shown}}


def _region_and_type(params: Params) -> tuple[str, str]:
    # These actions have their own codes for a missing parameter, with 404.
    region, resource_type = params.get("RegionId"), params.get("ResourceType")
    if not region:
        raise Errors.TAG_PARAMETER_MISSING(name="RegionId")
    if not resource_type:
        raise Errors.TAG_PARAMETER_MISSING(name="ResourceType")
    return region, resource_type


def _ids(params: Params, *, required: bool) -> list[str]:
    ids = params.repeated("ResourceId")
    if required and not ids:
        raise Errors.TAG_RESOURCE_IDS_MISSING()
    if len(ids) > RESOURCES_A_CALL:
        raise Errors.RESOURCES_OF_CALL_EXCEED()
    return ids


# The names of resource types in ResourceTypeCount.
_COUNTED = {
    **{"ddh": "Ddh", "disk": "Disk", "eni": "Eni", "image": "Image", "instance": "Instance", "keypair": "KeyPair"},
    **{"launchtemplate": "LaunchTemplate", "securitygroup": "Securitygroup", "snapshot": "Snapshot"},
}


@takes("RegionId", "ResourceType", "ResourceId", "Tag.N.Key", "Tag.N.Value", "PageNumber", "PageSize")
def describe_tags(context: Context, params: Params) -> Answer:
    """The tags of the caller's resources, with the number of resources of each type that have them."""
    region, resource_type = params.require("RegionId"), params.get("ResourceType")
    wanted = tag_filter(params.pairs("Tag", "Key", "Value"))
    resource_id = params.get("ResourceId")
    found = context.cloud.tagging.counts(context.account, region, resource_type, resource_id, wanted)
    # The default is not documented; the example of the page has 50.
    page, size = params.integer("PageNumber", 1, 1), params.integer("PageSize", 50, 1, 100)
    rows = [
        {
            "TagKey": key,
            "TagValue": value,
            "ResourceTypeCount": {_COUNTED[kind]: count for kind, count in kinds.items()},
        }
        for (key, value), kinds in context.reading.page(list(found.items()), page, size)
    ]
    return {"TotalCount": len(found), "PageNumber": page, "PageSize": size, "Tags": {"Tag": rows}}
