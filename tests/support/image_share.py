"""The command `image-share` as a user runs it, against the emulator: in this process, and as one of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from typer.testing import CliRunner

from ecs_emulator import Emulator
from pulumi_alicloud_image_share.cli.app import app


@dataclass(frozen=True)
class Answer:
    """How a command ended, and what it printed."""

    code: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        return json.loads(self.out)


def image_share(ecs: Emulator | None, *arguments: str, typed: str = "", **variables: str) -> Answer:
    """Run the command as the owner of the golden image, in its region.

    Args:
        ecs: The ECS that is called, None where none is to be.
        arguments: The command line.
        typed: What stands on the standard input.
        variables: Other variables of the environment, "" for one that is not to be there.
    """
    result = CliRunner().invoke(
        app, command_line(ecs, arguments), input=typed, env={**variables_of(ecs), **variables}, prog_name="image-share"
    )
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Answer(result.exit_code, result.stdout, result.stderr)


def start_image_share(
    ecs: Emulator, *arguments: str, variables: Mapping[str, str] | None = None, **streams: Any
) -> subprocess.Popen[str]:
    """Start the command as a process, with the owner's variables unless others are given."""
    return subprocess.Popen(
        [sys.executable, "-m", "pulumi_alicloud_image_share.cli", *command_line(ecs, arguments)],
        env={**os.environ, **(variables_of(ecs) if variables is None else variables)},
        text=True,
        **streams,
    )


def command_line(ecs: Emulator | None, arguments: Sequence[str]) -> list[str]:
    """The arguments, and those that say where ECS is."""
    if ecs is None:
        return list(arguments)
    where = {"--endpoint": (f"ecs={ecs.endpoint}", f"sts={ecs.endpoint}"), "--protocol": (ecs.protocol,)}
    where["--retry-seconds"] = ("5",)
    said = [text.partition("=")[0] for text in arguments]
    more = [text for name, values in where.items() if name not in said for value in values for text in (name, value)]
    return [*arguments, *more]


def variables_of(ecs: Emulator | None, account: str = "owner") -> Mapping[str, str]:
    """The environment of an account."""
    if ecs is None:
        return {}
    keys = ecs.account(account)
    return {
        "ALIBABA_CLOUD_ACCESS_KEY_ID": keys.access_key_id,
        "ALIBABA_CLOUD_ACCESS_KEY_SECRET": keys.access_key_secret,
        "ALIBABA_CLOUD_REGION": "cn-hangzhou",
    }
