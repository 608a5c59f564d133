"""A changed `assume_role` is shown under its own name, and replaces the resource if the program asks for that."""

from __future__ import annotations

import json
from collections.abc import Callable

import pulumi
import pytest

from ecs_emulator import Emulator
from pulumi_alicloud_image_share import ImageShare
from support import plugin_resources
from support.engine import Program, Stack
from support.protocol import FRONTENDS

PAYMENTS = "1000000000000002"
OPTIONS = {"dynamic": "assume_role", "plugin": "assumeRole"}


def program(ecs: Emulator, frontend: str, session: str, option: str = "") -> Program:
    """Share the golden image by a role of its owner."""
    role = {"role_arn": ecs.account("owner").role_arn("image-sharer"), "session_name": session}
    opts = pulumi.ResourceOptions(replace_on_changes=[option] if option else [])

    def sharing() -> None:
        if frontend == "plugin":
            given = {"image_id": ecs.golden_image_id, "account_ids": [PAYMENTS], "assume_role": role}
            plugin_resources.ImageShare("golden", opts, **given)
        else:
            ImageShare("golden", opts, image_id=ecs.golden_image_id, accounts=[PAYMENTS], assume_role=role)

    return sharing


@pytest.mark.parametrize("_frontend", FRONTENDS, indirect=True)
@pytest.mark.parametrize("entry", ["", "session_name"])
def test_a_changed_role_is_named_and_replaces_if_asked_to(
    ecs: Emulator,
    stack_of: Callable[[dict[str, str]], Stack],
    ecs_config: dict[str, str],
    request: pytest.FixtureRequest,
    entry: str,
) -> None:
    frontend = request.node.callspec.params["_frontend"]
    user = ecs.account("data").ram_users[0]
    stack = stack_of(
        {
            **ecs_config,
            "alicloud:accessKey": user.access_key_id,
            "alicloud:secretKey": user.access_key_secret,
            "alicloud:endpoints": json.dumps([{"ecs": ecs.endpoint, "sts": ecs.endpoint}]),
        }
    )
    stack.up(program(ecs, frontend, "daily"))
    in_place = stack.preview(program(ecs, frontend, "nightly")).change_summary
    assert (in_place.get("update"), in_place.get("replace")) == (1, None)
    assert '"daily" => "nightly"' in stack.text
    name = "sessionName" if frontend == "plugin" else "session_name"
    replacing = program(ecs, frontend, "nightly", f"{OPTIONS[frontend]}.{name}" if entry else OPTIONS[frontend])
    assert stack.preview(replacing).change_summary.get("replace") == 1
    stack.up(replacing)
    assert ecs.console.shared_accounts("cn-hangzhou", ecs.golden_image_id) == [PAYMENTS]
    assert stack.preview(replacing).change_summary.keys() == {"same"}
