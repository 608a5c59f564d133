"""What an audit makes of states that are old, half-made, of others, or given twice."""

from __future__ import annotations

from pathlib import Path

import pytest

from ecs_emulator import Emulator
from support.audit_runs import D, J, P, allow, kinds, state
from support.exported_states import DISTRIBUTION, SECRET, copy, exported, resource, share
from support.golden_image import REGION
from support.golden_image import share as share_golden
from support.image_share import image_share, variables_of


def test_shares_of_a_state_that_were_not_looked_at_are_said_so(ecs: Emulator, tmp_path: Path) -> None:
    beijing = share("m-2ze00000000000000001", D)
    beijing["id"] = "cn-beijing:m-2ze00000000000000001"
    answer = image_share(ecs, *J, "--state", state(tmp_path, beijing))
    assert "m-2ze00000000000000001" in answer.out or answer.code == 2


def test_a_state_of_another_account_is_not_clean(ecs: Emulator, tmp_path: Path) -> None:
    share_golden(ecs, P, D)
    file = state(tmp_path, share(ecs.golden_image_id, P))
    answer = image_share(ecs, *J, "--state", file, **variables_of(ecs, "payments"))
    assert answer.code == 2  # 0: "Nothing is wrong", though no share of the state was looked at


@pytest.mark.parametrize("option", ["--profile", "--assume-role"])
def test_an_empty_identity_is_not_the_environments(ecs: Emulator, option: str) -> None:
    assert image_share(ecs, *J, option, "").code == 2


def test_a_pending_delete_manages_nothing(ecs: Emulator, tmp_path: Path) -> None:
    share_golden(ecs, P)
    answer = image_share(ecs, *J, "--state", state(tmp_path, share(ecs.golden_image_id, P, delete=True)))
    assert answer.code == 1  # access that the last update failed to take away is clean


def test_what_is_pending_to_be_deleted_is_not_shared_again(ecs: Emulator, tmp_path: Path) -> None:
    answer = image_share(ecs, *J, "--state", state(tmp_path, share(ecs.golden_image_id, P, delete=True)))
    assert not any("shares it again" in sentence for sentence in kinds(answer, "drift"))


def test_two_stacks_of_one_name_are_two_managers(ecs: Emulator, tmp_path: Path) -> None:
    share_golden(ecs, P, D)
    one = state(tmp_path, share(ecs.golden_image_id, P), name="a.json")
    two = state(tmp_path, share(ecs.golden_image_id, D), name="b.json")
    assert image_share(ecs, *J, "--state", one, "--state", two).code != 0


def test_an_older_export_does_not_hide_drift(ecs: Emulator, tmp_path: Path) -> None:
    share_golden(ecs, P, D)
    new = state(tmp_path, share(ecs.golden_image_id, P), name="new.json")
    old = state(tmp_path, share(ecs.golden_image_id, P, D), name="old.json")
    assert image_share(ecs, *J, "--state", new).code == 1
    assert image_share(ecs, *J, "--state", new, "--state", old).code != 0


def test_the_new_copy_of_a_rotation_that_failed_is_not_an_earlier_one(ecs: Emulator, tmp_path: Path) -> None:
    old, new = (ecs.console.create_image(REGION, name=name) for name in ("old", "new"))
    urn = f"urn:pulumi:dev::shop::{DISTRIBUTION}::images"
    whole = {"urn": urn, "type": DISTRIBUTION, "custom": False, "outputs": {"image_ids": {REGION: old}}}
    file = state(tmp_path, whole, copy(old, name="c1", parent=urn), copy(new, name="c2", parent=urn))
    answer = image_share(ecs, *J, "--state", file)
    assert new not in {f["imageId"] for f in answer.data["findings"] if f["kind"] in ("kept", "unused")}


@pytest.mark.parametrize("role", ["copy", "source", "share"])
def test_what_a_state_has_is_not_to_be_deleted(ecs: Emulator, tmp_path: Path, role: str) -> None:
    image, source = (ecs.console.create_image(REGION, name=name) for name in ("copy", "source"))
    resources = {"copy": copy(image), "source": copy(image), "share": share(image, P)}[role]
    resources["outputs"]["source_image_id"] = source
    answer = image_share(ecs, *J, "--state", state(tmp_path, resources))
    what = source if role == "source" else image
    assert what not in {f["imageId"] for f in answer.data["findings"] if f["kind"] == "unused"}


def test_a_copy_under_way_is_not_left_behind(ecs: Emulator, tmp_path: Path) -> None:
    tags = {"pulumi-image-copy": "shop/dev/c abcd run"}
    making = ecs.console.create_image(REGION, name="copying-m-x-abcd", status="Creating", tags=tags)
    answer = image_share(ecs, *J, "--state", state(tmp_path, share(ecs.golden_image_id)))
    assert making not in {f["imageId"] for f in answer.data["findings"] if f["kind"] == "kept"}


