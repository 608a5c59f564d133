"""`image-share audit`: what it shows, in every form, and how it ends."""

from __future__ import annotations

import csv
import gzip
import io
import json
from pathlib import Path
from subprocess import PIPE

import pytest

from ecs_emulator import Emulator
from support.exported_states import SECRET, exported, share
from support.golden_image import REGION
from support.golden_image import share as share_golden
from support.image_share import image_share, start_image_share

OWNER, PAYMENTS, DATA = "1000000000000001", "1000000000000002", "1000000000000003"


@pytest.fixture
def shared(ecs: Emulator) -> Emulator:
    """An ECS whose golden image is shared with two accounts, and whose community image is private again."""
    share_golden(ecs, PAYMENTS, DATA)
    for image_id in (image["imageId"] for image in community_images(ecs)):
        ecs.console.delete_image(REGION, image_id)
    return ecs


def community_images(ecs: Emulator) -> list[dict[str, str]]:
    images = image_share(ecs, "audit", "--format", "json").data["images"]
    return [image for image in images if image["isCommunity"]]


def state_file(folder: Path, *resources: dict[str, object], name: str = "dev.json") -> str:
    path = folder / name
    path.write_text(exported(*resources))
    return str(path)


def test_the_table_shows_every_own_image_who_can_launch_it_and_a_summary_last(shared: Emulator) -> None:
    answer = image_share(shared, "audit")
    assert answer.code == 0
    assert answer.err == ""
    table, _, summary = answer.out.partition(f"Account {OWNER}")
    assert shared.golden_image_id in table
    assert f"{PAYMENTS} since 2026-" in table or f"{PAYMENTS} since 20" in table
    assert "its owner alone" in table
    assert "shared, 2 other accounts" in summary
    assert summary.rstrip().endswith("Nothing is wrong, as far as that shows without allowlist and state.")


def test_a_clean_audit_exits_with_0_a_finding_with_1(shared: Emulator, tmp_path: Path) -> None:
    allow = tmp_path / "allow.yaml"
    allow.write_text(f"payments: {PAYMENTS}\ndata: {DATA}\n")
    assert image_share(shared, "audit", "--allow", str(allow)).code == 0
    allow.write_text(f"payments: {PAYMENTS}\n")
    answer = image_share(shared, "audit", "--allow", str(allow))
    assert answer.code == 1
    assert f"not-allowed: Account {DATA} can launch it and is not on the allowlist" in answer.out
    assert f"payments ({PAYMENTS}) since" in answer.out


def test_what_is_only_worth_knowing_fails_a_strict_audit_alone(shared: Emulator) -> None:
    assert image_share(shared, "audit").code == 0
    assert image_share(shared, "audit", "--strict").code == 1
    assert image_share(shared, "audit", "--strict", "--ignore", "unused").code == 0


@pytest.mark.parametrize(
    "text",
    [
        f"[{PAYMENTS}, {DATA}]",
        f"- {PAYMENTS}\n- '{DATA}'\n",
        json.dumps([PAYMENTS, DATA]),
        json.dumps({"payments": PAYMENTS, "data": DATA}),
        f"'{PAYMENTS}': payments\n'{DATA}': data\n",
        f"# who may have images\n{PAYMENTS}  # payments\n{DATA}\n",
        f"{PAYMENTS}, {DATA}",
    ],
)
def test_an_allowlist_may_be_written_in_many_ways(shared: Emulator, tmp_path: Path, text: str) -> None:
    allow = tmp_path / "allow"
    allow.write_text(text)
    data = image_share(shared, "audit", "--format", "json", "--allow", str(allow)).data
    [golden] = [image for image in data["images"] if image["imageId"] == shared.golden_image_id]
    assert [account["isAllowed"] for account in golden["accounts"]] == [True, True]


