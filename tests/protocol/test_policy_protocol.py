"""The policy pack's process over the analyzer's gRPC protocol: what the engine asks it, and what it answers."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from google.protobuf.json_format import MessageToDict
from pulumi.runtime.proto import analyzer_pb2

from ecs_emulator import Emulator
from support.analyzer import Analyzer, Item, running_analyzer
from support.command_line import REPOSITORY
from support.judged_resources import (
    ALLOWED,
    MAX_ACCOUNTS,
    ONE_MANAGER,
    POLICY_NAMES,
    PROTECTED,
    TRUSTED,
    instance,
    only,
    share,
)

PAYMENTS, DATA, PARTNER = "1000000000000002", "1000000000000003", "1000000000000005"
REGION = "cn-hangzhou"
SUBCLASS = """
from pulumi_alicloud_image_share import ImageShare

class Golden(ImageShare):
    pass

Golden("golden", image_id="m-bp1golden20240501aa0a1", accounts=["1000000000000002"], region="cn-hangzhou")
"""


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
