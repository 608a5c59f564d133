"""Check, Diff, Create, Read, Update and Delete of copies over the real protocol, against the emulator."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import grpc
import pytest

from ecs_emulator import Emulator
from ecs_emulator.ecs.copies import CopyRequest
from pulumi_alicloud_image_share.copies.tags import OWN_TAG
from pulumi_alicloud_image_share.dynamic import ImageCopyProvider
from pulumi_alicloud_image_share.dynamic.facts import OWN, RESOURCE
from support.protocol import COPY_URN, UNKNOWN, Provider, running_provider
from support.waiting import wait_until

OWNER, PAYMENTS, PARTNER = "1000000000000001", "1000000000000002", "1000000000000005"
SOURCE_REGION, REGION = "cn-hangzhou", "cn-beijing"
MANY = [str(2000000000000001 + n) for n in range(50)]
SOME, NONE = 2, 1
READS_AND_CHANGES = ("DescribeImages", "TagResources", "UntagResources", "ModifyImageAttribute")
NO = {"kind": "error", "code": "Forbidden.RAM", "message": "No.", "status": 403}


def asking(ecs: Emulator, **arguments: Any) -> dict[str, Any]:
    usual = {"source_image_id": ecs.golden_image_id, "region": REGION}
    return {**usual, **arguments}


def images(ecs: Emulator, region: str = REGION) -> dict[str, Any]:
    """The owner's images in a region by ID, as they truly are."""
    with ecs.cloud.lock:
        return {image.id: image for image in ecs.cloud.images.all_of(OWNER, region)}


def beside_waiting(ecs: Emulator) -> list[str]:
    """All calls but for the looks at a copy in the making, and the one read of the source, for all its copies."""
    looks = ("DescribeImages", REGION, True)
    return [
        call.action
        for call in ecs.calls.entries
        if (call.action, call.params["RegionId"], "ImageId" in call.params) != looks
        and (call.action, call.params["RegionId"]) != ("DescribeImages", SOURCE_REGION)
    ]


def share_in_this_run(provider: Provider, news: dict[str, Any]) -> dict[str, Any]:
    """Check and create a share in the run that made the copy; returns its outputs."""
    checked = provider.check(news)
    assert checked.failures == []
    return provider.create(checked.inputs)[1]


# -- check -----------------------------------------------------------------------------------------------------------


def test_check_fills_in_the_source_region_and_a_name_that_is_the_same_each_time(
    ecs: Emulator, copier: Provider
) -> None:
    first, second = (copier.check(asking(ecs)).inputs for _ in range(2))
    assert first["source_region"] == SOURCE_REGION
    assert first["name"].startswith("golden-2024-05-")
    assert len(first["name"]) == len("golden-2024-05-") + 7
    assert first == second


def test_a_copy_that_takes_the_place_of_another_has_another_name(ecs: Emulator, copier: Provider) -> None:
    _, outputs = copier.share(asking(ecs))
    copier.next_run()
    names = [copier.check({**asking(ecs), OWN: outputs}).inputs["name"] for _ in range(2)]
    assert names[0] == names[1]
    assert names[0] != outputs["name"]


def test_the_source_is_read_once_for_all_its_copies(ecs: Emulator, copier: Provider) -> None:
    for region in (REGION, "cn-shanghai", "eu-central-1"):
        assert copier.check(asking(ecs, region=region)).failures == []
    assert [call.params["RegionId"] for call in ecs.calls.entries].count(SOURCE_REGION) == 1
    assert ecs.calls.by_action() == {"DescribeImages": 1 + 3}


def test_check_of_what_is_unchanged_makes_no_call_and_keeps_the_name(ecs: Emulator, copier: Provider) -> None:
    olds = copier.check(asking(ecs, tags={"team": "platform"})).inputs
    ecs.calls.reset()
    assert copier.check(asking(ecs, tags={"team": "platform"}), olds).inputs == olds
    assert ecs.calls.count() == 0


