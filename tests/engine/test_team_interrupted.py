"""A team's run that is killed, or whose bucket goes away, is mended by another machine's."""

from __future__ import annotations

import pytest

from ecs_emulator import Emulator
from support.both_frontends import is_plugin
from support.bucket import Bucket, Machine
from support.golden_copies import copies
from support.team_runs import (
    DATA,
    HOUR,
    LOCKED,
    MODIFY,
    PAYMENTS,
    STACK,
    THIRTY,
    UP,
    converges,
    imported,
    kill,
    live,
    pending,
    refused,
    sharing,
    silent,
)


def killed(ecs: Emulator, machine: Machine, *command: str) -> None:
    """Kill a run that has got one call through of those that share or unshare."""
    before = ecs.calls.count(MODIFY)
    ecs.faults.add(action=MODIFY, kind="throttle", after=1)
    run = machine.start(STACK, *command)
    run.wait_for(lambda: ecs.calls.count(MODIFY) > before + 1)
    kill(run)
    ecs.faults.clear()


def unwritable(ecs: Emulator, bucket: Bucket, *accounts: str) -> None:
    """From when these accounts have access, nothing can be written into the bucket."""
    wanted = sorted(accounts)
    bucket.gate.refuses = lambda method, path: "NoSuchBucket" if method != "GET" and live(ecs) == wanted else ""


def refused_writes(bucket: Bucket) -> int:
    """How often the state could not be written."""
    return sum(1 for method, path, code in bucket.gate.asked if (method, code) == ("PUT", "NoSuchBucket"))


def killed_unwritten(bucket: Bucket, machine: Machine) -> None:
    """Kill an up that has done its work, and can't write that into the bucket. Then the bucket is back."""
    run = machine.start(STACK, *UP)
    run.wait_for(lambda: refused_writes(bucket) > 0)
    kill(run)
    bucket.gate.reset()


@pytest.mark.both_frontends
def test_a_killed_first_share_is_mended_by_another_machine(
    ecs: Emulator, team: tuple[Machine, Machine], bucket: Bucket
) -> None:
    one, two = team
    one.give(resources=sharing(ecs, *THIRTY))
    two.pull(one)
    killed(ecs, one, *UP)
    assert live(ecs) == THIRTY[:10]
    assert len(bucket.locks) == 1
    assert LOCKED in refused(ecs, two, *UP)
    two.cancel(STACK)
    assert (bucket.locks, pending(bucket)) == ([], ["creating"])
    # A plain refresh leaves an interrupted create where no terminal asks.
    two.run(STACK, "refresh", "--yes", "--skip-preview")
    assert pending(bucket) == ["creating"]
    two.run(STACK, "refresh", "--yes", "--skip-preview", "--clear-pending-creates")
    assert pending(bucket) == []
    converges(ecs, two, *THIRTY)


def test_a_killed_update_is_mended_by_another_machine(
    ecs: Emulator, team: tuple[Machine, Machine], bucket: Bucket
) -> None:
    one, two = team
    first, then = THIRTY[:15], THIRTY[15:]
    one.give(resources=sharing(ecs, *first))
    one.run(STACK, *UP)
    one.give(resources=sharing(ecs, *then, max_unshare_percent=100))
    two.pull(one)
    killed(ecs, one, *UP)
    assert first != live(ecs) != then
    two.cancel(STACK)
    assert pending(bucket) == ["updating"]
    converges(ecs, two, *then)
    assert pending(bucket) == []


def test_a_killed_destroy_is_taken_back_by_another_machine(
    ecs: Emulator, team: tuple[Machine, Machine], bucket: Bucket
) -> None:
    one, two = team
    one.give(resources=sharing(ecs, *THIRTY))
    one.run(STACK, *UP)
    two.pull(one)
    killed(ecs, one, "destroy", "--yes", "--skip-preview")
    assert len(live(ecs)) == 20
    two.cancel(STACK)
    assert pending(bucket) == ["deleting"]
    converges(ecs, two, *THIRTY)
    assert pending(bucket) == []