def test_an_empty_list_allows_nobody(shared: Emulator, tmp_path: Path) -> None:
    allow = tmp_path / "allow.json"
    allow.write_text("[]")
    answer = image_share(shared, "audit", "--allow", str(allow))
    assert answer.code == 1
    assert f"not-allowed: Accounts {PAYMENTS}, {DATA} can launch it" in answer.out


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "lists no account: to allow none, write []."),
        ("- 1000\n- x y", "'x y' is not an account ID"),
        ("payments: [", "is not YAML"),
        (f"- {PAYMENTS}\n- {PAYMENTS}\n", f"account {PAYMENTS} is listed twice: list it once."),
        ("1: {2: 3}", "is not an account ID"),
    ],
)
def test_an_allowlist_that_can_not_be_used_is_refused_before_any_call(
    ecs: Emulator, tmp_path: Path, text: str, why: str
) -> None:
    allow = tmp_path / "allow.yaml"
    allow.write_text(text)
    answer = image_share(ecs, "audit", "--allow", str(allow))
    assert (answer.code, answer.out, ecs.calls.count()) == (2, "", 0)
    assert answer.err.startswith("error: the allowlist ")
    assert why in answer.err


def test_json_has_who_can_launch_which_image_since_when_and_what_manages_that(shared: Emulator, tmp_path: Path) -> None:
    state = state_file(tmp_path, share(shared.golden_image_id, f"payments={PAYMENTS}", DATA))
    answer = image_share(shared, "audit", "--format", "json", "--state", state)
    data = answer.data
    assert answer.code == 0
    assert (data["version"], data["accountId"], data["regions"], data["stacks"]) == (1, OWNER, [REGION], ["shop/dev"])
    [golden] = [image for image in data["images"] if image["accounts"]]
    assert golden["imageId"] == shared.golden_image_id
    assert [(each["accountId"], each["name"], each["isAllowed"]) for each in golden["accounts"]] == [
        (PAYMENTS, "payments", None),
        (DATA, "", None),
    ]
    assert all(each["since"].endswith("Z") for each in golden["accounts"])
    [manager] = golden["managers"]
    assert (manager["stack"], manager["isExclusive"]) == ("shop/dev", True)
    assert manager["urn"].endswith("::golden")


def test_csv_has_a_row_for_each_account_and_one_for_an_image_that_no_other_can_launch(shared: Emulator) -> None:
    rows = list(csv.DictReader(io.StringIO(image_share(shared, "audit", "--format", "csv").out)))
    golden = [row for row in rows if row["image_id"] == shared.golden_image_id]
    assert [row["account_id"] for row in golden] == [PAYMENTS, DATA]
    alone = [row for row in rows if not row["account_id"]]
    assert {row["image_id"] for row in rows} == {row["image_id"] for row in golden + alone}


def test_csv_has_no_text_that_a_spreadsheet_takes_for_a_formula(shared: Emulator, tmp_path: Path) -> None:
    state = state_file(tmp_path, share(shared.golden_image_id, f"+cmd|calc!A1={PAYMENTS}", DATA))
    rows = csv.DictReader(io.StringIO(image_share(shared, "audit", "--format", "csv", "--state", state).out))
    assert "'+cmd|calc!A1" in {row["account_name"] for row in rows}


def test_findings_are_of_the_account_that_they_are_about_in_csv(shared: Emulator, tmp_path: Path) -> None:
    state = state_file(tmp_path, share(shared.golden_image_id, PAYMENTS))
    rows = csv.DictReader(io.StringIO(image_share(shared, "audit", "--format", "csv", "--state", state).out))
    findings = {row["account_id"]: row["findings"] for row in rows if row["account_id"]}
    assert findings == {PAYMENTS: "", DATA: "drift"}


def test_a_report_that_goes_to_a_file_leaves_a_summary_for_who_ran_it(shared: Emulator, tmp_path: Path) -> None:
    for form in ("table", "json", "csv", "html"):
        file = tmp_path / f"report.{form}"
        file.write_text("an older report")
        answer = image_share(shared, "audit", "--format", form, "--output", str(file))
        assert answer.out == ""
        assert f"Account {OWNER}" in answer.err
        assert shared.golden_image_id in file.read_text()
        assert "an older report" not in file.read_text()
        assert [path.name for path in tmp_path.glob(f"*{form}*")] == [file.name]
        assert image_share(shared, "audit", "--format", form, "--output", str(file), "--quiet").err == ""