def test_what_an_earlier_version_wrote_of_the_origin_stays(ecs: Emulator, copier: Provider) -> None:
    inputs = copier.check(asking(ecs)).inputs
    id, outputs = copier.create(inputs)
    origin = {"origin": "organization/shop/dev/golden"}
    assert copier.check(asking(ecs), {**inputs, **origin}).inputs == {**inputs, **origin}
    assert copier.diff(id, {**outputs, **origin}, {**inputs, **origin}).changes == NONE
    for kept in copier.read(id, {**outputs, **origin})[1:]:
        assert kept["origin"] == origin["origin"]


def test_a_source_that_is_not_known_yet_has_no_name_yet(ecs: Emulator, copier: Provider) -> None:
    inputs = copier.check(asking(ecs, source_image_id=UNKNOWN, tags={"team": UNKNOWN, "stage": "live"})).inputs
    assert inputs["name"] == inputs["source_image_id"] == UNKNOWN
    assert inputs["tags"] == {"team": UNKNOWN, "stage": "live"}
    assert ecs.calls.count() == 0


def test_a_source_that_is_not_known_yet_skips_only_the_rules_that_need_it(ecs: Emulator, copier: Provider) -> None:
    ecs.console.create_image(REGION, name="taken")
    found = copier.check(asking(ecs, source_image_id=UNKNOWN, name="taken", tags={"acs:x": ""}))
    assert [name for name, _ in found.failures] == ["tags"]
    assert [name for name, _ in copier.check(asking(ecs, source_image_id=UNKNOWN, name="taken")).failures] == ["name"]
    for argument in ("region", "source_region"):
        assert copier.check(asking(ecs, name="free", **{argument: UNKNOWN})).failures == []


def test_an_identity_that_is_not_known_yet_calls_nobody(ecs: Emulator, copier: Provider) -> None:
    inputs = copier.check(asking(ecs, name="free", assume_role=UNKNOWN)).inputs
    assert inputs["name"] == "free"
    assert ecs.calls.count() == 0


def test_another_source_is_judged_before_the_copy_is_replaced(ecs: Emulator, copier: Provider) -> None:
    olds = copier.check(asking(ecs)).inputs
    checked = copier.check(asking(ecs, source_image_id=ecs.image("deprecated").id), olds)
    assert "deprecated images can't be copied" in checked.reasons


def test_a_name_that_another_image_has_is_refused(ecs: Emulator, copier: Provider) -> None:
    taken = ecs.console.create_image(REGION, name="golden-beijing")
    ecs.console.create_image(REGION, name="golden-beijing-2")
    [(argument, reason)] = copier.check(asking(ecs, name="golden-beijing")).failures
    assert argument == "name"
    assert f"image {taken} of this account in {REGION} has the name 'golden-beijing' already" in reason
    # Part of a name, and a name elsewhere, is none.
    assert copier.check(asking(ecs, name="golden-beij")).failures == []
    assert copier.check(asking(ecs, name="golden-beijing", region="cn-shanghai")).failures == []


def test_a_name_is_looked_for_only_where_the_program_gives_a_new_one(ecs: Emulator, copier: Provider) -> None:
    id, outputs = copier.share(asking(ecs, name="golden-beijing"))
    olds = copier.read(id, outputs)[2]
    ecs.calls.reset()
    assert copier.check(asking(ecs, name="golden-beijing"), olds).failures == []
    assert ecs.calls.count() == 0
    assert copier.check(asking(ecs, name="golden-beijing-2"), olds).failures == []
    assert ecs.calls.count() == 1


def test_an_account_that_may_read_nothing_is_told_so_in_the_check(ecs: Emulator, copier: Provider) -> None:
    ecs.faults.add(action="DescribeImages", region=REGION, **NO)
    assert '"Action": "ecs:DescribeImages"' in copier.check(asking(ecs, name="free")).reasons
    ecs.faults.add(action="DescribeImages", **NO)
    copier.next_run()
    assert '"Action": "ecs:DescribeImages"' in copier.check(asking(ecs)).reasons


