"""What is known of the shares of a program before the engine has checked them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pulumi
import pytest

from pulumi_alicloud_image_share.dynamic.registration import Program

REGION, IMAGE, OTHER = "cn-hangzhou", "m-bp1golden20240501aa0a1", "m-bp1golden20240601bb0b2"
PAYMENTS, DATA = "1000000000000002", "1000000000000003"
GOLDEN, SILVER = "urn:golden", "urn:silver"


def named(urn: str) -> Callable[[], Awaitable[str]]:
    async def name() -> str:
        return urn

    return name


def later(value: Any) -> pulumi.Output[Any]:
    return pulumi.Output.from_input(value).apply(lambda known: known)


# Outputs belong to the event loop that they are made in.
FORMS: dict[str, Callable[[], tuple[Any, Any, Any]]] = {
    "text": lambda: (IMAGE, REGION, [PAYMENTS, DATA]),
    "the region of the settings": lambda: (IMAGE, None, {"payments": PAYMENTS, "data": DATA}),
    "an empty region": lambda: (IMAGE, "", [later(PAYMENTS), DATA]),
    "an output": lambda: (later(IMAGE), REGION, [PAYMENTS, DATA]),
    "outputs": lambda: (later(IMAGE), later(REGION), later([PAYMENTS, DATA])),
}


@pytest.mark.parametrize("form", FORMS)
def test_a_share_is_known_by_its_image_in_whatever_form_the_program_says_it(
    monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    monkeypatch.setenv("ALIBABA_CLOUD_REGION_ID", REGION)

    async def others() -> list[dict[str, list[str]]]:
        program = Program()
        program.add(named(GOLDEN), *FORMS[form]())
        program.add(named(SILVER), OTHER, REGION, [PAYMENTS])
        return [await program.others(urn, f"{REGION}:{IMAGE}") for urn in (SILVER, GOLDEN)]

    assert asyncio.run(others()) == [{GOLDEN: [PAYMENTS, DATA]}, {}]


def test_an_output_of_the_program_that_fails_is_left_to_the_program() -> None:
    async def fails() -> str:
        raise ValueError("no such image")

    async def others() -> dict[str, list[str]]:
        program = Program()
        program.add(named(GOLDEN), fails(), REGION, [PAYMENTS])
        return await program.others(SILVER, f"{REGION}:{IMAGE}")

    assert asyncio.run(others()) == {}
