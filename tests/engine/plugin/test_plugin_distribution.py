"""A distribution that the plugin makes: side by side with others, by any provider, from YAML, and moved over to it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pulumi
import pytest

import pulumi_alicloud_image_share as dynamic
from ecs_emulator import Emulator
from support.both_frontends import of_the_plugin
from support.command_line import CommandLine
from support.engine import Program, Stack
from support.plugin_resources import BESIDE_PYTHON, ImageDistribution, ImageShare, Provider, plugin_settings

HOME, SHANGHAI, BEIJING = "cn-hangzhou", "cn-shanghai", "cn-beijing"
PAYMENTS, DATA = "1000000000000002", "1000000000000003"
TWELVE = [str(2000000000000001 + n) for n in range(12)]
STACK = "dev"
YAML = """
name: shop
runtime: yaml
{plugins}
resources:
  golden:
    type: alicloud-image-share:ImageDistribution
    properties:
      images: [{images}]
      regions: [cn-hangzhou, cn-shanghai]
      accountsByRegion:
        cn-hangzhou: {{payments: "1000000000000002"}}
        cn-shanghai: {{data: "1000000000000003"}}
      tags: {{team: platform}}
    options:
      customTimeouts: {{create: 30m}}
outputs:
  images: ${{golden.imageIds}}
  sources: ${{golden.images}}
  shares: ${{golden.shares}}