# -- diff ------------------------------------------------------------------------------------------------------------


def test_diff_tells_a_change_in_place_from_a_replacement_and_from_nothing(ecs: Emulator, copier: Provider) -> None:
    id, outputs = copier.share(asking(ecs, description="Hardened", tags={"team": "platform"}))
    inputs = copier.check(asking(ecs, description="Hardened", tags={"team": "platform"}), outputs).inputs
    assert copier.diff(id, outputs, inputs).changes == NONE
    in_place = [
        {"name": "other"}, {"description": "Other"}, {"family": "golden"}, {"tags": {"team": "images"}},
        {"tags": UNKNOWN}, {"tags": {"team": UNKNOWN}}, {"profile": "other"}, {"name": UNKNOWN},
    ]  # fmt: skip
    for change in in_place:
        diff = copier.diff(id, outputs, {**inputs, **change})
        assert (diff.changes, list(diff.replaces)) == (SOME, [])
    for argument, value in (
        ("source_image_id", "m-bp1another0000000001"),
        ("source_image_id", UNKNOWN),
        ("source_region", "cn-shanghai"),
        ("region", "eu-central-1"),
        ("encrypted", True),
        ("kms_key_id", "my-key"),
    ):
        diff = copier.diff(id, outputs, {**inputs, argument: value})
        assert list(diff.replaces) == [argument]
        assert not diff.deleteBeforeReplace
    for left_out in ("name", "description", "encrypted"):
        rest = {name: value for name, value in inputs.items() if name != left_out}
        assert copier.diff(id, outputs, rest).changes == NONE
    assert copier.diff(id, outputs, {**inputs, "encrypted": False}).changes == NONE


def test_a_change_that_the_program_wants_replaced_replaces(ecs: Emulator, copier: Provider) -> None:
    id, outputs = copier.share(asking(ecs))
    inputs = copier.check(asking(ecs, tags={"team": "images"}), outputs).inputs
    asked_for = {RESOURCE: {"urn": COPY_URN, "replace_on_changes": ["tags"]}}
    assert list(copier.diff(id, outputs, {**inputs, **asked_for}).replaces) == ["tags"]
    assert list(copier.diff(id, outputs, {**outputs, "family": "golden", **asked_for}).replaces) == []
    with_one = {**asked_for, RESOURCE: {"urn": COPY_URN, "replace_on_changes": ['tags["stage"]']}}
    assert list(copier.diff(id, outputs, {**inputs, **with_one}).replaces) == []


# -- create ----------------------------------------------------------------------------------------------------------


def test_create_copies_and_tells_what_the_copy_is(ecs: Emulator, copier: Provider) -> None:
    arguments = {"description": "Hardened", "family": "golden", "tags": {"team": "platform"}, "name": "golden-beijing"}
    id, outputs = copier.share(asking(ecs, **arguments))
    copy = images(ecs)[outputs["image_id"]]
    assert id == f"{REGION}:{copy.id}"
    assert {name: outputs[name] for name in arguments} == arguments
    assert (copy.name, copy.description, copy.family, copy.status) == (
        "golden-beijing", "Hardened", "golden", "Available",
    )  # fmt: skip
    assert (outputs["source_image_id"], outputs["source_region"]) == (ecs.golden_image_id, SOURCE_REGION)
    assert (outputs["encrypted"], outputs["kms_key_id"], outputs["size"]) == (False, "", 20)
    assert outputs["created_at"].endswith("Z")


def test_create_takes_three_calls_beside_the_waiting(ecs: Emulator, copier: Provider) -> None:
    copier.share(asking(ecs, family="golden", description="Hardened", tags={"team": "platform"}))
    assert beside_waiting(ecs) == ["DescribeImages", "CopyImage", "ModifyImageAttribute"]