@pytest.mark.parametrize("where", ["missing/report.html", "."])
def test_a_file_that_can_not_be_written_is_refused_before_any_call(ecs: Emulator, tmp_path: Path, where: str) -> None:
    answer = image_share(ecs, "audit", "--output", str(tmp_path / where))
    assert (answer.code, ecs.calls.count()) == (2, 0)
    assert "--output" in answer.err


def test_a_state_comes_from_a_file_or_the_standard_input(shared: Emulator) -> None:
    state = exported(share(shared.golden_image_id, PAYMENTS, DATA))
    answer = image_share(shared, "audit", "--state", "-", typed=state)
    assert answer.code == 0
    assert "1 stack given: 1 of the shared images managed" in answer.out
    assert "shop/dev: golden" in answer.out


def test_a_checkpoint_of_a_backend_will_do_compressed_too(shared: Emulator, tmp_path: Path) -> None:
    deployment = json.loads(exported(share(shared.golden_image_id, PAYMENTS, DATA)))["deployment"]
    checkpoint = json.dumps({"version": 3, "checkpoint": {"stack": "organization/shop/dev", "latest": deployment}})
    (tmp_path / "dev.json").write_text(checkpoint)
    (tmp_path / "dev.json.gz").write_bytes(gzip.compress(checkpoint.encode()))
    (tmp_path / "broken.gz").write_bytes(gzip.compress(checkpoint.encode())[:40])
    answers = [image_share(shared, "audit", "--state", str(tmp_path / name)) for name in ("dev.json", "dev.json.gz")]
    assert [answer.code for answer in answers] == [0, 0]
    assert "1 of the shared images managed" in answers[1].out
    broken = image_share(shared, "audit", "--state", str(tmp_path / "broken.gz"))
    assert broken.code == 2
    assert "is not text in UTF-8." in broken.err


def test_what_no_state_manages_is_a_finding_once_a_state_is_given(shared: Emulator) -> None:
    answer = image_share(shared, "audit", "--state", "-", typed=exported())
    assert answer.code == 1
    assert f"unmanaged: No stack that was given manages its sharing with accounts {PAYMENTS}, {DATA}" in answer.out


def test_accounts_that_are_secret_in_a_state_are_not_vouched_for(shared: Emulator) -> None:
    hidden = share(shared.golden_image_id, secret_accounts={**SECRET, "ciphertext": "v1:abc"})
    answer = image_share(shared, "audit", "--state", "-", typed=exported(hidden))
    assert answer.code == 2
    assert "not looked at: the accounts of shop/dev: golden: They are secret in the state" in answer.out


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("--state", "missing.json"), "'missing.json' can't be read: No such file or directory."),
        (("--state", __file__), "is not the state of a stack: it is not JSON."),
        (("--stack", "prod"), "stack 'prod' can't be exported: the command pulumi can't be run"),
        (("--region", "Hangzhou"), "'Hangzhou' can't be a region: give a region ID such as cn-hangzhou."),
        (("--endpoint", "oss=x:1"), "--endpoint 'oss=x:1': give ecs=HOST:PORT or sts=HOST:PORT."),
        (("--endpoint", "ecs=http://x"), "--endpoint has ecs 'http://x': give 'host' or 'host:port'"),
        (("--protocol", "FTP"), "--protocol is 'FTP': it must be HTTP or HTTPS."),
        (("--retry-seconds", "-1"), "--retry-seconds is -1"),
        (("--assume-role", "sharer"), "--assume-role's role_arn must be the ARN of a RAM role"),
        (("--profile", "nobody"), "the credentials of profile 'nobody' can't be loaded"),
        (("--adopt", "--format", "html"), "--adopt prints text, or data with --format json: it has no other form."),
    ],
)
def test_bad_input_is_refused_in_the_commands_own_words_before_any_call(
    ecs: Emulator, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], why: str
) -> None:
    monkeypatch.setenv("PATH", "")
    # A profile is only asked where no keys are given.
    keys = {"ALIBABA_CLOUD_ACCESS_KEY_ID": "", "ALIBABA_CLOUD_ACCESS_KEY_SECRET": ""} if "nobody" in arguments else {}
    answer = image_share(ecs, "audit", *arguments, **keys)
    assert (answer.code, answer.out, ecs.calls.count()) == (2, "", 0)
    assert answer.err.startswith("error: ")
    assert why in answer.err
    assert "alicloud:" not in answer.err


