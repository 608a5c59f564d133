"""As whom a resource calls ECS: what programs and configurations may say of it."""

from __future__ import annotations

from typing import Any

import pytest

from pulumi_alicloud_image_share import slots
from pulumi_alicloud_image_share.cloud.credentials import (
    STACKS_OWN,
    Credential,
    Identity,
    Role,
    find_credential,
    parse_identity,
    restore_role,
    write_role,
)
from pulumi_alicloud_image_share.cloud.settings import read_settings
from pulumi_alicloud_image_share.values import UNKNOWN, Problem

ARN = "acs:ram::1000000000000001:role/image-sharer"
AN_ARN = "assume_role's role_arn must be the ARN of a RAM role, such as 'acs:ram::1000000000000001:role/sharer', not"
NO_PROFILE = "profile must be the name of a profile of `aliyun configure`, not"
KEYS = {"alicloud:accessKey": "LTAIconfig", "alicloud:secretKey": "secret"}


def parsed(**inputs: Any) -> Any:
    problems: list[Problem] = []
    identity = parse_identity(inputs, problems)
    assert problems == []
    return identity


def sentences(**inputs: Any) -> list[str]:
    problems: list[Problem] = []
    assert parse_identity(inputs, problems) is UNKNOWN
    return [problem.sentence for problem in problems]


def test_a_resource_that_says_nothing_calls_as_the_stack() -> None:
    assert parsed() == STACKS_OWN


@pytest.mark.parametrize("role", [Role(ARN), Role(ARN, "nightly", "golden-images", 900)])
def test_what_the_state_keeps_gives_the_role_back(role: Role) -> None:
    kept = write_role(role)
    assert restore_role(kept) == role
    assert parsed(profile="ci", assume_role=kept) == Identity("ci", role)
    # Numbers come back from the state as floats.
    assert restore_role({**kept, "session_seconds": float(role.session_seconds)}) == role


@pytest.mark.parametrize(
    "inputs", [{"profile": UNKNOWN}, {"assume_role": UNKNOWN}, {"assume_role": {"role_arn": UNKNOWN}}]
)
def test_what_is_not_known_yet_breaks_no_rule(inputs: dict[str, Any]) -> None:
    assert sentences(**inputs) == []


@pytest.mark.parametrize(
    ("inputs", "says"),
    [
        ({"profile": ""}, f"{NO_PROFILE} ''."),
        ({"profile": 7}, f"{NO_PROFILE} 7."),
        ({"profile": "a\nb"}, f"{NO_PROFILE} 'a\\nb'."),
        (
            {"assume_role": 7},
            "assume_role must be a mapping with role_arn, and session_name and external_id if needed, not 7.",
        ),
        ({"assume_role": {}}, f"{AN_ARN} None."),
        ({"assume_role": {"role_arn": "acs:ram::1:user/x"}}, f"{AN_ARN} 'acs:ram::1:user/x'."),
        (
            {"assume_role": {"role_arn": ARN, "session_name": "a b"}},
            "assume_role's session_name must be 2 to 64 letters, digits and any of . @ - _, not 'a b'.",
        ),
        (
            {"assume_role": {"role_arn": ARN, "external_id": "a b"}},
            "assume_role's external_id must be 2 to 1224 letters, digits and any of . , + = @ : / \\ - _.",
        ),
        (
            {"assume_role": {"role_arn": ARN, "session_seconds": 60}},
            "assume_role's session_seconds must be a whole number of seconds from 900 to 43200, not 60.",
        ),
        (
            {"assume_role": {"role_arn": ARN, "session": "x"}},
            "assume_role has no entry 'session': the entries are role_arn, session_name, external_id, session_seconds.",
        ),
    ],
)
def test_what_cannot_be_an_identity_is_said_in_one_sentence(inputs: dict[str, Any], says: str) -> None:
    assert sentences(**inputs) == [says]


def test_an_identity_says_who_it_is() -> None:
    assert str(STACKS_OWN) == "the stack's credentials"
    assert str(Identity("ci", Role(ARN))) == f"role {ARN}, assumed by profile 'ci'"


def test_an_external_id_does_not_show() -> None:
    assert "golden-images" not in repr(Role(ARN, external_id="golden-images"))


@pytest.mark.parametrize(
    "value",
    [
        f'{{"roleArn": "{ARN}", "sessionName": "ci", "externalId": "x1", "sessionExpiration": 900}}',
        {"roleArn": ARN, "sessionName": "ci", "externalId": "x1", "sessionExpiration": 900},
    ],
)
def test_a_role_of_the_configuration_is_read_in_pulumi_alicloud_s_shape(value: Any) -> None:
    settings = read_settings({**KEYS, "alicloud:assumeRole": value}.get, {})
    assert (settings.role, settings.faults) == (Role(ARN, "ci", "x1", 900), ())


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ("nonsense", 'alicloud:assumeRole must be of the form {"roleArn": "acs:ram::...", "sessionName": "..."}.'),
        ("[]", 'alicloud:assumeRole must be of the form {"roleArn": "acs:ram::...", "sessionName": "..."}.'),
        (
            f'{{"roleArn": "{ARN}", "policy": "x"}}',
            "alicloud:assumeRole has no entry 'policy': the entries are role_arn, session_name, external_id, "
            "session_seconds.",
        ),
    ],
)
def test_a_role_of_the_configuration_that_cannot_be_used_is_said(value: str, says: str) -> None:
    faults = read_settings({**KEYS, "alicloud:assumeRole": value}.get, {}).faults
    assert tuple(map(slots.render, faults)) == (says,)


def test_credentials_that_no_role_gave_have_nothing_to_renew() -> None:
    credential = find_credential(read_settings(KEYS.get, {}))
    assert credential.role is None
    assert isinstance(credential, Credential)