def test_taking_a_copy_over_takes_one_call_more_and_copies_nothing(ecs: Emulator, copier: Provider) -> None:
    ecs.console.set_copy_seconds(3600)
    copier.next_run()
    inputs = copier.check(asking(ecs)).inputs
    with pytest.raises(grpc.RpcError, match=r"is not complete after 1 s \(custom_timeouts, create\)"):
        copier.create({**inputs, RESOURCE: {"urn": COPY_URN, "timeouts": {"create": 1}}})
    ecs.console.advance_clock(3600)
    ecs.calls.reset()
    _, outputs = copier.share(asking(ecs))
    assert list(images(ecs)) == [outputs["image_id"]]
    assert beside_waiting(ecs) == ["DescribeImages", "TagResources", "ModifyImageAttribute"]


def test_a_copy_that_another_process_takes_over_is_let_go(
    ecs: Emulator, copier: Provider, ecs_config: dict[str, str]
) -> None:
    ecs.console.set_copy_seconds(3600)
    copier.next_run()
    inputs = copier.check(asking(ecs)).inputs
    with ThreadPoolExecutor() as pool, running_provider(ecs_config, {}) as process:
        first = pool.submit(copier.create, inputs)
        wait_until(lambda: len(images(ecs)) == 1)
        other = process.of(COPY_URN, ImageCopyProvider())
        second = pool.submit(other.share, asking(ecs))
        assert "was taken over by another run" in str(first.exception(60))
        ecs.console.advance_clock(3600)
        _, outputs = second.result(60)
    assert list(images(ecs)) == [outputs["image_id"]]
    assert ecs.calls.count("CopyImage") == 1


def test_a_key_is_passed_on_and_encrypts(ecs: Emulator, copier: Provider) -> None:
    _, outputs = copier.share(asking(ecs, kms_key_id="my-key"))
    copy = images(ecs)[outputs["image_id"]]
    assert (copy.encrypted, copy.kms_key_id) == (True, "my-key")
    assert (outputs["encrypted"], outputs["kms_key_id"]) == (True, "my-key")


def test_a_copy_of_an_encrypted_image_tells_that_it_is_encrypted(ecs: Emulator, copier: Provider) -> None:
    _, outputs = copier.share(asking(ecs, source_image_id=ecs.image("cmk-encrypted").id))
    assert outputs["encrypted"] is True
    sent = next(call for call in ecs.calls.entries if call.action == "CopyImage")
    assert "Encrypted" not in sent.params


def test_an_image_that_another_account_shares_is_copied_within_its_region(ecs: Emulator, copier: Provider) -> None:
    theirs = ecs.image("partner-image").id
    ecs.console.share(SOURCE_REGION, theirs, OWNER)
    _, outputs = copier.share(asking(ecs, source_image_id=theirs, region=SOURCE_REGION))
    assert outputs["image_id"] in images(ecs, SOURCE_REGION)


def test_a_copy_and_its_share_with_fifty_accounts_take_nine_calls_beside_the_waiting(
    ecs: Emulator, copier: Provider, provider: Provider
) -> None:
    _, outputs = copier.share(asking(ecs, family="golden"))
    share_in_this_run(provider, {"image_id": outputs["image_id"], "region": REGION, "accounts": MANY})
    assert len(beside_waiting(ecs)) == 9
    assert Counter(beside_waiting(ecs)) == {
        "DescribeImages": 1,
        "CopyImage": 1,
        "ModifyImageAttribute": 1,
        "ModifyImageSharePermission": 5,
        "DescribeImageSharePermission": 1,
    }
    assert ecs.console.shared_accounts(REGION, outputs["image_id"]) == MANY


def test_only_the_first_share_of_a_new_copy_takes_it_for_unshared(
    ecs: Emulator, copier: Provider, provider: Provider
) -> None:
    _, outputs = copier.share(asking(ecs))
    share = {"image_id": outputs["image_id"], "region": REGION, "exclusive": False}
    share_in_this_run(provider, {**share, "accounts": MANY[:10]})
    second = share_in_this_run(provider, {**share, "accounts": MANY[15:25]})
    assert second["account_ids"] == MANY[15:25]
    assert ecs.console.shared_accounts(REGION, outputs["image_id"]) == [*MANY[:10], *MANY[15:25]]


