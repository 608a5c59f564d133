"""No AccessKey, secret or token is written anywhere: state, logs, outputs, errors, pickles, what the plugin prints."""

from __future__ import annotations

import base64
import json
import pickle
import re
import sys
import tempfile
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import dill
import pulumi
import pytest
from pulumi.dynamic import Config, ConfigureRequest

from ecs_emulator import Emulator
from ecs_emulator.seed import StsTokenSeed
from pulumi_alicloud_image_share import ImageShare, ImageShareError
from pulumi_alicloud_image_share.cloud.settings import AccessKey, Settings, read_settings
from pulumi_alicloud_image_share.dynamic import ImageShareProvider
from support.engine import Program, Stack

PAYMENTS, DATA = "1000000000000002", "1000000000000003"
REGION = "cn-hangzhou"
# At -v=9 the engine logs what it hands to any provider as its configuration, and to any program as a stack's state,
# secrets included: those lines are its own. Everything else in its logs may come from here.
OF_THE_ENGINE = re.compile(
    r"RPC\[Provider\[0x[0-9a-f]+\]\.Configure\(\)\.inputs\]: value=\{"
    r"|RPC\[ResourceMonitor\.Invoke\(pulumi:pulumi:readStackResourceOutputs\)\]: value=\{"
)
LOUD: dict[str, Any] = {"log_verbosity": 9, "log_to_std_err": True}


class Plugin:
    """The provider's process as the engine starts it, with a copy of all that it prints."""

    def __init__(self, folder: Path) -> None:
        self._printed = [folder / "plugin.stdout", folder / "plugin.stderr"]
        self.command = folder / "python"
        stdout, stderr = self._printed
        self.command.write_text(
            f'#!/bin/bash\nexec "{sys.executable}" "$@" > >(tee -a "{stdout}") 2> >(tee -a "{stderr}" >&2)\n'
        )
        self.command.chmod(0o755)

    @property
    def printed(self) -> str:
        """All of its stdout and stderr so far."""
        return "".join(file.read_text() for file in self._printed)


@pytest.fixture
def key(ecs: Emulator) -> StsTokenSeed:
    """The AccessKey whose parts must not be found: a temporary one, so that there is a token too."""
    return ecs.account("owner").sts_tokens[0]


@pytest.fixture
def plugin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Plugin:
    plugin = Plugin(tmp_path)
    monkeypatch.setenv("PULUMI_PYTHON_CMD", str(plugin.command))
    # Where the Automation API makes the folder of the project, with the stack's configuration.
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    return plugin


def parts(key: StsTokenSeed) -> dict[str, str]:
    return {"ID": key.access_key_id, "secret": key.access_key_secret, "token": key.security_token}


def found(key: StsTokenSeed, text: str | bytes) -> list[str]:
    """Which parts of the key are in the text."""
    content = text.encode() if isinstance(text, str) else text
    return [name for name, part in parts(key).items() if part.encode() in content]


def files_with(key: StsTokenSeed, folder: Path) -> list[str]:
    files = [file for file in folder.rglob("*") if file.is_file()]
    assert len(files) > 10
    return [f"{found(key, content)} in {file}" for file in files if found(key, content := file.read_bytes())]


def as_secrets(key: StsTokenSeed, _home: Path) -> tuple[dict[str, str], dict[str, str], dict[str, str]]:
    secrets = {
        "alicloud:accessKey": key.access_key_id,
        "alicloud:secretKey": key.access_key_secret,
        "alicloud:securityToken": key.security_token,
    }
    return {}, secrets, {}


def in_the_environment(key: StsTokenSeed, _home: Path) -> tuple[dict[str, str], dict[str, str], dict[str, str]]:
    environment = {
        "ALIBABA_CLOUD_ACCESS_KEY_ID": key.access_key_id,
        "ALIBABA_CLOUD_ACCESS_KEY_SECRET": key.access_key_secret,
        "ALIBABA_CLOUD_SECURITY_TOKEN": key.security_token,
    }
    return {}, {}, environment