def test_a_copy_that_others_can_launch_is_not_to_be_deleted(ecs: Emulator, tmp_path: Path) -> None:
    image = ecs.console.create_image(REGION, name="c", tags={"pulumi-image-copy": "shop/dev/c abcd"})
    ecs.console.share(REGION, image, P)
    answer = image_share(ecs, *J, "--state", state(tmp_path, share(image, P)))
    assert not any("delete it" in f["sentence"] for f in answer.data["findings"] if f["imageId"] == image)


@pytest.mark.parametrize("kind", ["0.1", "peer"])
def test_the_image_of_another_account_is_not_gone(ecs: Emulator, tmp_path: Path, kind: str) -> None:
    theirs = ecs.console.create_image(REGION, "payments", name="theirs")
    if kind == "0.1":
        found = share(theirs, D)
        del found["outputs"]["owner_id"]
        found["outputs"]["assume_role"] = {"role_arn": f"acs:ram::{P}:role/image-sharer"}
    else:
        found = resource(
            "alicloud:ecs/imageSharePermission:ImageSharePermission",
            "p",
            f"{theirs}:{D}",
            {"accountId": D, "imageId": theirs, "region": REGION},
        )
    assert kinds(image_share(ecs, *J, "--state", state(tmp_path, found)), "gone") == []


def test_diff_does_not_say_that_nobody_else_has_access_to_what_share_groups_have(ecs: Emulator, tmp_path: Path) -> None:
    share_golden(ecs, P)
    ecs.console.share_with_groups(REGION, ecs.golden_image_id, "all")
    answer = image_share(ecs, "diff", state(tmp_path, share(ecs.golden_image_id, P)), ecs.golden_image_id)
    assert "No difference" not in answer.out


def test_diff_does_not_say_what_a_secret_state_does_not_have(ecs: Emulator, tmp_path: Path) -> None:
    share_golden(ecs, P)
    hidden = share(ecs.golden_image_id, P)
    hidden["outputs"]["accounts"] = {**SECRET, "ciphertext": "v1:x"}
    answer = image_share(ecs, "diff", state(tmp_path, hidden), ecs.golden_image_id)
    assert "is not in the state" not in answer.out


@pytest.mark.parametrize("exclusive", [True, False])
def test_an_account_that_no_program_lists_is_not_to_be_dropped_from_one(
    ecs: Emulator, tmp_path: Path, exclusive: bool
) -> None:
    share_golden(ecs, P, D)
    file = state(tmp_path, share(ecs.golden_image_id, P, exclusive=exclusive))
    answer = image_share(ecs, *J, "--allow", allow(tmp_path, P), "--state", file)
    assert "drop it from" not in kinds(answer, "not-allowed")[0]


def test_a_name_that_a_state_has_is_not_given_again(ecs: Emulator, tmp_path: Path) -> None:
    share_golden(ecs, P)
    name = image_share(ecs, "audit", "--adopt", "-f", "json", "-q").data["resources"][0]["name"]
    gone = state(tmp_path, share("m-bp1other000000000001", P, name=name))
    again = image_share(ecs, "audit", "--adopt", "-f", "json", "-q", "--state", gone).data["resources"][0]["name"]
    assert again != name


def test_half_a_create_has_no_list_of_accounts(ecs: Emulator, tmp_path: Path) -> None:
    share_golden(ecs, P)
    half = share(ecs.golden_image_id)
    half["outputs"] = {"image_id": ecs.golden_image_id, "region": REGION}
    half["initErrors"] = ["interrupted"]
    answer = image_share(ecs, *J, "--state", state(tmp_path, half))
    assert not any("unshare it" in sentence for sentence in kinds(answer, "drift"))


def test_a_secret_exclusive_is_not_known(ecs: Emulator, tmp_path: Path) -> None:
    share_golden(ecs, P, D)
    hidden = share(ecs.golden_image_id, P, exclusive=False)
    hidden["outputs"]["exclusive"] = {**SECRET, "ciphertext": "v1:x"}
    assert kinds(image_share(ecs, *J, "--state", state(tmp_path, hidden)), "drift") == []


def test_adopt_is_not_advised_for_what_it_leaves_out(ecs: Emulator, tmp_path: Path) -> None:
    share_golden(ecs, P)
    with ecs.console._cloud.lock:
        ecs.console._image(REGION, ecs.golden_image_id).is_public = True
    empty = state(tmp_path)
    advice = kinds(image_share(ecs, *J, "--state", empty), "unmanaged")[0]
    adopted = image_share(ecs, "audit", "--adopt", "-f", "json", "-q", "--state", empty).data["resources"]
    assert "--adopt" not in advice or adopted


