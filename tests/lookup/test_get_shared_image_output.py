"""`get_shared_image_output`: what of its arguments may come later, and what becomes of it."""

from __future__ import annotations

import asyncio
import gc
import threading
from collections.abc import Callable
from types import MappingProxyType
from typing import Any

import pytest
from pulumi import Output

from ecs_emulator import Emulator
from pulumi_alicloud_image_share import (
    BadArguments,
    NoSharedImage,
    get_shared_image,
    get_shared_image_output,
)
from pulumi_alicloud_image_share.dynamic import shared_image
from support.consumer_program import Seen, run_program, see, unknown
from support.moving_world import just_before

OWNER, PAYMENTS = "1000000000000001", "1000000000000002"
HANGZHOU, IMAGES = "cn-hangzhou", "DescribeImages"


def later(value: Any) -> Output[Any]:
    return Output.from_input(value)


async def awaited(value: Any) -> Any:
    return value


def share(ecs: Emulator, **image: Any) -> str:
    image_id = ecs.console.create_image(HANGZHOU, "owner", **image)
    ecs.console.share(HANGZHOU, image_id, PAYMENTS)
    return image_id


ARGUMENTS: dict[str, Callable[[], dict[str, Any]]] = {
    "nothing": lambda: {},
    "the owner": lambda: {"owner_id": later(OWNER)},
    "an owner of a list": lambda: {"owner_id": [later(OWNER)]},
    "the list of owners": lambda: {"owner_id": later([OWNER])},
    "an owner of a collection": lambda: {"owner_id": {"platform": later(OWNER)}.values()},
    "a name that is awaited": lambda: {"name": awaited("golden-*")},
    "a region that is awaited": lambda: {"region": awaited_once()},
    "a tag": lambda: {"tags": {"stage": later("candidate")}},
    "the tags": lambda: {"tags": later({"stage": "candidate"})},
    "a tag of another mapping": lambda: {"tags": MappingProxyType({"stage": later("candidate")})},
    "a flag": lambda: {"most_recent": later(True), "allow_community": later(False)},
    "the region": lambda: {"region": later(HANGZHOU), "architecture": later("x86_64"), "os_type": later("linux")},
}


@pytest.mark.parametrize("arguments", ARGUMENTS.values(), ids=ARGUMENTS.keys())
@pytest.mark.parametrize("preview", [True, False], ids=["preview", "up"])
def test_any_argument_may_come_later(
    ecs: Emulator, config: dict[str, str], arguments: Callable[[], dict[str, Any]], preview: bool
) -> None:
    def program() -> Output[Any]:
        return get_shared_image_output(**{"owner_id": OWNER, "name": "golden-*", **arguments()})

    seen = see(config, program, preview=preview)
    assert (seen.value.image_id, seen.is_known, seen.is_secret) == (ecs.image("golden-next").id, True, False)
    assert ecs.calls.by_action() == {IMAGES: 1}


def test_its_parts_are_outputs_too(ecs: Emulator, config: dict[str, str]) -> None:
    def program() -> Output[Any]:
        image = get_shared_image_output(owner_id=OWNER, name="golden-*")
        return Output.all(image.image_id, image.id, image.tags["stage"], image.apply(lambda found: found.size))

    image_id = ecs.image("golden-next").id
    assert see(config, program).value == [image_id, image_id, "candidate", 20]
    assert ecs.calls.count() == 1


@pytest.mark.parametrize(
    "arguments",
    [
        lambda: {"owner_id": unknown()},
        lambda: {"owner_id": [OWNER, unknown()]},
        lambda: {"name": unknown()},
        lambda: {"tags": {"stage": unknown()}},
        lambda: {"region": unknown()},
        lambda: {"assume_role": {"role_arn": unknown()}},
    ],
)
def test_what_is_not_known_in_the_preview_is_not_asked(
    ecs: Emulator, config: dict[str, str], arguments: Callable[[], dict[str, Any]]
) -> None:
    def program() -> Output[Any]:
        return get_shared_image_output(**{"owner_id": OWNER, "name": "golden-*", **arguments()}).image_id

    seen = see(config, program, preview=True)
    assert (seen.value, seen.is_known) == (None, False)
    assert ecs.calls.count() == 0


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (lambda: {"name": unknown(), "owner_id": "platform"}, "owner_id: 'platform' is not an account ID"),
        (lambda: {"owner_id": [unknown(), 1], "name": "golden"}, "owner_id: account ID 1 is a number"),
        (lambda: {"owner_id": unknown(), "tags": {1: "one"}}, "tags has the key 1: a tag's key is a string."),
        (lambda: {"owner_id": unknown()}, "nothing says which image: give name, family or tags"),
        (lambda: {"name": unknown()}, "nothing says whose images to trust"),
    ],
)
def test_what_is_known_to_be_wrong_is_said_in_the_preview(
    ecs: Emulator, config: dict[str, str], arguments: Callable[[], dict[str, Any]], says: str
) -> None:
    with pytest.raises(BadArguments) as failure:
        see(config, lambda: get_shared_image_output(**arguments()), preview=True)
    assert says in str(failure.value)
    assert ecs.calls.count() == 0


