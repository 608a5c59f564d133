"""The policy pack's process over the analyzer's gRPC protocol: what the engine asks it, and what it answers."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from google.protobuf.json_format import MessageToDict
from pulumi.runtime.proto import analyzer_pb2

from ecs_emulator import Emulator
from support.analyzer import IMAGE_COPY, IMAGE_SHARE, Analyzer, Item, Said, running_analyzer, secret
from support.clear_sentences import assert_clear
from support.command_line import REPOSITORY
from support.protocol import UNKNOWN

OWNER, PAYMENTS, DATA, PARTNER = "1000000000000001", "1000000000000002", "1000000000000003", "1000000000000005"
REGION = "cn-hangzhou"
SYSTEM_IMAGE = "aliyun_3_x64_20G_alibase_20240528.vhd"

ALLOWED, ONE_MANAGER, MAX_ACCOUNTS, PROTECTED, TRUSTED = POLICY_NAMES = [
    "image-share-allowed-accounts",
    "image-share-one-manager",
    "image-share-max-accounts",
    "image-share-protected",
    "image-share-trusted-images",
]
INSTANCE = "alicloud:ecs/instance:Instance"
INSTANCE_SET = "alicloud:ecs/ecsInstanceSet:EcsInstanceSet"
LAUNCH_TEMPLATE = "alicloud:ecs/ecsLaunchTemplate:EcsLaunchTemplate"
OLD_LAUNCH_TEMPLATE = "alicloud:ecs/launchTemplate:LaunchTemplate"
SCALING = "alicloud:ess/scalingConfiguration:ScalingConfiguration"
PERMISSION = "alicloud:ecs/imageSharePermission:ImageSharePermission"
ALICLOUD_COPIES = ["alicloud:ecs/imageCopy:ImageCopy", "alicloud:ecs/copyImage:CopyImage"]
COPY_ID, SECOND_ID = "m-bp1copymadehere00001", "m-bp1copymadehere00002"
SUBCLASS = """
from pulumi_alicloud_image_share import ImageShare

class Golden(ImageShare):
    pass

Golden("golden", image_id="m-bp1golden20240501aa0a1", accounts=["1000000000000002"], region="cn-hangzhou")
"""


@pytest.fixture
def consumer_config(ecs: Emulator, ecs_config: dict[str, str]) -> dict[str, str]:
    """The stack configuration of the account payments."""
    payments = ecs.account("payments")
    return {
        **ecs_config,
        "alicloud:accessKey": payments.access_key_id,
        "alicloud:secretKey": payments.access_key_secret,
    }


@pytest.fixture
def pack(tmp_path: Path, ecs_config: dict[str, str]) -> Iterator[Analyzer]:
    """The pack of examples/, for a stack of the golden image's owner, with its defaults."""
    with running_analyzer(tmp_path, ecs_config) as running:
        running.configure({})
        yield running


@pytest.fixture
def consumers_pack(tmp_path: Path, consumer_config: dict[str, str]) -> Iterator[Analyzer]:
    """The same for a stack of the account payments."""
    with running_analyzer(tmp_path, consumer_config) as running:
        running.configure({})
        yield running


def share(name: str = "golden", *, protect: bool = False, stack: str = "dev", **props: Any) -> Item:
    known = {"image_id": "m-bp1golden20240501aa0a1", "region": REGION, "accounts": {PAYMENTS: "payments"}, **props}
    return Item(IMAGE_SHARE, name, {"exclusive": True, **known}, protect, stack=stack)


def instance(image_id: object, name: str = "worker", **provider: Any) -> Item:
    return Item(INSTANCE, name, {"imageId": image_id}, provider=provider or None)


def copy(name: str = "mirror", image_id: object = COPY_ID, **props: Any) -> Item:
    comes_from = props.pop("comes_from", {})
    known = {"image_id": image_id, "region": REGION, "source_region": REGION, **props}
    return Item(IMAGE_COPY, name, known, comes_from=comes_from)


def template(image_id: object, **comes_from: list[str]) -> Item:
    return Item(LAUNCH_TEMPLATE, "fleet", {"imageId": image_id}, comes_from=comes_from)


def only(said: list[Said], policy: str) -> str:
    [one] = said
    assert one.policy == policy
    assert one.mandatory
    assert_clear(one.text)
    return one.text


