"""ModifyImageSharePermission and DescribeImageSharePermission, through the unmodified SDK."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from alibabacloud_ecs20140526 import models as m
from emulator_clients import REGION, Sdk, refusal, refused

from ecs_emulator import Emulator

Ids = Callable[[int], list[str]]


def test_a_shared_account_is_listed_with_the_time_of_sharing(ecs: Emulator, owner: Sdk, golden: str) -> None:
    owner.share(golden, ecs.account("payments").id)
    [account] = owner.shares(golden).accounts.account
    assert account.aliyun_id == "1000000000000002"
    assert account.shared_time.endswith("Z")
    assert len(account.shared_time) == len("2024-01-02T03:04:05Z")


def test_adds_and_removes_go_in_one_call(ecs: Emulator, owner: Sdk, golden: str, ids: Ids) -> None:
    old, new = ids(2)
    owner.share(golden, old)
    owner.share(golden, new, remove=(old,))
    assert owner.shared_with(golden) == [new]


def test_sharing_twice_and_unsharing_twice_are_no_errors(ecs: Emulator, owner: Sdk, golden: str, ids: Ids) -> None:
    [account] = ids(1)
    owner.share(golden, account)
    first = owner.shares(golden).accounts.account[0].shared_time
    ecs.cloud.clock.advance(60)
    owner.share(golden, account)
    assert owner.shares(golden).accounts.account[0].shared_time == first
    owner.unshare(golden, account)
    owner.unshare(golden, account)
    assert owner.shared_with(golden) == []


def test_the_eleventh_account_is_lost_in_silence(owner: Sdk, golden: str, ids: Ids) -> None:
    accounts = ids(12)
    owner.share(golden, *accounts)
    assert sorted(owner.shared_with(golden)) == accounts[:10]


def test_the_eleventh_removal_is_lost_in_silence(ecs: Emulator, owner: Sdk, golden: str, ids: Ids) -> None:
    accounts = ids(12)
    ecs.console.share(REGION, golden, *accounts)
    owner.unshare(golden, *accounts)
    assert sorted(owner.shared_with(golden)) == accounts[10:]


def test_an_unknown_eleventh_account_is_not_even_looked_at(owner: Sdk, golden: str, ids: Ids) -> None:
    owner.share(golden, *ids(10), "9999999999999999")
    assert len(owner.shared_with(golden)) == 10


def test_one_unknown_account_fails_the_whole_call_and_is_named(owner: Sdk, golden: str, ids: Ids) -> None:
    error = refused(owner.share, golden, *ids(3), "9999999999999999")
    assert (error.code, error.status_code) == ("InvalidAccount.NotFound", 404)
    assert 'account 9999999999999999 in parameter "AddAccount.n" or "RemoveAccount.n"' in error.message
    assert owner.shared_with(golden) == []


def test_an_unknown_account_to_remove_fails_the_whole_call_too(owner: Sdk, golden: str, ids: Ids) -> None:
    [account] = ids(1)
    assert refusal(owner.share, golden, account, remove=("9999999999999999",)) == ("InvalidAccount.NotFound", 404)
    assert owner.shared_with(golden) == []


@pytest.mark.parametrize("account", ["not-an-id", "1000000000000002.0", "1e15", "10000000000000020"])
def test_what_is_no_account_is_an_unknown_account(owner: Sdk, golden: str, account: str) -> None:
    assert refusal(owner.share, golden, account) == ("InvalidAccount.NotFound", 404)


def test_an_image_is_not_shared_with_its_owner(ecs: Emulator, owner: Sdk, golden: str) -> None:
    assert refusal(owner.share, golden, ecs.account("owner").id) == ("InvalidAccount.Forbbiden", 404)


def test_the_51st_account_is_over_the_quota(ecs: Emulator, owner: Sdk, golden: str, ids: Ids) -> None:
    accounts = ids(51)
    for start in range(0, 50, 10):
        owner.share(golden, *accounts[start : start + 10])
    assert refusal(owner.share, golden, accounts[50]) == ("QuotaExceed.ShareImageUser", 403)
    owner.share(golden, accounts[0])
    assert len(ecs.console.shared_accounts(REGION, golden)) == 50


def test_a_call_over_the_quota_shares_with_nobody(ecs: Emulator, owner: Sdk, golden: str, ids: Ids) -> None:
    ecs.console.set_share_quota("owner", 3)
    assert refusal(owner.share, golden, *ids(4)) == ("QuotaExceed.ShareImageUser", 403)
    assert owner.shared_with(golden) == []


def test_a_swap_at_the_quota_counts_the_add_before_the_removal(
    ecs: Emulator, owner: Sdk, golden: str, ids: Ids
) -> None:
    ecs.console.set_share_quota("owner", 2)
    one, two, three = ids(3)
    owner.share(golden, one, two)
    assert refusal(owner.share, golden, three, remove=(one,)) == ("QuotaExceed.ShareImageUser", 403)
    owner.unshare(golden, one)
    owner.share(golden, three)
    assert owner.shared_with(golden) == [two, three]


def test_a_raised_quota_lets_more_accounts_in(ecs: Emulator, owner: Sdk, golden: str, ids: Ids) -> None:
    ecs.console.share(REGION, golden, *ids(50))
    ecs.console.set_share_quota("owner", 60)
    owner.share(golden, ids(51)[50])
    assert owner.shares(golden).total_count == 51


def test_the_quota_is_each_owners_own(ecs: Emulator, golden: str, ids: Ids) -> None:
    ecs.console.set_share_quota("owner", 0)
    Sdk(ecs, "partner").share(ecs.image("partner-image").id, *ids(1))
    assert refusal(Sdk(ecs).share, golden, *ids(1)) == ("QuotaExceed.ShareImageUser", 403)


def test_a_closed_account_does_not_exist_any_more(ecs: Emulator, owner: Sdk, golden: str, ids: Ids) -> None:
    owner.share(golden, *ids(2))
    ecs.console.close_account(ids(1)[0])
    assert refusal(owner.unshare, golden, *ids(1)) == ("InvalidAccount.NotFound", 404)
    assert ecs.console.shared_accounts("cn-hangzhou", golden) == ids(2)


def test_the_number_of_shared_images_has_a_quota_of_its_own(ecs: Emulator, owner: Sdk, golden: str, ids: Ids) -> None:
    ecs.console.set_shared_images_quota("owner", 1)
    owner.share(golden, *ids(1))
    assert refusal(owner.share, ecs.image("golden-next").id, *ids(1)) == ("QuotaExceed.ShareImage", 403)
    owner.share(golden, *ids(2))


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("deprecated", ("OperationDenied.InvalidImageStatus", 403)),
        ("creating", ("IncorrectImageStatus", 400)),
        ("community", ("Image.Public", 403)),
        ("service-key-encrypted", ("InvalidOperation.ServiceKeyEncryptedImageUnsupported", 403)),
        ("partner-image", ("InvalidImageId.NotFound", 404)),
        ("system", ("InvalidImageId.NotFound", 404)),
        ("marketplace", ("InvalidImageId.NotFound", 404)),
    ],
)
def test_an_image_that_is_not_to_be_shared_is_refused(
    ecs: Emulator, owner: Sdk, ids: Ids, key: str, expected: tuple[str, int]
) -> None:
    assert refusal(owner.share, ecs.image(key).id, *ids(1)) == expected


def test_an_image_based_on_one_of_the_marketplace_is_shared_within_a_site_and_not_across_sites(
    ecs: Emulator, owner: Sdk, ids: Ids
) -> None:
    image_id, partner = ecs.image("marketplace-based").id, ecs.account("partner")
    assert (ecs.account("owner").site, partner.site) == ("domestic", "international")
    error = refused(owner.share, image_id, *ids(1), partner.id)
    assert (error.code, error.status_code) == ("InvalidImageId.BidMismatch", 403)
    assert f"Cannot share the image with users {partner.id} of other sites." in error.message
    assert owner.shared_with(image_id) == []
    owner.share(image_id, *ids(1))
    assert owner.shared_with(image_id) == ids(1)
    owner.share(ecs.golden_image_id, partner.id)


def test_an_image_encrypted_with_a_cmk_is_shared(ecs: Emulator, owner: Sdk, ids: Ids) -> None:
    owner.share(ecs.image("cmk-encrypted").id, *ids(1))
    assert owner.shared_with(ecs.image("cmk-encrypted").id) == ids(1)


def test_sharing_an_encrypted_image_needs_the_ram_role(ecs: Emulator, ids: Ids) -> None:
    image_id = ecs.console.create_image(REGION, "partner", encrypted=True, kms_key_id="key-1")
    assert refusal(Sdk(ecs, "partner").share, image_id, *ids(1)) == ("AssumeRoleError", 403)


def test_a_deprecated_image_can_still_be_unshared(ecs: Emulator, owner: Sdk, ids: Ids) -> None:
    owner.unshare(ecs.image("deprecated").id, *ids(1))


def test_an_image_is_shared_in_its_own_region_only(owner: Sdk, golden: str, ids: Ids) -> None:
    assert refusal(owner.share, golden, *ids(1), region="cn-shanghai") == ("InvalidImageId.NotFound", 404)


def test_a_region_that_is_none_is_refused(owner: Sdk, golden: str, ids: Ids) -> None:
    assert refusal(owner.share, golden, *ids(1), region="mars-1") == ("InvalidRegionId.NotFound", 404)


def test_a_shared_image_is_not_shared_on(ecs: Emulator, owner: Sdk, payments: Sdk, golden: str, ids: Ids) -> None:
    owner.share(golden, ecs.account("payments").id)
    assert refusal(payments.share, golden, *ids(1)) == ("InvalidImageId.NotFound", 404)
    assert refusal(payments.shares, golden) == ("InvalidImageId.NotFound", 404)


def test_a_community_image_is_published_and_unpublished(ecs: Emulator, owner: Sdk, payments: Sdk, golden: str) -> None:
    def publish(public: bool) -> None:
        owner.client.modify_image_share_permission(
            m.ModifyImageSharePermissionRequest(region_id=REGION, image_id=golden, is_public=public)
        )

    publish(True)
    assert golden in payments.image_ids(is_public=True, image_owner_alias="others")
    publish(False)
    assert golden not in payments.image_ids(is_public=True, image_owner_alias="others")
    assert refusal(publish, False) == ("Image.NotPublic", 403)


@pytest.mark.parametrize(
    ("key", "more", "expected"),
    [
        ("cmk-encrypted", {}, ("OperationDeined.EncryptedSnapshot", 403)),
        ("deprecated", {}, ("IncorrectImageStatus", 400)),
        ("golden", {"add_account": ["2000000000000001"]}, ("InvalidParameter.IsPublic", 403)),
    ],
)
def test_an_image_that_is_not_to_be_published_is_refused(
    ecs: Emulator, owner: Sdk, key: str, more: dict[str, list[str]], expected: tuple[str, int]
) -> None:
    request = m.ModifyImageSharePermissionRequest(region_id=REGION, image_id=ecs.image(key).id, is_public=True, **more)
    assert refusal(owner.client.modify_image_share_permission, request) == expected


def test_a_call_with_nobody_to_add_or_remove_changes_nothing(owner: Sdk, golden: str) -> None:
    owner.share(golden)
    assert owner.shared_with(golden) == []


def test_dry_run_promises_nothing_and_changes_everything(ecs: Emulator, owner: Sdk, golden: str, ids: Ids) -> None:
    owner.client.modify_image_share_permission(
        m.ModifyImageSharePermissionRequest(region_id=REGION, image_id=golden, add_account=ids(1), dry_run=True)
    )
    assert owner.shared_with(golden) == ids(1)


@pytest.mark.parametrize("missing", ["region_id", "image_id"])
def test_a_missing_parameter_is_named(owner: Sdk, golden: str, missing: str) -> None:
    request = m.ModifyImageSharePermissionRequest(region_id=REGION, image_id=golden)
    setattr(request, missing, None)
    error = refused(owner.client.modify_image_share_permission, request)
    assert (error.code, error.status_code) == ("MissingParameter", 400)
    assert {"region_id": '"RegionId"', "image_id": '"ImageId"'}[missing] in error.message


# -- pages -----------------------------------------------------------------------------------------------------------


def test_a_page_of_accounts_has_ten_by_default(ecs: Emulator, owner: Sdk, golden: str, ids: Ids) -> None:
    ecs.console.share(REGION, golden, *ids(25))
    body = owner.shares(golden)
    assert (body.page_number, body.page_size, body.total_count) == (1, 10, 25)
    assert len(body.accounts.account) == 10


def test_all_pages_together_are_all_accounts_once(ecs: Emulator, owner: Sdk, golden: str, ids: Ids) -> None:
    ecs.console.share(REGION, golden, *ids(25))
    pages = [owner.shares(golden, page_number=n).accounts.account for n in (1, 2, 3, 4)]
    assert [len(page) for page in pages] == [10, 10, 5, 0]
    assert [account.aliyun_id for page in pages for account in page] == ids(25)


def test_accounts_come_in_the_order_of_sharing_then_by_id(ecs: Emulator, owner: Sdk, golden: str, ids: Ids) -> None:
    one, two, three = ids(3)
    owner.share(golden, three)
    owner.share(golden, two, one)
    assert owner.shared_with(golden) == [three, one, two]


@pytest.mark.parametrize("page", [{"page_size": 101}, {"page_size": 0}, {"page_number": 0}])
def test_a_page_beyond_the_limits_is_refused(owner: Sdk, golden: str, page: dict[str, int]) -> None:
    assert refusal(owner.shares, golden, **page) == ("InvalidParameter", 400)


def test_a_page_of_a_hundred_accounts_is_allowed(ecs: Emulator, owner: Sdk, golden: str, ids: Ids) -> None:
    ecs.console.set_share_quota("owner", 100)
    ecs.console.share(REGION, golden, *ids(100))
    assert len(owner.shares(golden, page_size=100).accounts.account) == 100


# -- lag -------------------------------------------------------------------------------------------------------------


def test_a_lagging_share_is_seen_after_the_lag_by_every_read(
    ecs: Emulator, owner: Sdk, payments: Sdk, golden: str
) -> None:
    ecs.faults.visibility_lag_s = 5
    owner.share(golden, ecs.account("payments").id)
    assert owner.shared_with(golden) == []
    assert owner.image(golden).is_self_shared == "false"
    assert golden not in payments.image_ids(image_owner_alias="others")
    ecs.cloud.clock.advance(5.5)
    assert owner.shared_with(golden) == [ecs.account("payments").id]
    assert owner.image(golden).is_self_shared == "true"
    assert golden in payments.image_ids(image_owner_alias="others")


def test_writes_decide_on_the_true_state_whatever_the_lag(
    ecs: Emulator, owner: Sdk, payments: Sdk, golden: str, ids: Ids
) -> None:
    ecs.console.set_share_quota("owner", 1)
    ecs.faults.visibility_lag_s = 60
    owner.share(golden, ecs.account("payments").id)
    payments.run(golden)
    assert refusal(owner.share, golden, *ids(1)) == ("QuotaExceed.ShareImageUser", 403)
    assert refusal(owner.delete, golden) == ("ImageUseShared", 403)


def test_each_write_becomes_visible_in_its_own_time(ecs: Emulator, owner: Sdk, golden: str, ids: Ids) -> None:
    one, two = ids(2)
    ecs.faults.visibility_lag_s = 10
    owner.share(golden, one)
    ecs.cloud.clock.advance(6)
    owner.share(golden, two, remove=(one,))
    ecs.cloud.clock.advance(6)
    assert owner.shared_with(golden) == [one]
    ecs.cloud.clock.advance(6)
    assert owner.shared_with(golden) == [two]
