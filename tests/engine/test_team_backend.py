"""A team's stack, whose state is in an S3-compatible bucket: machines with a checkout of the program each."""

from __future__ import annotations

import json
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ecs_emulator import Emulator
from support.bucket import OSS, SECRET, Bucket, Machine, s3_server
from support.golden_copies import copies
from support.killing import Run
from support.two_doors import is_plugin, type_of

PAYMENTS, DATA, WEB = "1000000000000002", "1000000000000003", "1000000000000004"
THIRTY = [str(2000000000000001 + n) for n in range(30)]
STACK, REGION = "dev", "cn-hangzhou"
HOUR = 3600.0
MODIFY = "ModifyImageSharePermission"
LOCKED = "error: the stack is currently locked by 1 lock(s)."
UP = ("up", "--yes", "--skip-preview")
PROGRAM = """
import json
from pathlib import Path

import pulumi
from support import two_doors

for type_, inputs in json.loads(Path(__file__).with_name("resources.json").read_text()).items():
    made = getattr(two_doors, type_)("golden", **inputs)
    if type_ == "ImageDistribution":
        pulumi.export("history", made.image_history)
"""


@pytest.fixture(scope="module")
def bucket_of() -> Iterator[Callable[[str], Bucket]]:
    """Make buckets."""
    with s3_server() as make:
        yield make


@pytest.fixture
def bucket(bucket_of: Callable[[str], Bucket], tmp_path: Path) -> Bucket:
    """A bucket of the test's own."""
    made = bucket_of(f"team-{tmp_path.name.replace('_', '-').lower()[-40:]}")
    made.gate.reset()
    return made


@pytest.fixture
def team(ecs_config: dict[str, str], tmp_path: Path, bucket: Bucket) -> Iterator[tuple[Machine, Machine]]:
    """Two machines; the stack is there, and its program is of nothing yet."""
    one, two = (Machine(tmp_path / n, ecs_config, PROGRAM, bucket, uses_plugin=is_plugin()) for n in ("one", "two"))
    one.give(resources={})
    one.init(STACK)
    two.pull(one)
    yield one, two
    for machine in (one, two):
        machine.end_what_is_left()


def sharing(ecs: Emulator, *accounts: str, **arguments: Any) -> dict[str, Any]:
    return {"ImageShare": {"image_id": ecs.golden_image_id, "accounts": list(accounts), **arguments}}


def live(ecs: Emulator) -> list[str]:
    return ecs.console.shared_accounts(REGION, ecs.golden_image_id)


def silent(ecs: Emulator, machine: Machine, *command: str) -> str:
    """Run a command that makes no call; returns what it prints."""
    before = ecs.calls.count()
    text = machine.run(STACK, *command)
    assert ecs.calls.count() == before
    return text


def refused(ecs: Emulator, machine: Machine, *command: str) -> str:
    """Run a command that fails and makes no call; returns what it prints."""
    before = ecs.calls.count()
    text = machine.fails(STACK, *command)
    assert ecs.calls.count() == before
    return text


def converges(ecs: Emulator, machine: Machine, *accounts: str) -> None:
    """The machine's up brings about that these accounts have access, and state and cloud agree."""
    machine.run(STACK, *UP, "--refresh")
    assert live(ecs) == sorted(accounts)
    text = machine.run(STACK, "preview", "--refresh", "--expect-no-changes")
    assert "pending operation" not in text


def pending(bucket: Bucket) -> list[str]:
    """The operations that the state holds for unfinished."""
    return [operation["type"] for operation in bucket.checkpoint(STACK).get("pending_operations") or ()]


def kill(run: Run) -> None:
    """SIGKILL of all that a run has started, the engine first."""
    for process in [*run.engine, *run.processes]:
        process.kill()
    assert run.wait() == -signal.SIGKILL


def killed(ecs: Emulator, machine: Machine, *command: str) -> None:
    """Kill a run that has got one call through of those that share or unshare."""
    before = ecs.calls.count(MODIFY)
    ecs.faults.add(action=MODIFY, kind="throttle", after=1)
    run = machine.start(STACK, *command)
    run.wait_for(lambda: ecs.calls.count(MODIFY) > before + 1)
    kill(run)
    ecs.faults.clear()