# -- read ------------------------------------------------------------------------------------------------------------


def test_refresh_is_one_call_and_finds_what_it_left(ecs: Emulator, copier: Provider) -> None:
    inputs = copier.check(asking(ecs, description="Hardened", tags={"team": "platform"}, kms_key_id="my-key")).inputs
    id, outputs = copier.create(inputs)
    ecs.calls.reset()
    assert copier.read(id, outputs) == (id, outputs, inputs)
    assert ecs.calls.count() == 1


def test_drift_becomes_the_new_baseline(ecs: Emulator, copier: Provider) -> None:
    id, outputs = copier.share(asking(ecs, description="Hardened", tags={"team": "platform", "stage": "live"}))
    copy = images(ecs)[outputs["image_id"]]
    copy.name, copy.description, copy.family = "renamed", "Described", "grouped"
    copy.tags.update({"team": "somebody", "acs:rm:rgId": "rg-1"})
    del copy.tags["stage"]
    _, read, inputs = copier.read(id, outputs)
    for found in (read, inputs):
        assert (found["name"], found["description"], found["family"]) == ("renamed", "Described", "grouped")
        assert found["tags"] == {"team": "somebody"}
    assert (read["source_image_id"], read["image_id"]) == (outputs["source_image_id"], outputs["image_id"])


def test_refresh_of_a_copy_that_is_gone_says_so(ecs: Emulator, copier: Provider) -> None:
    id, outputs = copier.share(asking(ecs))
    ecs.console.delete_image(REGION, outputs["image_id"])
    assert copier.read(id, outputs)[0] == ""


@contextmanager
def run_as(account: str, ecs: Emulator, ecs_config: dict[str, str]) -> Iterator[Provider]:
    """A run with the credentials of an account."""
    whose = ecs.account(account)
    keys = {"alicloud:accessKey": whose.access_key_id, "alicloud:secretKey": whose.access_key_secret}
    with running_provider({**ecs_config, **keys}, {}) as process:
        yield process.of(COPY_URN, ImageCopyProvider())


def test_another_account_that_the_copy_is_shared_with_can_neither_forget_nor_delete_it(
    ecs: Emulator, copier: Provider, ecs_config: dict[str, str]
) -> None:
    id, outputs = copier.share(asking(ecs))
    ecs.console.share(REGION, outputs["image_id"], PAYMENTS)
    with run_as("payments", ecs, ecs_config) as consumer:
        for forget in (consumer.read, consumer.delete):
            with pytest.raises(grpc.RpcError, match=f"belongs to account {OWNER}: run with the credentials of its"):
                forget(id, outputs)
    assert outputs["image_id"] in images(ecs)


def test_another_account_that_does_not_see_the_copy_can_neither_forget_nor_delete_it(
    ecs: Emulator, copier: Provider, ecs_config: dict[str, str]
) -> None:
    id, outputs = copier.share(asking(ecs))
    with run_as("payments", ecs, ecs_config) as stranger:
        for forget in (stranger.read, stranger.delete):
            with pytest.raises(grpc.RpcError, match=f"belongs to account {OWNER}, and these are credentials of"):
                forget(id, outputs)
    assert outputs["image_id"] in images(ecs)


def test_a_copy_of_an_old_state_is_not_forgotten_before_a_refresh_has_seen_whose_it_is(
    ecs: Emulator, copier: Provider
) -> None:
    id, outputs = copier.share(asking(ecs))
    old = {name: value for name, value in outputs.items() if name != "owner_id"}
    assert copier.read(id, old)[1]["owner_id"] == OWNER
    ecs.console.delete_image(REGION, outputs["image_id"])
    for forget in (copier.read, copier.delete):
        with pytest.raises(grpc.RpcError, match="does not say whose it is"):
            forget(id, old)
    assert copier.read(id, outputs)[0] == ""


