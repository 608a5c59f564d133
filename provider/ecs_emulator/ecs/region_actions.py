"""The actions of regions."""

from __future__ import annotations

from ..actions import Context, takes
from ..wire import Answer, Params


@takes()
def describe_regions(context: Context, params: Params) -> Answer:
    """All regions."""
    regions = [
        {
            "RegionId": region,
            "RegionEndpoint": f"ecs.{region}.aliyuncs.com",
            "LocalName": region,
            "Status": "available",
        }
        for region in context.cloud.seed.regions
    ]
    return {"Regions": {"Region": regions}}
