"""Scaling groups and their configurations. No HTTP; not locked: `Cloud` locks.

They start no instances: a group that is enabled has none, whatever its MinSize says.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from ..clock import Clock
from ..ids import new_id
from ..launch import CheckLaunch, LaunchRefusedError
from .errors import Errors
from .settings import CONFIGURATION_DEFAULTS, GROUP_DEFAULTS, Price, Value, launch_of

CONFIGURATIONS_A_GROUP = 10
TYPES_A_CONFIGURATION = 10
VSWITCHES_A_GROUP = 5
REMOVAL_POLICIES = ("OldestInstance", "NewestInstance", "OldestScalingConfiguration")
_NAME = re.compile(r"[^\W_][\w.-]{1,63}")


class InVpc(Protocol):
    """A vSwitch or a security group, as Auto Scaling looks at one."""

    @property
    def vpc_id(self) -> str:
        """The VPC that it is in."""


Find = Callable[[str, str, str], InVpc | None]
"""What the account has of that kind in the region, by its ID."""


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
    """A scaling configuration: what instances a group would start."""

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
        """Whether it is the one that its group uses."""
        return self.group.active_id == self.id


@dataclass(frozen=True)
class GroupChange:
    """What a scaling group is to be; None and empty for what is not to be changed, or is to be the default."""

    name: str = ""
    min_size: int | None = None
    max_size: int | None = None
    cooldown: int | None = None
    vswitch_ids: Sequence[str] = ()
    removal_policies: Sequence[str] = ()
    settings: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True)
class ConfigurationChange:
    """What a configuration is to be; None and empty for what is not to be changed, or is to be the default."""

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
        """A new scaling group, which is Inactive."""
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
        """Change a scaling group as it is asked for, or not at all."""
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
        """Delete a scaling group with its configurations; it has no instances that could keep it."""
        self._configurations = {id: each for id, each in self._configurations.items() if each.group is not group}
        del self._groups[group.id]

    def check_configuration_of(self, group: ScalingGroup, configuration_id: str) -> None:
        """Raise InvalidScalingConfigurationId.NotFound unless the group has the configuration."""
        if self.configuration(group.owner, group.region, configuration_id).group is not group:
            raise Errors.CONFIGURATION_NOT_FOUND()

    def activate(self, group: ScalingGroup, configuration_id: str) -> None:
        """Make a configuration the one that its group uses."""
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
        """A new configuration of a group, which is Inactive."""
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
        """Change a configuration as it is asked for, or not at all."""
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