def in_a_profile(key: StsTokenSeed, home: Path) -> tuple[dict[str, str], dict[str, str], dict[str, str]]:
    profile = {
        "name": "ci",
        "mode": "StsToken",
        "access_key_id": key.access_key_id,
        "access_key_secret": key.access_key_secret,
        "sts_token": key.security_token,
    }
    (home / ".aliyun").mkdir()
    (home / ".aliyun" / "config.json").write_text(json.dumps({"current": "ci", "profiles": [profile]}))
    return {"alicloud:profile": "ci"}, {}, {"HOME": str(home)}


def let_ecs_echo(ecs: Emulator, key: StsTokenSeed) -> None:
    """Refuse changes as the real gateway refuses a signature: with all that was signed, the token included."""
    signed = f"POST\n/\n\nhost:ecs\nx-acs-accesskey-id:{key.access_key_id}\nx-acs-security-token:{key.security_token}\n"
    message = f"Specified signature does not match our calculation. server CanonicalRequest is [{signed}]"
    ecs.faults.add(action="ModifyImageSharePermission", kind="error", code="SignatureDoesNotMatch", message=message)


@pytest.mark.parametrize("given", [as_secrets, in_the_environment, in_a_profile])
def test_no_part_of_the_key_is_written_anywhere(
    ecs: Emulator,
    ecs_config: dict[str, str],
    key: StsTokenSeed,
    plugin: Plugin,
    tmp_path: Path,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
    given: Callable[[StsTokenSeed, Path], tuple[dict[str, str], dict[str, str], dict[str, str]]],
) -> None:
    config, secrets, environment = given(key, tmp_path_factory.mktemp("home-with-profile"))
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    del ecs_config["alicloud:accessKey"], ecs_config["alicloud:secretKey"]
    stack = Stack(tmp_path / "stack", {**ecs_config, **config}, secrets=secrets, starts_provider=True)
    texts: dict[str, str] = {}
    # The pickled provider that the engine was given, from the state after the up.
    pickled = b""

    def sharing(*accounts: str) -> Program:
        def program() -> None:
            share = ImageShare("golden", image_id=ecs.golden_image_id, accounts=list(accounts))
            for name in ("id", "image_id", "region", "accounts", "account_ids", "shared_at", "exclusive"):
                pulumi.export(name, getattr(share, name))

        return program

    outputs = stack.up(sharing(PAYMENTS), **LOUD).outputs
    texts["up"] = stack.text
    pickled = base64.b64decode(stack.resources["golden"]["inputs"]["__provider"])
    let_ecs_echo(ecs, key)
    texts["failed up"] = stack.fails(stack.up, sharing(PAYMENTS, DATA), **LOUD)
    texts["failed destroy"] = stack.fails(stack.destroy, **LOUD)
    ecs.faults.clear()
    stack.preview(sharing(PAYMENTS, DATA), **LOUD)
    texts["preview"] = stack.text
    stack.refresh(**LOUD)
    texts["refresh"] = stack.text
    assert files_with(key, tmp_path) == []
    stack.destroy(**LOUD)
    texts["destroy"] = stack.text

    assert "SignatureDoesNotMatch" in texts["failed up"]
    assert ecs.console.shared_accounts(REGION, ecs.golden_image_id) == []
    assert files_with(key, tmp_path) == []
    assert found(key, pickled) == []
    assert found(key, str({name: output.value for name, output in outputs.items()})) == []
    assert plugin.printed.strip() != ""
    assert found(key, plugin.printed) == []
    for command, text in texts.items():
        assert len(text) > 10_000, command
        ours = [line for line in text.splitlines() if found(key, line) and not OF_THE_ENGINE.search(line)]
        assert ours == [], command
        if not secrets:
            assert found(key, text) == [], command


