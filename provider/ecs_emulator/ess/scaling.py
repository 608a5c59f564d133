"""Scaling groups and their configurations. No HTTP; `Cloud` locks.

They start no instances: a group that is enabled has none, whatever its MinSize.
"""

from __future__ import annotations

import base64
import json
import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from ..clock import Clock
from ..ids import new_id
from ..launch import CheckLaunch, Launch, LaunchRefusedError
from ..wire import Params
from .errors import Errors

Value = str | int | bool
Price = tuple[str, float]
"""An instance type, and the highest price for an hour of it."""
PAGE_SIZE_MAX = 50
_USER_DATA_MAX = 16 * 1024
_TAGS_MAX = 20
_PRICES_MAX = 10


@dataclass(frozen=True)
class Setting:
    """A parameter that is stored and shown: its name in answers and its allowed values."""

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
        """Its value, or None if absent. Raises InvalidParameter for a value that is not allowed."""
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
    """The values that are present, by their names in answers."""
    found = ((setting.shown, setting.read(params)) for setting in settings)
    return {shown: value for shown, value in found if value is not None}


def number(params: Params, name: str, numbers: range) -> int | None:
    """A whole number within its limits, or None if absent."""
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
    """The highest price for an hour of each instance type."""
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
    """The launch that a configuration with these settings describes."""

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
    """UserData as it was sent, or an empty dict if absent."""
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


CONFIGURATIONS_A_GROUP = 10
TYPES_A_CONFIGURATION = 10
VSWITCHES_A_GROUP = 5
REMOVAL_POLICIES = ("OldestInstance", "NewestInstance", "OldestScalingConfiguration")
_NAME = re.compile(r"[^\W_][\w.-]{1,63}")


class InVpc(Protocol):
    """The part of a vSwitch or a security group that Auto Scaling uses."""

    @property
    def vpc_id(self) -> str:
        """The ID of its VPC."""


Find = Callable[[str, str, str], InVpc | None]
"""Account, region and ID to the account's resource, or None."""


@dataclass
class ScalingGroup:
    """A scaling group of an account in one region."""

    id: str
    region: str
    owner: str
    name: str
    created: datetime
    vpc_id: str
    min_size: int
    max_size: int
    cooldown: int
    vswitch_ids: list[str]
    removal_policies: list[str]
    is_enabled: bool = False
    active_id: str = ""
    settings: dict[str, Value] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)


@dataclass
class Configuration:
    """A scaling configuration: the instances that a group would start."""

    id: str
    group: ScalingGroup
    name: str
    created: datetime
    image_id: str
    instance_types: list[str]
    security_group_ids: list[str]
    settings: dict[str, Value] = field(default_factory=dict)
    price_limits: list[Price] = field(default_factory=list)
    tags: dict[str, str] = field(default_factory=dict)

    @property
    def is_active(self) -> bool:
        """Whether its group uses it."""
        return self.group.active_id == self.id


@dataclass(frozen=True)
class GroupChange:
    """New values of a scaling group. None and empty: unchanged, or the default of a new group."""

    name: str = ""
    min_size: int | None = None
    max_size: int | None = None
    cooldown: int | None = None
    vswitch_ids: Sequence[str] = ()
    removal_policies: Sequence[str] = ()
    settings: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True)
class ConfigurationChange:
    """New values of a configuration. None and empty: unchanged, or the default of a new one."""

    name: str = ""
    image_id: str = ""
    instance_types: Sequence[str] = ()
    security_group_ids: Sequence[str] = ()
    settings: Mapping[str, Value] = field(default_factory=dict)
    price_limits: Sequence[Price] = ()
    tags: Mapping[str, str] | None = None


