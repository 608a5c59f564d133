"""The actions of key pairs."""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatchcase

from ..actions import Context, takes
from ..clock import format_time
from ..errors import EcsError
from ..paging import numbered
from ..tags import has_tags
from ..wire import Answer, Params
from .errors import Errors
from .instances import Outcome
from .key_pairs import KeyPair
from .tagging import tag_filter, tags_of_instance

_INSTANCES_A_CALL = 50
_NAMES_A_CALL = 100


@takes("RegionId", "KeyPairName", "Tag.N.Key", "Tag.N.Value")
def create_key_pair(context: Context, params: Params) -> Answer:
    """Create a key pair. Only this answer has its private key."""
    region, name = params.require("RegionId"), params.require("KeyPairName")
    tags = tags_of_instance(params.pairs("Tag", "Key", "Value"))
    pair, pair_id, private_key = context.cloud.key_pairs.create(context.account, region, name, tags)
    return {
        "KeyPairId": pair_id,
        "KeyPairName": name,
        "KeyPairFingerPrint": pair.fingerprint,
        "PrivateKeyBody": private_key,
    }


@takes(
    *("RegionId", "KeyPairName", "KeyPairFingerPrint", "IncludePublicKey", "Tag.N.Key", "Tag.N.Value"),
    *("PageNumber", "PageSize"),
)
def describe_key_pairs(context: Context, params: Params) -> Answer:
    """The caller's key pairs in a region."""
    pattern = params.get("KeyPairName", "*").replace("[", "[[]").replace("?", "[?]")
    fingerprint, with_key = params.get("KeyPairFingerPrint"), bool(params.boolean("IncludePublicKey"))
    tags = tag_filter(params.pairs("Tag", "Key", "Value"))
    found = [
        pair
        for pair in context.cloud.key_pairs.all_of(context.account, params.require("RegionId"))
        if fnmatchcase(pair.name, pattern) and fingerprint in ("", pair.fingerprint) and has_tags(pair.tags, tags)
    ]

    def render(pair: KeyPair) -> Answer:
        return {
            "KeyPairName": pair.name,
            "KeyPairFingerPrint": pair.fingerprint,
            "CreationTime": format_time(pair.created),
            "ResourceGroupId": "",
            "Tags": {"Tag": [{"TagKey": key, "TagValue": value} for key, value in pair.tags.items()]},
            **({"PublicKey": pair.public_key} if with_key else {}),
        }

    return numbered(params, context.reading, found, 50, "KeyPairs", "KeyPair", render)


@takes("RegionId", "KeyPairNames")
def delete_key_pairs(context: Context, params: Params) -> Answer:
    """Delete key pairs."""
    region = params.require("RegionId")
    params.require("KeyPairNames")
    names = _list(params, "KeyPairNames", _NAMES_A_CALL, Errors.KEY_PAIR_NAMES_NOT_SUPPORTED())
    context.cloud.key_pairs.delete(context.account, region, names)
    return {}


@takes("RegionId", "KeyPairName", "InstanceIds")
def attach_key_pair(context: Context, params: Params) -> Answer:
    """Bind a key pair to instances."""
    region, name, ids = _binding(params)
    return _outcomes(name, context.cloud.instance_changes.attach_key_pair(context.account, region, name, ids))


@takes("RegionId", "KeyPairName", "InstanceIds")
def detach_key_pair(context: Context, params: Params) -> Answer:
    """Unbind a key pair from instances."""
    region, name, ids = _binding(params)
    return _outcomes(name, context.cloud.instance_changes.detach_key_pair(context.account, region, name, ids))


def _binding(params: Params) -> tuple[str, str, list[str]]:
    region, name = params.require("RegionId"), params.require("KeyPairName")
    params.require("InstanceIds")
    return region, name, _list(params, "InstanceIds", _INSTANCES_A_CALL, Errors.KEY_PAIR_INSTANCE_IDS_NOT_SUPPORTED())


def _list(params: Params, name: str, limit: int, error: EcsError) -> list[str]:
    try:
        return params.json_list(name, limit) or []
    except EcsError:
        raise error from None


def _outcomes(name: str, outcomes: Sequence[Outcome]) -> Answer:
    results = [
        {
            "InstanceId": outcome.instance_id,
            "Success": outcome.error is None,
            "Code": outcome.error.code if outcome.error else "200",
            "Message": outcome.error.message if outcome.error else "successful",
        }
        for outcome in outcomes
    ]
    failed = sum(outcome.error is not None for outcome in outcomes)
    return {
        "KeyPairName": name,
        "TotalCount": len(outcomes),
        "FailCount": failed,
        "Results": {"Result": results},
    }
