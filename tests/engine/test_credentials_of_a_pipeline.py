"""A pipeline with an OIDC token and no AccessKey shares as the role that STS gives it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from ecs_emulator import Emulator
from support.both_frontends import ImageShare, is_plugin
from support.engine import Stack
from support.plugin_resources import plugin_settings
from support.sts_of_oidc import HOST, sts_of_oidc

pytestmark = pytest.mark.both_frontends

PAYMENTS, REGION = "1000000000000002", "cn-hangzhou"
TOKEN = "eyJ.made.up"


class Pipeline(Stack):
    """A stack whose commands run in the environment of a pipeline's job."""

    job: Mapping[str, str] = {}

    def _pulumi(self, arguments: list[str], environment: Mapping[str, str] | None = None) -> str:
        return super()._pulumi(arguments, {**(environment or {}), **self.job})


def test_the_role_of_an_oidc_token_shares(ecs: Emulator, ecs_config: dict[str, str], tmp_path: Path) -> None:
    owner = ecs.account("owner")
    for name in ("alicloud:accessKey", "alicloud:secretKey"):
        del ecs_config[name]
    token = tmp_path / "token"
    token.write_text(TOKEN)
    config = plugin_settings(ecs_config) if is_plugin() else ecs_config
    stack = Pipeline(tmp_path, config, starts_provider=True, uses_plugin=is_plugin())
    role = {
        "ALIBABA_CLOUD_OIDC_PROVIDER_ARN": f"acs:ram::{owner.id}:oidc-provider/github",
        "ALIBABA_CLOUD_OIDC_TOKEN_FILE": str(token),
        "ALIBABA_CLOUD_ROLE_ARN": f"acs:ram::{owner.id}:role/deployer",
        "ALIBABA_CLOUD_ROLE_SESSION_NAME": "golden-images",
    }

    def program() -> None:
        ImageShare("golden", image_id=ecs.golden_image_id, accounts=[PAYMENTS])

    with sts_of_oidc({TOKEN: owner.sts_tokens[0]}) as sts:
        stack.job = {**role, **sts.environment(tmp_path)}
        stack.up(program)
        assert ecs.console.shared_accounts(REGION, ecs.golden_image_id) == [PAYMENTS]
        assert set(sts.asked_for) == {f"{HOST}:443"}
        asked = sts.calls[0]
        assert (asked["Action"], asked["Version"], asked["OIDCToken"]) == ("AssumeRoleWithOIDC", "2015-04-01", TOKEN)
        assert asked["OIDCProviderArn"] == role["ALIBABA_CLOUD_OIDC_PROVIDER_ARN"]
        assert asked["RoleArn"] == role["ALIBABA_CLOUD_ROLE_ARN"]
        assert asked["RoleSessionName"] == role["ALIBABA_CLOUD_ROLE_SESSION_NAME"]
        for secret in (TOKEN, owner.sts_tokens[0].access_key_secret, owner.sts_tokens[0].security_token):
            assert secret not in stack.state_text
        text = refused(stack, token, "eyJ.of.somebody.else")
        assert "AuthenticationFail.OIDCToken.Invalid: The Jwt content is invalid)" in text
        stack.job = {**stack.job, "HTTPS_PROXY": "http://127.0.0.1:9"}
        text = refused(stack, token, TOKEN)
        assert "STS does not answer the call with the OIDC token: Connection refused)" in text
    stack.job = {**stack.job, "ALIBABA_CLOUD_ROLE_ARN": ""}
    text = refused(stack, token, TOKEN)
    assert "ALIBABA_CLOUD_OIDC_TOKEN_FILE counts only where ALIBABA_CLOUD_ROLE_ARN is set)" in text


def refused(stack: Stack, token: Path, text: str) -> str:
    """Run a refresh with this token, which finds no credentials and doesn't print it; returns what it prints."""
    token.write_text(text)
    printed = stack.fails(stack.refresh)
    assert "no credentials are found (" in printed
    assert text not in printed
    return printed