class Scaling:
    """All scaling groups of all regions."""

    def __init__(
        self,
        regions: tuple[str, ...],
        find_vswitch: Find,
        find_security_group: Find,
        may_run: Callable[[str, str, str], bool],
        check_launch: CheckLaunch,
        clock: Clock,
    ) -> None:
        self._regions = regions
        self._find_vswitch = find_vswitch
        self._find_security_group = find_security_group
        self._may_run = may_run
        self._check_launch = check_launch
        self._clock = clock
        self._groups: dict[str, ScalingGroup] = {}
        self._configurations: dict[str, Configuration] = {}

    def check_region(self, region: str) -> None:
        """Raise InvalidRegionId.NotFound unless the region exists."""
        if region not in self._regions:
            raise Errors.REGION_NOT_FOUND()

    # -- groups -----------------------------------------------------------------------------------------------------

    def group(self, account: str, region: str, group_id: str) -> ScalingGroup:
        """The account's scaling group in the region (empty: in any), or InvalidScalingGroupId.NotFound."""
        if region:
            self.check_region(region)
        group = self._groups.get(group_id)
        if group is None or group.owner != account or region not in ("", group.region):
            raise Errors.GROUP_NOT_FOUND()
        return group

    def groups_of(self, account: str, region: str) -> list[ScalingGroup]:
        """The account's scaling groups in a region, newest first."""
        self.check_region(region)
        own = [group for group in self._groups.values() if group.owner == account and group.region == region]
        return sorted(own, key=lambda group: (-group.created.timestamp(), group.id))

    def create_group(self, account: str, region: str, change: GroupChange) -> ScalingGroup:
        """Create a scaling group, which starts Inactive."""
        self.check_region(region)
        group_id = new_id("asg", region)
        group = ScalingGroup(
            id=group_id,
            region=region,
            owner=account,
            name=group_id,
            created=self._clock.now(),
            vpc_id="",
            min_size=0,
            max_size=0,
            cooldown=300,
            vswitch_ids=[],
            removal_policies=["OldestScalingConfiguration", "OldestInstance"],
            settings=dict(GROUP_DEFAULTS),
        )
        self.change_group(group, change)
        self._groups[group.id] = group
        return group

    def change_group(self, group: ScalingGroup, change: GroupChange) -> None:
        """Apply all changes to a scaling group, or raise and change nothing."""
        low = group.min_size if change.min_size is None else change.min_size
        high = group.max_size if change.max_size is None else change.max_size
        settings = {**group.settings, **change.settings}
        if low > high:
            raise Errors.PARAMETERS_CONFLICT(one="MinSize", other="MaxSize")
        if not low <= int(settings.get("DesiredCapacity", low)) <= high:
            raise Errors.PARAMETER_INVALID(name="DesiredCapacity")
        if change.name:
            self._check_group_name(group, change.name)
        if any(policy not in REMOVAL_POLICIES for policy in change.removal_policies):
            raise Errors.PARAMETER_INVALID(name="RemovalPolicy")
        vpc_id = self._vpc_of(group, change.vswitch_ids) if change.vswitch_ids else group.vpc_id

        group.min_size, group.max_size, group.settings, group.vpc_id = low, high, settings, vpc_id
        group.name = change.name or group.name
        group.cooldown = group.cooldown if change.cooldown is None else change.cooldown
        group.vswitch_ids = list(change.vswitch_ids or group.vswitch_ids)
        group.removal_policies = list(change.removal_policies or group.removal_policies)

    def _check_group_name(self, group: ScalingGroup, name: str) -> None:
        if not _NAME.fullmatch(name):
            raise Errors.PARAMETER_INVALID(name="ScalingGroupName")
        others = self.groups_of(group.owner, group.region)
        if any(other.name == name and other is not group for other in others):
            raise Errors.GROUP_NAME_TAKEN()

    def _vpc_of(self, group: ScalingGroup, vswitch_ids: Sequence[str]) -> str:
        found = [self._find_vswitch(group.owner, group.region, vswitch_id) for vswitch_id in vswitch_ids]
        vpc_ids = {vswitch.vpc_id for vswitch in found if vswitch is not None}
        if None in found:
            raise Errors.VSWITCH_NOT_FOUND()
        # "The vSwitches must belong to the same VPC", for which no code is documented.
        if len(vpc_ids) > 1 or len(vswitch_ids) > VSWITCHES_A_GROUP or group.vpc_id not in ("", *vpc_ids):
            raise Errors.PARAMETER_INVALID(name="VSwitchIds")
        return vpc_ids.pop()

    def delete_group(self, group: ScalingGroup) -> None:
        """Delete a scaling group with its configurations."""
        self._configurations = {id: each for id, each in self._configurations.items() if each.group is not group}
        del self._groups[group.id]

    def check_configuration_of(self, group: ScalingGroup, configuration_id: str) -> None:
        """Raise InvalidScalingConfigurationId.NotFound unless the group has the configuration."""
        if self.configuration(group.owner, group.region, configuration_id).group is not group:
            raise Errors.CONFIGURATION_NOT_FOUND()

    def activate(self, group: ScalingGroup, configuration_id: str) -> None:
        """Make a configuration the active one of its group."""
        self.check_configuration_of(group, configuration_id)
        group.active_id = configuration_id

    def enable(self, group: ScalingGroup, configuration_id: str) -> None:
        """Enable an Inactive group, with another active configuration if one is named."""
        if group.is_enabled:
            raise Errors.GROUP_STATUS()
        if configuration_id:
            self.activate(group, configuration_id)
        if not group.active_id:
            raise Errors.ACTIVE_CONFIGURATION_MISSING()
        group.is_enabled = True

    def disable(self, group: ScalingGroup) -> None:
        """Disable an Active group."""
        if not group.is_enabled:
            raise Errors.GROUP_STATUS()
        group.is_enabled = False

    # -- configurations ---------------------------------------------------------------------------------------------

    def configuration(self, account: str, region: str, configuration_id: str) -> Configuration:
        """The account's configuration in the region (empty: in any), or InvalidScalingConfigurationId.NotFound."""
        if region:
            self.check_region(region)
        configuration = self._configurations.get(configuration_id)
        group = None if configuration is None else configuration.group
        if configuration is None or group is None or group.owner != account or region not in ("", group.region):
            raise Errors.CONFIGURATION_NOT_FOUND()
        return configuration

    def configurations_of(self, account: str, region: str, group_id: str = "") -> list[Configuration]:
        """The account's configurations in a region, or of one group there, newest first."""
        self.check_region(region)
        own = [
            each
            for each in self._configurations.values()
            if each.group.owner == account and each.group.region == region and group_id in ("", each.group.id)
        ]
        return sorted(own, key=lambda each: (-each.created.timestamp(), each.id))

    def create_configuration(self, group: ScalingGroup, change: ConfigurationChange) -> Configuration:
        """Create a configuration of a group, which starts Inactive."""
        if len(self.configurations_of(group.owner, group.region, group.id)) >= CONFIGURATIONS_A_GROUP:
            raise Errors.CONFIGURATIONS_QUOTA()
        configuration_id = new_id("asc", group.region)
        configuration = Configuration(
            id=configuration_id,
            group=group,
            name=configuration_id,
            created=self._clock.now(),
            image_id="",
            instance_types=[],
            security_group_ids=[],
            settings=dict(CONFIGURATION_DEFAULTS),
        )
        self.change_configuration(configuration, change)
        self._configurations[configuration.id] = configuration
        return configuration

    def change_configuration(self, configuration: Configuration, change: ConfigurationChange) -> None:
        """Apply all changes to a configuration, or raise and change nothing."""
        group = configuration.group
        if change.name:
            self._check_configuration_name(configuration, change.name)
        if change.image_id and not self._may_run(group.owner, group.region, change.image_id):
            raise Errors.IMAGE_NOT_FOUND()
        if len(change.instance_types) > TYPES_A_CONFIGURATION:
            raise Errors.PARAMETER_INVALID(name="InstanceTypes")
        self._check_instances(configuration, change)
        for group_id in change.security_group_ids:
            found = self._find_security_group(group.owner, group.region, group_id)
            if found is None:
                raise Errors.SECURITY_GROUP_NOT_FOUND()
            if found.vpc_id != group.vpc_id:
                raise Errors.SECURITY_GROUP_ELSEWHERE()

        configuration.name = change.name or configuration.name
        configuration.image_id = change.image_id or configuration.image_id
        configuration.instance_types = list(change.instance_types or configuration.instance_types)
        configuration.security_group_ids = list(change.security_group_ids or configuration.security_group_ids)
        configuration.settings.update(change.settings)
        configuration.price_limits = list(change.price_limits or configuration.price_limits)
        configuration.tags = configuration.tags if change.tags is None else dict(change.tags)

    def _check_instances(self, configuration: Configuration, change: ConfigurationChange) -> None:
        group, settings = configuration.group, {**configuration.settings, **change.settings}
        if settings.get("SpotStrategy") == "SpotWithPriceLimit" and not (
            change.price_limits or configuration.price_limits
        ):
            raise Errors.PARAMETER_INVALID(name="SpotPriceLimit")
        image_id = change.image_id or configuration.image_id
        launch = launch_of(image_id, change.instance_types or configuration.instance_types, settings)
        try:
            self._check_launch(group.owner, group.region, launch)
        except LaunchRefusedError as refused:
            if refused.parameter == "ImageId":
                raise Errors.IMAGE_AND_TYPE_MISMATCH() from None
            raise Errors.PARAMETER_INVALID(name=refused.parameter) from None

    def _check_configuration_name(self, configuration: Configuration, name: str) -> None:
        if not _NAME.fullmatch(name):
            raise Errors.PARAMETER_INVALID(name="ScalingConfigurationName")
        group = configuration.group
        others = self.configurations_of(group.owner, group.region, group.id)
        if any(other.name == name and other is not configuration for other in others):
            raise Errors.CONFIGURATION_NAME_TAKEN()

    def delete_configuration(self, configuration: Configuration) -> None:
        """Delete a configuration that is not its group's active one."""
        if configuration.is_active:
            raise Errors.CONFIGURATION_ACTIVE()
        del self._configurations[configuration.id]
