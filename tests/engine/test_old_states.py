"""States that an earlier version wrote: nothing changes, nothing is called, and later commands understand them."""

from __future__ import annotations

from pathlib import Path

import pytest
from pulumi.dynamic.dynamic import serialize_provider

from ecs_emulator import Emulator
from pulumi_alicloud_image_share import ImageShare
from pulumi_alicloud_image_share.dynamic import ImageCopyProvider, ImageShareProvider
from support import old_states
from support.engine import Stack


def imported(ecs: Emulator, folder: Path, name: str, protocol: int = 4) -> tuple[Stack, old_states.Program]:
    """A stack with that state, over an emulator that holds what it held then."""
    case = old_states.CASES[name]
    old_states.prepare(case, ecs)
    state = old_states.repickled(old_states.deployment_of(name, ecs), protocol)
    stack = Stack(folder, old_states.config_of(case, ecs), old_states.STACK)
    stack.import_state(state)
    ecs.calls.reset()
    return stack, case.program


@pytest.mark.parametrize("name", old_states.CASES)
def test_a_state_of_before_is_unchanged_and_costs_no_call(ecs: Emulator, tmp_path: Path, name: str) -> None:
    stack, program = imported(ecs, tmp_path, name)
    assert stack.up(program).summary.resource_changes.keys() == {"same"}
    assert ecs.calls.count() == 0
    # Without a program, what is unpickled is the text in the outputs, which the earlier version wrote.
    assert stack.refresh().summary.resource_changes.keys() <= {"same", "update"}
    assert stack.preview(program).change_summary.keys() == {"same"}
    stack.destroy()
    assert stack.resources == {}
    assert ecs.console.shared_accounts(old_states.HANGZHOU, old_states.GOLDEN) == []


@pytest.mark.parametrize("protocol", [2, 5])
def test_a_rename_unshares_nobody_whatever_protocol_the_provider_was_pickled_by(
    ecs: Emulator, tmp_path: Path, protocol: int
) -> None:
    stack, program = imported(ecs, tmp_path, "share-of-a-list", protocol)
    stack.up(program)
    stack.refresh()
    stack.up(old_states.share_with_a_list(name="golden2"))
    both = [old_states.PAYMENTS, old_states.DATA]
    assert ecs.console.shared_accounts(old_states.HANGZHOU, old_states.GOLDEN) == both
    assert stack.resources["golden2"]["outputs"]["account_ids"] == both
    assert "golden" not in stack.resources


def test_what_an_earlier_version_only_read_lists_nobody(ecs: Emulator, stack: Stack) -> None:
    def program(*accounts: str) -> old_states.Program:
        def run() -> None:
            golden = ImageShare("golden", image_id=ecs.golden_image_id, accounts=accounts)
            ImageShare.get("seen", golden.id)

        return run

    stack.up(program(old_states.PAYMENTS, old_states.DATA))
    stack.rewrite(old_states.without_facts)
    stack.up(program(old_states.PAYMENTS))
    assert ecs.console.shared_accounts(old_states.HANGZHOU, ecs.golden_image_id) == [old_states.PAYMENTS]


def test_the_providers_are_pickled_as_every_state_has_them() -> None:
    written = {name: by_protocol[4] for name, by_protocol in old_states.OLD_PROVIDERS.items()}
    assert serialize_provider(ImageShareProvider()) == written["ImageShareProvider"]
    assert serialize_provider(ImageCopyProvider()) == written["ImageCopyProvider"]