@pytest.fixture
def configured(ecs_config: dict[str, str], key: StsTokenSeed) -> ImageShareProvider:
    """The provider in this process, with the key in its configuration and in use."""
    keys = as_secrets(key, Path())[1]
    provider = ImageShareProvider()
    provider.configure(ConfigureRequest(Config({**ecs_config, **keys}, "shop")))
    return provider


def test_a_pickled_provider_holds_nothing_of_its_configuration(
    ecs: Emulator, configured: ImageShareProvider, key: StsTokenSeed
) -> None:
    configured.check({}, {"image_id": ecs.golden_image_id, "accounts": [PAYMENTS]})
    assert ecs.calls.count() > 0
    for dumped in (pickle.dumps(configured), dill.dumps(configured), dill.dumps(configured, recurse=True)):
        assert found(key, dumped) == []
        assert b"alicloud:" not in dumped


def test_an_error_holds_no_part_of_the_key_in_text_or_attributes(
    ecs: Emulator, configured: ImageShareProvider, key: StsTokenSeed
) -> None:
    inputs = configured.check({}, {"image_id": ecs.golden_image_id, "accounts": [PAYMENTS]}).inputs
    let_ecs_echo(ecs, key)
    with pytest.raises(ImageShareError) as raised:
        configured.create(inputs)
    assert "SignatureDoesNotMatch" in str(raised.value)
    error: BaseException | None = raised.value
    assert found(key, "".join(traceback.format_exception(error))) == []
    while isinstance(error, ImageShareError):
        assert found(key, f"{error} {error!r} {error.args} {vars(error)}") == []
        error = error.__cause__


def test_settings_show_no_part_of_the_key(key: StsTokenSeed, ecs_config: dict[str, str]) -> None:
    settings = read_settings({**ecs_config, **as_secrets(key, Path())[1]}.get, {})
    assert settings.access_key == AccessKey(key.access_key_id, key.access_key_secret, key.security_token)
    assert found(key, f"{settings} {settings!r} {settings.access_key!r}") == []
    assert repr(settings) == repr(Settings(**{**vars(settings), "access_key": AccessKey("x", "y", "z")}))


def test_a_wrong_half_of_a_key_is_not_quoted(ecs_config: dict[str, str], key: StsTokenSeed) -> None:
    for name, value in as_secrets(key, Path())[1].items():
        keys = dict.fromkeys(as_secrets(key, Path())[1], "")
        settings = read_settings({**ecs_config, **keys, name: value}.get, {})
        assert settings.faults
        assert found(key, str(settings)) == []


def test_a_secret_external_id_of_a_role_is_written_nowhere(
    ecs: Emulator, ecs_config: dict[str, str], tmp_path: Path
) -> None:
    user = ecs.account("owner").ram_user("pipeline")
    endpoints = json.dumps([{"ecs": ecs.endpoint, "sts": ecs.endpoint}])
    keys = {"alicloud:accessKey": user.access_key_id, "alicloud:secretKey": user.access_key_secret}
    stack = Stack(tmp_path, {**ecs_config, **keys, "alicloud:endpoints": endpoints})
    external_id = "golden-images-7f3a"

    def program() -> None:
        ImageShare(
            "appliance",
            image_id=ecs.image("partner-image").id,
            accounts=["1000000000000002"],
            assume_role={
                "role_arn": ecs.account("partner").role_arn("image-sharer"),
                "external_id": pulumi.Output.secret(external_id),
            },
        )

    stack.preview(program)
    printed = stack.text
    stack.up(program)
    assert ecs.console.shared_accounts("cn-hangzhou", ecs.image("partner-image").id) == ["1000000000000002"]
    stack.refresh(program)
    assert external_id not in printed + stack.text + stack.state_text
    assert "STS." not in stack.state_text
    ecs.calls.reset()
    stack.up(program)
    assert ecs.calls.count() == 0