def test_get_reads_an_image_by_its_id(ecs: Emulator, copier: Provider) -> None:
    id = f"{SOURCE_REGION}:{ecs.golden_image_id}"
    read_id, read, _ = copier.read(id, None, {})
    assert (read_id, read["name"], read["family"], read["region"]) == (id, "golden-2024-05", "golden", SOURCE_REGION)
    assert read["tags"] == {"team": "platform", "stage": "live"}
    assert read["source_image_id"] == ""


def test_get_of_what_is_not_there_fails(copier: Provider) -> None:
    with pytest.raises(grpc.RpcError, match="does not exist in region"):
        copier.read(f"{REGION}:m-2zenosuchimage000001", None, {})
    with pytest.raises(grpc.RpcError, match="'cn-beijing' is not the ID of an ImageCopy"):
        copier.read("cn-beijing", None, {})


# -- update ----------------------------------------------------------------------------------------------------------


def test_update_changes_everything_in_place_in_three_calls_and_a_look(ecs: Emulator, copier: Provider) -> None:
    id, outputs = copier.share(asking(ecs, description="Hardened", tags={"team": "platform", "stage": "live"}))
    mark = images(ecs)[outputs["image_id"]].tags[OWN_TAG]
    images(ecs)[outputs["image_id"]].tags["added-in-the-console"] = "1"
    arguments = {"name": "new", "description": "New", "family": "golden", "tags": {"team": "images", "cost": "7"}}
    copier.next_run()
    inputs = copier.check(asking(ecs, **arguments), outputs).inputs
    ecs.calls.reset()
    changed = copier.update(id, outputs, inputs)
    assert ecs.calls.by_action() == dict.fromkeys(READS_AND_CHANGES, 1)
    copy = images(ecs)[outputs["image_id"]]
    assert (copy.name, copy.description, copy.family) == ("new", "New", "golden")
    assert copy.tags == {OWN_TAG: mark, "team": "images", "cost": "7", "added-in-the-console": "1"}
    assert {name: changed[name] for name in ("name", "description", "family")} == {
        name: arguments[name] for name in ("name", "description", "family")
    }
    assert (changed["image_id"], changed["created_at"]) == (outputs["image_id"], outputs["created_at"])


def test_a_new_tag_or_name_alone_is_one_call_and_a_look(ecs: Emulator, copier: Provider) -> None:
    id, outputs = copier.share(asking(ecs))
    tagged = {"tags": {"team": "platform"}}
    for change in (tagged, {**tagged, "name": "new"}, {"tags": {}}):
        ecs.calls.reset()
        outputs = copier.change(id, outputs, asking(ecs, **change))
        called = {**ecs.calls.by_action()}
        called["DescribeImages"] -= 1 if "name" in change else 0
        assert sum(called.values()) == 2


def test_another_identity_alone_is_no_call(ecs: Emulator, copier: Provider) -> None:
    id, outputs = copier.share(asking(ecs))
    inputs = copier.check(asking(ecs), outputs).inputs
    ecs.calls.reset()
    assert copier.update(id, outputs, {**inputs, "profile": "owner"}) == {**outputs, "profile": "owner"}
    assert ecs.calls.count() == 0


def test_an_update_that_fails_says_what_was_done_and_what_was_not(ecs: Emulator, copier: Provider) -> None:
    id, outputs = copier.share(asking(ecs, tags={"stage": "live"}))
    inputs = copier.check(asking(ecs, name="new", tags={"team": "platform"}), outputs).inputs
    ecs.faults.add(action="TagResources", times=1, **NO)
    with pytest.raises(grpc.RpcError, match=f"Changing image {outputs['image_id']} in {REGION} failed") as failure:
        copier.update(id, outputs, inputs)
    said = str(failure.value.details())
    assert "Done: taking away the tag stage. Not done: setting the tag team; setting name." in said
    assert '"Action": "ecs:TagResources"' in said
    assert copier.update(id, outputs, inputs)["tags"] == {"team": "platform"}


