"""What pulumi-alicloud's own plugin sends, call for call: recorded while real programs went up, changed and went away.

In `recorded/` is a line for each call: during which operation and by whose account it was sent, what it says, with what
code it was refused, and which IDs were new in its answer, and where. Made IDs differ from run to run: what is sent here
has those that the emulator gave for the recorded ones.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest
from emulator_clients import REGION, RpcClient

from ecs_emulator import Emulator

RECORDED = Path(__file__).with_name("recorded")
PAYMENTS = "1000000000000002"
READS = ("Describe", "List")


class Replay:
    """The calls of a recording, sent once more."""

    def __init__(self, ecs: Emulator, name: str) -> None:
        self._ecs = ecs
        lines = (RECORDED / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
        self.calls = [json.loads(line) for line in lines]
        self._ids: dict[str, str] = {}
        self._read: dict[str, Any] = {}
        self.reads_again = 0
        """How many answers were to be, and were, the same as one before: nothing had been changed since."""

    @cached_property
    def operations(self) -> list[str]:
        return list(dict.fromkeys(call["during"] for call in self.calls))

    def play(self, operation: str) -> None:
        """Send the calls of an operation."""
        for call in self.calls:
            if call["during"] == operation:
                self._send(call)

    def forget_answers(self) -> None:
        """Expect no answer to be as before, since somebody else has changed something."""
        self._read.clear()

    def _send(self, call: dict[str, Any]) -> None:
        client = RpcClient(self._ecs, call["account"], Version=call["version"])
        params = {name: self._with_own_ids(value) for name, value in call["params"].items()}
        response = client.post(call["action"], **params)
        answer = response.json()
        what = f"{call['during']}: {call['action']} {params}: {response.text}"
        assert answer.get("Code", "") == call["code"], what
        for path, recorded in call.get("new", ()):
            self._ids[recorded] = at(answer, path)
        del answer["RequestId"]
        if call["action"].startswith(READS):
            key = json.dumps([call["account"], call["action"], params], sort_keys=True)
            if key in self._read:
                assert answer == self._read[key], what
                self.reads_again += 1
            self._read[key] = answer
        else:
            self._read.clear()

    def _with_own_ids(self, text: str) -> str:
        for recorded, own in self._ids.items():
            text = text.replace(recorded, own)
        return text


def at(answer: Any, path: Sequence[str | int]) -> str:
    for step in path:
        answer = answer[step]
    return str(answer)


@pytest.mark.parametrize("name", ["consumer_instance", "network_image_and_instance"])
def test_a_program_goes_up_is_changed_and_goes_away(ecs: Emulator, name: str) -> None:
    replay = Replay(ecs, name)
    for operation in replay.operations:
        replay.play(operation)
    assert replay.reads_again > 10
    left = RpcClient(ecs, "payments").post("DescribeInstances", RegionId=REGION).json()
    assert left["TotalCount"] == 0


def test_the_consumers_stack_follows_the_image_that_is_shared_with_it(ecs: Emulator) -> None:
    replay = Replay(ecs, "consumer_stack")
    ecs.console.share(REGION, ecs.golden_image_id, PAYMENTS)
    for operation in replay.operations:
        if operation == "image":
            ecs.console.share(REGION, ecs.image("golden-next").id, PAYMENTS)
            replay.forget_answers()
        replay.play(operation)
    assert replay.reads_again > 10
    groups = RpcClient(ecs, "payments", Version="2014-08-28").post("DescribeScalingGroups", RegionId=REGION).json()
    assert groups["TotalCount"] == 1