"""


@pytest.fixture
def starting(tmp_path: Path, ecs_config: dict[str, str]) -> Stack:
    """A stack whose engine starts the processes itself."""
    return Stack(tmp_path, plugin_settings(ecs_config), uses_plugin=True, starts_provider=True)


def distributing(image_id: Any, name: str = "golden", opts: Any = None, **inputs: Any) -> Program:
    given = {"regions": [HOME, SHANGHAI], "accounts": {"payments": PAYMENTS}, **inputs}
    return lambda: ImageDistribution(name, opts, image_id=image_id, **given)


def live(ecs: Emulator, ids: Mapping[str, str]) -> dict[str, list[str]]:
    return {region: ecs.console.shared_accounts(region, image_id) for region, image_id in ids.items()}


def changes(ecs: Emulator) -> list[str]:
    return [call.action for call in ecs.calls.entries if not call.action.startswith("Describe")]


def test_eight_side_by_side_wait_for_nobody_however_few_operations_the_engine_makes_at_once(
    ecs: Emulator, starting: Stack
) -> None:
    images = [ecs.console.create_image(HOME, name=f"golden-{number}") for number in range(8)]

    def program() -> None:
        for number, image_id in enumerate(images):
            made = ImageDistribution(
                f"golden-{number}",
                image_id=image_id,
                regions=[HOME, SHANGHAI],
                accounts=[TWELVE[number]],
            )
            pulumi.export(str(number), made.image_ids)

    made = starting.up(program, parallel=2).outputs
    for number in range(8):
        there = live(ecs, made[str(number)].value)
        assert there == {region: [TWELVE[number]] for region in (HOME, SHANGHAI)}
    ecs.calls.reset()
    assert set(starting.up(program, parallel=2).summary.resource_changes) == {"same"}
    assert ecs.calls.count() == 0
    starting.destroy()
    assert not any(ecs.console.shared_accounts(HOME, image_id) for image_id in images)


def test_its_copies_and_shares_are_of_its_own_provider_whatever_version_the_program_asks_for(
    ecs: Emulator, ecs_config: dict[str, str], starting: Stack
) -> None:
    settings = {key.partition(":")[2]: value for key, value in ecs_config.items()}

    def program() -> None:
        owner = pulumi.ResourceOptions(provider=Provider("owner", **settings))
        versioned = pulumi.ResourceOptions(version="0.1.0")
        for name, opts, account in (("explicit", owner, PAYMENTS), ("versioned", versioned, DATA)):
            ImageDistribution(
                name, opts, image_id=ecs.golden_image_id, regions=[HOME, BEIJING], accounts=[account], exclusive=False
            )

    starting.up(program)
    providers = {name: item["provider"].split("::")[-2] for name, item in starting.resources.items() if "-cn-" in name}
    for region in (HOME, BEIJING):
        assert providers[f"explicit-{region}-{ecs.golden_image_id}"] == "owner"
        assert providers[f"versioned-{region}-{ecs.golden_image_id}"] == "default_0_1_0"
    assert ecs.console.shared_accounts(HOME, ecs.golden_image_id) == [PAYMENTS, DATA]
    starting.destroy()
    assert ecs.console.shared_accounts(HOME, ecs.golden_image_id) == []


def test_a_yaml_program_distributes_rotates_and_is_told_of_nothing_but_changes(
    ecs: Emulator, ecs_config: dict[str, str], tmp_path: Path, project: Path
) -> None:
    settings = {f"alicloud-image-share:{key.partition(':')[2]}": value for key, value in ecs_config.items()}

    def write(*images: str) -> CommandLine:
        (project / "Pulumi.yaml").write_text(YAML.format(plugins=BESIDE_PYTHON, images=", ".join(images)))
        return CommandLine(project, tmp_path / "state", settings)

    pulumi = write(ecs.golden_image_id)
    pulumi.init(STACK)
    assert "warning" not in pulumi.run(STACK, "up", "--yes", "--skip-preview")
    first = pulumi.outputs(STACK)
    assert live(ecs, first["images"]) == {HOME: [PAYMENTS], SHANGHAI: [DATA]}
    assert first["shares"] == {region: f"{region}:{image_id}" for region, image_id in first["images"].items()}
    pulumi.run(STACK, "preview", "--expect-no-changes")
    [state] = (tmp_path / "state").rglob(f"stacks/*/{STACK}.json")
    resources = json.loads(state.read_text())["checkpoint"]["latest"]["resources"]
    created = {item["type"].rpartition(":")[2]: item.get("customTimeouts", {}).get("create") for item in resources}
    assert (created["ImageCopy"], created["ImageShare"]) == (1800, 1800)

    newer = ecs.image("golden-next").id
    write(newer, ecs.golden_image_id).run(STACK, "up", "--yes", "--skip-preview")
    assert pulumi.outputs(STACK)["sources"] == [newer, ecs.golden_image_id]
    assert live(ecs, first["images"]) == {HOME: [PAYMENTS], SHANGHAI: [DATA]}
    pulumi.run(STACK, "destroy", "--yes", "--skip-preview")
    assert ecs.cloud.images.find(SHANGHAI, first["images"][SHANGHAI]) is None


def test_moving_over_and_back_is_one_edit_without_a_call(ecs: Emulator, stack: Stack) -> None:
    may, june, july = (ecs.console.create_image(HOME, name=month) for month in ("may", "june", "july"))
    given: dict[str, Any] = {"regions": [HOME, SHANGHAI], "accounts": {"payments": PAYMENTS}}

    def of(made: Any) -> None:
        pulumi.export("images", made.image_ids)

    def by_dynamic() -> Program:
        return lambda: of(dynamic.ImageDistribution("golden", images=[june, may], **given))

    def by_plugin(*images: str) -> Program:
        return lambda: of(ImageDistribution("golden", images=list(images), **given))

    before = stack.up(by_dynamic()).outputs["images"].value
    ecs.calls.reset()
    for program in (by_plugin(june, may), by_plugin(june, may), by_dynamic(), by_plugin(june, may)):
        assert not {"create", "delete", "replace"} & stack.preview(program).change_summary.keys()
        assert stack.up(program).outputs["images"].value == before
        assert changes(ecs) == []
    assert not any("dynamic" in item["type"] for item in stack.resources.values())
    stack.up(by_plugin(july, june))
    assert ecs.console.shared_accounts(HOME, may) == []
    assert live(ecs, before) == {HOME: [PAYMENTS], SHANGHAI: [PAYMENTS]}


def test_a_new_image_is_guarded_by_what_the_last_one_had_without_a_preview_too(ecs: Emulator, stack: Stack) -> None:
    newer = ecs.image("golden-next").id
    stack.up(distributing(ecs.golden_image_id, accounts=TWELVE))
    ecs.calls.reset()
    text = stack.fails(stack.up, distributing(newer, accounts=TWELVE[:3]))
    assert "this would unshare 9 of 12 accounts" in text
    assert ecs.console.shared_accounts(HOME, newer) == []
    assert "ModifyImageSharePermission" not in changes(ecs)


@pytest.mark.parametrize("by_region", [False, True])
def test_secret_accounts_are_shown_nowhere(ecs: Emulator, stack: Stack, tmp_path: Path, by_region: bool) -> None:
    newer = ecs.image("golden-next").id

    def program(image_id: str, accounts: list[str]) -> Program:
        def run() -> None:
            hidden: Any = [pulumi.Output.secret(account) for account in accounts]
            distributing(image_id, accounts={HOME: hidden, SHANGHAI: hidden} if by_region else hidden)()

        return run

    shown = []
    for command in (stack.preview, stack.up):
        command(program(ecs.golden_image_id, TWELVE))
        shown.append(stack.text)
    shown.append(stack.fails(stack.preview, program(newer, TWELVE[:3])))
    assert "this would unshare 9 of 12 accounts" in shown[-1]
    written = [file.read_text(errors="replace") for file in tmp_path.rglob("*") if file.is_file()]
    for account in TWELVE:
        assert account not in "\n".join([*shown, *written])
    assert ecs.console.shared_accounts(HOME, ecs.golden_image_id) == TWELVE


def test_an_image_of_the_same_program_is_distributed(ecs: Emulator, stack: Stack) -> None:
    # What another resource says is not known in the preview.
    def program() -> None:
        held = ImageShare("held", image_id=ecs.golden_image_id, account_ids=[DATA], exclusive=False)
        ImageDistribution(
            "golden", image_id=held.image_id, regions=[HOME, SHANGHAI], accounts={"payments": PAYMENTS}, exclusive=False
        )

    stack.preview(program)
    stack.up(program)
    assert ecs.console.shared_accounts(HOME, ecs.golden_image_id) == [PAYMENTS, DATA]


@pytest.mark.parametrize("form", ["known", "secret", "of another resource"])
def test_a_key_may_be_any_value(ecs: Emulator, stack: Stack, form: str) -> None:
    [known] = ecs.account("owner").kms_keys[SHANGHAI]

    def program() -> None:
        key: Any = known
        if form == "secret":
            key = pulumi.Output.secret(key)
        elif form == "of another resource":
            key = pulumi.Stash("key", input=key).output
        distributing(ecs.golden_image_id, kms_key_ids={SHANGHAI: key})()

    stack.preview(program)
    stack.up(program)
    [copy] = [call for call in ecs.calls.entries if call.action == "CopyImage"]
    assert copy.params["KMSKeyId"] == known
    assert set(stack.preview(program).change_summary) == {"same"}


def test_accounts_of_one_region_are_known_though_those_of_another_are_not(ecs: Emulator, stack: Stack) -> None:
    def program() -> None:
        later = pulumi.Stash("later", input=DATA).output
        accounts = {HOME: {"payments": PAYMENTS}, SHANGHAI: {"data": later}}
        distributing(ecs.golden_image_id, accounts=accounts)()

    stack.preview(program)
    assert PAYMENTS in stack.text
    stack.up(program)
    assert set(stack.preview(program).change_summary) == {"same"}


def test_what_the_engine_refuses_of_it_is_told_in_the_engines_words(ecs: Emulator, stack: Stack) -> None:
    opts = pulumi.ResourceOptions(custom_timeouts=pulumi.CustomTimeouts(create="30 min"))
    text = stack.fails(stack.preview, distributing(ecs.golden_image_id, opts=opts))
    assert "30 min" in text
    assert "this is a bug" not in text


HIDDEN = "1999999999999991"
LEAKS: Mapping[str, Callable[[Any], dict[str, Any]]] = {
    "a text for a list": lambda secret: {"account_ids": secret(HIDDEN)},
    "a number": lambda secret: {"accounts": {"a": secret(int(HIDDEN))}},
    "a list for a text": lambda secret: {"accounts": {"a": secret([f"{HIDDEN}x"])}},
    "an account for a region": lambda secret: {"accounts_by_region": secret({HIDDEN: {"a": PAYMENTS}})},
    "a text for regions": lambda secret: {"accounts_by_region": secret(HIDDEN)},
    "an account that is none": lambda secret: {"accounts": {HOME: {"a": secret(f"{HIDDEN}x")}, SHANGHAI: {"b": DATA}}},
}


@pytest.mark.parametrize("leak", LEAKS)
def test_an_error_shows_no_secret(ecs: Emulator, stack: Stack, leak: str) -> None:
    def program() -> None:
        given = {"regions": [HOME, SHANGHAI], **LEAKS[leak](pulumi.Output.secret)}
        ImageDistribution("golden", image_id=ecs.golden_image_id, **given)

    text = stack.fails(stack.preview, program)
    assert HIDDEN not in text
    assert "[secret]" in text


MISTAKES: Mapping[str, tuple[dict[str, Any], str]] = {
    "no list": ({"accounts": None}, "no account is given: give exactly one of accounts, accountIds, "),
    "two lists": ({"account_ids": [DATA]}, "accounts and accountIds are given: give exactly one of "),
    "another name": ({"sourceRegoin": HOME}, "no argument 'sourceRegoin': did you mean sourceRegion?"),
    "Python's name": ({"image_ids": []}, "no argument 'imageIds'"),
    "no region": ({"regions": None}, "regions must be a list of region IDs"),
    "a region less": ({"accounts": {HOME: [DATA]}}, "accountIdsByRegion has no entry for region cn-shanghai"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_one_sentence_in_the_words_of_every_language(ecs: Emulator, stack: Stack, mistake: str) -> None:
    arguments, says = MISTAKES[mistake]
    given = {"image_id": ecs.golden_image_id, **arguments}
    text = of_the_plugin(stack.fails(stack.preview, distributing(given.pop("image_id"), **given)))
    assert says in text
    assert text.count("error: ") == 1
    assert "Traceback" not in text
    assert ecs.calls.count() == 0


def test_what_must_be_plain_is_refused_as_a_secret_or_an_output(ecs: Emulator, stack: Stack) -> None:
    def images() -> None:
        distributing(None, images=[pulumi.Output.secret(ecs.golden_image_id)])()

    assert "images must be known when the program runs: give a plain value" in stack.fails(stack.preview, images)

    def regions() -> None:
        distributing(ecs.golden_image_id, regions=[pulumi.Output.secret(HOME)])()

    assert "regions must be known when the program runs: give a plain value" in stack.fails(stack.preview, regions)


def test_a_type_that_is_no_component_is_refused(stack: Stack) -> None:
    def program() -> None:
        pulumi.ComponentResource("alicloud-image-share:index:ImageShare", "golden", {}, None, remote=True)

    assert "is no component of alicloud-image-share" in stack.fails(stack.preview, program)


def test_what_fails_in_one_region_is_said_once_and_the_next_update_does_the_rest(
    ecs: Emulator, starting: Stack
) -> None:
    program = distributing(ecs.golden_image_id)
    ecs.faults.add(action="CopyImage", kind="error", code="QuotaExceed.Image", times=9)
    text = starting.fails(starting.up, program)
    assert "this is a bug" not in text
    assert "connection is closing" not in text
    assert text.count("QuotaExceed.Image:") == 1
    ecs.faults.clear()
    starting.up(program)
    assert ecs.console.shared_accounts(HOME, ecs.golden_image_id) == [PAYMENTS]
    ecs.calls.reset()
    starting.up(program)
    assert ecs.calls.count() == 0