class TestPack:
    def test_it_tells_its_policies_their_levels_and_what_to_do(self, pack: Analyzer) -> None:
        assert (pack.info.name, pack.info.supportsConfig) == ("image-share", True)
        assert [policy.name for policy in pack.info.policies] == POLICY_NAMES
        for policy in pack.info.policies:
            assert policy.enforcementLevel == analyzer_pb2.MANDATORY
            assert policy.description.endswith(".")
            assert policy.remediation_steps.endswith(".")
            assert policy.displayName
            assert pack.schemas[policy.name]

    def test_resources_of_other_kinds_concern_no_policy(self, ecs: Emulator, pack: Analyzer) -> None:
        bucket = Item("alicloud:oss/bucket:Bucket", "logs", {"accounts": {PARTNER: ""}, "imageId": "m-bp1"})
        assert pack.analyze(bucket) == []
        assert pack.analyze_stack(bucket, Item("pulumi:pulumi:Stack", "shop-dev")) == []
        assert ecs.calls.count() == 0

    def test_a_whole_stack_that_keeps_all_rules_passes(self, ecs: Emulator, pack: Analyzer) -> None:
        golden = share(protect=True)
        assert pack.analyze(golden) == []
        assert pack.analyze_stack(golden, instance(ecs.golden_image_id)) == []

    @pytest.mark.parametrize("policy", POLICY_NAMES)
    def test_a_misspelt_setting_is_one_sentence_of_that_policy_and_nothing_is_judged(
        self, pack: Analyzer, policy: str
    ) -> None:
        [name, *_] = pack.schemas[policy]
        pack.configure({policy: {f"{name}s": []}})
        said = [*pack.analyze(share(stack="prod", protect=policy != PROTECTED)), *pack.analyze_stack(share(), share())]
        text = only([one for one in said if one.policy == policy], policy)
        assert text == (
            "this policy is configured wrongly and judges nothing: the policy has no argument "
            f"'{name}s': did you mean {name}?"
        )

    def test_the_pack_that_the_page_of_the_policies_shows_is_as_strict(self, tmp_path: Path) -> None:
        page = (REPOSITORY / "docs" / "policies.md").read_text()
        [program] = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
        (tmp_path / "__main__.py").write_text(program)
        with running_analyzer(tmp_path, {}, pack=tmp_path) as pack:
            levels = {name: config.enforcementLevel for name, config in pack.info.initialConfig.items()}
            assert levels == {ALLOWED: analyzer_pb2.MANDATORY, TRUSTED: analyzer_pb2.MANDATORY}
            pack.configure({name: MessageToDict(c.properties) for name, c in pack.info.initialConfig.items()})
            assert pack.analyze(share()) == []
            assert "not on the allowlist" in only(pack.analyze(share(accounts={DATA: ""})), ALLOWED)


class TestSubclasses:
    """`class Golden(ImageShare): pass` is an ImageShare to all policies."""

    @pytest.fixture
    def golden_type(self, tmp_path: Path) -> str:
        """The type that a subclass is registered with."""
        program = tmp_path / "program.py"
        program.write_text(SUBCLASS)
        command = [sys.executable, "-m", "support.mocked_program", str(program), "{}"]
        done = subprocess.run(command, cwd=REPOSITORY / "tests", capture_output=True, text=True, check=True)
        [golden] = json.loads(done.stdout)
        return str(golden["type"])

    def test_policies_of_one_resource_see_it(self, pack: Analyzer, golden_type: str) -> None:
        pack.configure({ALLOWED: {"accounts": [DATA]}})
        golden = Item(golden_type, "golden", share().props, stack="prod")
        assert {said.policy for said in pack.analyze(golden)} == {ALLOWED, PROTECTED}

    def test_policies_of_the_whole_stack_see_it(
        self, ecs: Emulator, consumers_pack: Analyzer, golden_type: str
    ) -> None:
        image_id = ecs.golden_image_id
        ecs.console.share(REGION, image_id, PAYMENTS)
        consumers_pack.configure({MAX_ACCOUNTS: {"maxAccounts": 1}})
        golden = Item(golden_type, "golden", {**share().props, "accounts": {PAYMENTS: "", DATA: ""}})
        said = consumers_pack.analyze_stack(golden, share("other", exclusive=False))
        assert {one.policy for one in said} == {ONE_MANAGER, MAX_ACCOUNTS}
        # The image that it shares is one of the account's own: it has made sure of that.
        assert consumers_pack.analyze_stack(instance(image_id)) != []
        consumers_pack.configure({})
        assert consumers_pack.analyze_stack(golden, instance(image_id)) == []