@pytest.mark.both_doors
def test_what_one_machine_shared_another_sees_and_changes_by_account(
    ecs: Emulator, team: tuple[Machine, Machine], bucket: Bucket
) -> None:
    one, two = team
    one.give(resources=sharing(ecs, PAYMENTS, DATA))
    two.pull(one)
    one.run(STACK, *UP)
    assert "2 unchanged" in silent(ecs, two, *UP, "--expect-no-changes")
    two.give(resources=sharing(ecs, PAYMENTS, WEB))
    text = two.run(STACK, "preview", "--diff")
    assert f'- {DATA}: ""' in text
    assert f'+ {WEB}: ""' in text
    assert PAYMENTS not in text
    two.run(STACK, *UP)
    assert live(ecs) == [PAYMENTS, WEB]
    # The first machine's checkout is old by now, and its preview says what its up would do.
    text = one.run(STACK, "preview", "--diff")
    assert f'- {WEB}: ""' in text
    assert f'+ {DATA}: ""' in text
    one.pull(two)
    silent(ecs, one, *UP, "--expect-no-changes")
    exported = json.loads(one.exported(STACK))["deployment"]
    for deployment in (exported, bucket.checkpoint(STACK)):
        [share] = [item for item in deployment["resources"] if item["type"] == type_of("ImageShare")]
        assert sorted(share["outputs"]["accounts"]) == [PAYMENTS, WEB]
        assert share["id"] == f"{REGION}:{ecs.golden_image_id}"


def test_while_one_run_is_under_way_every_other_is_refused_without_a_call(
    ecs: Emulator, ecs_config: dict[str, str], team: tuple[Machine, Machine], bucket: Bucket
) -> None:
    one, two = team
    one.give(resources=sharing(ecs, PAYMENTS))
    two.pull(one)
    two.give(resources=sharing(ecs, PAYMENTS, DATA))
    one.set(STACK, **{**ecs_config, "image-share:retrySeconds": "600"})
    ecs.faults.add(action=MODIFY, kind="throttle")
    run = one.start(STACK, *UP)
    run.wait_for(lambda: ecs.calls.count(MODIFY) > 0)
    # The run under way repeats its call meanwhile: the calls of the refused are those of anything else.
    ecs.calls.reset()
    for command in (UP, ("refresh", "--yes", "--skip-preview"), ("destroy", "--yes", "--skip-preview")):
        text = two.fails(STACK, *command)
        assert LOCKED in text
        assert "delete the lock file with `pulumi cancel`" in text
        assert f"s3://{bucket.name}/.pulumi/locks/organization/shop/{STACK}/" in text
        # OSS takes no bodies in chunks with checksums, which the engine sends otherwise.
        assert "&request_checksum_calculation=when_required&" in text
    assert {call.action for call in ecs.calls.entries} <= {MODIFY}
    assert "+ 1 to create" in two.run(STACK, "preview")
    ecs.faults.clear()
    assert run.wait() == 0, run.text
    assert live(ecs) == [PAYMENTS]
    assert bucket.locks == []
    two.run(STACK, *UP)
    assert live(ecs) == [PAYMENTS, DATA]


@pytest.mark.both_doors
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


@pytest.mark.both_doors
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


