"""Images that are shared with share groups, which nobody does but in the console."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from emulator_clients import REGION, RpcClient, Sdk, refusal

from ecs_emulator import Control, EcsError, Emulator

Ids = Callable[[int], list[str]]


def test_an_image_is_shared_with_groups_and_unshared(ecs: Emulator, owner: Sdk, golden: str) -> None:
    assert owner.groups(golden) == []
    ecs.console.share_with_groups(REGION, golden, "all")
    assert owner.groups(golden) == ["all"]
    ecs.console.share_with_groups(REGION, golden, "partners", "all")
    assert owner.groups(golden) == ["all", "partners"]
    ecs.console.unshare_with_groups(REGION, golden, "all", "nobody")
    assert owner.groups(golden) == ["partners"]
    ecs.console.unshare_with_groups(REGION, golden, "partners")
    assert owner.groups(golden) == []


def test_groups_are_beside_the_accounts_and_not_among_them(ecs: Emulator, owner: Sdk, golden: str, ids: Ids) -> None:
    ecs.console.share(REGION, golden, *ids(11))
    ecs.console.share_with_groups(REGION, golden, "all")
    first, second = (owner.shares(golden, page_number=n) for n in (1, 2))
    assert (first.total_count, second.total_count) == (11, 11)
    assert [len(page.accounts.account) for page in (first, second)] == [10, 1]
    assert [[group.group for group in page.share_groups.share_group] for page in (first, second)] == [["all"], ["all"]]
    owner.unshare(golden, *ids(10))
    assert owner.groups(golden) == ["all"]
    assert ecs.console.shared_accounts(REGION, golden) == ids(11)[10:]


def test_groups_have_the_published_form_in_xml(ecs: Emulator, golden: str) -> None:
    client = RpcClient(ecs, Format="XML")
    assert (
        "<ShareGroups></ShareGroups>"
        in client.get("DescribeImageSharePermission", RegionId=REGION, ImageId=golden).text
    )
    ecs.console.share_with_groups(REGION, golden, "all")
    text = client.get("DescribeImageSharePermission", RegionId=REGION, ImageId=golden).text
    assert "<ShareGroups><ShareGroup><Group>all</Group></ShareGroup></ShareGroups>" in text


def test_an_image_that_a_group_has_is_shared_and_not_deleted(ecs: Emulator, owner: Sdk, golden: str) -> None:
    ecs.console.share_with_groups(REGION, golden, "all")
    assert owner.image(golden).is_self_shared == "true"
    for force in (False, True):
        assert refusal(owner.delete, golden, force=force) == ("ImageUseShared", 403)
    ecs.console.unshare_with_groups(REGION, golden, "all")
    assert owner.image(golden).is_self_shared == "false"
    owner.delete(golden)
    assert golden not in owner.image_ids(status="ALL")


def test_an_image_that_a_group_has_is_not_deprecated(ecs: Emulator, owner: Sdk, golden: str) -> None:
    ecs.console.share_with_groups(REGION, golden, "all")
    assert refusal(owner.modify, golden, status="Deprecated") == ("ImageUseShared", 403)


def test_deleting_in_the_console_unshares_from_groups_first(ecs: Emulator, owner: Sdk, golden: str) -> None:
    ecs.console.share_with_groups(REGION, golden, "all")
    ecs.console.delete_image(REGION, golden)
    assert refusal(owner.shares, golden) == ("InvalidImageId.NotFound", 404)


def test_a_group_lets_no_account_see_the_image(ecs: Emulator, payments: Sdk, golden: str) -> None:
    ecs.console.share_with_groups(REGION, golden, "all")
    assert golden not in payments.image_ids()


def test_groups_are_seen_late_as_accounts_are(ecs: Emulator, owner: Sdk, golden: str) -> None:
    ecs.faults.visibility_lag_s = 5
    ecs.console.share_with_groups(REGION, golden, "all")
    assert owner.groups(golden) == []
    assert refusal(owner.delete, golden) == ("ImageUseShared", 403)
    ecs.cloud.clock.advance(6)
    assert owner.groups(golden) == ["all"]


@pytest.mark.parametrize(
    ("key", "code"),
    [
        ("deprecated", "OperationDenied.InvalidImageStatus"),
        ("creating", "IncorrectImageStatus"),
        ("system", "InvalidImageId.NotFound"),
    ],
)
def test_what_is_not_shared_with_accounts_is_not_shared_with_groups(ecs: Emulator, key: str, code: str) -> None:
    with pytest.raises(EcsError) as caught:
        ecs.console.share_with_groups(REGION, ecs.image(key).id, "all")
    assert caught.value.code == code


@pytest.mark.parametrize("group", ["", "two words", "x" * 65])
def test_what_names_no_group_is_refused_with_all_that_came_with_it(
    ecs: Emulator, owner: Sdk, golden: str, group: str
) -> None:
    with pytest.raises(EcsError, match=r"InvalidGroup\.Malformed"):
        ecs.console.share_with_groups(REGION, golden, "all", group)
    assert owner.groups(golden) == []


def test_an_image_that_a_group_has_counts_among_the_shared_ones(
    ecs: Emulator, owner: Sdk, golden: str, ids: Ids
) -> None:
    other = ecs.image("golden-next").id
    ecs.console.set_shared_images_quota("owner", 1)
    ecs.console.share_with_groups(REGION, golden, "all")
    ecs.console.share_with_groups(REGION, golden, "partners")
    owner.share(golden, *ids(1))
    assert refusal(owner.share, other, *ids(1)) == ("QuotaExceed.ShareImage", 403)
    with pytest.raises(EcsError, match=r"QuotaExceed\.ShareImage:"):
        ecs.console.share_with_groups(REGION, other, "all")


def test_groups_are_set_from_another_process(ecs: Emulator, owner: Sdk, golden: str) -> None:
    with Control(ecs.control_endpoint) as control:
        control.console.share_with_groups(REGION, golden, "all", "partners")
        assert owner.groups(golden) == ["all", "partners"]
        control.console.unshare_with_groups(REGION, golden, "partners")
        assert owner.groups(golden) == ["all"]
        with pytest.raises(EcsError, match=r"InvalidGroup\.Malformed"):
            control.console.share_with_groups(REGION, golden, "")
    assert ecs.calls.count() == 1 + 1
    ecs.reset()
    assert owner.groups(golden) == []
