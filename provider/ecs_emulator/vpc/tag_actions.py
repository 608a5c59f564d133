"""The actions of tags of VPCs and vSwitches, a function each."""

from __future__ import annotations

from ..actions import Context, takes
from ..errors import CommonErrors
from ..tags import RESOURCES_A_CALL, TAGS_MAX
from ..wire import Answer, Params
from .errors import Errors
from .tagging import new_tags, tag_filter
from .vpc_actions import TAGS


@takes("RegionId", "ResourceType", "ResourceId.N", *TAGS)
def tag_resources(context: Context, params: Params) -> Answer:
    """Put tags on VPCs or vSwitches of the caller; a tag that is there gets the new value."""
    region, resource_type, ids = _resources(params)
    pairs = params.pairs("Tag", "Key", "Value")
    if not ids or not pairs:
        raise CommonErrors.MISSING_PARAMETER(name="Tag" if ids else "ResourceId")
    context.cloud.vpc_tagging.tag(context.account, region, resource_type, ids, new_tags(pairs))
    return {}


@takes("RegionId", "ResourceType", "ResourceId.N", "TagKey.N", "All")
def untag_resources(context: Context, params: Params) -> Answer:
    """Take tags from VPCs or vSwitches of the caller; with All=true and no TagKey, every tag."""
    region, resource_type, ids = _resources(params)
    keys = params.repeated("TagKey")
    if len(keys) > TAGS_MAX:
        raise Errors.TOO_MANY_TAGS()
    if not ids or not (keys or params.boolean("All")):
        raise CommonErrors.MISSING_PARAMETER(name="TagKey" if ids else "ResourceId")
    context.cloud.vpc_tagging.untag(context.account, region, resource_type, ids, keys or None)
    return {}


@takes("RegionId", "ResourceType", "ResourceId.N", *TAGS, "MaxResults", "NextToken")
def list_tag_resources(context: Context, params: Params) -> Answer:
    """The tags of VPCs or vSwitches of the caller, found by their IDs, by tags they have, or by both."""
    region, resource_type, ids = _resources(params)
    wanted = tag_filter(params.pairs("Tag", "Key", "Value"))
    if not ids and not wanted:
        raise Errors.NO_TAGS_AND_NO_RESOURCES()
    tags = context.cloud.vpc_tagging.tags_of(context.account, region, resource_type, ids, wanted)
    size, token = params.integer("MaxResults", 50, 1, 50), params.get("NextToken", "0")
    if not token.isdecimal() or len(token) > 9 or int(token) > len(tags):
        raise CommonErrors.INVALID_PARAMETER(name="NextToken")
    end = int(token) + size
    shown = [
        {"ResourceType": resource_type.upper(), "ResourceId": resource_id, "TagKey": key, "TagValue": value}
        for resource_id, key, value in tags[int(token) : end]
    ]
    return {"NextToken": str(end) if end < len(tags) else "", "TagResources": {"TagResource": shown}}


def _resources(params: Params) -> tuple[str, str, list[str]]:
    region, resource_type = params.require("RegionId"), params.require("ResourceType")
    ids = params.repeated("ResourceId")
    if len(ids) > RESOURCES_A_CALL:
        raise Errors.TOO_MANY_RESOURCES()
    return region, resource_type, ids
