"""What is read of the states of stacks."""

from __future__ import annotations

import json

import pytest

from pulumi_alicloud_image_share import ConfigError
from pulumi_alicloud_image_share.audit.states import only_one_of_each, read_stack
from support.exported_states import DISTRIBUTION, SECRET, copy, exported, plugin_share, resource, share

IMAGE = "m-bp1golden00000000001"


def test_both_frontends_share_and_name_what_they_share_with() -> None:
    stack = read_stack(
        "dev.json", exported(share(IMAGE, "payments=1000000000000002"), plugin_share(IMAGE, "1000000000000003"))
    )
    assert stack.stack == "shop/dev"
    dynamic, plugin = stack.managers
    assert (dynamic.region, dynamic.image_id) == (plugin.region, plugin.image_id) == ("cn-hangzhou", IMAGE)
    assert dynamic.accounts == {"1000000000000002"}
    assert plugin.accounts == {"1000000000000003"}
    assert dynamic.names == {"1000000000000002": "payments"}
    assert plugin.names == {}
    assert dynamic.exclusive
    assert plugin.exclusive
    assert dynamic.label == "shop/dev: golden"


def test_a_checkpoint_of_a_backend_is_read_like_an_export() -> None:
    deployment = json.loads(exported(share(IMAGE, "1000000000000002")))["deployment"]
    checkpoint = json.dumps({"version": 3, "checkpoint": {"stack": "organization/shop/dev", "latest": deployment}})
    assert [manager.image_id for manager in read_stack("dev.json", checkpoint).managers] == [IMAGE]


@pytest.mark.parametrize(
    "text", [exported(), '{"version": 3, "deployment": {}}', '{"version": 3, "checkpoint": {"stack": "a/b/c"}}']
)
def test_a_stack_without_resources_manages_nothing_and_is_called_what_it_was_given_as(text: str) -> None:
    stack = read_stack("empty.json", text)
    assert (stack.stack, stack.managers, stack.copies) == ("empty.json", (), ())


def test_accounts_that_are_secret_are_not_known_unless_they_are_exported_in_clear() -> None:
    hidden = share(IMAGE, secret_accounts={**SECRET, "ciphertext": "v1:abc"})
    clear = share(IMAGE, secret_accounts={**SECRET, "plaintext": '{"1000000000000002": "payments"}'})
    one_hidden = share(IMAGE, secret_accounts={"1000000000000002": {**SECRET, "ciphertext": "v1:abc"}})
    accounts = [read_stack("dev.json", exported(each)).managers[0].accounts for each in (hidden, clear, one_hidden)]
    assert accounts == [None, {"1000000000000002"}, None]


def test_a_share_that_an_update_left_unfinished_has_no_accounts_that_are_known() -> None:
    half = share(IMAGE)
    del half["outputs"]["accounts"]
    unknown = share(IMAGE, secret_accounts="04da6b54-80e4-46f7-96ec-b56ff0331ba9")
    for state in (half, unknown):
        [manager] = read_stack("dev.json", exported(state)).managers
        assert manager.accounts is None
        assert "its last update did not come to an end" in manager.why_unknown


def test_one_state_given_twice_counts_once_and_two_of_one_name_are_refused() -> None:
    older, newer = (read_stack("a", exported(share(IMAGE, *accounts))) for accounts in (("1",), ("1", "2")))
    assert only_one_of_each([("a", older), ("b", older)]) == [older]
    with pytest.raises(ConfigError, match="'a' and 'b' are both states of shop/dev, and differ"):
        only_one_of_each([("a", older), ("b", newer)])


def test_every_image_that_a_state_names_is_known_to_be_named() -> None:
    instance = resource("alicloud:ecs/instance:Instance", "web", "i-1", {"imageId": "m-used00000001"})
    assert read_stack("dev.json", exported(instance)).image_ids == {"m-used00000001"}


def test_a_share_that_the_program_only_reads_manages_nothing() -> None:
    assert read_stack("dev.json", exported(share(IMAGE, "1000000000000002", external=True))).managers == ()


def test_a_share_of_pulumi_alicloud_manages_one_account_whose_region_nobody_knows() -> None:
    type_ = "alicloud:ecs/imageSharePermission:ImageSharePermission"
    outputs = {"imageId": IMAGE, "accountId": "1000000000000002"}
    [manager] = read_stack("dev.json", exported(resource(type_, "old", f"{IMAGE}:1000000000000002", outputs))).managers
    assert (manager.region, manager.image_id, manager.accounts) == ("", IMAGE, {"1000000000000002"})
    assert not manager.exclusive


def test_the_copies_of_a_distribution_that_are_not_its_newest_are_kept_ones() -> None:
    images = ["m-source0002", "m-source0001"]
    distribution = resource(DISTRIBUTION, "images", "", {"images": images})
    coming, newest, earlier = "m-source0003", *images
    state = exported(
        distribution,
        copy("m-coming0001", name="coming", parent=distribution["urn"], of=coming),
        copy("m-new0000001", name="new", parent=distribution["urn"], of=newest),
        copy("m-old0000001", name="old", parent=distribution["urn"], of=earlier),
        copy("m-alone00001", name="alone", of=earlier),
    )
    copies = read_stack("dev.json", state).copies
    assert {copy.image_id: copy.kept_by for copy in copies} == {
        "m-coming0001": "",
        "m-new0000001": "",
        "m-old0000001": "images",
        "m-alone00001": "",
    }


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "it is not JSON"),
        ("[" * 100_000, "it is not JSON"),
        ("[]", "it has no deployment"),
        ('{"deployment": 1}', "it has no deployment"),
        ('{"deployment": {"resources": [1]}}', "its resources have no URNs"),
        ('{"deployment": {"resources": "urn"}}', "its resources have no URNs"),
        ('{"deployment": {"resources": [{"urn": "x", "outputs": "y"}]}}', "its resources have no URNs"),
    ],
)
def test_what_is_no_state_is_refused_with_what_to_do(text: str, why: str) -> None:
    with pytest.raises(ConfigError) as refused:
        read_stack("notes.txt", text)
    how = "Write one with `pulumi stack export --stack NAME --file FILE`."
    assert str(refused.value) == f"'notes.txt' is not the state of a stack: {why}. {how}"
