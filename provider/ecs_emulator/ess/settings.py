"""What of a scaling group or a configuration is kept and shown as it was given: it is for instances. Pure."""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from ..launch import Launch
from ..wire import Params
from .errors import Errors

Value = str | int | bool
Price = tuple[str, float]
"""An instance type, and how much an hour of it may cost."""
PAGE_SIZE_MAX = 50
_USER_DATA_MAX = 16 * 1024
_TAGS_MAX = 20
_PRICES_MAX = 10


@dataclass(frozen=True)
class Setting:
    """A parameter, what answers call it, and what values it has."""

    parameter: str
    shown_as: str = ""
    values: frozenset[str] = field(default_factory=frozenset)
    numbers: range | None = None
    is_flag: bool = False

    @property
    def shown(self) -> str:
        """Its name in answers."""
        return self.shown_as or self.parameter

    def read(self, params: Params) -> Value | None:
        """Its value, if it is given; InvalidParameter for one that it can't have."""
        text = params.get(self.parameter)
        if not text:
            return None
        if self.is_flag:
            if text.lower() not in ("true", "false"):
                raise Errors.PARAMETER_INVALID(name=self.parameter)
            return text.lower() == "true"
        if self.numbers is not None:
            if not text.isdecimal() or len(text) > 9 or int(text) not in self.numbers:
                raise Errors.PARAMETER_INVALID(name=self.parameter)
            return int(text)
        if self.values and text not in self.values:
            raise Errors.PARAMETER_INVALID(name=self.parameter)
        return text


def read_settings(params: Params, settings: Iterable[Setting]) -> dict[str, Value]:
    """The values that are given, by the names that answers have for them."""
    found = ((setting.shown, setting.read(params)) for setting in settings)
    return {shown: value for shown, value in found if value is not None}


def number(params: Params, name: str, numbers: range) -> int | None:
    """A whole number within its limits, if it is given."""
    value = Setting(name, numbers=numbers).read(params)
    return None if value is None else int(value)


GROUP_SETTINGS = (
    Setting("DesiredCapacity", numbers=range(2001)),
    Setting("MultiAZPolicy", values=frozenset({"PRIORITY", "BALANCE", "COST_OPTIMIZED", "COMPOSABLE"})),
    Setting("HealthCheckType", values=frozenset({"ECS", "NONE", "LOAD_BALANCER"})),
    Setting("ScalingPolicy", values=frozenset({"recycle", "release", "forceRecycle", "forceRelease"})),
    Setting("OnDemandBaseCapacity", numbers=range(1001)),
    Setting("OnDemandPercentageAboveBaseCapacity", numbers=range(101)),
    Setting("SpotInstancePools", numbers=range(11)),
    Setting("SpotInstanceRemedy", is_flag=True),
    Setting("CompensateWithOnDemand", is_flag=True),
    Setting("AzBalance", is_flag=True),
    Setting("AllocationStrategy", values=frozenset({"priority", "lowestPrice"})),
    Setting("SpotAllocationStrategy", values=frozenset({"priority", "lowestPrice"})),
    Setting("MaxInstanceLifetime", numbers=range(86400, 10**9)),
    Setting("StopInstanceTimeout", numbers=range(30, 241)),
)
GROUP_DEFAULTS: dict[str, Value] = {"MultiAZPolicy": "PRIORITY", "HealthCheckType": "ECS", "ScalingPolicy": "recycle"}