@pytest.mark.both_doors
def test_machines_that_take_turns_rotate_an_image_with_the_history_of_the_state(
    ecs: Emulator, team: tuple[Machine, Machine]
) -> None:
    ecs.console.set_copy_seconds(0)
    others = copies(ecs, "cn-shanghai")
    images = [ecs.golden_image_id, ecs.image("golden-next").id, ecs.console.create_image(REGION, name="golden-3")]
    one, two = team

    def of(image: str) -> dict[str, Any]:
        inputs = {"image_id": image, "regions": [REGION, "cn-shanghai"], "accounts": [PAYMENTS], "keep_previous": 1}
        return {"ImageDistribution": inputs}

    for machine, image in zip((one, two, one), images, strict=True):
        machine.give(resources=of(image))
        machine.run(STACK, *UP)
    assert two.outputs(STACK)["history"] == [images[2], images[1]]
    assert [ecs.console.shared_accounts(REGION, image) for image in images] == [[], [PAYMENTS], [PAYMENTS]]
    assert len(copies(ecs, "cn-shanghai")) == len(others) + 2
    # The second machine's checkout is a rotation behind: what it goes back to is there yet, and nobody loses any.
    assert "9 unchanged" in two.run(STACK, "preview")
    # One that is two behind goes back to an image that is retired, and its preview shows who would pay for that.
    two.give(resources=of(images[0]))
    text = two.run(STACK, "preview", "--diff")
    deleted = [part for part in text.split("\n    ") if part.startswith("- ") and "(delete)" in part]
    assert sorted(part.rpartition(":")[0].rpartition(":")[2] for part in deleted) == [
        "ImageCopy",
        "ImageShare",
        "ImageShare",
    ]
    assert all(
        word in text for word in (f"golden-{REGION}-{images[1]}", f"golden-cn-shanghai-{images[1]}", f'{PAYMENTS}: ""')
    )


def imported(ecs: Emulator, machine: Machine) -> None:
    """Import who has access to the image."""
    what = ("alicloud-image-share:index:ImageShare", "golden", f"{REGION}:{ecs.golden_image_id}")
    machine.run(STACK, "import", *what, "--yes", "--protect=false", "--generate-code=false")


def test_what_one_machine_imports_another_has(
    ecs: Emulator, ecs_config: dict[str, str], tmp_path: Path, bucket: Bucket
) -> None:
    one, two = (Machine(tmp_path / n, ecs_config, PLUGIN_PROGRAM, bucket, uses_plugin=True) for n in ("one", "two"))
    one.init(STACK)
    for account in (PAYMENTS, DATA):
        ecs.console.share(REGION, ecs.golden_image_id, account)
    imported(ecs, one)
    one.give(resources={"ImageShare": {"image_id": ecs.golden_image_id, "account_ids": [PAYMENTS, DATA]}})
    two.pull(one)
    two.run(STACK, "preview", "--expect-no-changes")
    two.give(resources={"ImageShare": {"image_id": ecs.golden_image_id, "account_ids": [PAYMENTS]}})
    assert f'- {DATA}: ""' in two.run(STACK, "preview", "--diff")


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


def test_the_address_of_oss_is_asked_as_oss_wants_it(bucket: Bucket, team: tuple[Machine, Machine]) -> None:
    one, _ = team
    url = f"s3://{bucket.name}?endpoint=http://{OSS}&region={REGION}"
    bucket.gate.reset()
    one.uses(PULUMI_BACKEND_URL=url, HTTP_PROXY=f"http://{bucket.address}")
    one.init("prod")
    assert ".pulumi/stacks/shop/prod.json" in bucket.all_keys()
    assert {code for *_, code in bucket.gate.asked} == {""}
    one.uses(PULUMI_BACKEND_URL=f"{url}&s3ForcePathStyle=true")
    with pytest.raises(AssertionError, match="SecondLevelDomainForbidden"):
        one.init("staging")


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


@pytest.mark.both_doors
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


@pytest.mark.both_doors
def test_no_object_of_the_bucket_has_a_credential_in_clear(
    ecs: Emulator, ecs_config: dict[str, str], tmp_path: Path, bucket: Bucket
) -> None:
    secret = ecs_config.pop("alicloud:secretKey")
    machine = Machine(tmp_path / "one", ecs_config, PROGRAM, bucket, uses_plugin=is_plugin())
    machine.init(STACK)
    for package in ("alicloud", "alicloud-image-share"):
        machine.run(STACK, "config", "set", "--secret", f"{package}:secretKey", secret)
    machine.give(resources=sharing(ecs, PAYMENTS))
    machine.run(STACK, *UP)
    objects = {key: bucket.read(key) for key in bucket.all_keys()}
    assert len(objects) > 4
    assert [key for key, text in objects.items() if secret in text or SECRET in text] == []
    # The state has the key, as a secret of Pulumi's.
    assert "4dabf18193072939515e22adb298388d" in objects[f".pulumi/stacks/shop/{STACK}.json"]


PLUGIN_PROGRAM = PROGRAM.replace("two_doors", "plugin_resources")