class TestAllowedAccounts:
    def test_without_an_allowlist_every_account_passes_and_that_is_said_once(self, pack: Analyzer) -> None:
        assert pack.analyze(share()) == []
        assert pack.analyze(share("other")) == []
        assert pack.printed.count(f"{ALLOWED} has no allowlist and lets every account pass") == 1

    @pytest.mark.parametrize("allowlist", [[PAYMENTS], ["payments"], {"payments": PAYMENTS}])
    def test_accounts_are_allowed_by_id_or_name(self, pack: Analyzer, allowlist: object) -> None:
        pack.configure({ALLOWED: {"accounts": allowlist}})
        assert pack.analyze(share()) == []
        sentence = only(pack.analyze(share(accounts={PAYMENTS: "payments", PARTNER: "partner"})), ALLOWED)
        assert f"partner ({PARTNER}), which is not on the allowlist" in sentence
        assert "no allowlist" not in pack.printed

    def test_secret_accounts_are_judged_too(self, pack: Analyzer) -> None:
        pack.configure({ALLOWED: {"accounts": [PAYMENTS]}})
        assert PARTNER in only(pack.analyze(share(accounts=secret({PARTNER: ""}))), ALLOWED)

    @pytest.mark.parametrize("accounts", [UNKNOWN, {PARTNER: UNKNOWN}, None])
    def test_accounts_that_the_preview_does_not_know_are_judged_by_the_update(
        self, pack: Analyzer, accounts: object
    ) -> None:
        pack.configure({ALLOWED: {"accounts": [PAYMENTS]}})
        assert pack.analyze(share(accounts=accounts, image_id=UNKNOWN)) == []
        assert PARTNER in only(pack.analyze(share(accounts={PARTNER: ""})), ALLOWED)

    def test_an_allowlist_of_numbers_is_refused_in_one_sentence(self, pack: Analyzer) -> None:
        pack.configure({ALLOWED: {"accounts": [1000000000000002]}})
        assert only(pack.analyze(share()), ALLOWED) == (
            "this policy is configured wrongly and judges nothing: accounts: account ID 1000000000000002 is a number: "
            "write it as a string, '1000000000000002': numbers lose digits."
        )


class TestProtected:
    def test_shares_of_protected_stacks_need_protect(self, pack: Analyzer) -> None:
        assert pack.analyze(share()) == []
        assert "in stack prod-eu without protect" in only(pack.analyze(share(stack="prod-eu")), PROTECTED)
        assert pack.analyze(share(stack="prod-eu", protect=True)) == []

    def test_which_stacks_are_protected_is_a_setting(self, pack: Analyzer) -> None:
        pack.configure({PROTECTED: {"stacks": ["live-?"]}})
        assert pack.analyze(share(stack="prod")) == []
        assert "in stack live-1 without protect" in only(pack.analyze(share(stack="live-1")), PROTECTED)


class TestOneManager:
    def test_two_exclusive_shares_of_one_image_are_refused(self, pack: Analyzer) -> None:
        other = share("b", accounts={DATA: "data"})
        [said] = pack.analyze_stack(share("a"), other, share("c", image_id="m-bp1golden20240601bb0b2"))
        assert said.urn == share("a").urn
        assert "is shared by a, which is exclusive, and by b" in only([said], ONE_MANAGER)

    def test_two_shares_that_list_one_account_are_refused_though_neither_is_exclusive(self, pack: Analyzer) -> None:
        shares = share("a", exclusive=False), share("b", exclusive=False, accounts={PAYMENTS: "", DATA: "data"})
        assert f"is shared with payments ({PAYMENTS}) by a and b" in only(pack.analyze_stack(*shares), ONE_MANAGER)

    def test_a_share_and_an_image_share_permission_are_refused(self, ecs: Emulator, pack: Analyzer) -> None:
        rival = Item(PERMISSION, "rival", {"imageId": ecs.golden_image_id, "accountId": DATA})
        assert "by the ImageSharePermission rival" in only(pack.analyze_stack(share(), rival), ONE_MANAGER)
        pack.configure({ONE_MANAGER: {"exceptImages": [ecs.golden_image_id]}})
        assert pack.analyze_stack(share(), rival) == []

    def test_images_that_the_preview_does_not_know_are_judged_by_the_update(self, pack: Analyzer) -> None:
        rival = Item(PERMISSION, "rival", {"imageId": UNKNOWN, "accountId": UNKNOWN})
        assert pack.analyze_stack(share("a", image_id=UNKNOWN), share("b", image_id=UNKNOWN), rival) == []


