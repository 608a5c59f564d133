"""Where region, credentials and endpoint come from."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pulumi_alicloud_image_share import ConfigError
from pulumi_alicloud_image_share.cloud.credentials import find_credential
from pulumi_alicloud_image_share.cloud.settings import AccessKey, Settings, read_settings

KEYS = {"alicloud:accessKey": "LTAIconfig", "alicloud:secretKey": "secret"}


def settings(config: dict[str, str] | None = None, environment: dict[str, str] | None = None) -> Settings:
    return read_settings((config or {}).get, environment or {})


def test_the_stacks_configuration_goes_before_the_environment() -> None:
    found = settings(
        {"alicloud:region": "cn-beijing", **KEYS},
        {
            "ALIBABA_CLOUD_REGION": "cn-shanghai",
            "ALIBABA_CLOUD_ACCESS_KEY_ID": "LTAIenv",
            "ALIBABA_CLOUD_ACCESS_KEY_SECRET": "x",
        },
    )
    assert (found.region, found.access_key) == ("cn-beijing", AccessKey("LTAIconfig", "secret"))


@pytest.mark.parametrize("variable", ["ALIBABA_CLOUD_REGION", "ALIBABA_CLOUD_REGION_ID", "ALICLOUD_REGION"])
def test_the_region_comes_from_the_environment(variable: str) -> None:
    assert settings(environment={variable: "cn-shanghai"}).region == "cn-shanghai"


@pytest.mark.parametrize(
    ("key", "secret", "token"),
    [
        ("ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABA_CLOUD_ACCESS_KEY_SECRET", "ALIBABA_CLOUD_SECURITY_TOKEN"),
        ("ALICLOUD_ACCESS_KEY", "ALICLOUD_SECRET_KEY", "ALICLOUD_SECURITY_TOKEN"),
    ],
)
def test_the_access_key_comes_from_the_environment(key: str, secret: str, token: str) -> None:
    assert settings(environment={key: "LTAI", secret: "s"}).access_key == AccessKey("LTAI", "s")
    assert settings(environment={key: "STS.", secret: "s", token: "t"}).access_key == AccessKey("STS.", "s", "t")


def test_a_configured_profile_goes_before_the_environments_key() -> None:
    found = settings({"alicloud:profile": "ci"}, {"ALICLOUD_ACCESS_KEY": "LTAI", "ALICLOUD_SECRET_KEY": "s"})
    assert (found.profile, found.access_key) == ("ci", None)


@pytest.mark.parametrize("variable", ["ALIBABA_CLOUD_PROFILE", "ALICLOUD_PROFILE"])
def test_a_profile_of_the_environment_is_used_where_no_key_is_given(variable: str) -> None:
    assert settings(environment={variable: "ci"}).profile == "ci"


@pytest.mark.parametrize(
    ("config", "environment", "says"),
    [
        ({"alicloud:accessKey": "LTAI"}, {}, "alicloud:accessKey is set but alicloud:secretKey is not"),
        ({"alicloud:secretKey": "s"}, {}, "alicloud:secretKey is set but alicloud:accessKey is not"),
        ({"alicloud:securityToken": "t"}, {}, "alicloud:securityToken is set without"),
        ({}, {"ALICLOUD_ACCESS_KEY": "LTAI"}, "ALICLOUD_ACCESS_KEY is set but ALICLOUD_SECRET_KEY is not"),
        ({}, {"ALIBABA_CLOUD_ACCESS_KEY_SECRET": "s"}, "but ALIBABA_CLOUD_ACCESS_KEY_ID is not"),
        ({"alicloud:protocol": "FTP"}, {}, "alicloud:protocol is 'FTP'"),
        ({"alicloud:endpoints": "127.0.0.1:80"}, {}, 'must be a list of the form [{"ecs": "host:port"}]'),
        ({"alicloud:endpoints": "[1]"}, {}, "must be a list of the form"),
        ({"alicloud:endpoints": '[{"ecs": "http://127.0.0.1"}]'}, {}, "without scheme or path"),
        ({"alicloud:endpoints": '[{"ecs": "127.0.0.1/x"}]'}, {}, "without scheme or path"),
        ({"alicloud:endpoints": '[{"ecs": 80}]'}, {}, "without scheme or path"),
        ({"image-share:retrySeconds": "soon"}, {}, "image-share:retrySeconds is 'soon'"),
        ({"image-share:visibleSeconds": "-1"}, {}, "image-share:visibleSeconds is '-1'"),
        ({"image-share:visibleSeconds": "nan"}, {}, "image-share:visibleSeconds is 'nan'"),
    ],
)
def test_what_cannot_be_used_is_said(config: dict[str, str], environment: dict[str, str], says: str) -> None:
    found = settings(config, environment)
    assert says in " ".join(found.faults)
    with pytest.raises(ConfigError, match=r"\."):
        find_credential(found)


@pytest.mark.parametrize(
    "endpoints", ['[{"ecs": "127.0.0.1:80"}]', '{"ecs": "127.0.0.1:80"}', '[{"sts": "x"},{"ecs": "127.0.0.1:80"}]']
)
def test_the_endpoint_of_ecs_is_read_in_pulumi_alicloud_s_shape(endpoints: str) -> None:
    assert settings({"alicloud:endpoints": endpoints}).endpoint == "127.0.0.1:80"


def test_without_an_endpoint_the_regions_own_is_used_over_https() -> None:
    assert (settings().endpoint, settings({"alicloud:endpoints": '[{"vpc": "x"}]'}).endpoint) == (None, None)
    assert settings().protocol == "HTTPS"


def test_time_limits_are_settings() -> None:
    found = settings({"image-share:retrySeconds": "7", "image-share:visibleSeconds": "0.5"})
    assert (found.retry_seconds, found.visible_seconds) == (7, 0.5)


def test_no_credentials_anywhere_says_where_they_can_come_from() -> None:
    with pytest.raises(ConfigError, match="no credentials are found: set alicloud:accessKey and alicloud:secretKey"):
        find_credential(settings())


def test_a_profile_that_does_not_exist_is_named() -> None:
    with pytest.raises(ConfigError, match="profile 'ci' can't be loaded"):
        find_credential(settings({"alicloud:profile": "ci"}))


@pytest.mark.parametrize(
    ("config", "expected"),
    [(KEYS, ("LTAIconfig", "secret", None)), ({**KEYS, "alicloud:securityToken": "t"}, ("LTAIconfig", "secret", "t"))],
)
def test_a_key_in_the_configuration_is_used_as_it_is(config: dict[str, str], expected: tuple[str, ...]) -> None:
    found = find_credential(settings(config)).client.get_credential()
    assert (found.access_key_id, found.access_key_secret, found.security_token or None) == expected


def test_a_profile_of_the_cli_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    profile = {"name": "ci", "mode": "AK", "access_key_id": "LTAIcli", "access_key_secret": "s"}
    (tmp_path / ".aliyun").mkdir()
    (tmp_path / ".aliyun" / "config.json").write_text(json.dumps({"current": "other", "profiles": [profile]}))
    monkeypatch.setattr("alibabacloud_credentials.utils.auth_constant.HOME", str(tmp_path))
    found = find_credential(settings({"alicloud:profile": "ci"})).client.get_credential()
    assert found.access_key_id == "LTAIcli"


def test_no_secret_shows_in_a_repr() -> None:
    assert "secret" not in repr(settings(KEYS).access_key)
