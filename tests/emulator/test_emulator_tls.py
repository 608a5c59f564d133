"""ECS over HTTPS, with a certificate of the emulator's own."""

from __future__ import annotations

import ssl
import stat
from typing import Any

import pytest
import requests
from emulator_clients import REGION, RpcClient, Sdk, sts
from test_emulator_faults import broken
from test_emulator_process import running

from ecs_emulator import Control, Emulator
from ecs_emulator.__main__ import CA_VARIABLES


@pytest.fixture(autouse=True)
def _nobody_is_trusted_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in CA_VARIABLES:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def ecs_emulator_options() -> dict[str, Any]:
    return {"tls": True}


@pytest.fixture
def _trusted(ecs: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in CA_VARIABLES:
        monkeypatch.setenv(name, str(ecs.ca_file))


def test_the_sdk_shares_over_https_where_ssl_cert_file_names_the_ca(
    ecs: Emulator, golden: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(ecs.ca_file))
    web = ecs.account("web").id
    Sdk(ecs, protocol="HTTPS").share(golden, web)
    assert Sdk(ecs, "owner").shared_with(golden) == [web]
    assert sts(ecs).get_caller_identity().body.account_id == ecs.account("owner").id


def test_a_client_of_requests_is_answered_where_requests_ca_bundle_names_the_ca(
    ecs: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(ecs.ca_file))
    assert RpcClient(ecs).post("DescribeImages", RegionId=REGION).status_code == 200


def test_a_client_that_does_not_trust_the_ca_sends_nothing(ecs: Emulator) -> None:
    assert "CERTIFICATE_VERIFY_FAILED" in str(broken(Sdk(ecs).images))
    assert ecs.calls.count() == 0


def test_a_client_that_trusts_another_emulators_ca_sends_nothing(ecs: Emulator) -> None:
    with Emulator(tls=True) as other:
        assert "CERTIFICATE_VERIFY_FAILED" in str(broken(Sdk(ecs, ca=str(other.ca_file)).images))
        assert Sdk(other, ca=str(other.ca_file)).image_ids()


@pytest.mark.usefixtures("_trusted")
def test_the_certificate_is_for_this_machine_by_its_number_and_its_name(ecs: Emulator) -> None:
    port = ecs.endpoint.partition(":")[2]
    assert requests.get(f"https://localhost:{port}/", timeout=10).status_code == 400
    certificate = ssl.get_server_certificate(("127.0.0.1", int(port)), ca_certs=str(ecs.ca_file))
    assert certificate.startswith("-----BEGIN CERTIFICATE-----")


def test_plain_http_gets_no_answer_where_tls_is_spoken(ecs: Emulator) -> None:
    with pytest.raises(requests.ConnectionError):
        requests.get(f"http://{ecs.endpoint}/", timeout=10)
    assert ecs.calls.count() == 0


@pytest.mark.usefixtures("_trusted")
@pytest.mark.parametrize("kind", ["drop_before", "truncate"])
def test_connections_break_over_tls_as_without(ecs: Emulator, golden: str, kind: Any) -> None:
    ecs.faults.add(kind=kind, times=1)
    broken(RpcClient(ecs).get, "DescribeImages")
    assert golden in Sdk(ecs).image_ids()


def test_a_control_path_stays_on_http_and_says_what_ecs_speaks(ecs: Emulator) -> None:
    with Control(ecs.control_endpoint) as control:
        assert (control.protocol, control.ca_file) == ("HTTPS", ecs.ca_file)
    with Emulator() as plain, Control(plain.control_endpoint) as control:
        assert control.protocol == plain.protocol == "HTTP"
        with pytest.raises(RuntimeError, match="it does with --tls"):
            _ = control.ca_file


def test_the_files_are_the_users_alone_and_gone_when_it_stops() -> None:
    emulator = Emulator(tls=True)
    with pytest.raises(RuntimeError, match="not started"):
        _ = emulator.ca_file
    with emulator:
        first = emulator.ca_file
        assert "PRIVATE KEY" not in first.read_text()
        assert stat.S_IMODE(first.parent.stat().st_mode) == 0o700
        with pytest.raises(RuntimeError, match="already started"):
            emulator.start()
    assert not first.parent.exists()
    with emulator:
        assert emulator.ca_file != first
        assert Sdk(emulator, ca=str(emulator.ca_file)).image_ids()


def test_an_emulator_without_tls_has_no_ca_file() -> None:
    with Emulator() as plain, pytest.raises(RuntimeError, match=r"Emulator\(tls=True\) does"):
        _ = plain.ca_file


def test_the_command_says_how_clients_come_to_trust_it(tmp_path: Any) -> None:
    with running(tmp_path, "--tls") as (process, ready), Control(ready["control"]) as control:
        assert Sdk(control, ca=ready["ca_file"]).image_ids()  # type: ignore[arg-type]
        process.terminate()
        out, err = process.communicate(timeout=10)
    assert (process.returncode, err) == (0, "")
    assert f"https://{ready['ecs']}" in out
    assert "pulumi config set alicloud:protocol HTTPS" in out
    for name in CA_VARIABLES:
        assert f"export {name}={ready['ca_file']}" in out
