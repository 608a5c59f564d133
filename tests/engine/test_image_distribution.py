"""An image in several regions, shared with accounts in each, on the real engine."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import pulumi
import pytest

from ecs_emulator import Emulator
from ecs_emulator.calls import Call
from support.both_frontends import ImageCopy, ImageDistribution, in_words, is_plugin, type_of
from support.engine import Program, Stack

pytestmark = pytest.mark.both_frontends

HOME, SHANGHAI, BEIJING, SINGAPORE, FRANKFURT = (
    "cn-hangzhou",
    "cn-shanghai",
    "cn-beijing",
    "ap-southeast-1",
    "eu-central-1",
)
FIVE = [HOME, SHANGHAI, BEIJING, SINGAPORE, FRANKFURT]
PAYMENTS, DATA = "1000000000000002", "1000000000000003"
FIFTY = [str(2000000000000001 + n) for n in range(50)]


@pytest.fixture
def distributing(ecs: Emulator) -> Callable[..., Program]:
    """Make programs that distribute the golden image to Hangzhou, its own region, and Shanghai."""

    def with_arguments(**arguments: Any) -> Program:
        image = {} if "images" in arguments else {"image_id": ecs.golden_image_id}
        given = {"regions": [HOME, SHANGHAI], "accounts": {"payments": PAYMENTS}, **image, **arguments}

        def program() -> None:
            golden = ImageDistribution(given.get("name", "golden"), **{k: v for k, v in given.items() if k != "name"})
            pulumi.export("image_ids", golden.image_ids)
            pulumi.export("images", golden.images)

        return program

    return with_arguments


@pytest.fixture
def next_images(ecs: Emulator) -> tuple[str, str]:
    """Two newer images of the same owner."""
    return ecs.image("golden-next").id, ecs.console.create_image(HOME, name="golden-2024-07")


def image_ids(stack: Stack, program: Program) -> dict[str, str]:
    return dict(stack.up(program).outputs["image_ids"].value)


def live(ecs: Emulator, ids: dict[str, str]) -> dict[str, list[str]]:
    return {region: ecs.console.shared_accounts(region, image_id) for region, image_id in ids.items()}


def waits(call: Call) -> bool:
    """Whether this looks how far a copy is."""
    return call.action == "DescribeImages" and call.region != HOME and bool(call.image)


def actions(ecs: Emulator, region: str = "") -> list[str]:
    return [call.action for call in ecs.calls.entries if region in ("", call.region)]


def test_five_regions_and_fifty_accounts_need_at_most_nine_calls_a_region(
    ecs: Emulator, stack: Stack, distributing: Any
) -> None:
    ids = image_ids(stack, distributing(regions=FIVE, accounts=FIFTY))
    assert live(ecs, ids) == dict.fromkeys(FIVE, FIFTY)
    calls = Counter(
        call.params.get("DestinationRegionId") or call.region for call in ecs.calls.entries if not waits(call)
    )
    assert calls == dict.fromkeys(FIVE, 9), ecs.calls.by_action()
    assert ecs.calls.by_action()["CopyImage"] == 4


def test_an_unchanged_distribution_makes_no_call(ecs: Emulator, stack: Stack, distributing: Any) -> None:
    stack.up(distributing(regions=FIVE, accounts=FIFTY))
    ecs.calls.reset()
    stack.up(distributing(regions=FIVE, accounts=FIFTY))
    assert ecs.calls.count() == 0


def test_regions_run_side_by_side(ecs: Emulator, stack: Stack, distributing: Any) -> None:
    ecs.console.set_copy_seconds(2)
    stack.up(distributing(regions=FIVE))
    changes = [a for a in actions(ecs) if a in ("CopyImage", "ModifyImageSharePermission")]
    last_copy = len(changes) - 1 - changes[::-1].index("CopyImage")
    # Only the image's own region has nothing to wait for.
    assert changes[: last_copy + 1].count("ModifyImageSharePermission") <= 1


def test_a_preview_shows_all_and_changes_nothing(ecs: Emulator, stack: Stack, distributing: Any) -> None:
    summary = stack.preview(distributing(regions=FIVE)).change_summary
    # The stack, the distribution, four copies, five shares, and what protects them.
    assert summary == {"create": 12}
    assert set(actions(ecs)) <= {"DescribeImages", "DescribeImageSharePermission"}


def test_another_region_touches_only_that(ecs: Emulator, stack: Stack, distributing: Any) -> None:
    before = image_ids(stack, distributing())
    ecs.calls.reset()
    after = image_ids(stack, distributing(regions=[HOME, SHANGHAI, BEIJING]))
    assert after == {**before, BEIJING: after[BEIJING]}
    assert live(ecs, after) == {region: [PAYMENTS] for region in after}
    assert SHANGHAI not in {call.region for call in ecs.calls.entries}
    assert set(actions(ecs, HOME)) <= {"DescribeImages", "CopyImage"}


def test_another_account_copies_nothing(ecs: Emulator, stack: Stack, distributing: Any) -> None:
    stack.up(distributing())
    ecs.calls.reset()
    ids = image_ids(stack, distributing(accounts={"payments": PAYMENTS, "data": DATA}))
    assert live(ecs, ids) == {region: [PAYMENTS, DATA] for region in ids}
    assert ecs.calls.count("CopyImage") == 0
    assert max(Counter(call.region for call in ecs.calls.entries).values()) == (4 if is_plugin() else 5)


def test_a_region_that_goes_is_unshared_first_and_its_copy_deleted_after(
    ecs: Emulator, stack: Stack, distributing: Any
) -> None:
    before = image_ids(stack, distributing())
    ecs.calls.reset()
    assert image_ids(stack, distributing(regions=[HOME])) == {HOME: before[HOME]}
    there = [action for action in actions(ecs, SHANGHAI) if not action.startswith("Describe")]
    assert there == ["ModifyImageSharePermission", "DeleteImage"]
    assert actions(ecs, HOME) == []
    assert ecs.cloud.images.find(SHANGHAI, before[SHANGHAI]) is None


def test_each_region_may_have_accounts_and_a_key_of_its_own(ecs: Emulator, stack: Stack, distributing: Any) -> None:
    accounts = {HOME: [PAYMENTS], SHANGHAI: {"data": DATA}}
    [key] = ecs.account("owner").kms_keys[SHANGHAI]
    ids = image_ids(stack, distributing(accounts=accounts, kms_key_ids={SHANGHAI: key}))
    assert live(ecs, ids) == {HOME: [PAYMENTS], SHANGHAI: [DATA]}
    [copy] = [call for call in ecs.calls.entries if call.action == "CopyImage"]
    assert (copy.params["Encrypted"], copy.params["KMSKeyId"]) == ("True", key)


def test_an_image_that_the_program_makes_itself_is_distributed(ecs: Emulator, stack: Stack) -> None:
    def program() -> None:
        made = ImageCopy("made", source_image_id=ecs.golden_image_id, region=BEIJING)
        golden = ImageDistribution(
            "golden",
            image_id=made.image_id,
            source_region=BEIJING,
            regions=[BEIJING, SHANGHAI],
            accounts=[PAYMENTS],
        )
        pulumi.export("image_ids", golden.image_ids)

    stack.preview(program)
    ids = image_ids(stack, program)
    assert live(ecs, ids) == {BEIJING: [PAYMENTS], SHANGHAI: [PAYMENTS]}


def test_a_new_image_is_shared_everywhere_before_the_old_one_goes(
    ecs: Emulator, stack: Stack, distributing: Any, next_images: tuple[str, str]
) -> None:
    old = image_ids(stack, distributing())
    ecs.calls.reset()
    new = image_ids(stack, distributing(image_id=next_images[0]))
    assert live(ecs, new) == {HOME: [PAYMENTS], SHANGHAI: [PAYMENTS]}
    assert ecs.console.shared_accounts(HOME, old[HOME]) == []
    assert ecs.cloud.images.find(SHANGHAI, old[SHANGHAI]) is None
    changes = [
        ("share" if "AddAccount.1" in call.params else call.action, call.region)
        for call in ecs.calls.entries
        if call.action in ("ModifyImageSharePermission", "DeleteImage")
    ]
    unshare, delete = ("ModifyImageSharePermission", SHANGHAI), ("DeleteImage", SHANGHAI)
    assert sorted(changes[:2]) == [("share", HOME), ("share", SHANGHAI)]
    assert changes.index(unshare) < changes.index(delete)
    assert len(changes) == 5


def test_rotation_keeps_the_previous_image_and_retires_the_one_before(
    ecs: Emulator, stack: Stack, distributing: Any, next_images: tuple[str, str]
) -> None:
    first, (second, third) = ecs.golden_image_id, next_images
    ids = {first: image_ids(stack, distributing(images=[first]))}

    stack.preview(distributing(images=[second, first]))
    assert f"+ {type_of('ImageCopy')}: (create)\n        [urn={_urn('ImageCopy', second)}]" in stack.text
    assert "(delete)" not in stack.text
    ids[second] = image_ids(stack, distributing(images=[second, first]))
    assert live(ecs, ids[first]) == live(ecs, ids[second]) == {HOME: [PAYMENTS], SHANGHAI: [PAYMENTS]}

    stack.preview(distributing(images=[third, second]))
    assert stack.text.count("(delete)") == 3, "two shares and a copy of the first image"
    assert f"[id=cn-shanghai:{ids[first][SHANGHAI]}]" in stack.text
    assert ids[second][SHANGHAI] not in stack.text
    outputs = stack.up(distributing(images=[third, second])).outputs
    assert outputs["images"].value == [third, second]
    assert live(ecs, ids[second]) == {HOME: [PAYMENTS], SHANGHAI: [PAYMENTS]}
    assert ecs.console.shared_accounts(HOME, first) == []
    assert ecs.cloud.images.find(SHANGHAI, ids[first][SHANGHAI]) is None


def test_going_back_to_the_previous_image_copies_nothing(
    ecs: Emulator, stack: Stack, distributing: Any, next_images: tuple[str, str]
) -> None:
    images = [ecs.golden_image_id, next_images[0]]
    first = image_ids(stack, distributing(images=images))
    stack.up(distributing(images=images[::-1]))
    ecs.calls.reset()
    assert image_ids(stack, distributing(images=images)) == first
    assert ecs.calls.count() == 0


def test_previous_images_get_new_accounts_too(
    ecs: Emulator, stack: Stack, distributing: Any, next_images: tuple[str, str]
) -> None:
    first = image_ids(stack, distributing())
    stack.up(distributing(images=[next_images[0], ecs.golden_image_id], accounts=[PAYMENTS, DATA]))
    assert live(ecs, first) == {HOME: [PAYMENTS, DATA], SHANGHAI: [PAYMENTS, DATA]}


def test_one_image_id_is_short_for_a_list_of_one(ecs: Emulator, stack: Stack, distributing: Any) -> None:
    ids = image_ids(stack, distributing())
    ecs.calls.reset()
    changes = stack.up(distributing(images=[ecs.golden_image_id])).summary.resource_changes
    assert changes.keys() == {"same"}
    assert image_ids(stack, distributing()) == ids
    assert ecs.calls.count() == 0


def test_an_image_that_was_an_output_is_found_again_when_it_becomes_plain(
    ecs: Emulator, stack: Stack, distributing: Any, next_images: tuple[str, str]
) -> None:
    def from_output() -> None:
        distributing(image_id=pulumi.Output.from_input(ecs.golden_image_id))()

    ids = image_ids(stack, from_output)
    ecs.calls.reset()
    assert "create" not in stack.up(distributing()).summary.resource_changes
    assert ecs.calls.count() == 0
    ids = image_ids(stack, from_output)
    ecs.calls.reset()
    stack.up(distributing(images=[next_images[0], ecs.golden_image_id]))
    assert live(ecs, ids) == {HOME: [PAYMENTS], SHANGHAI: [PAYMENTS]}
    assert ecs.calls.count("DeleteImage") == 0


def test_destroy_leaves_no_copy_and_no_share(ecs: Emulator, stack: Stack, distributing: Any) -> None:
    ids = image_ids(stack, distributing())
    stack.destroy()
    assert ecs.console.shared_accounts(HOME, ids[HOME]) == []
    assert ecs.cloud.images.find(SHANGHAI, ids[SHANGHAI]) is None


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"regions": ["Hangzhou"]}, "'Hangzhou' can't be a region"),
        ({"regions": []}, "regions must be a list of region IDs"),
        ({"accounts": {HOME: [PAYMENTS]}}, " has no entry for region cn-shanghai"),
        ({"accounts": PAYMENTS}, " must be a list of account IDs or a mapping"),
        ({"image_id": None}, "neither image_id nor images is given"),
        ({"source_region": "Hangzhou"}, "'Hangzhou' can't be a region"),
    ],
)
def test_a_mistake_is_one_sentence_of_the_preview(
    ecs: Emulator, stack: Stack, distributing: Any, arguments: dict[str, Any], says: str
) -> None:
    text = in_words(stack.fails(stack.preview, distributing(**arguments)))
    assert says in text
    assert "Traceback" not in text
    assert ecs.calls.count() == 0


def test_timeouts_reach_copies_and_shares(ecs: Emulator, stack: Stack, distributing: Any) -> None:
    opts = pulumi.ResourceOptions(custom_timeouts=pulumi.CustomTimeouts(create="30m"))
    accounts = {"data-team": DATA, "payments": PAYMENTS}
    ids = image_ids(stack, distributing(opts=opts, accounts=accounts))
    assert live(ecs, ids) == {HOME: [PAYMENTS, DATA], SHANGHAI: [PAYMENTS, DATA]}
    made = [item for name, item in stack.resources.items() if name.startswith("golden-cn-")]
    assert {item["customTimeouts"]["create"] for item in made} == {1800}
    by_id = {DATA: "data-team", PAYMENTS: "payments"}
    assert image_ids(stack, distributing(opts=opts, accounts=by_id)) == ids


def test_changes_of_accounts_are_ignored_where_the_program_says_so(
    ecs: Emulator, stack: Stack, distributing: Any
) -> None:
    ids = image_ids(stack, distributing(accounts=[PAYMENTS, DATA]))
    ecs.calls.reset()
    opts = pulumi.ResourceOptions(ignore_changes=["accounts"])
    assert image_ids(stack, distributing(accounts=[PAYMENTS], opts=opts)) == ids
    assert live(ecs, ids) == {HOME: [PAYMENTS, DATA], SHANGHAI: [PAYMENTS, DATA]}
    assert ecs.calls.count() == 0
    regions = "imageIds" if is_plugin() else "image_ids"
    text = stack.fails(stack.preview, distributing(opts=pulumi.ResourceOptions(ignore_changes=[regions])))
    assert "can't be ignored: those that can are" in text


def test_mistakes_in_accounts_are_said_by_the_shares(ecs: Emulator, stack: Stack, distributing: Any) -> None:
    text = in_words(stack.fails(stack.preview, distributing(accounts=["alice"])))
    assert "'alice' is not an account ID" in text
    assert "Traceback" not in text


def test_without_a_region_the_preview_says_where_it_comes_from(
    ecs_config: dict[str, str], stack_of: Callable[[dict[str, str]], Stack], distributing: Any
) -> None:
    del ecs_config["alicloud:region"]
    stack = stack_of(ecs_config)
    text = in_words(stack.fails(stack.preview, distributing()))
    assert "no region is given: set the argument source_region" in text


def _urn(kind: str, image_id: str) -> str:
    chain = f"{type_of('ImageDistribution')}${type_of(kind)}"
    return f"urn:pulumi:dev::shop::{chain}::golden-cn-shanghai-{image_id}"