CONFIGURATION_SETTINGS = (
    Setting("InstanceName"),
    Setting("InstanceDescription"),
    Setting("HostName"),
    Setting("IoOptimized", values=frozenset({"optimized"})),
    Setting("InternetChargeType", values=frozenset({"PayByBandwidth", "PayByTraffic"})),
    Setting("InternetMaxBandwidthIn", numbers=range(1, 201)),
    Setting("InternetMaxBandwidthOut", numbers=range(1025)),
    Setting("CreditSpecification", values=frozenset({"Standard", "Unlimited"})),
    Setting("SecurityEnhancementStrategy", values=frozenset({"Active", "Deactive"})),
    Setting("SpotStrategy", values=frozenset({"NoSpot", "SpotWithPriceLimit", "SpotAsPriceGo"})),
    Setting("SpotDuration", numbers=range(2)),
    Setting("HttpEndpoint", values=frozenset({"enabled", "disabled"})),
    Setting("PasswordInherit", is_flag=True),
    Setting("DeletionProtection", is_flag=True),
    Setting("ImageOptions.LoginAsNonRoot", is_flag=True),
    Setting("SystemDisk.Category", "SystemDiskCategory"),
    Setting("SystemDisk.Size", "SystemDiskSize", numbers=range(20, 2049)),
    Setting("SystemDisk.DiskName", "SystemDiskName"),
    Setting("SystemDisk.Description", "SystemDiskDescription"),
    Setting("SystemDisk.PerformanceLevel", "SystemDiskPerformanceLevel", frozenset({"PL0", "PL1", "PL2", "PL3"})),
    Setting("SystemDisk.Encrypted", is_flag=True),
    Setting("SystemDisk.KMSKeyId"),
)
CONFIGURATION_DEFAULTS: dict[str, Value] = {"SystemDiskCategory": "cloud_efficiency", "InternetMaxBandwidthOut": 0}


def price_limits(params: Params) -> list[Price]:
    """What an hour of instance types may cost, at most."""
    found: list[Price] = []
    for type_id, text in params.pairs("SpotPriceLimit", "InstanceType", "PriceLimit"):
        try:
            price = float(text or "")
        except ValueError:
            raise Errors.PARAMETER_INVALID(name="SpotPriceLimit") from None
        if not type_id or not math.isfinite(price) or price <= 0:
            raise Errors.PARAMETER_INVALID(name="SpotPriceLimit")
        found.append((type_id, price))
    if len(found) > _PRICES_MAX:
        raise Errors.PARAMETER_INVALID(name="SpotPriceLimit")
    return found


def launch_of(image_id: str, instance_types: Sequence[str], settings: Mapping[str, Value]) -> Launch:
    """What instances of a configuration with these settings are like."""

    def text(name: str) -> str:
        return str(settings.get(name, ""))

    return Launch(
        image_id=image_id,
        instance_types=instance_types,
        name=text("InstanceName"),
        description=text("InstanceDescription"),
        host_name=text("HostName"),
        disk_category=text("SystemDiskCategory"),
        disk_performance_level=text("SystemDiskPerformanceLevel"),
        disk_size=int(settings.get("SystemDiskSize", 0)),
        disk_name=text("SystemDiskName"),
        disk_description=text("SystemDiskDescription"),
        disk_encrypted=bool(settings.get("SystemDisk.Encrypted")),
        disk_kms_key_id=text("SystemDisk.KMSKeyId"),
    )


def user_data(params: Params) -> dict[str, Value]:
    """UserData, if it is given, as it was encoded."""
    text = params.get("UserData")
    if not text:
        return {}
    try:
        raw = base64.b64decode(text, validate=True)
    except ValueError:
        raise Errors.USER_DATA_MALFORMED() from None
    if len(raw) > _USER_DATA_MAX:
        raise Errors.USER_DATA_TOO_LONG()
    return {"UserData": text}


def instance_tags(params: Params) -> dict[str, str] | None:
    """The tags for the instances, which are a JSON object of strings; None if absent."""
    text = params.get("Tags")
    if not text:
        return None
    try:
        tags = json.loads(text)
    except (ValueError, RecursionError):
        raise Errors.PARAMETER_INVALID(name="Tags") from None
    if not isinstance(tags, dict) or not all(isinstance(value, str) for value in tags.values()):
        raise Errors.PARAMETER_INVALID(name="Tags")
    if "" in tags:
        raise Errors.INSTANCE_TAG_EMPTY()
    if len(tags) > _TAGS_MAX:
        raise Errors.TOO_MANY_INSTANCE_TAGS()
    if any(key.startswith(("acs:", "aliyun")) or len(key) > 64 or len(value) > 128 for key, value in tags.items()):
        raise Errors.PARAMETER_INVALID(name="Tags")
    return tags
