"""The errors of tags.

https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-tagresources
https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-untagresources
https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-listtagresources
https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-describetags
"""

from __future__ import annotations

from ..errors import EcsError


def tag_mismatch() -> EcsError:
    """A tag's value has no key."""
    return EcsError("InvalidTag.Mismatch", "The specified Tag.n.Key and Tag.n.Value are not match.", 400)


def too_many_tags() -> EcsError:
    """More than 20 tags."""
    return EcsError("InvalidTagCount", "The specified tags are beyond the permitted range.", 400)


def missing_tag_parameter(name: str) -> EcsError:
    """A parameter that the actions of tags need is absent."""
    parameter = "ResourceIds.N" if name == "ResourceIds" else name
    return EcsError(f"MissingParameter.{name}", f"The parameter - {parameter} should not be null.", 404)


def resources_of_call_exceed() -> EcsError:
    """More than 50 resources in one call."""
    return EcsError("NumberExceed.ResourceIds", "The ResourceIds parameter's number is exceed , Valid : 50.", 400)


def tags_of_call_exceed() -> EcsError:
    """More than 20 tags in one call."""
    return EcsError("NumberExceed.Tags", "The Tags parameter's number is exceed , Valid : 20.", 400)


def tags_of_resource_quota() -> EcsError:
    """A resource would have more than 20 tags."""
    text = "The quota of tags on resource is beyond permitted range."
    return EcsError("OperationDenied.QuotaExceed", text, 400)


def tag_key_twice() -> EcsError:
    """One key in two tags."""
    return EcsError("Duplicate.TagKey", "The Tag.N.Key contain duplicate key.", 400)


def tag_key_twice_but_for_case() -> EcsError:
    """Two keys that are the same in lower case."""
    return EcsError("TagKey.Duplication", "The TagKey has duplication with others, case-insensitive.", 403)


def tag_key_malformed() -> EcsError:
    """A tag's key is not one."""
    return EcsError("InvalidTagKey.Malformed", "The specified Tag.n.Key is not valid.", 400)


def tag_value_malformed() -> EcsError:
    """A tag's value is not one."""
    return EcsError("InvalidTagValue.Malformed", "The specified Tag.n.Value is not valid.", 400)


def tag_value_alone() -> EcsError:
    """ListTagResources looks for a value of no key."""
    # The page names the code in its text, without a message or a status.
    return EcsError("InvalidParameter.TagValue", "The specified Tag.n.Value is not valid.", 400)


def no_tags_and_no_resources() -> EcsError:
    """ListTagResources with neither tags nor resources."""
    text = "The specified Tags and ResourcesIds are not allow to both empty."
    return EcsError("BothEmpty.TagsAndResources", text, 403)


def tags_with_filter() -> EcsError:
    """Tag and TagFilter together."""
    return EcsError("InvalidTags.MalFormed", "The tags must be empty, when the tagFilters is not empty.", 400)


def fuzzy_tags_forbidden() -> EcsError:
    """TagFilter by an account that is not in its preview."""
    text = "The specified operator has not permission to query fuzzy tags."
    return EcsError("PermissionDenied.TagsFuzzyQuery", text, 403)


def next_token_invalid() -> EcsError:
    """A NextToken that no answer gave."""
    return EcsError("Invalid.NextToken", "The specified NextToken is not valid.", 403)


def resource_type_not_found() -> EcsError:
    """No resources of that type can be tagged anywhere."""
    text = "The ResourceType provided does not exist in our records."
    return EcsError("InvalidResourceType.NotFound", text, 404)


def resource_not_taggable() -> EcsError:
    """Resources of that type can't be tagged here."""
    text = "The specified ResourceId does not support tagging."
    return EcsError("InvalidResourceId.NotSupported", text, 403)


def resource_not_found() -> EcsError:
    """A resource to tag is not there, or not the caller's own."""
    text = "The specified ResourceIds are not found in our records."
    return EcsError("InvalidResourceId.NotFound", text, 404)
