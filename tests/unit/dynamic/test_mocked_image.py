"""`get_shared_image` under Pulumi's mocks: they answer, and nothing else is asked."""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Callable, Mapping
from typing import Any

import pulumi
import pytest
from pulumi.runtime.mocks import MockMonitor

from pulumi_alicloud_image_share import (
    BadArguments,
    NoSharedImage,
    SharedImage,
    get_shared_image,
    get_shared_image_output,
)
from pulumi_alicloud_image_share.dynamic import shared_image

TOKEN = "alicloud-image-share:index:getSharedImage"
IMAGE = "m-bp1golden00000000001"


class Mocks(pulumi.runtime.Mocks):
    """Answers every call the same way, and keeps what it is asked."""

    def __init__(self, answer: Mapping[str, Any]) -> None:
        self.answer = answer
        self.asked: list[tuple[str, dict[str, Any]]] = []

    def new_resource(self, args: pulumi.runtime.MockResourceArgs) -> tuple[str, dict[str, Any]]:
        return args.name, args.inputs

    def call(self, args: pulumi.runtime.MockCallArgs) -> Any:
        self.asked.append((args.token, args.args))
        return dict(self.answer)


@pytest.fixture(autouse=True)
def _no_cloud(monkeypatch: pytest.MonkeyPatch) -> None:
    def opened(*_: Any) -> None:
        raise AssertionError("the cloud was asked")

    monkeypatch.setattr(shared_image, "_open_ecs", opened)


def under(mocks: Mocks, program: Callable[[], Any]) -> Any:
    """Run a program under mocks, and wait for what it returns."""

    async def main() -> Any:
        pulumi.runtime.configure(pulumi.runtime.Settings("shop", "dev", monitor=MockMonitor(mocks), dry_run=False))
        found = program()
        return await found.future() if isinstance(found, pulumi.Output) else found

    return contextvars.copy_context().run(asyncio.run, main())


def test_the_mocks_are_asked_for_what_the_program_asks_for() -> None:
    mocks = Mocks({"image_id": IMAGE, "encrypted": True})
    image = under(mocks, lambda: get_shared_image(name="golden-2024", family="golden", tags={"stage": "live"}))
    assert mocks.asked == [(TOKEN, {"name": "golden-2024", "family": "golden", "tags": {"stage": "live"}})]
    expected = SharedImage(
        IMAGE, "cn-hangzhou", "1000000000000001", "golden-2024", "golden", encrypted=True, tags={"stage": "live"}
    )
    assert image == expected


def test_outputs_are_asked_for_once_they_are_known() -> None:
    mocks = Mocks({"image_id": IMAGE})

    def program() -> pulumi.Output[str]:
        owner = pulumi.Output.from_input("1000000000000005")
        return get_shared_image_output(owner_id=owner, name="*", region="cn-beijing").region

    assert under(mocks, program) == "cn-beijing"
    assert mocks.asked == [(TOKEN, {"owner_id": "1000000000000005", "name": "*", "region": "cn-beijing"})]


def test_arguments_are_checked_before_the_mocks_are_asked() -> None:
    mocks = Mocks({"image_id": IMAGE})
    with pytest.raises(BadArguments, match="architecture must be"):
        under(mocks, lambda: get_shared_image(name="golden", architecture="amd64"))
    assert mocks.asked == []


@pytest.mark.parametrize("find", [get_shared_image, get_shared_image_output])
@pytest.mark.parametrize(
    ("answer", "error", "says"),
    [
        ({}, BadArguments, f"let Mocks.call return {{'image_id': 'm-...'}} for the token {TOKEN}."),
        ({"imageId": IMAGE}, BadArguments, "SharedImage has no argument 'imageId': did you mean image_id?"),
        ({"image_id": ""}, NoSharedImage, "get_shared_image found no image with name 'golden'"),
    ],
)
def test_an_answer_that_is_no_image_is_an_error(
    find: Callable[..., Any], answer: dict[str, Any], error: type[Exception], says: str
) -> None:
    with pytest.raises(error) as failure:
        under(Mocks(answer), lambda: find(name="golden"))
    assert says in str(failure.value)
    assert isinstance(failure.value, pulumi.RunError)
