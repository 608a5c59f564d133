"""The emulator as a process and as a server: the command line, starting, stopping, loopback."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from emulator_clients import REGION, Sdk

import ecs_emulator
from ecs_emulator import Control, Emulator
from ecs_emulator.__main__ import main
from support.waiting import wait_until

ENVIRONMENT = os.environ | {"PYTHONPATH": str(Path(ecs_emulator.__file__).parent.parent)}
COMMAND = [sys.executable, "-m", "ecs_emulator"]


@contextmanager
def running(tmp_path: Path, *options: str) -> Iterator[tuple[subprocess.Popen[str], dict[str, str]]]:
    ready_file = tmp_path / "ready.json"
    process = subprocess.Popen(
        [*COMMAND, "--ready-file", str(ready_file), *options],
        env=ENVIRONMENT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        wait_until(lambda: ready_file.exists() or process.poll() is not None, seconds=20)
        assert ready_file.exists(), process.stderr.read() if process.stderr else ""
        yield process, json.loads(ready_file.read_text())
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def run(*options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *options], env=ENVIRONMENT, capture_output=True, text=True, timeout=20, check=False
    )


def test_the_process_serves_until_it_is_told_to_stop_and_leaves_with_0(tmp_path: Path) -> None:
    with running(tmp_path, "--latency-ms", "1", "--copy-seconds", "1000") as (process, ready):
        assert set(ready) == {"ecs", "control", "pid"}
        assert ready["pid"] == process.pid
        with Control(ready["control"]) as control:
            assert control.endpoint == ready["ecs"]
            assert control.faults.latency_ms == 1
            owner = Sdk(control)  # type: ignore[arg-type]
            owner.share(control.golden_image_id, control.account("web").id)
            assert control.console.shared_accounts(REGION, control.golden_image_id) == [control.account("web").id]
            copy = owner.copy(control.golden_image_id, REGION)
            assert owner.image(copy, status="ALL").status == "Creating"
            assert control.calls.count() == 3
            process.send_signal(signal.SIGTERM)
            out, err = process.communicate(timeout=10)
        assert (process.returncode, err) == (0, "")
        assert f"pulumi config set --path 'alicloud:endpoints[0].ecs' {ready['ecs']}" in out
        assert "pulumi config set alicloud:protocol HTTP" in out
        assert f"pulumi config set --path 'alicloud:endpoints[0].sts' {ready['ecs']}" in out
        assert "LTAI5tEXAMPLEOwner000001" in out
        assert "owner/pipeline     LTAI5tEXAMPLEPipeline001" in out
        assert "acs:ram::1000000000000005:role/image-sharer      owner, with the external ID golden-images-7f3a" in out
        assert "m-bp1golden20240501aa0a1" in out


def test_an_interrupt_ends_it_without_a_traceback_even_with_a_call_under_way(tmp_path: Path) -> None:
    with running(tmp_path) as (process, ready), Control(ready["control"]) as control:
        control.faults.add(kind="delay", seconds=60)
        caller = threading.Thread(target=_ignoring_failure, args=(Sdk(control),))  # type: ignore[arg-type]
        caller.start()
        wait_until(lambda: bool(control.faults.snapshot()["rules"][0]["hit"]))
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=10)
        caller.join(10)
        assert (process.returncode, err) == (0, "")


def _ignoring_failure(sdk: Sdk) -> None:
    try:
        sdk.images()
    except Exception:
        return


def test_help_names_every_option_and_there_is_none_for_the_host() -> None:
    out = run("--help").stdout
    options = ("--port", "--control-port", "--tls", "--seed", "--latency-ms", "--copy-seconds", "--lenient")
    for option in (*options, "--ready-file"):
        assert option in out
    assert "127.0.0.1 only" in out
    refused = run("--host", "0.0.0.0")
    assert refused.returncode == 2
    assert "unrecognized arguments: --host" in refused.stderr


def test_a_bad_seed_file_ends_it_with_one_line(tmp_path: Path) -> None:
    path = tmp_path / "seed.yaml"
    path.write_text("regions: [cn-hangzhou]\n")
    done = run("--seed", str(path))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.strip() == f"ecs_emulator: {path}: accounts: Field required"


def test_a_taken_port_ends_it_with_one_line(ecs: Emulator) -> None:
    port = ecs.endpoint.partition(":")[2]
    done = run("--port", port)
    assert done.returncode == 2
    assert done.stderr.startswith(f"ecs_emulator: can't listen on 127.0.0.1, {port}")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    "options", [("--port", "70000"), ("--port", "x"), ("--latency-ms", "-1"), ("--copy-seconds", "nan")]
)
def test_an_option_that_makes_no_sense_is_refused(capsys: pytest.CaptureFixture[str], options: tuple[str, str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(list(options))
    assert caught.value.code == 2
    assert options[0] in capsys.readouterr().err


def test_both_ports_are_on_loopback_alone(ecs: Emulator) -> None:
    for endpoint in (ecs.endpoint, ecs.control_endpoint):
        host, _, port = endpoint.partition(":")
        assert host == "127.0.0.1"
        # 127.0.0.2 is this machine too, but not the address that is listened on: a wildcard would answer.
        with socket.socket() as sock:
            sock.settimeout(2)
            assert sock.connect_ex(("127.0.0.2", int(port))) != 0


def test_two_emulators_are_two_clouds(ecs: Emulator, owner: Sdk, golden: str) -> None:
    with Emulator() as other:
        owner.share(golden, ecs.account("web").id)
        assert Sdk(other).shared_with(golden) == []
        assert (other.calls.count(), ecs.calls.count()) == (1, 1)


def test_an_emulator_starts_again_after_a_stop_and_only_then() -> None:
    emulator = Emulator()
    with pytest.raises(RuntimeError, match="not started"):
        _ = emulator.endpoint
    emulator.start()
    with pytest.raises(RuntimeError, match="already started"):
        emulator.start()
    emulator.stop()
    emulator.stop()
    with emulator:
        assert emulator.golden_image_id in Sdk(emulator).image_ids()


def test_a_stopped_emulator_cuts_its_connections_at_once() -> None:
    with Emulator() as emulator:
        host, _, port = emulator.endpoint.partition(":")
        idle = socket.create_connection((host, int(port)), timeout=5)
        Sdk(emulator).images()
        started = time.monotonic()
    assert time.monotonic() - started < 5
    with idle:
        try:
            left = idle.recv(1)
        except ConnectionResetError:
            left = b""
        assert left == b""


def test_many_callers_at_once_are_served_and_counted(ecs: Emulator, owner: Sdk, golden: str) -> None:
    from concurrent.futures import ThreadPoolExecutor

    accounts = [ecs.account(f"consumer-{n:03}").id for n in range(1, 41)]
    with ThreadPoolExecutor(10) as pool:
        list(pool.map(lambda account: owner.share(golden, account), accounts))
    assert ecs.console.shared_accounts(REGION, golden) == accounts
    assert ecs.calls.count() == 40


def test_a_connection_is_still_there_for_clients_that_poll_every_few_seconds(ecs: Emulator) -> None:
    # To see it, a test would have to wait for as long.
    assert all(server.config.timeout_keep_alive > 60 for server in ecs._servers)
    assert len(ecs._servers) == 2
