"""An emulator that is not strict leaves aside what it does not honour, and says so."""

from __future__ import annotations

from pathlib import Path

import pytest
from alibabacloud_ecs20140526 import models as m
from emulator_clients import REGION, RpcClient, Sdk, refusal
from test_emulator_process import running

from ecs_emulator import Control, Emulator


def test_what_is_not_honoured_is_left_aside_and_listed() -> None:
    with Emulator(strict=False) as ecs, Control(ecs.control_endpoint) as control:
        owner = Sdk(ecs)
        assert ecs.golden_image_id in owner.image_ids(show_expired=True, owner_account="someone")
        assert ecs.golden_image_id in owner.image_ids()
        owner.client.describe_regions(m.DescribeRegionsRequest(instance_charge_type="PrePaid"))
        first, second, _ = ecs.calls.entries
        assert set(first.not_honoured) == {"ShowExpired", "OwnerAccount"}
        assert (first.code, second.not_honoured) == ("OK", ())
        for calls in (ecs.calls, control.calls):
            assert calls.not_honoured() == {
                "DescribeImages": ["OwnerAccount", "ShowExpired"],
                "DescribeRegions": ["InstanceChargeType"],
            }
        assert control.calls.entries == ecs.calls.entries


def test_what_is_honoured_is_as_strict_as_ever() -> None:
    with Emulator(strict=False) as ecs:
        owner = Sdk(ecs)
        assert refusal(owner.images, ostype="macos", owner_account="someone") == ("InvalidOSType", 404)
        [call] = ecs.calls.entries
        assert (call.code, call.not_honoured) == ("InvalidOSType", ("OwnerAccount",))


def test_a_strict_emulator_lists_nothing(ecs: Emulator, owner: Sdk) -> None:
    assert refusal(owner.images, owner_account="someone") == ("InvalidParameter", 400)
    assert ecs.calls.not_honoured() == {}


def test_a_parameter_that_no_document_has_is_left_aside_too() -> None:
    with Emulator(strict=False) as ecs:
        assert RpcClient(ecs).get("DescribeImages", RegionId=REGION, Colour="red").status_code == 200
        assert ecs.calls.not_honoured() == {"DescribeImages": ["Colour"]}


@pytest.mark.parametrize(("options", "code"), [((), "InvalidParameter"), (("--lenient",), "OK")])
def test_the_command_line_says_which_it_is(tmp_path: Path, options: tuple[str, ...], code: str) -> None:
    with running(tmp_path, *options) as (_, ready), Control(ready["control"]) as control:
        RpcClient(control).get("DescribeImages", RegionId=REGION, Colour="red")  # type: ignore[arg-type]
        assert [call.code for call in control.calls.entries] == [code]
