"""What docs/validations.md says of validation is what the code says: no message more, none less."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import pulumi
import pytest

from pulumi_alicloud_image_share import BadArguments, ConfigError, EcsUnavailable, ImageShareError
from pulumi_alicloud_image_share.cloud.credentials import find_credential
from pulumi_alicloud_image_share.cloud.model import Image, Sharing, not_found_sentence
from pulumi_alicloud_image_share.cloud.settings import read_settings
from pulumi_alicloud_image_share.dynamic.options import check_options
from pulumi_alicloud_image_share.errors import RuleBroken
from pulumi_alicloud_image_share.resource.images import check_gone
from pulumi_alicloud_image_share.share.ledger import Ledger, conflicts
from pulumi_alicloud_image_share.share.record import Share, parse
from pulumi_alicloud_image_share.share.rules import (
    account_problems,
    conflict_problem,
    guard_problems,
    image_problems,
    owner_problems,
)
from support.pages import page, rows

OWNER, PAYMENTS, DATA, PARTNER = "1000000000000001", "1000000000000002", "1000000000000003", "1000000000000005"
IMAGE_ID, REGION = "m-bp1golden00000000001", "cn-hangzhou"
IMAGE = Image(IMAGE_ID, REGION, OWNER, "self", "Available")
SPEC = Share(IMAGE_ID, REGION, {PAYMENTS: "payments"})
TEN = {str(2000000000000001 + n): "" for n in range(10)}
URN = "urn:pulumi:dev::shop::pulumi-python:dynamic/alicloud-image-share:ImageShare::"
MESSAGES = [row[1] for row in rows(page("docs/validations.md"))]


@dataclass
class Provider:
    """An explicit provider, as far as options are judged by it."""

    package: str


@dataclass
class Parent:
    """A parent that hands its provider on to children of the provider's package."""

    provider: Provider

    def get_provider(self, token: str) -> Provider | None:
        return self.provider if token.partition(":")[0] == self.provider.package else None


@dataclass
class Asker:
    """An account that asks ECS for an image; where it can't be told which account, `error` says why."""

    account: str = PAYMENTS
    sees: Image | None = None
    error: ImageShareError | None = field(default=None)

    def image(self, region: str, image_id: str) -> Image | None:
        return self.sees

    def caller_account(self) -> str:
        if self.error:
            raise self.error
        return self.account


def parsing(**inputs: Any) -> str:
    region = inputs.pop("default_region", REGION)
    [problem] = parse({"image_id": IMAGE_ID, "accounts": [PAYMENTS], **inputs}, region)[1]
    return problem.sentence


def judging(**changes: Any) -> str:
    [problem] = image_problems(SPEC, replace(IMAGE, **changes))
    return problem.sentence


def comparing(spec: Share, live: Sharing) -> str:
    [problem] = account_problems(spec, IMAGE, live, claims=True)
    return problem.sentence


def shared_with(*accounts: str) -> Sharing:
    return Sharing(accounts=dict.fromkeys(accounts, ""))


def without_credentials() -> str:
    with pytest.raises(ConfigError) as error:
        find_credential(read_settings({}.get, {}))
    return str(error.value)


def beside(other: Share) -> str:
    """What a share is told beside another of its program."""
    ledger = Ledger()
    for name, share in (("silver", other), ("golden", SPEC)):
        ledger.want(f"{URN}{name}", share)
    [(urn, twice)] = conflicts(ledger.claims(f"{SPEC.region}:{SPEC.image_id}"), f"{URN}golden")
    return conflict_problem(SPEC, f"{URN}golden", urn, twice).sentence


def optioned(**options: Any) -> str:
    given = pulumi.ResourceOptions(**options)
    with pytest.raises(BadArguments) as error:
        check_options("ImageShare 'golden'", given, names_identity=False, accounts={"payments": PAYMENTS})
    [sentence] = error.value.sentences
    return sentence


