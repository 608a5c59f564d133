"""A team's stack, whose state is in an S3-compatible bucket: machines with a checkout of the program each."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ecs_emulator import Emulator
from support.both_frontends import is_plugin, type_of
from support.bucket import OSS, SECRET, Bucket, Machine
from support.golden_copies import copies
from support.team_runs import (
    DATA,
    LOCKED,
    MODIFY,
    PAYMENTS,
    PLUGIN_PROGRAM,
    PROGRAM,
    REGION,
    STACK,
    UP,
    WEB,
    imported,
    live,
    sharing,
    silent,
)


@pytest.mark.both_frontends
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
    one.set(STACK, **{**ecs_config, "alicloud-image-share:retrySeconds": "600"})
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


@pytest.mark.both_frontends
def test_machines_that_take_turns_rotate_an_image(ecs: Emulator, team: tuple[Machine, Machine]) -> None:
    ecs.console.set_copy_seconds(0)
    others = copies(ecs, "cn-shanghai")
    images = [ecs.golden_image_id, ecs.image("golden-next").id, ecs.console.create_image(REGION, name="golden-3")]
    one, two = team

    def of(*listed: str) -> dict[str, Any]:
        inputs = {"images": listed, "regions": [REGION, "cn-shanghai"], "accounts": [PAYMENTS]}
        return {"ImageDistribution": inputs}

    rotations = [(images[0],), (images[1], images[0]), (images[2], images[1])]
    for machine, listed in zip((one, two, one), rotations, strict=True):
        machine.give(resources=of(*listed))
        machine.run(STACK, *UP)
    assert two.outputs(STACK)["images"] == [images[2], images[1]]
    assert [ecs.console.shared_accounts(REGION, image) for image in images] == [[], [PAYMENTS], [PAYMENTS]]
    assert len(copies(ecs, "cn-shanghai")) == len(others) + 2
    # The second machine's checkout is a rotation behind: its preview shows who would lose the newest image.
    text = two.run(STACK, "preview", "--diff")
    deleted = [part for part in text.split("\n    ") if part.startswith("- ") and "(delete)" in part]
    assert sorted(part.rpartition(":")[0].rpartition(":")[2] for part in deleted) == [
        "ImageCopy",
        "ImageShare",
        "ImageShare",
    ]
    assert all(
        word in text for word in (f"golden-{REGION}-{images[2]}", f"golden-cn-shanghai-{images[2]}", f'{PAYMENTS}: ""')
    )


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


@pytest.mark.both_frontends
def test_no_object_of_the_bucket_has_a_credential_in_clear(
    ecs: Emulator, ecs_config: dict[str, str], tmp_path: Path, bucket: Bucket
) -> None:
    key, secret = ecs_config["alicloud:accessKey"], ecs_config.pop("alicloud:secretKey")
    machine = Machine(tmp_path / "one", ecs_config, PROGRAM, bucket, uses_plugin=is_plugin())
    machine.init(STACK)
    machine.run(STACK, "config", "set", "alicloud-image-share:accessKey", key)
    for package in ("alicloud", "alicloud-image-share"):
        machine.run(STACK, "config", "set", "--secret", f"{package}:secretKey", secret)
    machine.give(resources=sharing(ecs, PAYMENTS))
    machine.run(STACK, *UP)
    objects = {key: bucket.read(key) for key in bucket.all_keys()}
    assert len(objects) > 4
    assert [key for key, text in objects.items() if secret in text or SECRET in text] == []
    # The state has the key, as a secret of Pulumi's.
    assert "4dabf18193072939515e22adb298388d" in objects[f".pulumi/stacks/shop/{STACK}.json"]