def test_an_update_of_an_image_that_is_gone_says_so(ecs: Emulator, copier: Provider) -> None:
    id, outputs = copier.share(asking(ecs, tags={"team": "platform"}))
    inputs = copier.check(asking(ecs, name="new", tags={"team": "images"}), outputs).inputs
    ecs.console.delete_image(REGION, outputs["image_id"])
    with pytest.raises(grpc.RpcError, match="does not exist in region cn-beijing"):
        copier.update(id, outputs, inputs)
    with pytest.raises(grpc.RpcError, match="does not exist in region cn-beijing"):
        copier.update(id, outputs, {**inputs, "tags": outputs["tags"]})


def test_an_update_that_does_not_show_is_a_failure(ecs: Emulator, copier: Provider, ecs_config: dict[str, str]) -> None:
    id, outputs = copier.share(asking(ecs))
    inputs = copier.check(asking(ecs, name="new"), outputs).inputs
    with running_provider({**ecs_config, "image-share:visibleSeconds": "0.5"}, {}) as process:
        impatient = process.of(COPY_URN, ImageCopyProvider())
        with ecs.cloud.lock:
            ecs.cloud.attributes.modify = lambda *_: None  # type: ignore[method-assign]
        with pytest.raises(grpc.RpcError, match=r"ECS accepted the change, but after 0\.5 s it does not show"):
            impatient.update(id, outputs, inputs)


def test_a_change_that_cannot_be_read_is_a_failure(ecs: Emulator, copier: Provider) -> None:
    id, outputs = copier.share(asking(ecs))
    inputs = copier.check(asking(ecs, name="new"), outputs).inputs
    ecs.faults.add(action="DescribeImages", **NO)
    with pytest.raises(grpc.RpcError, match="ECS accepted the change, but it can't be read"):
        copier.update(id, outputs, inputs)


# -- delete ----------------------------------------------------------------------------------------------------------


def test_delete_takes_three_calls_and_leaves_nothing(ecs: Emulator, copier: Provider) -> None:
    id, outputs = copier.share(asking(ecs))
    ecs.calls.reset()
    copier.destroy(id, outputs)
    assert images(ecs) == {}
    assert ecs.calls.by_action() == {"DescribeImageSharePermission": 1, "DeleteImage": 1, "DescribeImages": 1}


def test_a_copy_that_is_shared_is_not_deleted_and_the_accounts_are_named(ecs: Emulator, copier: Provider) -> None:
    id, outputs = copier.share(asking(ecs))
    ecs.console.share(REGION, outputs["image_id"], *MANY[:3])
    with pytest.raises(grpc.RpcError, match=r"can't be deleted\. Nothing was changed") as failure:
        copier.destroy(id, outputs)
    assert f"it is shared with 3 accounts: {', '.join(MANY[:3])}. Unshare it first" in str(failure.value.details())
    assert ecs.calls.count("DeleteImage") == 0
    assert ecs.console.shared_accounts(REGION, outputs["image_id"]) == MANY[:3]


def test_a_copy_that_a_share_group_has_is_not_deleted_and_the_group_is_named(ecs: Emulator, copier: Provider) -> None:
    id, outputs = copier.share(asking(ecs))
    ecs.console.share_with_groups(REGION, outputs["image_id"], "group-of-the-directory")
    with pytest.raises(grpc.RpcError, match="shared with the share groups group-of-the-directory of a resource"):
        copier.destroy(id, outputs)
    assert ecs.calls.count("DeleteImage") == 0
    assert outputs["image_id"] in images(ecs)


