"""What an audit finds wrong, and what it finds worth knowing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pulumi_alicloud_image_share.audit.findings import judge, with_managers
from pulumi_alicloud_image_share.audit.model import AuditedImage, Finding, Kind
from pulumi_alicloud_image_share.audit.seen import Seen
from pulumi_alicloud_image_share.audit.states import StackImages, read_stack
from pulumi_alicloud_image_share.cloud.model import Image
from support.exported_states import DISTRIBUTION, SECRET, copy, exported, resource, share

OWNER = "1000000000000001"
REGION = "cn-hangzhou"
IMAGE = "m-bp1golden00000000001"
PAYMENTS, DATA, WEB = "1000000000000002", "1000000000000003", "1000000000000004"
SINCE = "2026-05-01T02:03:04Z"


def image(*accounts: str, groups: tuple[str, ...] = (), is_seen: bool = True, **details: Any) -> AuditedImage:
    described = {"image_id": IMAGE, "status": "Available", "is_used": True, **details}
    return AuditedImage(
        Image(region=REGION, owner_id=OWNER, owner_alias="self", **described),
        dict.fromkeys(accounts, SINCE),
        groups,
        is_seen=is_seen,
    )


def found(
    *images: AuditedImage,
    states: Mapping[str, str] | None = None,
    allowed: frozenset[str] | None = None,
    names: Mapping[str, str] | None = None,
) -> list[Finding]:
    stacks: list[StackImages] = [read_stack(name, text) for name, text in (states or {}).items()]
    seen = Seen(OWNER, with_managers(images, stacks), stacks, allowed, names or {})
    return list(judge(seen))


def kinds(findings: list[Finding]) -> list[Kind]:
    return [finding.kind for finding in findings]


def test_an_image_that_is_shared_as_its_stack_has_it_is_no_finding() -> None:
    state = exported(share(IMAGE, PAYMENTS, DATA))
    assert found(image(PAYMENTS, DATA), states={"dev": state}, allowed=frozenset({PAYMENTS, DATA})) == []


def test_without_a_state_or_an_allowlist_sharing_is_no_finding() -> None:
    assert found(image(PAYMENTS)) == []


def test_accounts_off_the_allowlist_are_named_with_where_to_drop_them() -> None:
    state = exported(share(IMAGE, PAYMENTS, WEB))
    [finding] = found(
        image(PAYMENTS, WEB), states={"dev": state}, allowed=frozenset({PAYMENTS}), names={WEB: "the web team"}
    )
    assert (finding.kind, finding.accounts) == (Kind.NOT_ALLOWED, (WEB,))
    assert finding.sentence == (
        f"Account the web team ({WEB}) can launch it and is not on the allowlist: drop it from shop/dev: golden and "
        "run `pulumi up`, or add it to the list."
    )


def test_an_allowlist_of_nobody_allows_nobody() -> None:
    assert kinds(found(image(PAYMENTS), allowed=frozenset())) == [Kind.NOT_ALLOWED]


def test_a_community_image_and_share_groups_are_findings_whoever_manages_the_image() -> None:
    assert kinds(found(image(is_public=True), image(groups=("all",)))) == [Kind.COMMUNITY, Kind.SHARE_GROUP]


def test_an_image_that_no_given_stack_manages_is_one_to_adopt() -> None:
    [finding] = found(image(PAYMENTS), states={"dev": exported()})
    assert (finding.kind, finding.accounts) == (Kind.UNMANAGED, (PAYMENTS,))
    assert "--adopt" in finding.sentence


def test_accounts_beside_shares_that_are_not_exclusive_are_unmanaged() -> None:
    [finding] = found(image(PAYMENTS, WEB), states={"dev": exported(share(IMAGE, PAYMENTS, exclusive=False))})
    assert (finding.kind, finding.accounts) == (Kind.UNMANAGED, (WEB,))
    assert "--adopt" not in finding.sentence


def test_accounts_beside_an_exclusive_share_are_drift() -> None:
    [finding] = found(image(PAYMENTS, WEB), states={"dev": exported(share(IMAGE, PAYMENTS))})
    assert (finding.kind, finding.accounts) == (Kind.DRIFT, (WEB,))


def test_accounts_that_lost_access_are_drift() -> None:
    [finding] = found(image(PAYMENTS), states={"dev": exported(share(IMAGE, PAYMENTS, WEB))})
    assert (finding.kind, finding.accounts) == (Kind.DRIFT, (WEB,))
    assert "`pulumi up --refresh`" in finding.sentence


def test_of_an_image_that_could_not_be_looked_at_nothing_is_said() -> None:
    assert found(image(is_seen=False, is_used=False), states={"dev": exported(share(IMAGE, PAYMENTS))}) == []


def test_secret_accounts_are_not_taken_for_drift() -> None:
    hidden = share(IMAGE, secret_accounts={**SECRET, "ciphertext": "v1:abc"})
    assert found(image(PAYMENTS), states={"dev": exported(hidden)}) == []
    beside = exported(hidden, share(IMAGE, WEB, name="other", exclusive=False))
    assert Kind.DRIFT not in kinds(found(image(PAYMENTS, WEB), states={"dev": beside}))


def test_two_resources_that_list_one_account_are_two_managers() -> None:
    first = exported(share(IMAGE, PAYMENTS, DATA, exclusive=False))
    second = exported(share(IMAGE, DATA, exclusive=False, stack="prod"))
    [finding] = found(image(PAYMENTS, DATA), states={"dev": first, "prod": second})
    assert (finding.kind, finding.accounts) == (Kind.SEVERAL_MANAGERS, (DATA,))
    assert "shop/dev: golden and shop/prod: golden" in finding.sentence


def test_an_exclusive_share_beside_another_is_a_finding_though_no_account_is_listed_twice() -> None:
    state = exported(share(IMAGE, PAYMENTS), share(IMAGE, DATA, name="other", exclusive=False))
    findings = found(image(PAYMENTS, DATA), states={"dev": state})
    assert kinds(findings) == [Kind.SEVERAL_MANAGERS]
    assert findings[0].accounts == ()


def test_a_share_that_is_being_replaced_is_one_manager() -> None:
    state = exported(share(IMAGE, PAYMENTS), share(IMAGE, PAYMENTS, delete=True))
    assert found(image(PAYMENTS), states={"dev": state}) == []


def test_access_that_an_update_was_to_take_away_is_a_finding_until_it_is_gone() -> None:
    state = exported(share(IMAGE, PAYMENTS, WEB, delete=True), share(IMAGE, WEB, name="other", exclusive=False))
    [finding] = found(image(PAYMENTS, WEB), states={"dev": state})
    assert (finding.kind, finding.accounts) == (Kind.NOT_UNSHARED, (PAYMENTS,))
    assert found(image(WEB), states={"dev": state}) == []


def test_an_account_that_the_program_does_not_list_is_not_said_to_be_dropped_from_it() -> None:
    advice = {}
    for exclusive in (True, False):
        state = exported(share(IMAGE, PAYMENTS, exclusive=exclusive))
        findings = found(image(PAYMENTS, WEB), states={"dev": state}, allowed=frozenset({PAYMENTS}))
        [advice[exclusive]] = [finding.sentence for finding in findings if finding.kind is Kind.NOT_ALLOWED]
    assert "`pulumi up --refresh` there unshares it" in advice[True]
    assert "unshare it in the console" in advice[False]


def test_what_cannot_be_shared_again_is_not_promised() -> None:
    [finding] = found(image(status="Deprecated"), states={"dev": exported(share(IMAGE, PAYMENTS))})
    assert "it can be shared again once its status, 'Deprecated', is Available" in finding.sentence


def test_an_image_that_nobody_uses_is_worth_knowing() -> None:
    [finding] = found(image(is_used=False))
    assert finding.kind is Kind.UNUSED
    assert finding.is_note
    for used in (
        image(),
        image(PAYMENTS, is_used=False),
        image(is_used=None),
        image(is_used=False, status="Creating"),
    ):
        assert found(used) == []


def test_a_copy_that_a_rotation_keeps_is_worth_knowing() -> None:
    distribution = resource(DISTRIBUTION, "images", "", {"images": ["m-new0000001", "m-old0000001"]})
    state = exported(distribution, copy(IMAGE, parent=distribution["urn"], of="m-old0000001"))
    [finding] = found(image(), states={"dev": state})
    assert finding.kind is Kind.KEPT
    assert finding.is_note
    assert finding.sentence == "shop/dev: images keeps this copy of an earlier image."


def test_a_copy_that_no_given_stack_has_is_worth_knowing_with_who_made_it() -> None:
    tags = {"pulumi-image-copy": "shop/old/golden-copy 0123456789abcdef 0123456789ab"}
    [finding] = found(image(tags=tags), states={"dev": exported()})
    assert finding.kind is Kind.KEPT
    assert "a copy that shop/old/golden-copy made" in finding.sentence
    assert "delete" not in finding.sentence
    for kept_quiet in (
        image(PAYMENTS, tags=tags),
        image(tags=tags, status="Creating"),
        image(tags=tags, name="copying-x"),
    ):
        assert Kind.KEPT not in kinds(found(kept_quiet, states={"dev": exported()}))
    assert found(image(tags=tags)) == []
    assert found(image(tags=tags), states={"dev": exported(copy(IMAGE))}) == []


def test_findings_come_in_the_order_of_their_kinds_problems_first() -> None:
    findings = found(
        image(image_id="m-a00000001", is_used=False),
        image(PAYMENTS, image_id="m-b00000001", is_public=True),
        states={"dev": exported()},
        allowed=frozenset(),
    )
    assert kinds(findings) == [Kind.NOT_ALLOWED, Kind.COMMUNITY, Kind.UNMANAGED, Kind.UNUSED]


def test_an_update_that_is_to_unshare_what_another_stack_shares_is_told_with_whose_access_it_takes() -> None:
    states = {
        "dev": exported(share(IMAGE, PAYMENTS, WEB, exclusive=False, delete=True)),
        "two": exported(share(IMAGE, PAYMENTS, exclusive=False, stack="two")),
    }
    shared_twice, left = found(image(PAYMENTS, WEB), states=states)
    assert (shared_twice.kind, shared_twice.accounts) == (Kind.SEVERAL_MANAGERS, (PAYMENTS,))
    assert (left.kind, left.accounts) == (Kind.NOT_UNSHARED, (WEB,))
    assert f"it takes access from {PAYMENTS}, until `pulumi up --refresh` of shop/two: golden" in left.sentence


def test_what_a_program_gives_up_and_leaves_as_it_is_is_unmanaged() -> None:
    retained = exported(share(IMAGE, PAYMENTS, delete=True, retainOnDelete=True))
    assert kinds(found(image(PAYMENTS), states={"dev": retained})) == [Kind.UNMANAGED]


def test_no_refresh_is_advised_for_an_exclusive_share_that_is_not_alone() -> None:
    states = {
        "dev": exported(share(IMAGE, PAYMENTS)),
        "two": exported(share(IMAGE, DATA, exclusive=False, stack="two")),
    }
    [drift, _] = found(image(DATA), states=states)
    assert (drift.kind, drift.accounts) == (Kind.DRIFT, (PAYMENTS,))
    assert "--refresh" not in drift.sentence


def test_two_shares_of_one_stack_are_ended_by_a_whole_update() -> None:
    state = exported(share(IMAGE, PAYMENTS), share(IMAGE, PAYMENTS, name="renamed"))
    [finding] = found(image(PAYMENTS), states={"dev": state})
    assert "a whole `pulumi up` ends that" in finding.sentence
