"""The commands of docs/teams.md and the jobs of its pipeline, as they stand there, on this machine's S3 and ECS."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import yaml

from ecs_emulator import Emulator
from pulumi_alicloud_image_share.cli.exits import CLEAN, COULD_NOT_LOOK, FOUND
from support.bucket import KEY_ID, SECRET, Bucket, s3_server
from support.command_line import NO_DOWNLOADS, REPOSITORY
from support.pages import blocks, page
from support.provider_pool import attaching
from support.sts_of_oidc import StsOfOidc, sts_of_oidc

PAGE = page("docs/teams.md")
PIPELINE = (REPOSITORY / "examples" / "team" / "pipeline.yaml").read_text()
URL = "s3://golden-images-state?endpoint=https://s3.oss-cn-hangzhou.aliyuncs.com&region=cn-hangzhou"
IMAGE, REGION = "m-bp1golden00000000001", "cn-hangzhou"
PAYMENTS, DATA, WEB = "1000000000000002", "1000000000000003", "1000000000000004"
OF_A_JOB = "of-this-job"
TOKEN = "eyJ.of.a.job"
WRITER = {
    "ALIBABA_CLOUD_OIDC_PROVIDER_ARN": "acs:ram::1000000000000001:oidc-provider/github",
    "ALIBABA_CLOUD_ROLE_ARN": "acs:ram::1000000000000001:role/golden-images-sharer",
}
EXPECTS_NONE = 7


def lines_of(section: str) -> list[list[str]]:
    """The commands that a section shows, by block."""
    text = PAGE.partition(f"\n## {section}\n")[2].partition("\n## ")[0]
    shown = [block.splitlines() for block in blocks(text, "console")]
    return [[line.removeprefix("$ ") for line in block if line.startswith("$ ")] for block in shown]


class Team:
    """A folder with the page's program, the page's bucket, and an ECS."""

    def __init__(self, ecs: Emulator, bucket: Bucket, folder: Path) -> None:
        self._ecs = ecs
        self._bucket = bucket
        self._home = folder / "home"
        self.checkout = folder / "images"
        shutil.copytree(REPOSITORY / "examples" / "team", self.checkout)
        self._environment = {
            **os.environ,
            **NO_DOWNLOADS,
            "PULUMI_HOME": str(self._home),
            "AWS_ACCESS_KEY_ID": KEY_ID,
            "AWS_SECRET_ACCESS_KEY": SECRET,
            "PULUMI_CONFIG_PASSPHRASE": "correct-horse",
            "GOGC": "off",
        }
        for name in ("COVERAGE_PROCESS_CONFIG", "PULUMI_BACKEND_URL"):
            self._environment.pop(name, None)

    def here(self, text: str) -> str:
        """What stands in the page, for this machine."""
        return text.replace(URL, self._bucket.url).replace(IMAGE, self._ecs.golden_image_id)

    def run(self, *lines: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run lines in a shell, in the checkout."""
        script = self.here("\n".join(line for line in lines if not line.startswith("export AWS_")))
        # A job's provider has the job's credentials, and is started for it.
        with contextlib.nullcontext({}) if environment else attaching() as provider:
            return subprocess.run(
                ["bash", "-euc", script],
                cwd=self.checkout,
                env={**self._environment, **provider, **environment},
                capture_output=True,
                text=True,
                stdin=subprocess.DEVNULL,
                check=False,
            )

    def does(self, *lines: str) -> str:
        """Run lines that succeed; returns what they print."""
        done = self.run(*lines)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def list_accounts(self, **accounts: str) -> None:
        """Have these accounts in the stack's configuration."""
        self.configure({"golden-images:accounts": accounts})

    def configure(self, settings: Mapping[str, Any]) -> None:
        """Have these settings in the stack's configuration."""
        file = self.checkout / "Pulumi.prod.yaml"
        content = yaml.safe_load(file.read_text())
        content["config"] = {**content.get("config", {}), **settings}
        file.write_text(yaml.safe_dump(content))

    @property
    def live(self) -> list[str]:
        """Who has access to the image."""
        return self._ecs.console.shared_accounts(REGION, self._ecs.golden_image_id)

    @property
    def objects(self) -> list[str]:
        """The keys of what is in the bucket."""
        return self._bucket.all_keys()

    def audit(self, line: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run `image-share` as the owner of the image."""
        owner = self._ecs.account("owner")
        keys = {
            "ALIBABA_CLOUD_ACCESS_KEY_ID": owner.access_key_id,
            "ALIBABA_CLOUD_ACCESS_KEY_SECRET": owner.access_key_secret,
        }
        here = f"--endpoint ecs={self._ecs.endpoint} --endpoint sts={self._ecs.endpoint} --protocol HTTP --format csv"
        command = f"{sys.executable} -m pulumi_alicloud_image_share.cli"
        return self.run(f"{line.replace('image-share', command, 1)} {here}", **{**keys, **environment})

    def lock(self) -> None:
        """Leave a lock, as a run does that was killed."""
        held = {"pid": 1, "username": "ci", "hostname": "runner", "timestamp": "2024-06-01T00:00:00Z"}
        self._bucket.write(".pulumi/locks/organization/golden-images/prod/0.json", json.dumps(held))

    def only_reads(self, so: bool) -> None:
        """Let the bucket's key write nothing, or anything."""
        self._bucket.gate.refuses = lambda method, path: "AccessDenied" if so and method not in ("GET", "HEAD") else ""

    def job(self, name: str, event: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run the steps of a job of the pipeline, but for those that install."""
        pipeline = yaml.safe_load(PIPELINE)
        job = pipeline["jobs"][name]
        assert holds(job["if"], event)
        steps = [step for step in job["steps"] if "run" in step and holds(step.get("if", ""), event)]
        lines = [step["run"] for step in steps if not step["run"].startswith("pip install")]
        variables = {**pipeline["env"], **job["env"]}
        given = {key: self.here(value) for key, value in variables.items() if "secrets." not in value}
        return self.run("set -o pipefail", *lines, **{**given, **environment})


def holds(condition: str, event: str) -> bool:
    """Whether a condition of the pipeline's holds for an event."""
    if not condition:
        return True
    left, operator, right = condition.split()
    assert left == "github.event_name"
    return (event == right.strip("'")) == (operator == "==")


@pytest.fixture
def team(ecs: Emulator, tmp_path: Path) -> Iterator[Team]:
    """A team that has done what the page says of the state."""
    with s3_server() as make:
        team = Team(ecs, make("golden-images-state"), tmp_path)
        first, _ = lines_of("The state")
        *before, up = first
        team.does(*before)
        team.configure(ecs.stack_config("owner"))
        team.does("export PULUMI_CONFIG_PASSPHRASE=correct-horse", up)
        assert team.live == [PAYMENTS]
        yield team


def test_its_commands_run(ecs: Emulator, team: Team) -> None:
    _, on_another_machine = lines_of("The state")
    team.does(*on_another_machine)
    exported = json.loads(team.does("pulumi stack export --file state.json", "cat state.json"))
    assert "dynamic/alicloud-image-share:ImageShare" in json.dumps(exported["deployment"])
    kept = [key.rpartition("/")[0] for key in team.objects]
    assert ".pulumi/stacks/golden-images/prod.json.bak" in team.objects
    assert ".pulumi/backups/golden-images/prod" in kept
    [after_a_kill] = lines_of("Locks")
    team.lock()
    refused = team.run("pulumi up --yes --skip-preview")
    assert "the stack is currently locked by 1 lock(s)" in refused.stderr
    team.does(*after_a_kill)
    [[*looks, audit]] = lines_of("Drift")
    assert team.run(looks[0]).returncode == 0
    audit += " --ignore community"  # which the emulator begins with
    assert team.audit(audit).returncode == CLEAN
    ecs.console.share(REGION, ecs.golden_image_id, WEB)
    found = [team.run(line) for line in looks]
    assert [done.returncode for done in found] == [EXPECTS_NONE, EXPECTS_NONE]
    assert f'- {WEB}: ""' in found[0].stdout
    assert f'+ {WEB}: ""' in found[1].stdout
    audited = team.audit(audit)
    assert audited.returncode == FOUND
    [row] = [line for line in audited.stdout.splitlines() if WEB in line]
    assert row.endswith(",golden-images/prod: golden,drift,")
    assert team.audit(audit, ALIBABA_CLOUD_ACCESS_KEY_ID="LTAInobody").returncode == COULD_NOT_LOOK
    team.does("pulumi up --yes --skip-preview")
    assert team.live == [PAYMENTS, WEB]
    # Who is listed now keeps access, who is not loses it.
    ecs.console.share(REGION, ecs.golden_image_id, DATA)
    team.list_accounts(payments=PAYMENTS, web=WEB)
    team.does("pulumi up --yes --skip-preview --refresh")
    assert team.live == [PAYMENTS, WEB]


class _Token(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        """Give a job its token, as GitHub does."""
        asked = (self.headers["authorization"], self.path)
        given = asked == (f"bearer {OF_A_JOB}", "/token?api-version=2.0&audience=sts.aliyuncs.com")
        body = json.dumps({"value": TOKEN}).encode()
        self.send_response(200 if given else 401)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@contextlib.contextmanager
def github(sts: StsOfOidc, folder: Path) -> Iterator[dict[str, str]]:
    """What a job has in its environment."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Token) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        yield {
            "ACTIONS_ID_TOKEN_REQUEST_URL": f"http://127.0.0.1:{server.server_port}/token?api-version=2.0",
            "ACTIONS_ID_TOKEN_REQUEST_TOKEN": OF_A_JOB,
            "ALIBABA_CLOUD_OIDC_TOKEN_FILE": str(folder / "oidc-token"),
            **sts.environment(folder),
        }
        server.shutdown()
        thread.join()


def test_its_pipeline_previews_a_change_applies_a_merge_and_finds_drift(
    ecs: Emulator, team: Team, tmp_path: Path
) -> None:
    assert blocks(PAGE, "yaml") == [PIPELINE]
    key = ecs.account("owner").sts_tokens[0]
    settings = yaml.safe_load((team.checkout / "Pulumi.prod.yaml").read_text())
    for name in ("alicloud:accessKey", "alicloud:secretKey"):
        del settings["config"][name]
    (team.checkout / "Pulumi.prod.yaml").write_text(yaml.safe_dump(settings))
    team.list_accounts(payments=PAYMENTS, data=DATA)
    with sts_of_oidc({TOKEN: key}) as sts, github(sts, tmp_path) as environment:
        team.only_reads(True)
        done = team.job("preview", "pull_request", **environment)
        assert done.returncode == 0, done.stdout + done.stderr
        assert f'+ {DATA}: "data"' in done.stdout
        team.only_reads(False)
        done = team.job("apply", "push", **environment)
        assert done.returncode == 0, done.stdout + done.stderr
        assert team.live == [PAYMENTS, DATA]
        team.list_accounts(payments=PAYMENTS, data=DATA, web=WEB)
        more = team.run("pulumi up --stack prod --yes --skip-preview --plan plan.json", **environment, **WRITER)
        assert more.returncode != 0
        assert "violates plan" in more.stdout
        assert team.live == [PAYMENTS, DATA]
        team.list_accounts(payments=PAYMENTS, data=DATA)
        team.only_reads(True)
        assert team.job("preview", "schedule", **environment).returncode == 0
        ecs.console.share(REGION, ecs.golden_image_id, WEB)
        done = team.job("preview", "schedule", **environment)
        assert done.returncode == EXPECTS_NONE
        assert f'- {WEB}: ""' in done.stdout
        assert {call["Action"] for call in sts.calls} == {"AssumeRoleWithOIDC"}
        roles = {call["RoleArn"].rpartition("/")[2] for call in sts.calls}
        assert roles == {"golden-images-reader", "golden-images-sharer"}


def test_its_policy_and_its_url_are_of_its_pipeline() -> None:
    [policy] = blocks(PAGE, "json")
    [statement] = json.loads(policy)["Statement"]
    variables = yaml.safe_load(PIPELINE)["env"]
    assert statement["Principal"]["Federated"] == [variables["ALIBABA_CLOUD_OIDC_PROVIDER_ARN"]]
    assert statement["Condition"]["StringEquals"]["oidc:aud"] in PIPELINE
    assert variables["PULUMI_BACKEND_URL"] == URL
    assert f"`{URL}`" in PAGE


def test_it_is_no_longer_than_210_lines() -> None:
    assert len(PAGE.splitlines()) <= 210
