"""The policy of trusted images over the analyzer's protocol: an instance's image is one's own or a trusted owner's."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ecs_emulator import Emulator
from pulumi_alicloud_image_share.copy.resource import CopyResource
from pulumi_alicloud_image_share.plugin.properties import for_program
from pulumi_alicloud_image_share.share.resource import ShareResource
from support import protocol
from support.analyzer import IMAGE_COPY, IMAGE_SHARE, Analyzer, Item, running_analyzer, secret
from support.judged_resources import INSTANCE, PERMISSION, TRUSTED, instance, only, share
from support.plugin_resources import plugin_settings
from support.protocol import UNKNOWN

OWNER, PAYMENTS, DATA, PARTNER = "1000000000000001", "1000000000000002", "1000000000000003", "1000000000000005"
REGION = "cn-hangzhou"
SYSTEM_IMAGE = "aliyun_3_x64_20G_alibase_20240528.vhd"
INSTANCE_SET = "alicloud:ecs/ecsInstanceSet:EcsInstanceSet"
LAUNCH_TEMPLATE = "alicloud:ecs/ecsLaunchTemplate:EcsLaunchTemplate"
OLD_LAUNCH_TEMPLATE = "alicloud:ecs/launchTemplate:LaunchTemplate"
SCALING = "alicloud:ess/scalingConfiguration:ScalingConfiguration"
ALICLOUD_COPIES = ["alicloud:ecs/imageCopy:ImageCopy", "alicloud:ecs/copyImage:CopyImage"]
COPY_ID, SECOND_ID = "m-bp1copymadehere00001", "m-bp1copymadehere00002"


def copy(name: str = "mirror", image_id: object = COPY_ID, **props: Any) -> Item:
    comes_from = props.pop("comes_from", {})
    known = {"image_id": image_id, "region": REGION, "source_region": REGION, **props}
    if protocol.frontend == "plugin":
        comes_from = for_program(comes_from)
        return Item(CopyResource.plugin_type(), name, for_program(known), comes_from=comes_from)
    return Item(IMAGE_COPY, name, known, comes_from=comes_from)


def template(image_id: object, **comes_from: list[str]) -> Item:
    return Item(LAUNCH_TEMPLATE, "fleet", {"imageId": image_id}, comes_from=comes_from)


class TestTrustedImages:
    def test_images_of_the_accounts_own_pass_for_one_call_each(self, ecs: Emulator, pack: Analyzer) -> None:
        image_ids = [ecs.golden_image_id, ecs.image("golden-next").id]
        assert pack.analyze_stack(*[instance(image_ids[n % 2], f"worker-{n}") for n in range(10)]) == []
        assert ecs.calls.by_action() == {"DescribeImages": 2}

    @pytest.mark.parametrize(
        ("kind", "property"),
        [
            (IMAGE_SHARE, "image_id"),
            (ShareResource.plugin_type(), "imageId"),
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

    @pytest.mark.both_frontends
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

    @pytest.mark.both_frontends
    def test_neither_does_a_copy_of_such_a_copy(self, ecs: Emulator, consumers_pack: Analyzer) -> None:
        ecs.console.share(REGION, ecs.golden_image_id, PAYMENTS)
        copies = copy(source_image_id=ecs.golden_image_id), copy("second", SECOND_ID, source_image_id=COPY_ID)
        sentence = only(consumers_pack.analyze_stack(*copies, template(SECOND_ID)), TRUSTED)
        assert f"{SECOND_ID}, a copy (second) of {COPY_ID}, a copy (mirror) of {ecs.golden_image_id}, an" in sentence

    @pytest.mark.both_frontends
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

    @pytest.mark.both_frontends
    def test_a_copy_of_an_image_of_ones_own_passes_for_one_call(self, ecs: Emulator, pack: Analyzer) -> None:
        assert pack.analyze_stack(copy(source_image_id=ecs.golden_image_id), template(COPY_ID)) == []
        assert ecs.calls.by_action() == {"DescribeImages": 1}

    def test_a_copy_of_an_image_that_the_stack_makes_or_shares_passes_without_a_call(
        self, ecs: Emulator, pack: Analyzer
    ) -> None:
        copies = copy(source_image_id=ecs.golden_image_id), copy("second", SECOND_ID, source_image_id=COPY_ID)
        assert pack.analyze_stack(share(), *copies, template(SECOND_ID)) == []
        assert ecs.calls.count() == 0

    @pytest.mark.both_frontends
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
        with running_analyzer(tmp_path, plugin_settings({**ecs_config, **keys})) as pack:
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
        config = {**consumer_config, "alicloud-image-share:trustedOwners": json.dumps([OWNER])}
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