class TestMaxAccounts:
    def test_accounts_are_counted_over_all_that_shares_the_image(self, ecs: Emulator, pack: Analyzer) -> None:
        pack.configure({MAX_ACCOUNTS: {"maxAccounts": 2}, ONE_MANAGER: {"exceptImages": [ecs.golden_image_id]}})
        shares = share("a", exclusive=False), share("b", exclusive=False, accounts={DATA: "data"})
        permission = Item(PERMISSION, "c", {"imageId": ecs.golden_image_id, "accountId": PARTNER})
        assert pack.analyze_stack(*shares) == []
        assert "shared with 3 accounts by a, b and c" in only(pack.analyze_stack(*shares, permission), MAX_ACCOUNTS)

    def test_fifty_accounts_are_the_most_unless_set(self, pack: Analyzer) -> None:
        accounts = {str(2000000000000001 + n): "" for n in range(51)}
        assert "the policy allows 50: remove 1" in only(pack.analyze_stack(share(accounts=accounts)), MAX_ACCOUNTS)


class TestTrustedImages:
    def test_images_of_the_accounts_own_pass_for_one_call_each(self, ecs: Emulator, pack: Analyzer) -> None:
        image_ids = [ecs.golden_image_id, ecs.image("golden-next").id]
        assert pack.analyze_stack(*[instance(image_ids[n % 2], f"worker-{n}") for n in range(10)]) == []
        assert ecs.calls.by_action() == {"DescribeImages": 2}

    @pytest.mark.parametrize(
        ("kind", "property"),
        [
            (IMAGE_SHARE, "image_id"),
            ("alicloud:ecs/image:Image", "id"),
            ("alicloud:ecs/imageImport:ImageImport", "id"),
        ],
    )
    def test_an_image_that_the_stack_makes_or_shares_passes_without_a_call(
        self, ecs: Emulator, pack: Analyzer, kind: str, property: str
    ) -> None:
        made = Item(kind, "made", {property: "m-bp1madehere00000000001"})
        assert pack.analyze_stack(made, instance("m-bp1madehere00000000001")) == []
        assert ecs.calls.count() == 0

    def test_an_image_share_permission_makes_no_image_the_stacks_own(
        self, ecs: Emulator, consumers_pack: Analyzer
    ) -> None:
        ecs.console.share(REGION, ecs.golden_image_id, PAYMENTS)
        pretended = Item(PERMISSION, "pretended", {"imageId": ecs.golden_image_id, "accountId": DATA})
        said = consumers_pack.analyze_stack(pretended, instance(ecs.golden_image_id))
        assert f"an image of account {OWNER}, which is no trusted owner" in only(said, TRUSTED)

    @pytest.mark.parametrize("kind", [INSTANCE, LAUNCH_TEMPLATE, SCALING])
    def test_a_copy_of_a_strangers_image_does_not_pass_as_ones_own(
        self, ecs: Emulator, consumers_pack: Analyzer, kind: str
    ) -> None:
        ecs.console.share(REGION, ecs.golden_image_id, PAYMENTS)
        mirror = copy(source_image_id=ecs.golden_image_id)
        use = Item(kind, "fleet", {"imageId": COPY_ID})
        assert only(consumers_pack.analyze_stack(mirror, use), TRUSTED).startswith(
            f"fleet uses {COPY_ID}, a copy (mirror) of {ecs.golden_image_id}, an image of account {OWNER}, which is no "
            "trusted owner"
        )
        # A share of the copy says no more of what is in it.
        assert len(consumers_pack.analyze_stack(mirror, share(image_id=COPY_ID), use)) == 1
        consumers_pack.configure({TRUSTED: {"trustedOwners": [OWNER]}})
        assert consumers_pack.analyze_stack(mirror, use) == []

    @pytest.mark.parametrize("kind", ALICLOUD_COPIES)
    def test_neither_does_a_copy_that_pulumi_alicloud_makes(
        self, ecs: Emulator, consumers_pack: Analyzer, kind: str
    ) -> None:
        ecs.console.share(REGION, ecs.golden_image_id, PAYMENTS)
        made = {"id": COPY_ID, "sourceImageId": ecs.golden_image_id, "sourceRegionId": REGION}
        sentence = only(consumers_pack.analyze_stack(Item(kind, "mirror", made), template(COPY_ID)), TRUSTED)
        assert f"a copy (mirror) of {ecs.golden_image_id}, an image of account {OWNER}" in sentence

    def test_neither_does_a_copy_of_such_a_copy(self, ecs: Emulator, consumers_pack: Analyzer) -> None:
        ecs.console.share(REGION, ecs.golden_image_id, PAYMENTS)
        copies = copy(source_image_id=ecs.golden_image_id), copy("second", SECOND_ID, source_image_id=COPY_ID)
        sentence = only(consumers_pack.analyze_stack(*copies, template(SECOND_ID)), TRUSTED)
        assert f"{SECOND_ID}, a copy (second) of {COPY_ID}, a copy (mirror) of {ecs.golden_image_id}, an" in sentence

    def test_the_preview_that_does_not_know_the_copys_id_goes_by_where_it_comes_from(
        self, ecs: Emulator, consumers_pack: Analyzer
    ) -> None:
        ecs.console.share(REGION, ecs.golden_image_id, PAYMENTS)
        mirror = copy(image_id=UNKNOWN, source_image_id=ecs.golden_image_id)
        second = copy("second", UNKNOWN, source_image_id=UNKNOWN, comes_from={"source_image_id": [mirror.urn]})
        sentence = only(consumers_pack.analyze_stack(mirror, template(UNKNOWN, imageId=[mirror.urn])), TRUSTED)
        assert sentence.startswith(f"fleet uses a copy (mirror) of {ecs.golden_image_id}, an image of account {OWNER}")
        sentence = only(consumers_pack.analyze_stack(mirror, second, template(UNKNOWN, imageId=[second.urn])), TRUSTED)
        assert f"a copy (second) of a copy (mirror) of {ecs.golden_image_id}" in sentence
        assert consumers_pack.analyze_stack(mirror, second, template(UNKNOWN, imageId=[mirror.urn, second.urn])) == []

    def test_a_copy_of_an_image_of_ones_own_passes_for_one_call(self, ecs: Emulator, pack: Analyzer) -> None:
        assert pack.analyze_stack(copy(source_image_id=ecs.golden_image_id), template(COPY_ID)) == []
        assert ecs.calls.by_action() == {"DescribeImages": 1}

    def test_a_copy_of_an_image_that_the_stack_makes_or_shares_passes_without_a_call(
        self, ecs: Emulator, pack: Analyzer
    ) -> None:
        copies = copy(source_image_id=ecs.golden_image_id), copy("second", SECOND_ID, source_image_id=COPY_ID)
        assert pack.analyze_stack(share(), *copies, template(SECOND_ID)) == []
        assert ecs.calls.count() == 0

    def test_a_copys_source_is_looked_up_in_its_region_and_as_the_copys_own_role(
        self, ecs: Emulator, tmp_path: Path, ecs_config: dict[str, str]
    ) -> None:
        pipeline = ecs.account("owner").ram_users[-1]
        keys = {"alicloud:accessKey": pipeline.access_key_id, "alicloud:secretKey": pipeline.access_key_secret}
        source = ecs.console.create_image("cn-shanghai", "partner", name="strange")
        ecs.console.share("cn-shanghai", source, PAYMENTS)
        made = copy(
            source_image_id=source,
            source_region="cn-shanghai",
            region="cn-shanghai",
            assume_role={"role_arn": f"acs:ram::{PAYMENTS}:role/image-consumer", "session_seconds": 3600},
        )
        with running_analyzer(tmp_path, {**ecs_config, **keys}) as pack:
            pack.configure({})
            assert f"an image of account {PARTNER}" in only(pack.analyze_stack(made, template(COPY_ID)), TRUSTED)

    def test_a_copy_whose_source_is_gone_passes_only_if_it_came_from_another_region(
        self, ecs: Emulator, pack: Analyzer
    ) -> None:
        gone = "m-bp1longgone000000001"
        near, far = copy(source_image_id=gone), copy(source_image_id=gone, source_region="cn-beijing")
        assert "nobody can tell whose image that is" in only(pack.analyze_stack(near, instance(COPY_ID)), TRUSTED)
        assert pack.analyze_stack(far, instance(COPY_ID)) == []

    @pytest.mark.parametrize("kind", [INSTANCE, INSTANCE_SET, LAUNCH_TEMPLATE, OLD_LAUNCH_TEMPLATE, SCALING])
    def test_an_image_of_another_account_is_refused_to_all_that_makes_instances(
        self, ecs: Emulator, consumers_pack: Analyzer, kind: str
    ) -> None:
        ecs.console.share(REGION, ecs.golden_image_id, PAYMENTS)
        [said] = consumers_pack.analyze_stack(Item(kind, "fleet", {"imageId": ecs.golden_image_id}))
        assert said.urn.endswith(f"{kind}::fleet")
        assert f"fleet uses {ecs.golden_image_id}, an image of account {OWNER}" in only([said], TRUSTED)

    def test_owners_are_trusted_by_the_policys_configuration(self, ecs: Emulator, consumers_pack: Analyzer) -> None:
        ecs.console.share(REGION, ecs.golden_image_id, PAYMENTS)
        consumers_pack.configure({TRUSTED: {"trustedOwners": [OWNER]}})
        assert consumers_pack.analyze_stack(instance(ecs.golden_image_id)) == []

    def test_owners_are_trusted_by_the_stacks_configuration_unless_the_policy_says_no(
        self, ecs: Emulator, consumer_config: dict[str, str], tmp_path: Path
    ) -> None:
        ecs.console.share(REGION, ecs.golden_image_id, PAYMENTS)
        config = {**consumer_config, "image-share:trustedOwners": json.dumps([OWNER])}
        with running_analyzer(tmp_path, config) as pack:
            pack.configure({})
            assert pack.analyze_stack(instance(ecs.golden_image_id)) == []
            pack.configure({TRUSTED: {"useStackConfig": False}})
            assert "no trusted owner" in only(pack.analyze_stack(instance(ecs.golden_image_id)), TRUSTED)

    def test_a_community_image_is_refused_unless_allowed_and_its_owner_trusted(
        self, ecs: Emulator, consumers_pack: Analyzer
    ) -> None:
        use = instance(ecs.image("community").id)
        assert f"a community image of account {OWNER}" in only(consumers_pack.analyze_stack(use), TRUSTED)
        consumers_pack.configure({TRUSTED: {"allowCommunityImages": True, "trustedOwners": [OWNER]}})
        assert consumers_pack.analyze_stack(use) == []

    def test_a_marketplace_image_is_refused_unless_allowed(self, ecs: Emulator, pack: Analyzer) -> None:
        use = instance(ecs.image("marketplace").id)
        assert "an image of the Marketplace" in only(pack.analyze_stack(use), TRUSTED)
        pack.configure({TRUSTED: {"allowMarketplaceImages": True}})
        assert pack.analyze_stack(use) == []

    def test_public_images_pass_without_a_call_unless_they_are_not_allowed(self, ecs: Emulator, pack: Analyzer) -> None:
        assert pack.analyze_stack(instance(SYSTEM_IMAGE)) == []
        pack.configure({TRUSTED: {"allowSystemImages": False}})
        assert "a public image of Alibaba Cloud" in only(pack.analyze_stack(instance(SYSTEM_IMAGE)), TRUSTED)
        assert ecs.calls.count() == 0

    def test_an_image_that_is_not_there_warns_of_an_instance_and_is_refused_to_a_template(
        self, ecs: Emulator, pack: Analyzer
    ) -> None:
        hidden = ecs.image("partner-image").id
        assert pack.analyze_stack(instance(hidden)) == []
        assert f"worker uses {hidden}, and nobody can tell whose image that is" in pack.printed
        sentence = only(pack.analyze_stack(Item(LAUNCH_TEMPLATE, "fleet", {"imageId": hidden})), TRUSTED)
        assert f"it does not exist in region {REGION}, or this account can't see it." in sentence

    def test_an_image_that_is_given_by_its_name_is_refused_unless_unknown_owners_are_allowed(
        self, ecs: Emulator, pack: Analyzer
    ) -> None:
        use = Item(SCALING, "fleet", {"imageName": "golden-2024-05"})
        sentence = only(pack.analyze_stack(use), TRUSTED)
        assert "fleet uses golden-2024-05, and nobody can tell whose image that is: it is named" in sentence
        pack.configure({TRUSTED: {"allowUnknownOwners": True}})
        assert pack.analyze_stack(use) == []
        assert "fleet uses golden-2024-05, and nobody can tell" in pack.printed
        assert ecs.calls.count() == 0

    @pytest.mark.parametrize(
        ("changed", "says"),
        [
            ({"alicloud:accessKey": "", "alicloud:secretKey": ""}, "no credentials are found"),
            ({"alicloud:secretKey": "wrong"}, "DescribeImages failed with SignatureDoesNotMatch"),
            ({"alicloud:region": ""}, "no region is given"),
            ({"alicloud:region": "Hangzhou"}, "'Hangzhou' can't be a region"),
            ({"alicloud:protocol": "FTP"}, "alicloud:protocol is 'FTP'"),
        ],
    )
    def test_where_ecs_cannot_be_asked_the_image_is_refused_with_the_reason(
        self, ecs: Emulator, ecs_config: dict[str, str], tmp_path: Path, changed: dict[str, str], says: str
    ) -> None:
        with running_analyzer(tmp_path, {**ecs_config, **changed}) as pack:
            pack.configure({})
            sentence = only(pack.analyze_stack(instance(ecs.golden_image_id)), TRUSTED)
        assert f"nobody can tell whose image that is: {says}" in sentence

    def test_a_passing_fault_of_ecs_is_survived(self, ecs: Emulator, pack: Analyzer) -> None:
        ecs.faults.add(action="DescribeImages", kind="throttle", times=1)
        assert pack.analyze_stack(instance(ecs.golden_image_id)) == []

    @pytest.mark.parametrize("as_json", [True, False])
    def test_the_account_is_that_of_the_instances_own_provider(
        self, ecs: Emulator, pack: Analyzer, as_json: bool
    ) -> None:
        ecs.console.share(REGION, ecs.golden_image_id, PAYMENTS)
        payments = ecs.account("payments")
        endpoints = [{"ecs": ecs.endpoint}]
        provider = {
            "region": REGION,
            "accessKey": secret(payments.access_key_id),
            "secretKey": secret(payments.access_key_secret),
            "endpoints": json.dumps(endpoints) if as_json else endpoints,
            "protocol": "HTTP",
        }
        use = instance(ecs.golden_image_id, **provider)
        assert f"an image of account {OWNER}, which is no trusted owner" in only(pack.analyze_stack(use), TRUSTED)
        assert pack.analyze_stack(share(), use) == []
        assert pack.analyze_stack(instance(ecs.golden_image_id)) == []

    @pytest.mark.parametrize(
        "use",
        [
            instance(UNKNOWN),
            instance(None),
            instance(""),
            Item(SCALING, "fleet", {"imageName": UNKNOWN}),
            Item(INSTANCE, "worker", {}),
            instance("m-bp1golden20240501aa0a1", accessKey=UNKNOWN, region=REGION),
        ],
    )
    def test_what_the_preview_does_not_know_is_judged_by_the_update(
        self, ecs: Emulator, pack: Analyzer, use: Item
    ) -> None:
        made = Item("alicloud:ecs/image:Image", "made", {"id": UNKNOWN})
        assert pack.analyze_stack(made, use) == []
        assert ecs.calls.count() == 0

    def test_no_secret_is_in_what_it_prints_or_reports(self, ecs: Emulator, pack: Analyzer) -> None:
        said = pack.analyze_stack(instance(ecs.image("partner-image").id), Item(SCALING, "f", {"imageName": "x"}))
        everything = f"{said}{pack.printed}"
        assert ecs.account("owner").access_key_secret not in everything
        assert ecs.account("owner").access_key_id not in everything


class TestWithoutPulumiPolicy:
    def test_the_package_works_and_its_policies_say_what_to_install(self, tmp_path: Path) -> None:
        (tmp_path / "pulumi_policy.py").write_text("raise ModuleNotFoundError\n")
        program = (
            "import pulumi_alicloud_image_share\n"
            "try:\n    import pulumi_alicloud_image_share.policy\n"
            "except ImportError as error:\n    print(error)\n"
        )
        environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
        command = [sys.executable, "-c", program]
        done = subprocess.run(command, env=environment, cwd=REPOSITORY, capture_output=True, text=True, check=True)
        assert done.stdout == (
            "pulumi_alicloud_image_share.policy needs pulumi-policy: run `pip install "
            "'pulumi-alicloud-image-share[policy]'` where the policy pack runs.\n"
        )
