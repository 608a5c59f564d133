"""Audits made by hand, for what shows them."""

from __future__ import annotations

from pulumi_alicloud_image_share.audit.model import Audit, AuditedImage, Finding, Kind, Manager, Unseen
from pulumi_alicloud_image_share.cloud.model import Image

OWNER = "1000000000000001"
REGIONS = ("ap-southeast-1", "cn-hangzhou", "cn-shanghai", "eu-central-1")
TEAMS = ("payments", "data", "web", "search", "billing", "risk-and-compliance", "mobile", "platform")
SENTENCES = {
    Kind.NOT_ALLOWED: "account {account} can launch image {image}, and is not on the allowlist: unshare or allow it.",
    Kind.COMMUNITY: "every account can launch image {image}: make it private if that is not meant.",
    Kind.SHARE_GROUP: "image {image} is shared with share group rsg-1, whose accounts ECS does not name.",
    Kind.UNMANAGED: "image {image} is shared, and no stack that was given manages that: import it.",
    Kind.DRIFT: "account {account} has access to image {image}, and the state of stack prod does not have it.",
    Kind.SEVERAL_MANAGERS: "prod: golden and staging: golden both manage account {account} on image {image}.",
    Kind.GONE: "the state of stack prod has image {image}, which is not there.",
    Kind.UNUSED: "nobody uses image {image}: no instance of this account was made of it, and no other account may.",
    Kind.KEPT: "image {image} is an old copy that a rotation keeps.",
}


def an_account(number: int) -> str:
    """The ID of an account that is not the owner."""
    return str(int(OWNER) + 1 + number)


def an_image(number: int = 0, name: str | None = None, is_public: bool = False) -> Image:
    """An image of the owner's; its name tells its number unless one is given."""
    return Image(
        image_id=f"m-bp1golden{number:09}",
        region=REGIONS[number % len(REGIONS)],
        owner_id=OWNER,
        owner_alias="self",
        status="Available",
        is_public=is_public,
        name=f"golden-{number:04}" if name is None else name,
        created_at="2026-11-01T00:00:00Z",
    )


def a_manager(image: Image, stack: str = "prod") -> Manager:
    """A resource of a stack that manages who may use the image."""
    urn = f"urn:pulumi:{stack}::images::pulumi-python:dynamic/alicloud-image-share:ImageShare::{image.name}"
    return Manager(stack, urn, image.region, image.image_id, frozenset())


def a_finding(kind: Kind, image: Image, account: str = "") -> Finding:
    """A finding of that kind, in a sentence like those of an audit."""
    sentence = SENTENCES[kind].format(image=image.image_id, account=account)
    return Finding(kind, image.region, image.image_id, sentence, (account,) if account else ())


def an_audit(images: int = 8, accounts: int = 6, every: int = 3, unseen: int = 0) -> Audit:
    """An audit in which there is something of everything that a page shows.

    Args:
        images: How many images there are. Each tenth is the owner's alone, the second is a community image, the
            third is shared with a share group too.
        accounts: How many accounts have access. The last is not on the allowlist.
        every: Of how many accounts one has access to an image.
        unseen: How many things could not be looked at; so many images, from the fourth, were not seen either.
    """
    everybody = [an_account(number) for number in range(accounts)]
    why = "Forbidden.RAM: ecs:DescribeImages is needed."
    names = {account: _team(number) for number, account in enumerate(everybody) if number % 7 != 6}
    audited = [_audited(number, everybody, every, 3 <= number < 3 + unseen) for number in range(images)]
    audited.sort(key=lambda seen: (seen.image.region, seen.image.image_id))
    return Audit(
        account_id=OWNER,
        regions=REGIONS,
        taken_at="2026-11-29T05:00:00Z",
        images=tuple(audited),
        findings=_findings(audited, everybody[-1] if everybody else ""),
        unseen=tuple(Unseen(f"region cn-north-{n}", why) for n in range(unseen)),
        names={OWNER: "owner", **names},
        allowed=frozenset(everybody[:-1]),
        stacks=("prod", "staging.json"),
    )


def _team(number: int) -> str:
    again = number // len(TEAMS)
    return TEAMS[number % len(TEAMS)] + (f"-{again}" if again else "")


def _audited(number: int, everybody: list[str], every: int, is_hidden: bool) -> AuditedImage:
    image = an_image(number, is_public=number == 1)
    managers = (a_manager(image),) if number % 4 else ()
    if is_hidden:
        return AuditedImage(image, managers=managers, is_seen=False)
    if number % 10 == 9:
        return AuditedImage(image)
    shared = {
        account: f"20{20 + (number + n) % 7}-{1 + n % 12:02}-{1 + number % 28:02}T07:38:52Z"
        for n, account in enumerate(everybody)
        if (number + n) % every == 0
    }
    return AuditedImage(image, shared, ("rsg-1",) if number == 2 else (), managers)


def _findings(audited: list[AuditedImage], stranger: str) -> tuple[Finding, ...]:
    found = []
    for seen in audited:
        if stranger in seen.accounts:
            found.append(a_finding(Kind.NOT_ALLOWED, seen.image, stranger))
        if seen.image.is_public:
            found.append(a_finding(Kind.COMMUNITY, seen.image))
        if seen.groups:
            found.append(a_finding(Kind.SHARE_GROUP, seen.image))
        if seen.is_shared and not seen.managers:
            found.append(a_finding(Kind.UNMANAGED, seen.image))
        if not seen.is_shared and seen.is_seen:
            found.append(a_finding(Kind.UNUSED, seen.image))
    found.append(a_finding(Kind.GONE, an_image(9999)))
    found.append(a_finding(Kind.KEPT, audited[0].image if audited else an_image()))
    order = list(Kind)
    return tuple(sorted(found, key=lambda finding: (finding.is_note, order.index(finding.kind))))