@pytest.mark.parametrize("option", ["--format=xml", "--ignore=everything", "--retry-seconds=soon", "--regions=x"])
def test_an_option_that_there_is_not_is_refused_with_2(ecs: Emulator, option: str) -> None:
    answer = image_share(ecs, "audit", option)
    assert (answer.code, answer.out, ecs.calls.count()) == (2, "", 0)
    assert option.partition("=")[0] in answer.err


def test_without_a_region_it_says_where_to_give_one(ecs: Emulator) -> None:
    answer = image_share(ecs, "audit", ALIBABA_CLOUD_REGION="")
    assert (answer.code, ecs.calls.count()) == (2, 0)
    assert "no region is given: give --region, or set the environment variable ALIBABA_CLOUD_REGION." in answer.err


def test_without_credentials_it_says_where_to_give_them(ecs: Emulator) -> None:
    # In a process of its own: alibabacloud-credentials reads its variables when it is imported.
    process = start_image_share(ecs, "audit", "--region", REGION, variables={}, stdout=PIPE, stderr=PIPE)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out, ecs.calls.count()) == (2, "", 0)
    assert "no credentials are found: give --profile, or set ALIBABA_CLOUD_ACCESS_KEY_ID" in err


def test_regions_are_those_that_are_named_or_all(ecs: Emulator) -> None:
    far = ecs.console.create_image("eu-central-1", name="far")
    two = image_share(ecs, "audit", "-r", "cn-shanghai", "-r", "eu-central-1", "-r", "cn-shanghai", "-f", "json").data
    assert two["regions"] == ["cn-shanghai", "eu-central-1"]
    assert far in [image["imageId"] for image in two["images"]]
    every = image_share(ecs, "audit", "--all-regions", "-f", "json", ALIBABA_CLOUD_REGION="").data
    assert len(every["regions"]) == 6
    assert {image["region"] for image in every["images"]} == {"cn-hangzhou", "cn-shanghai", "eu-central-1"}


def test_images_are_in_the_order_of_regions_and_the_newest_first(ecs: Emulator) -> None:
    images = image_share(ecs, "audit", "--all-regions", "-f", "json").data["images"]
    assert [image["region"] for image in images] == sorted(image["region"] for image in images)
    created = [image["createdAt"] for image in images if image["region"] == REGION]
    assert created == sorted(created, reverse=True)


def test_a_role_is_assumed_first(shared: Emulator) -> None:
    role = "acs:ram::1000000000000001:role/image-sharer"
    pipeline = next(user for user in shared.account("data").ram_users if user.name == "pipeline")
    keys = {
        "ALIBABA_CLOUD_ACCESS_KEY_ID": pipeline.access_key_id,
        "ALIBABA_CLOUD_ACCESS_KEY_SECRET": pipeline.access_key_secret,
    }
    answer = image_share(shared, "audit", "--assume-role", role, "-f", "json", **keys)
    assert answer.data["accountId"] == OWNER
    assert shared.calls.by_action()["AssumeRole"] == 1


def test_names_from_the_cloud_steer_no_terminal(ecs: Emulator) -> None:
    ecs.console.create_image(REGION, name="golden\x1b[2Jred\u202e", tags={})
    out = image_share(ecs, "audit").out
    assert "\x1b" not in out
    assert "\u202e" not in out