@pytest.mark.both_frontends
def test_a_killed_copy_is_taken_over_by_another_machine_and_nothing_is_copied_twice(
    ecs: Emulator, team: tuple[Machine, Machine], bucket: Bucket
) -> None:
    one, two = team
    one.give(resources={"ImageCopy": {"source_image_id": ecs.golden_image_id, "region": "cn-beijing"}})
    two.pull(one)
    ecs.console.set_copy_seconds(HOUR)
    run = one.start(STACK, *UP)
    run.wait_for(lambda: ecs.calls.count("CopyImage") == 1 and ecs.calls.count("DescribeImages") >= 4)
    kill(run)
    [begun] = copies(ecs)
    two.cancel(STACK)
    two.run(STACK, "refresh", "--yes", "--skip-preview", "--clear-pending-creates")
    ecs.console.advance_clock(HOUR)
    text = two.run(STACK, *UP)
    assert f"{begun.id} in cn-beijing is the copy of {ecs.golden_image_id} that an interrupted run began" in text
    assert [copy.id for copy in copies(ecs)] == [begun.id]
    assert ecs.calls.count("CopyImage") == 1
    silent(ecs, one, *UP, "--expect-no-changes")


def test_a_bucket_that_does_not_let_the_engine_in_ends_a_run_before_any_call(
    ecs: Emulator, team: tuple[Machine, Machine], bucket: Bucket
) -> None:
    one, _ = team
    one.give(resources=sharing(ecs, PAYMENTS))
    nowhere = bucket.url.replace(bucket.address, "127.0.0.1:9")
    none = bucket.url.replace(bucket.name, "no-such-bucket")
    for said, environment in {
        "InvalidAccessKeyId": {"AWS_ACCESS_KEY_ID": "AKIDOFSOMEBODYELSE"},
        "get credentials": {"AWS_ACCESS_KEY_ID": "", "AWS_EC2_METADATA_DISABLED": "true"},
        "connect: connection refused": {"PULUMI_BACKEND_URL": nowhere},
        "NoSuchBucket: The specified bucket does not exist": {"PULUMI_BACKEND_URL": none},
    }.items():
        assert said in one.fails(STACK, *UP, **environment)
    assert ecs.calls.count() == 0


def test_a_short_outage_of_the_bucket_is_survived(ecs: Emulator, team: tuple[Machine, Machine], bucket: Bucket) -> None:
    one, two = team
    one.give(resources=sharing(ecs, PAYMENTS))
    two.pull(one)
    bucket.gate.refuses = lambda method, path: (
        "NoSuchBucket" if method == "PUT" and live(ecs) and refused_writes(bucket) < 2 else ""
    )
    one.run(STACK, *UP)
    assert refused_writes(bucket) == 2
    silent(ecs, two, *UP, "--expect-no-changes")


@pytest.mark.both_frontends
def test_a_first_share_that_could_not_be_written_is_had_by_the_next_up_or_import(
    ecs: Emulator, team: tuple[Machine, Machine], bucket: Bucket
) -> None:
    one, two = team
    one.give(resources=sharing(ecs, PAYMENTS, DATA))
    unwritable(ecs, bucket, PAYMENTS, DATA)
    killed_unwritten(bucket, one)
    two.cancel(STACK)
    # Whom the program has dropped meanwhile is named, not unshared.
    two.give(resources=sharing(ecs, PAYMENTS))
    text = two.fails(STACK, "preview")
    assert f"already shared with 1 account that the program does not list: {DATA}." in text
    two.run(STACK, "refresh", "--yes", "--skip-preview", "--clear-pending-creates")
    if is_plugin():
        imported(ecs, two)
        assert f'- {DATA}: ""' in two.run(STACK, "preview", "--diff")
        return
    two.pull(one)
    converges(ecs, two, PAYMENTS, DATA)


def test_an_update_that_could_not_be_written_shows_in_the_preview_that_refreshes(
    ecs: Emulator, team: tuple[Machine, Machine], bucket: Bucket
) -> None:
    one, two = team
    one.give(resources=sharing(ecs, PAYMENTS))
    one.run(STACK, *UP)
    two.pull(one)
    one.give(resources=sharing(ecs, PAYMENTS, DATA))
    unwritable(ecs, bucket, PAYMENTS, DATA)
    killed_unwritten(bucket, one)
    two.cancel(STACK)
    # The second machine's checkout is old. Its plain preview goes by the state, and knows nothing of the update.
    two.run(STACK, "preview", "--expect-no-changes")
    assert f'- {DATA}: ""' in two.run(STACK, "preview", "--diff", "--refresh")
    two.pull(one)
    before = ecs.calls.count(MODIFY)
    converges(ecs, two, PAYMENTS, DATA)
    assert ecs.calls.count(MODIFY) == before
