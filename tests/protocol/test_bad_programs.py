"""Malformed programs and IDs, fuzzed and plausible: each gets one clear sentence, and nothing is changed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import grpc
import pytest

from ecs_emulator import Emulator
from support.bad_input import LONG, Bad, assert_one_sentence, config_of, good
from support.bad_programs import PROGRAMS
from support.bad_settings import SETTINGS
from support.clear_sentences import assert_clear, check_failures, first_line
from support.protocol import Provider, running_provider

pytestmark = pytest.mark.both_frontends


@pytest.fixture(scope="module")
def shared_provider(shop: Emulator, _frontend: None) -> Iterator[Provider]:
    """One provider process for all cases whose configuration is good."""
    with running_provider(config_of(shop), {}) as running:
        yield running


def test_sixty_cases_at_least() -> None:
    cases = [*PROGRAMS, *SETTINGS]
    assert len({case.name for case in cases}) == len(cases) >= 60


@pytest.mark.parametrize("case", [pytest.param(case, id=case.name) for case in PROGRAMS])
def test_a_malformed_program_gets_one_sentence(shop: Emulator, shared_provider: Provider, case: Bad) -> None:
    shop.reset()
    failures = check_failures(shared_provider, {**good(shop), **case.inputs})
    assert_one_sentence(shop, failures, case.property, case.says, never=case.never)


@pytest.mark.dynamic_frontend
def test_every_fault_of_a_program_and_its_settings_gets_its_own_sentence(shop: Emulator, tmp_path: Path) -> None:
    shop.reset()
    config = config_of(shop, {"alicloud-image-share:protocol": "ftp", "alicloud-image-share:retrySeconds": "soon"})
    program = {**good(shop), "accounts": ["alice", 5, {}], "max_accounts": "x", "exclusive": 1, "region": 2}
    with running_provider(config, {"HOME": str(tmp_path)}) as provider:
        failures = check_failures(provider, program)
    assert sorted(name for name, _ in failures) == ["", "accounts", "accounts", "accounts", "exclusive",
                                                    "max_accounts", "region"]  # fmt: skip
    for _, sentence in failures:
        assert_clear(sentence)
    assert shop.calls.count() == 0


@pytest.mark.parametrize("id", ["cn-hangzhou:m-bp1\nx", f"cn-hangzhou:m-{LONG}", "cn-hangzhou:m-😀", "\0", ":", ""])
def test_a_malformed_id_gets_a_sentence(shop: Emulator, shared_provider: Provider, id: str) -> None:
    shop.reset()
    with pytest.raises(grpc.RpcError) as failure:
        shared_provider.read(id, None, {})
    first = first_line(failure.value)
    assert "is not the ID of an ImageShare" in first
    assert_clear(first)
    assert shop.calls.count() == 0