def test_what_turns_out_to_be_wrong_is_said_then(config: dict[str, str]) -> None:
    with pytest.raises(BadArguments, match="get_shared_image: name must be a string, not 5"):
        see(config, lambda: get_shared_image_output(owner_id=OWNER, name=later(5)))


def test_what_is_not_found_says_why(config: dict[str, str]) -> None:
    with pytest.raises(NoSharedImage, match="of which none fits"):
        see(config, lambda: get_shared_image_output(owner_id=OWNER, name=later("silver")))


def test_a_secret_argument_makes_a_secret_image(config: dict[str, str]) -> None:
    def program() -> Output[Any]:
        return get_shared_image_output(owner_id=Output.secret(OWNER), name="golden-*").image_id

    assert see(config, program).is_secret


@pytest.mark.parametrize(
    "arguments",
    [
        lambda: {"name": later("golden-*")},
        lambda: {"tags": {"stage": later("live")}},
        lambda: {"owner_id": [later(OWNER)]},
        lambda: {"owner_id": {"platform": later(OWNER)}.values()},
        lambda: {"region": awaited_once()},
    ],
)
def test_the_plain_form_sends_outputs_to_the_other_one(
    config: dict[str, str], arguments: Callable[[], dict[str, Any]]
) -> None:
    def program() -> str:
        given = arguments()
        with pytest.raises(BadArguments) as failure:
            get_shared_image(**{"owner_id": OWNER, "name": "golden-*", **given})
        [argument] = given
        return str(failure.value).replace(argument, "X")

    assert run_program(config, program) == (
        "get_shared_image: X is an Output: call get_shared_image_output, which takes Outputs."
    )


def awaited_once() -> asyncio.Future[str]:
    future: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    future.set_result(HANGZHOU)
    return future


def test_both_forms_of_one_program_ask_once(ecs: Emulator, config: dict[str, str]) -> None:
    def program() -> Output[Any]:
        first = get_shared_image(owner_id=OWNER, name="golden-*").name
        others = [get_shared_image_output(owner_id=OWNER, name=name).name for name in ("golden-*", "golden-2024-05")]
        return Output.all(first, *others)

    assert see(config, program).value == ["golden-2024-06", "golden-2024-06", "golden-2024-05"]
    assert ecs.calls.count() == 1


def test_questions_that_come_at_once_are_one_call(ecs: Emulator, config: dict[str, str]) -> None:
    def program() -> Output[Any]:
        return Output.all(*(get_shared_image_output(owner_id=OWNER, name="golden-*").name for _ in range(10)))

    assert see(config, program).value == ["golden-2024-06"] * 10
    assert ecs.calls.count() == 1


@pytest.mark.parametrize(("preview", "calls", "found"), [(True, 1, "golden-2024-06"), (False, 2, "golden-2024-07")])
def test_what_waits_for_a_change_of_the_program_sees_the_change(
    ecs: Emulator, config: dict[str, str], preview: bool, calls: int, found: str
) -> None:
    def program() -> Output[Any]:
        get_shared_image(owner_id=OWNER, name="golden-*")

        async def shared() -> str:
            share(ecs, name="golden-2024-07")
            return OWNER

        return get_shared_image_output(owner_id=Output.from_input(shared()), name="golden-*").name

    assert see(config, program, preview=preview) == Seen(found, True, False)
    assert ecs.calls.count() == calls


def test_the_rest_of_the_program_goes_on_meanwhile(ecs: Emulator, config: dict[str, str]) -> None:
    gone_on = threading.Event()
    waited: list[bool] = []

    def program() -> Output[Any]:
        async def go_on() -> str:
            gone_on.set()
            return "on"

        image = get_shared_image_output(owner_id=OWNER, name="golden-*")
        # ECS answers only when the program has gone on, which it does while the image is asked for.
        return Output.all(image.name, Output.from_input(asked.wait_then(go_on)))

    class Asked:
        def __init__(self) -> None:
            self._asked = threading.Event()

        def __call__(self) -> None:
            self._asked.set()
            waited.append(gone_on.wait(20))

        async def wait_then(self, act: Callable[[], Any]) -> Any:
            await asyncio.get_running_loop().run_in_executor(None, self._asked.wait, 20)
            return await act()

    asked = Asked()
    with just_before(ecs, IMAGES, asked):
        assert see(config, program).value == ["golden-2024-06", "on"]
    assert waited == [True]


def test_a_run_that_has_ended_leaves_nothing_behind(config: dict[str, str]) -> None:
    gc.collect()
    before = len(shared_image._runs)
    see(config, lambda: get_shared_image_output(owner_id=OWNER, name="golden-*"))
    gc.collect()
    assert len(shared_image._runs) == before
