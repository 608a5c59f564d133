"""What of an instance can be changed in place, and when. No HTTP; not locked: `Cloud` locks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from ..errors import CommonErrors, EcsError
from . import instance_rules, sizes
from .errors import Errors
from .instance_model import Instance
from .instances import Instances, private_address
from .key_pairs import KeyPairs
from .naming import is_description
from .places import Place

_STABLE = ("Running", "Stopped")


@dataclass(frozen=True)
class InstanceChange:
    """What ModifyInstanceAttribute asks for; None stays as it is."""

    name: str | None = None
    description: str | None = None
    host_name: str | None = None
    password: str | None = field(default=None, repr=False)
    user_data: str | None = None
    deletion_protection: bool | None = None
    jumbo_frame: bool | None = None
    security_group_ids: Sequence[str] = ()


@dataclass(frozen=True)
class Outcome:
    """What became of one instance of several."""

    instance_id: str
    error: EcsError | None = None


class InstanceChanges:
    """Who may change what of an instance."""

    def __init__(self, instances: Instances, key_pairs: KeyPairs) -> None:
        self._instances = instances
        self._key_pairs = key_pairs

    def modify(self, instance: Instance, change: InstanceChange) -> None:
        """Change attributes: all that is asked for, or nothing and an error."""
        _check_forms(instance, change)
        if change.host_name is not None and instance.status in ("Pending", "Starting"):
            raise Errors.INSTANCE_STATUS_INCORRECT()
        if change.password is not None and instance.status == "Starting":
            raise Errors.INSTANCE_STATUS_INCORRECT()
        if change.jumbo_frame is not None and instance.status not in _STABLE:
            raise Errors.INSTANCE_STATUS_INCORRECT()
        # UserData: "The instance must be in the Stopped state", says the page of March 2024
        # (https://www.alibabacloud.com/help/doc-detail/25503.html); the newest
        # (https://alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-modifyinstanceattribute) and the
        # SDK no longer do.
        if change.security_group_ids:
            self._check_groups(instance, change.security_group_ids)
            instance.security_group_ids = list(change.security_group_ids)
        settings = instance.settings
        for name in ("name", "description", "host_name", "user_data", "deletion_protection", "jumbo_frame"):
            if (value := getattr(change, name)) is not None:
                setattr(settings, name, value)

    def _check_groups(self, instance: Instance, groups: Sequence[str]) -> None:
        if len(set(groups)) < len(groups):
            raise Errors.SECURITY_GROUP_REPEATED()
        if len(groups) > instance_rules.SECURITY_GROUPS_MAX:
            raise Errors.IN_TOO_MANY_SECURITY_GROUPS()
        self._instances.check_place(instance.owner, instance.region, instance.vswitch_id, groups)

    def join_group(self, instance: Instance, group: str) -> None:
        """Put an instance into one more security group."""
        groups = [*instance.security_group_ids, group]
        self._instances.check_place(instance.owner, instance.region, instance.vswitch_id, groups)
        if instance.status not in _STABLE:
            raise Errors.INSTANCE_STATUS_INCORRECT()
        if group in instance.security_group_ids:
            raise Errors.ALREADY_IN_SECURITY_GROUP()
        if len(instance.security_group_ids) >= instance_rules.SECURITY_GROUPS_MAX:
            raise Errors.IN_TOO_MANY_SECURITY_GROUPS()
        instance.security_group_ids.append(group)

    def leave_group(self, instance: Instance, group: str) -> None:
        """Take an instance out of a security group that is not its last."""
        if instance.status not in _STABLE:
            raise Errors.INSTANCE_STATUS_INCORRECT()
        if group not in instance.security_group_ids:
            raise Errors.NOT_IN_SECURITY_GROUP()
        if len(instance.security_group_ids) == 1:
            raise Errors.LAST_SECURITY_GROUP()
        instance.security_group_ids.remove(group)

    def move(self, instance: Instance, vswitch_id: str, private_ip: str, vpc_id: str, groups: Sequence[str]) -> None:
        """Put a stopped instance into another vSwitch of its zone, of its VPC or of another one."""
        if instance.status != "Stopped":
            raise Errors.INSTANCE_MUST_BE_STOPPED()
        groups = groups if vpc_id else instance.security_group_ids
        if len(set(groups)) < len(groups):
            raise Errors.SECURITY_GROUP_REPEATED()
        place = self._instances.check_place(instance.owner, instance.region, vswitch_id, groups)
        if place.zone_id != instance.zone_id:
            raise Errors.VSWITCH_IN_OTHER_ZONE()
        if place.vpc_id != (vpc_id or instance.vpc_id):
            raise Errors.VSWITCH_IN_OTHER_VPC()
        self._move_address(instance, vswitch_id, place, private_ip)
        instance.vswitch_id, instance.vpc_id, instance.security_group_ids = vswitch_id, place.vpc_id, list(groups)

    def _move_address(self, instance: Instance, vswitch_id: str, place: Place, private_ip: str) -> None:
        taken = self._instances.private_addresses(vswitch_id)
        if private_ip:
            address = private_address(private_ip)
            if not place.has(address):
                raise Errors.NEW_PRIVATE_IP_NOT_IN_VSWITCH()
            # "error new ip is the same with old ip" has the same code.
            if address in taken:
                raise Errors.PRIVATE_IP_TAKEN()
            instance.private_ip = address
        elif vswitch_id != instance.vswitch_id:
            free = place.free_address(taken)
            if free is None:
                raise Errors.NO_PRIVATE_IP_LEFT()
            instance.private_ip = free

    def change_type(self, instance: Instance, instance_type: str, dry_run: bool) -> None:
        """Make a stopped instance one of another type."""
        if not sizes.is_instance_type(instance_type):
            raise Errors.INSTANCE_TYPE_NOT_SUPPORTED()
        if instance.status != "Stopped":
            raise Errors.INSTANCE_NOT_STOPPED()
        disk = self._instances.system_disk(instance)
        instance_rules.check_architecture(disk.content.architecture, instance_type)
        if dry_run:
            raise CommonErrors.DRY_RUN_PASSED()
        instance.type = instance_type

    def attach_key_pair(self, account: str, region: str, name: str, instance_ids: Sequence[str]) -> list[Outcome]:
        """Bind a key pair to instances, in the place of whatever they have; what became of each."""
        return self._bind(account, region, name, instance_ids, attach=True)

    def detach_key_pair(self, account: str, region: str, name: str, instance_ids: Sequence[str]) -> list[Outcome]:
        """Unbind a key pair from instances; one that has not got it is left as it is."""
        return self._bind(account, region, name, instance_ids, attach=False)

    def _bind(
        self, account: str, region: str, name: str, instance_ids: Sequence[str], *, attach: bool
    ) -> list[Outcome]:
        if self._key_pairs.find(account, region, name) is None:
            raise Errors.KEY_PAIR_NOT_FOUND()
        found: dict[str, Instance | EcsError] = {}
        for instance_id in instance_ids:
            try:
                found[instance_id] = self._instances.own(account, instance_id, region)
            except EcsError as error:
                found[instance_id] = error
        instances = [instance for instance in found.values() if isinstance(instance, Instance)]
        if any(instance.os_type == "windows" for instance in instances):
            raise Errors.WINDOWS_HAS_NO_KEY_PAIRS()
        for instance in instances:
            if attach:
                instance.settings.key_pair_name = name
            elif instance.settings.key_pair_name == name:
                instance.settings.key_pair_name = ""
        return [Outcome(i, result if isinstance(result, EcsError) else None) for i, result in found.items()]


def _check_forms(instance: Instance, change: InstanceChange) -> None:
    if change.name is not None:
        instance_rules.check_new_name(change.name)
    if change.description and not is_description(change.description):
        raise Errors.INSTANCE_DESCRIPTION_MALFORMED()
    if change.host_name is not None:
        instance_rules.check_host_name(change.host_name, instance.os_type)
    instance_rules.check_password(change.password, instance.os_type)
    if change.user_data is not None:
        instance_rules.check_user_data(change.user_data)
