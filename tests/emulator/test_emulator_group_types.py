"""The basic and the advanced security groups of an instance, which is in groups of one type alone."""

from __future__ import annotations

from typing import Any

import pytest
from alibabacloud_ecs20140526 import models as m
from emulator_clients import REGION, Sdk, refused

from ecs_emulator import Emulator


@pytest.fixture
def basic(owner: Sdk) -> str:
    return owner.new_group()


@pytest.fixture
def advanced(ecs: Emulator, owner: Sdk) -> str:
    vpc_id = ecs.console.default_network(owner.account, REGION)["vpc_id"]
    request = m.CreateSecurityGroupRequest(region_id=REGION, vpc_id=vpc_id, security_group_type="enterprise")
    return str(owner.client.create_security_group(request).body.security_group_id)


def groups(owner: Sdk, instance_id: str) -> list[str]:
    return list(owner.instance(instance_id).security_group_ids.security_group_id)


def join(owner: Sdk, instance_id: str, group: str) -> None:
    request = m.JoinSecurityGroupRequest(instance_id=instance_id, security_group_id=group, region_id=REGION)
    owner.client.join_security_group(request)


def move(owner: Sdk, instance_id: str, *to: str) -> None:
    network = owner.ecs.console.default_network(owner.account, REGION)
    request = m.ModifyInstanceVpcAttributeRequest(
        instance_id=instance_id,
        v_switch_id=network["vswitch_id"],
        vpc_id=network["vpc_id"],
        security_group_id=list(to),
    )
    owner.client.modify_instance_vpc_attribute(request)


def is_refused(*call: Any, **kwargs: Any) -> bool:
    error = refused(*call, **kwargs)
    return (error.code, error.status_code) == ("InvalidParameter", 400) and "SecurityGroupId" in error.message


def test_an_instance_is_in_groups_of_one_type(owner: Sdk, golden: str, basic: str, advanced: str) -> None:
    assert is_refused(owner.run, golden, security_group_ids=[basic, advanced])
    instance_id = owner.run(golden, security_group_ids=[basic])
    assert is_refused(join, owner, instance_id, advanced)
    assert is_refused(owner.change, instance_id, security_group_ids=[basic, advanced])
    owner.stop(instance_id)
    assert is_refused(move, owner, instance_id, basic, advanced)
    assert groups(owner, instance_id) == [basic]


def test_an_instance_can_go_to_groups_of_the_other_type(owner: Sdk, golden: str, basic: str, advanced: str) -> None:
    instance_id = owner.run(golden, security_group_ids=[basic])
    owner.change(instance_id, security_group_ids=[advanced])
    assert groups(owner, instance_id) == [advanced]
    owner.stop(instance_id)
    move(owner, instance_id, basic)
    assert groups(owner, instance_id) == [basic]