def not_found(asker: Asker, owner_id: str = OWNER) -> str:
    with pytest.raises(RuleBroken) as error:
        check_gone(asker, REGION, IMAGE_ID, owner_id, "it can't be unshared")
    [sentence] = error.value.sentences
    return sentence


NO_ANSWER = EcsUnavailable("GetCallerIdentity", "NoAnswer", "no usable answer from sts.aliyuncs.com")

SENTENCES = {
    "a number": parsing(accounts=[1000000000000002]),
    "a RAM user": parsing(accounts=["alice@example"]),
    "an ARN": parsing(accounts=[f"acs:ram::{PAYMENTS}:user/alice"]),
    "spaces": parsing(accounts=[f" {PAYMENTS}"]),
    "digits": parsing(accounts=["0123456789"]),
    "empty": parsing(accounts=[""]),
    "an ID as a name": parsing(accounts={DATA: PAYMENTS}),
    "twice": parsing(accounts={"payments": PAYMENTS, "billing": PAYMENTS}),
    "none": parsing(accounts=[]),
    "too many": parsing(accounts=list(TEN), max_accounts=8),
    "image ID": parsing(image_id="ami-0123456789"),
    "unknown argument": parsing(acounts=[]),
    "no region": parsing(default_region=None),
    "no credentials": without_credentials(),
    "too many unshared": guard_problems(replace(SPEC, accounts=dict(list(TEN.items())[:6])), TEN)[0].sentence,
    "listed by two": beside(replace(SPEC, exclusive=False)),
    "two exclusive": beside(replace(SPEC, accounts={DATA: ""})),
    "not there": not_found_sentence(IMAGE_ID, "eu-central-1"),
    "another's": judging(owner_alias="others", owner_id=PARTNER),
    "public": judging(owner_alias="system"),
    "Marketplace": judging(owner_alias="marketplace"),
    "community": judging(is_public=True),
    "based on Marketplace": judging(product_code="cmjj012345"),
    "in the making": judging(status="Creating", progress="45%"),
    "deprecated": judging(status="Deprecated"),
    "the owner": owner_problems(replace(SPEC, accounts={OWNER: ""}), IMAGE)[0].sentence,
    "the credentials of another owner": owner_problems(
        SPEC, IMAGE, replace(SPEC, image_id="m-bp1golden00000000009", owner_id=PARTNER)
    )[0].sentence,
    "over the quota": comparing(
        replace(SPEC, accounts=TEN, exclusive=False), shared_with(*(str(n) for n in range(1, 46)))
    ),
    "not listed": comparing(SPEC, shared_with(DATA)),
    "share groups": comparing(SPEC, Sharing(groups=("partners",))),
    "a provider": optioned(provider=Provider("alicloud")),
    "a parent's provider": optioned(parent=Parent(Provider("alicloud"))),
    "a process of its own": optioned(provider=Provider("pulumi-python")),
    "a parent's process of its own": optioned(parent=Parent(Provider("pulumi-python"))),
    "a version": optioned(version="1.2.3"),
    "deleted with": optioned(deleted_with=Parent(Provider("alicloud"))),
    "an account's name": optioned(ignore_changes=['accounts["payments"]']),
    "a timeout": optioned(custom_timeouts=pulumi.CustomTimeouts(create="soon")),
    "another account": not_found(Asker()),
    "a consumer": not_found(Asker(sees=replace(IMAGE, owner_alias="others"))),
    "nobody knows": not_found(Asker(error=NO_ANSWER)),
    "no owner in the state": not_found(Asker(), owner_id=""),
}


@pytest.mark.parametrize("case", SENTENCES)
def test_each_validation_stands_in_the_page_with_its_message(case: str) -> None:
    assert SENTENCES[case] in MESSAGES


def test_the_page_has_no_other_message() -> None:
    assert sorted(set(MESSAGES) - set(SENTENCES.values())) == []


def test_the_owner_is_told_that_an_image_is_gone_by_no_message_at_all() -> None:
    check_gone(Asker(OWNER), REGION, IMAGE_ID, OWNER, "it can't be unshared")
