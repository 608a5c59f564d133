"""What ECS says politely, with status 200, and is not so.

Pages cut short, counts that are off, rows listed twice, a last page that comes again and again.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import chain
from typing import Any

import pytest
from alibabacloud_ecs20140526 import models as m
from emulator_clients import REGION, RpcClient, Sdk

from ecs_emulator import Emulator
from ecs_emulator.fault_settings import FaultSettings

Ids = Callable[[int], list[str]]


@pytest.fixture
def shared(ecs: Emulator, golden: str, ids: Ids) -> list[str]:
    """The 25 accounts that the golden image is shared with."""
    ecs.console.share(REGION, golden, *ids(25))
    return ids(25)


def pages(owner: Sdk, image_id: str, size: int) -> list[list[str]]:
    """The accounts of each page, up to the first empty one."""
    found: list[list[str]] = []
    while True:
        body = owner.shares(image_id, page_number=len(found) + 1, page_size=size)
        if not body.accounts.account:
            return found
        found.append([account.aliyun_id for account in body.accounts.account])


def test_a_page_is_cut_to_the_cap_and_says_so(ecs: Emulator, owner: Sdk, golden: str, shared: list[str]) -> None:
    ecs.faults.page_size_cap = 8
    body = owner.shares(golden, page_size=100)
    assert (body.page_number, body.page_size, body.total_count) == (1, 8, 25)
    assert [account.aliyun_id for account in body.accounts.account] == shared[:8]


def test_all_pages_of_the_cap_together_are_all_accounts_once(
    ecs: Emulator, owner: Sdk, golden: str, shared: list[str]
) -> None:
    ecs.faults.page_size_cap = 8
    found = pages(owner, golden, 100)
    assert [len(page) for page in found] == [8, 8, 8, 1]
    assert list(chain(*found)) == shared


def test_a_page_below_the_cap_is_as_asked_for(ecs: Emulator, owner: Sdk, golden: str, shared: list[str]) -> None:
    ecs.faults.page_size_cap = 50
    assert owner.shares(golden).page_size == 10
    assert owner.shares(golden, page_size=20).page_size == 20


def test_the_cap_holds_for_images_too(ecs: Emulator, owner: Sdk) -> None:
    everything = owner.image_ids(status="ALL")
    ecs.faults.page_size_cap = 2
    first = owner.images(status="ALL")
    assert (first.page_size, first.total_count, len(first.images.image)) == (2, len(everything), 2)
    found = [owner.image_ids(status="ALL", page_number=n) for n in range(1, len(everything) // 2 + 2)]
    assert list(chain(*found)) == everything


@pytest.mark.parametrize(("offset", "said"), [(-3, 22), (4, 29), (-25, 0), (-1000, 0)])
def test_the_count_of_accounts_is_off_and_the_accounts_are_not(
    ecs: Emulator, owner: Sdk, golden: str, shared: list[str], offset: int, said: int
) -> None:
    ecs.faults.total_count_offset = offset
    assert owner.shares(golden).total_count == said
    assert list(chain(*pages(owner, golden, 10))) == shared


def test_the_count_of_images_is_right_whatever_that_of_accounts(ecs: Emulator, owner: Sdk) -> None:
    before = owner.images().total_count
    ecs.faults.total_count_offset = 5
    ecs.faults.list_twice = 5
    after = owner.images()
    assert after.total_count == len(after.images.image) == before


def test_the_first_accounts_are_listed_twice_over_all_pages_and_counted_once(
    ecs: Emulator, owner: Sdk, golden: str, shared: list[str]
) -> None:
    ecs.faults.list_twice = 3
    one, two, three, *others = shared
    found = pages(owner, golden, 5)
    assert list(chain(*found)) == [one, one, two, two, three, three, *others]
    assert found[:2] == [[one, one, two, two, three], [three, *others[:4]]]
    assert owner.shares(golden).total_count == 25


def test_no_more_is_listed_twice_than_there_is(ecs: Emulator, owner: Sdk, golden: str, ids: Ids) -> None:
    ecs.faults.list_twice = 100
    assert owner.shared_with(golden) == []
    [account] = ids(1)
    owner.share(golden, account)
    assert owner.shared_with(golden) == [account, account]


@pytest.mark.parametrize(
    ("version", "action", "outer", "inner"),
    [
        ("2016-04-28", "DescribeVpcs", "Vpcs", "Vpc"),
        ("2014-08-28", "DescribeScalingGroups", "ScalingGroups", "ScalingGroup"),
        ("2014-05-26", "DescribeKeyPairs", "KeyPairs", "KeyPair"),
        ("2014-05-26", "DescribeInstanceStatus", "InstanceStatuses", "InstanceStatus"),
    ],
)
def test_each_list_that_has_pages_by_number_alone_is_cut_miscounted_and_told_twice(
    ecs: Emulator, owner: Sdk, golden: str, version: str, action: str, outer: str, inner: str
) -> None:
    ecs.console.default_scaling_group("owner", REGION)
    owner.client.create_key_pair(m.CreateKeyPairRequest(region_id=REGION, key_pair_name="key"))
    owner.run(golden)
    ecs.faults.page_size_cap, ecs.faults.total_count_offset, ecs.faults.list_twice = 7, 3, 1
    found = RpcClient(ecs, Version=version).post(action, RegionId=REGION).json()
    assert (found["PageSize"], found["TotalCount"], len(found[outer][inner])) == (7, 4, 2)
    assert FaultSettings.__doc__ is not None
    assert action in FaultSettings.__doc__ or version != "2014-05-26"


@pytest.mark.parametrize(
    ("action", "outer", "inner"),
    [
        ("DescribeInstances", "Instances", "Instance"),
        ("DescribeDisks", "Disks", "Disk"),
        ("DescribeSnapshots", "Snapshots", "Snapshot"),
        ("DescribeSecurityGroups", "SecurityGroups", "SecurityGroup"),
    ],
)
def test_lists_that_have_pages_by_token_too_are_told_as_they_are(
    ecs: Emulator, owner: Sdk, golden: str, action: str, outer: str, inner: str
) -> None:
    owner.run(golden)
    api = RpcClient(ecs)
    true = api.post(action, RegionId=REGION).json()
    ecs.faults.page_size_cap, ecs.faults.total_count_offset, ecs.faults.list_twice = 7, 3, 1
    told = api.post(action, RegionId=REGION).json()
    assert true[outer][inner] != []
    assert {**told, "RequestId": ""} == {**true, "RequestId": ""}
    assert action in (FaultSettings.__doc__ or "")


@pytest.mark.parametrize(
    ("size", "last"), [(10, slice(20, 25)), (5, slice(20, 25)), (24, slice(24, 25)), (100, slice(25))]
)
def test_past_the_end_the_last_page_of_accounts_comes_again(
    ecs: Emulator, owner: Sdk, golden: str, shared: list[str], size: int, last: slice
) -> None:
    ecs.faults.repeat_last_page = True
    end = -(-25 // size)
    for number in (end, end + 1, end + 2, 1000):
        body = owner.shares(golden, page_number=number, page_size=size)
        assert (body.page_number, body.page_size, body.total_count) == (number, size, 25)
        assert [account.aliyun_id for account in body.accounts.account] == shared[last]


def test_the_pages_before_the_end_are_as_they_are_and_an_empty_list_stays_empty(
    ecs: Emulator, owner: Sdk, golden: str, shared: list[str]
) -> None:
    ecs.faults.repeat_last_page = True
    found = [owner.shares(golden, page_number=n).accounts.account for n in (1, 2, 3)]
    assert [account.aliyun_id for page in found for account in page] == shared
    nobodys = ecs.image("golden-next").id
    assert [owner.shares(nobodys, page_number=n).accounts.account for n in (1, 2)] == [[], []]
    assert owner.image_ids(region_id="us-west-1", page_number=7) == []


def test_a_count_that_is_too_high_and_a_last_page_that_repeats_lead_to_rows_twice(
    ecs: Emulator, owner: Sdk, golden: str, shared: list[str]
) -> None:
    ecs.faults.repeat_last_page = True
    ecs.faults.total_count_offset = 10
    pages_ = [owner.shares(golden, page_number=n) for n in (1, 2, 3, 4)]
    assert {page.total_count for page in pages_} == {35}
    told = [account.aliyun_id for page in pages_ for account in page.accounts.account]
    assert told == [*shared, *shared[20:]]


def test_the_last_page_is_that_of_the_rows_and_of_the_size_that_are_told(
    ecs: Emulator, owner: Sdk, golden: str, shared: list[str]
) -> None:
    ecs.faults.repeat_last_page = True
    ecs.faults.page_size_cap = 8
    ecs.faults.list_twice = 2
    rows = [shared[0], shared[0], shared[1], shared[1], *shared[2:]]
    body = owner.shares(golden, page_number=9, page_size=100)
    assert (body.page_number, body.page_size, body.total_count) == (9, 8, 25)
    assert [account.aliyun_id for account in body.accounts.account] == rows[24:]


def test_the_last_page_of_images_comes_again_too(ecs: Emulator, owner: Sdk) -> None:
    everything = owner.image_ids(status="ALL")
    ecs.faults.repeat_last_page = True
    last = everything[(len(everything) - 1) // 3 * 3 :]
    body = owner.images(status="ALL", page_size=3, page_number=1000)
    assert (body.page_number, body.total_count) == (1000, len(everything))
    assert [image.image_id for image in body.images.image] == last
    assert owner.image_ids(status="ALL", page_number=2) == everything


def test_the_last_page_of_instances_and_disks_comes_again_but_not_by_token(
    ecs: Emulator, owner: Sdk, golden: str
) -> None:
    owner.run(golden, amount=3)

    def instances(**page: Any) -> list[str]:
        body = owner.client.describe_instances(m.DescribeInstancesRequest(region_id=REGION, **page)).body
        return [instance.instance_id for instance in body.instances.instance]

    def disks(**page: Any) -> list[str]:
        body = owner.client.describe_disks(m.DescribeDisksRequest(region_id=REGION, **page)).body
        return [disk.disk_id for disk in body.disks.disk]

    for rows in (instances, disks):
        ecs.faults.repeat_last_page = False
        whole = rows()
        assert rows(page_size=2, page_number=3) == []
        ecs.faults.repeat_last_page = True
        assert rows(page_size=2, page_number=3) == rows(page_size=2, page_number=2) == whole[2:]
        assert rows(next_token="10") == []


def test_all_lies_are_told_at_once_and_clear_ends_them(
    ecs: Emulator, owner: Sdk, golden: str, shared: list[str]
) -> None:
    def told() -> tuple[Any, ...]:
        body = owner.shares(golden, page_size=100)
        return body.page_size, body.total_count, [account.aliyun_id for account in body.accounts.account]

    ecs.faults.page_size_cap = 4
    ecs.faults.total_count_offset = -5
    ecs.faults.list_twice = 1
    assert told() == (4, 20, [shared[0], *shared[:3]])
    ecs.faults.clear()
    assert told() == (100, 25, shared)


def test_writes_go_by_the_truth_whatever_is_told(ecs: Emulator, owner: Sdk, golden: str, shared: list[str]) -> None:
    ecs.faults.total_count_offset = 1000
    ecs.faults.list_twice = 25
    owner.share(golden, shared[0])
    owner.unshare(golden, *shared[:10])
    assert ecs.console.shared_accounts(REGION, golden) == shared[10:]