@pytest.mark.parametrize("what", ["updating", "deleting", "replacing"])
def test_a_share_that_a_run_is_changing_is_not_compared_and_not_vouched_for(ecs: Emulator, what: str) -> None:
    share_golden(ecs, P)
    known = share(ecs.golden_image_id, P, D)
    answer = image_share(ecs, *J, "--state", "-", typed=exported(known, pending={what: known}))
    assert answer.code == 2
    assert [unseen["what"] for unseen in answer.data["unseen"]] == ["the accounts of shop/dev: golden"]
    assert kinds(answer, "drift", "unmanaged") == []


def test_a_share_that_a_run_is_making_is_not_to_be_adopted(ecs: Emulator) -> None:
    share_golden(ecs, P)
    coming = {**share(ecs.golden_image_id, P), "inputs": {"image_id": ecs.golden_image_id, "region": REGION}}
    del coming["outputs"], coming["id"]
    text = exported(pending={"creating": coming})
    answer = image_share(ecs, *J, "--state", "-", typed=text)
    assert (answer.code, kinds(answer, "unmanaged")) == (2, [])
    adopted = image_share(ecs, "audit", "--adopt", "-f", "json", "-q", "--state", "-", typed=text)
    assert adopted.data["resources"] == []


def test_a_copy_that_a_run_is_at_work_on_is_not_vouched_for(ecs: Emulator) -> None:
    answer = image_share(ecs, *J, "--state", "-", typed=exported(pending={"creating": copy("m-coming0000001")}))
    assert answer.code == 2
    assert [unseen["what"] for unseen in answer.data["unseen"]] == ["the copy shop/dev: copy"]


def test_an_image_that_an_update_was_to_unshare_is_not_to_be_adopted_whoever_has_it(ecs: Emulator) -> None:
    share_golden(ecs, P, D)
    text = exported(share(ecs.golden_image_id, P, delete=True))
    answer = image_share(ecs, *J, "--state", "-", typed=text)
    assert len(kinds(answer, "not-unshared")) == 1
    [unmanaged] = kinds(answer, "unmanaged")
    assert "--adopt" not in unmanaged
    assert "0 of the shared images managed" in image_share(ecs, "audit", "--state", "-", typed=text).out
    adopted = image_share(ecs, "audit", "--adopt", "-f", "json", "-q", "--state", "-", typed=text)
    assert adopted.data["resources"] == []


def test_secret_accounts_that_an_update_was_to_unshare_are_not_vouched_for(ecs: Emulator) -> None:
    share_golden(ecs, P)
    hidden = share(ecs.golden_image_id, secret_accounts={**SECRET, "ciphertext": "v1:x"}, delete=True)
    answer = image_share(ecs, *J, "--state", "-", typed=exported(hidden))
    assert (answer.code, kinds(answer, "unmanaged")) == (2, [])


def test_wrong_keys_are_found_out_though_a_share_is_leaving(ecs: Emulator) -> None:
    text = exported(share(ecs.golden_image_id, P), share(ecs.golden_image_id, P, name="old", delete=True))
    answer = image_share(ecs, *J, "--state", "-", typed=text, **variables_of(ecs, "payments"))
    assert answer.code == 2
    assert "every share of shop/dev" in {unseen["what"] for unseen in answer.data["unseen"]}


def test_no_refresh_is_advised_where_it_would_take_others_accounts_away(ecs: Emulator, tmp_path: Path) -> None:
    share_golden(ecs, P, D, "1000000000000004")
    one = state(tmp_path, share(ecs.golden_image_id, P), name="one.json")
    two = state(tmp_path, share(ecs.golden_image_id, D, exclusive=False, stack="two"), name="two.json")
    options = ("--state", one, "--state", two, "--allow", allow(tmp_path, f"{P}\n{D}"))
    answer = image_share(ecs, *J, *options)
    said = kinds(answer, "drift", "not-allowed")
    assert len(said) == 2
    assert not any("--refresh" in sentence for sentence in said)


def test_a_share_that_was_looked_at_is_told_from_the_one_of_another_region_that_it_replaces(ecs: Emulator) -> None:
    share_golden(ecs, P)
    replaced = {**share("m-2zeold000001", P, delete=True), "id": "cn-beijing:m-2zeold000001"}
    answer = image_share(ecs, *J, "--state", "-", typed=exported(share(ecs.golden_image_id, P), replaced))
    assert answer.data["unseen"] == []
    assert len(kinds(answer, "elsewhere")) == 1
