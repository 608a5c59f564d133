"""Where region, credentials and endpoint come from."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pulumi_alicloud_image_share import ConfigError, slots
from pulumi_alicloud_image_share.cloud.credentials import find_credential
from pulumi_alicloud_image_share.cloud.settings import ALICLOUD, OWN_ONLY, AccessKey, Settings, read_settings

OWN = "alicloud-image-share"
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


@pytest.mark.parametrize(
    ("setting", "name", "own", "other"),
    [
        ("region", "region", "cn-beijing", "cn-shanghai"),
        ("endpoints", "endpoint", '[{"ecs": "own:1"}]', '[{"ecs": "other:1"}]'),
        ("protocol", "protocol", "HTTP", "HTTPS"),
        ("profile", "profile", "own", "other"),
        ("assumeRole", "role", '{"roleArn": "acs:ram::1:role/own"}', '{"roleArn": "acs:ram::1:role/other"}'),
    ],
)
def test_a_setting_of_this_package_goes_before_that_of_pulumi_alicloud(
    setting: str, name: str, own: str, other: str
) -> None:
    of_own, of_other = {f"{OWN}:{setting}": own}, {f"alicloud:{setting}": other}
    both = settings({**of_other, **of_own})
    assert both == settings(of_own)
    assert getattr(both, name) != getattr(settings(of_other), name)
    assert getattr(settings(of_other), name) is not None
    keys = [slots.render(found.key(setting)) for found in (both, settings(of_other))]
    assert keys == [f"{OWN}:{setting}", f"alicloud:{setting}"]
    # An empty value is not set.
    assert settings({**of_other, f"{OWN}:{setting}": " "}) == settings(of_other)


@pytest.mark.parametrize(
    "own",
    [
        {f"{OWN}:accessKey": "LTAIown", f"{OWN}:secretKey": "s"},
        {f"{OWN}:accessKey": "LTAIown", f"{OWN}:secretKey": "s", f"{OWN}:securityToken": "t"},
        {f"{OWN}:profile": "own"},
        {f"{OWN}:accessKey": "LTAIown"},
        {f"{OWN}:secretKey": "s"},
        {f"{OWN}:securityToken": "t"},
    ],
)
def test_credentials_come_from_one_namespace_and_with_them_the_role(own: dict[str, str]) -> None:
    other = {
        **KEYS,
        "alicloud:securityToken": "other",
        "alicloud:profile": "other",
        "alicloud:assumeRole": '{"roleArn": "acs:ram::1:role/other"}',
        "alicloud:ecsRoleName": "other",
    }
    assert settings({**other, **own}) == settings(own)


def test_credentials_of_pulumi_alicloud_may_assume_a_role_of_this_package() -> None:
    found = settings({**KEYS, f"{OWN}:assumeRole": '{"roleArn": "acs:ram::1:role/own"}'})
    assert found.access_key == AccessKey("LTAIconfig", "secret")
    assert found.role is not None
    assert found.role.arn == "acs:ram::1:role/own"


def test_what_pulumi_alicloud_itself_reads_can_be_read_alone() -> None:
    config = {**KEYS, f"{OWN}:profile": "own", f"{OWN}:region": "cn-beijing", f"{OWN}:retrySeconds": "7"}
    found = read_settings(config.get, {}, (ALICLOUD,))
    assert (found.access_key, found.profile, found.region) == (AccessKey("LTAIconfig", "secret"), None, None)
    assert (found.retry_seconds, slots.render(found.key("region"))) == (7, "alicloud:region")


def test_settings_that_only_this_package_has_are_not_read_from_pulumi_alicloud() -> None:
    assert settings({f"alicloud:{name}": "7" for name in OWN_ONLY}) == settings()


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
        ({f"{OWN}:accessKey": "LTAI"}, {}, f"{OWN}:accessKey is set but {OWN}:secretKey is not"),
        ({f"{OWN}:securityToken": "t"}, {}, f"{OWN}:securityToken is set without {OWN}:accessKey and {OWN}:secretKey"),
        ({f"{OWN}:accessKey": "LTAI", "alicloud:secretKey": "s"}, {}, f"but {OWN}:secretKey is not"),
        ({"alicloud:accessKey": "LTAI", f"{OWN}:secretKey": "s"}, {}, f"but {OWN}:accessKey is not"),
        ({"alicloud:ecsRoleName": "r"}, {}, f"alicloud:ecsRoleName is set, which is not supported here: set {OWN}:pro"),
        ({"alicloud:protocol": "FTP"}, {}, "alicloud:protocol is 'FTP'"),
        ({f"{OWN}:protocol": "FTP", "alicloud:protocol": "HTTP"}, {}, f"{OWN}:protocol is 'FTP'"),
        ({f"{OWN}:endpoints": "[1]"}, {}, f"{OWN}:endpoints must be a list of the form"),
        ({f"{OWN}:assumeRole": "x"}, {}, f'{OWN}:assumeRole must be of the form {{"roleArn"'),
        ({"alicloud:endpoints": "127.0.0.1:80"}, {}, 'must be a list of the form [{"ecs": "host:port"}]'),
        ({"alicloud:endpoints": "[1]"}, {}, "must be a list of the form"),
        ({"alicloud:endpoints": '[{"ecs": "http://127.0.0.1"}]'}, {}, "without scheme or path"),
        ({"alicloud:endpoints": '[{"ecs": "127.0.0.1/x"}]'}, {}, "without scheme or path"),
        ({"alicloud:endpoints": '[{"ecs": 80}]'}, {}, "without scheme or path"),
        ({"alicloud-image-share:retrySeconds": "soon"}, {}, "alicloud-image-share:retrySeconds is 'soon'"),
        ({"alicloud-image-share:visibleSeconds": "-1"}, {}, "alicloud-image-share:visibleSeconds is '-1'"),
        ({"alicloud-image-share:visibleSeconds": "nan"}, {}, "alicloud-image-share:visibleSeconds is 'nan'"),
        ({"image-share:copySeconds": "9"}, {}, f"image-share:copySeconds is not read: set {OWN}:copySeconds instead."),
        ({"image-share:trustedOwners": "1"}, {}, f"image-share:trustedOwners is not read: set {OWN}:trustedOwners"),
    ],
)
def test_what_cannot_be_used_is_said(config: dict[str, str], environment: dict[str, str], says: str) -> None:
    found = settings(config, environment)
    assert says in slots.render(" ".join(found.faults))
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
    found = settings({"alicloud-image-share:retrySeconds": "7", "alicloud-image-share:visibleSeconds": "0.5"})
    assert (found.retry_seconds, found.visible_seconds) == (7, 0.5)


def test_no_credentials_anywhere_says_where_they_can_come_from() -> None:
    with pytest.raises(ConfigError, match=f"no credentials are found: set {OWN}:accessKey and {OWN}:secretKey"):
        find_credential(settings())


@pytest.mark.parametrize("key", ["alicloud:profile", f"{OWN}:profile", "ALICLOUD_PROFILE"])
def test_a_profile_that_does_not_exist_is_named_with_what_named_it(key: str) -> None:
    with pytest.raises(ConfigError, match=rf"profile 'ci' can't be loaded .* another profile in {key}\."):
        find_credential(settings({key: "ci"}, {key: "ci"}))


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