def test_a_copy_that_instances_use_is_not_deleted(ecs: Emulator, copier: Provider) -> None:
    id, outputs = copier.share(asking(ecs))
    with ecs.cloud.lock:
        ecs.cloud.images.used_by = lambda account, image: True
    with pytest.raises(grpc.RpcError, match="Instances use the image: release them or") as failure:
        copier.destroy(id, outputs)
    assert "The image was not deleted." in str(failure.value.details())
    assert outputs["image_id"] in images(ecs)


def test_a_copy_that_instances_use_is_deleted_by_force_if_the_program_says_so(ecs: Emulator, copier: Provider) -> None:
    id, outputs = copier.share(asking(ecs))
    with ecs.cloud.lock:
        ecs.cloud.images.used_by = lambda account, image: True
    ecs.calls.reset()
    changed = copier.change(id, outputs, asking(ecs, force_delete=True))
    assert changed == {**outputs, "force_delete": True}
    assert ecs.calls.count() == 0
    copier.destroy(id, changed)
    assert images(ecs) == {}


def test_a_copy_that_is_gone_already_needs_no_deletion(ecs: Emulator, copier: Provider) -> None:
    id, outputs = copier.share(asking(ecs))
    ecs.console.delete_image(REGION, outputs["image_id"])
    copier.destroy(id, outputs)


def test_a_copy_that_is_still_being_made_is_cancelled(ecs: Emulator, copier: Provider) -> None:
    ecs.console.set_copy_seconds(3600)
    owner = ecs.account("owner").id
    with ecs.cloud.lock:
        copy = ecs.cloud.copies.start(owner, SOURCE_REGION, ecs.golden_image_id, CopyRequest(REGION, "made-by-hand"))
    copier.destroy(f"{REGION}:{copy.id}", {"image_id": copy.id, "region": REGION})
    assert images(ecs) == {}
    assert ecs.calls.count("CancelCopyImage") == 1


def test_a_copy_that_is_copied_on_is_not_deleted(ecs: Emulator, copier: Provider) -> None:
    id, outputs = copier.share(asking(ecs))
    ecs.console.set_copy_seconds(3600)
    with ecs.cloud.lock:
        ecs.cloud.copies.start(OWNER, REGION, outputs["image_id"], CopyRequest("cn-shanghai", "copied-on"))
    with pytest.raises(grpc.RpcError, match="The image is being copied on: wait until that copy is complete"):
        copier.destroy(id, outputs)
    assert ecs.calls.count("CancelCopyImage") == 0


def test_a_deletion_whose_outcome_is_not_known_says_so(ecs: Emulator, ecs_config: dict[str, str]) -> None:
    with running_provider({**ecs_config, "image-share:retrySeconds": "0"}, {}) as process:
        copier = process.of(COPY_URN, ImageCopyProvider())
        id, outputs = copier.share(asking(ecs))
        ecs.faults.add(action="DeleteImage", kind="drop_after", times=1)
        with pytest.raises(grpc.RpcError, match="Whether it was deleted is not known"):
            copier.destroy(id, outputs)
        copier.destroy(id, outputs)


def test_a_deletion_that_never_shows_is_a_failure(ecs: Emulator, ecs_config: dict[str, str]) -> None:
    with running_provider({**ecs_config, "image-share:visibleSeconds": "0.5"}, {}) as process:
        copier = process.of(COPY_URN, ImageCopyProvider())
        id, outputs = copier.share(asking(ecs))
        with ecs.cloud.lock:
            ecs.cloud.images.delete = lambda *_: None  # type: ignore[method-assign]
        with pytest.raises(grpc.RpcError, match=r"ECS accepted it, but after 0\.5 s the image is still listed"):
            copier.destroy(id, outputs)


def test_no_credential_is_in_an_output_or_an_error(ecs: Emulator, copier: Provider) -> None:
    secret = ecs.account("owner").access_key_secret
    id, outputs = copier.share(asking(ecs))
    ecs.faults.add(action="DeleteImage", **NO)
    with pytest.raises(grpc.RpcError) as failure:
        copier.destroy(id, outputs)
    assert secret not in json.dumps(outputs) + str(failure.value.details())
