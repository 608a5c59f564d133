"""What was made in the console is imported, and the next preview is empty."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pulumi
import pytest

from ecs_emulator import Emulator
from support.engine import Program, Stack
from support.plugin_resources import ImageCopy

Programs = Callable[..., Program]
PAYMENTS, DATA, WEB = "1000000000000002", "1000000000000003", "1000000000000004"
REGION, ELSEWHERE = "cn-hangzhou", "cn-beijing"
SHARE, COPY = "alicloud-image-share:index:ImageShare", "alicloud-image-share:index:ImageCopy"


def imported(stack: Stack, type_: str, id: str) -> None:
    stack.command("import", type_, "golden", id, "--yes", "--protect=false", "--generate-code=false")


def test_a_share_is_imported_and_the_next_preview_is_empty(ecs: Emulator, stack: Stack, sharing: Programs) -> None:
    for account in (PAYMENTS, DATA):
        ecs.console.share(REGION, ecs.golden_image_id, account)
    imported(stack, SHARE, f"{REGION}:{ecs.golden_image_id}")
    golden = stack.resources["golden"]
    assert golden["inputs"] == {
        "imageId": ecs.golden_image_id,
        "region": REGION,
        "accountIds": [PAYMENTS, DATA],
    }
    assert stack.preview(sharing(account_ids=[PAYMENTS, DATA])).change_summary == {"same": 2}
    stack.preview(sharing(account_ids=[PAYMENTS, WEB]))
    assert f'- {DATA}: ""' in stack.text
    assert f'+ {WEB}: ""' in stack.text


def test_a_refresh_right_after_an_import_changes_nothing(ecs: Emulator, stack: Stack, sharing: Programs) -> None:
    ecs.console.share(REGION, ecs.golden_image_id, PAYMENTS)
    imported(stack, SHARE, f"{REGION}:{ecs.golden_image_id}")
    assert stack.refresh().change_summary == {"same": 2}
    assert stack.preview(sharing(account_ids=[PAYMENTS])).change_summary == {"same": 2}


def test_a_refresh_right_after_an_import_shows_who_came(ecs: Emulator, stack: Stack, sharing: Programs) -> None:
    ecs.console.share(REGION, ecs.golden_image_id, PAYMENTS)
    imported(stack, SHARE, f"{REGION}:{ecs.golden_image_id}")
    ecs.console.share(REGION, ecs.golden_image_id, DATA)
    assert stack.refresh().change_summary == {"same": 1, "update": 1}
    stack.preview(sharing(account_ids=[PAYMENTS]))
    assert f'- {DATA}: ""' in stack.text


def test_an_import_takes_over_all_accounts_whatever_the_program_lists(
    ecs: Emulator, stack: Stack, sharing: Programs
) -> None:
    for account in (PAYMENTS, DATA):
        ecs.console.share(REGION, ecs.golden_image_id, account)
    importing = pulumi.ResourceOptions(import_=f"{REGION}:{ecs.golden_image_id}")
    beside = sharing(importing, region=REGION, account_ids=[PAYMENTS], exclusive=False)
    stack.preview(beside)
    assert f'- {DATA}: ""' in stack.text
    # As docs/limits.md says: without the import, the accounts of others stay.
    stack.up(sharing(account_ids=[PAYMENTS], exclusive=False))
    assert ecs.console.shared_accounts(REGION, ecs.golden_image_id) == [PAYMENTS, DATA]
    stack.destroy()
    assert ecs.console.shared_accounts(REGION, ecs.golden_image_id) == [DATA]


def test_an_image_with_more_accounts_than_documented_is_imported_with_its_own_limit(
    ecs: Emulator, stack: Stack, sharing: Programs
) -> None:
    many = [str(2000000000000001 + n) for n in range(60)]
    ecs.console.set_share_quota("owner", 100)
    for account in many:
        ecs.console.share(REGION, ecs.golden_image_id, account)
    imported(stack, SHARE, f"{REGION}:{ecs.golden_image_id}")
    assert stack.resources["golden"]["inputs"]["maxAccounts"] == 60
    assert stack.preview(sharing(account_ids=many, max_accounts=60)).change_summary == {"same": 2}


def test_a_copy_is_imported_and_the_next_preview_is_empty(ecs: Emulator, stack: Stack) -> None:
    made = ecs.console.create_image(ELSEWHERE, name="golden-beijing")
    imported(stack, COPY, f"{ELSEWHERE}:{made}")
    inputs = stack.resources["golden"]["inputs"]
    assert inputs["region"] == ELSEWHERE
    assert inputs["name"] == "golden-beijing"

    def program(**given: Any) -> Program:
        return lambda: ImageCopy("golden", region=ELSEWHERE, **given)

    assert stack.preview(program(name="golden-beijing")).change_summary == {"same": 2}
    origin = {"source_image_id": ecs.golden_image_id, "source_region": REGION}
    ecs.calls.reset()
    assert stack.up(program(name="golden-beijing", **origin)).change_summary == {"same": 1, "update": 1}
    assert ecs.calls.count() == 0
    assert stack.preview(program(name="golden-beijing", **origin)).change_summary == {"same": 2}
    other = program(source_image_id=ecs.image("golden-next").id, source_region=REGION)
    assert stack.preview(other).change_summary == {"replace": 1, "same": 1}


@pytest.mark.parametrize("id", ["m-bp1golden00000000001", "cn-hangzhou", "cn-hangzhou:m-bp1nosuchimage000001"])
def test_what_cannot_be_imported_is_said_in_a_sentence(stack: Stack, id: str) -> None:
    text = stack.fails(imported, stack, SHARE, id)
    assert "is not the ID of an ImageShare" in text or "can't be read. Nothing was changed." in text
    assert "Traceback" not in text
    assert "bug" not in text
