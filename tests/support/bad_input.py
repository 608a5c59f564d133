"""What malformed programs and settings of a share have in common, and what makes the sentence about one a good one."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ecs_emulator import Emulator
from support.clear_sentences import assert_clear, is_at_fault

PAYMENTS = "1000000000000002"
REGION = "cn-hangzhou"
ACTIONS = ("DescribeImages", "DescribeImageSharePermission", "ModifyImageSharePermission")
LONG = "x" * 12_000
NO_REGION = "can't be a region: give a region ID such as 'cn-hangzhou'"


@dataclass(frozen=True)
class Bad:
    """A malformed program or setting.

    Attributes:
        name: The test's id.
        property: The property at fault; "" where it is no argument of ImageShare.
        says: A pattern of the sentence.
        inputs: Arguments of the program that differ from a good one.
        config: Settings that differ from good ones, None for one that is not set.
        environment: Environment variables.
        profiles: What ~/.aliyun/config.json holds.
        never: A pattern that must not be in the sentence.
    """

    name: str
    property: str
    says: str
    inputs: Mapping[str, Any] = field(default_factory=dict)
    config: Mapping[str, str | None] = field(default_factory=dict)
    environment: Mapping[str, str] = field(default_factory=dict)
    profiles: str = ""
    never: str = ""


def config_of(ecs: Emulator, changes: Mapping[str, str | None] | None = None) -> dict[str, str]:
    """The owner's configuration, with these changes."""
    owner = ecs.account("owner")
    config = {
        "alicloud-image-share:region": REGION,
        "alicloud-image-share:accessKey": owner.access_key_id,
        "alicloud-image-share:secretKey": owner.access_key_secret,
        "alicloud-image-share:endpoints": json.dumps([{"ecs": ecs.endpoint}]),
        "alicloud-image-share:protocol": "HTTP",
        "alicloud-image-share:retrySeconds": "0.2",
        "alicloud-image-share:visibleSeconds": "1",
        **(changes or {}),
    }
    return {key: value for key, value in config.items() if value is not None}


def good(ecs: Emulator) -> dict[str, Any]:
    """What a good program says."""
    return {"image_id": ecs.golden_image_id, "accounts": [PAYMENTS]}


def assert_one_sentence(
    ecs: Emulator, failures: list[tuple[str, str]], property: str, says: str, *secrets: str, never: str = ""
) -> None:
    """One failure, of this property, in one clear sentence; and nothing was asked of ECS but to read."""
    owner = ecs.account("owner")
    assert ecs.calls.count("ModifyImageSharePermission") == 0
    [(name, sentence)] = failures
    assert is_at_fault(name, property), sentence
    assert re.search(says, sentence), sentence
    assert not never or not re.search(never, sentence), sentence
    assert_clear(sentence, secrets=(owner.access_key_id, owner.access_key_secret, *secrets))
