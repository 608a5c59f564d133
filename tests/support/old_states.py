"""States that version 0.1.0 wrote before its house was rebuilt: what made each, and what the emulator held then."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pulumi

from ecs_emulator import Emulator
from pulumi_alicloud_image_share import ImageCopy, ImageShare
from pulumi_alicloud_image_share.dynamic.facts import RESOURCE

Program = Callable[[], None]

FOLDER = Path(__file__).resolve().parent / "states_of_0_1"
STACK, PROJECT = "dev", "shop"
ENDPOINT = "ENDPOINT-OF-THE-EMULATOR"
"""What the states have for host and port of the emulator, which the stack's configuration names."""

HANGZHOU, SHANGHAI, BEIJING = "cn-hangzhou", "cn-shanghai", "cn-beijing"
GOLDEN, NEXT = "m-bp1golden20240501aa0a1", "m-bp1golden20240601bb0b2"
"""Images of the emulator's default seed, in Hangzhou, of account owner."""
PAYMENTS, DATA, WEB = "1000000000000002", "1000000000000003", "1000000000000004"
SHARER = "acs:ram::1000000000000001:role/image-sharer"


# -- programs ---------------------------------------------------------------------------------------------------------


def share_with_a_list(image_id: str = GOLDEN, name: str = "golden") -> Program:
    def program() -> None:
        share = ImageShare(name, image_id=image_id, accounts=[PAYMENTS, DATA])
        pulumi.export("accounts", share.account_ids)
        pulumi.export("shared_at", share.shared_at)

    return program


def share_with_names(image_id: str = GOLDEN) -> Program:
    def program() -> None:
        share = ImageShare(
            "golden",
            image_id=image_id,
            accounts={"payments": PAYMENTS, "data": DATA, "web": WEB},
            region=HANGZHOU,
            exclusive=False,
            max_accounts=45,
            max_unshare_percent=12.5,
        )
        pulumi.export("names", share.accounts)
        pulumi.export("exclusive", share.exclusive)

    return program


def share_with_a_secret_account(image_id: str = GOLDEN) -> Program:
    def program() -> None:
        share = ImageShare(
            "golden", image_id=image_id, accounts={"payments": PAYMENTS, "partner": pulumi.Output.secret(DATA)}
        )
        pulumi.export("accounts", share.account_ids)

    return program


def named_copy(source_image_id: str = GOLDEN) -> Program:
    def program() -> None:
        copied = ImageCopy(
            "golden",
            source_image_id=source_image_id,
            region=BEIJING,
            name="golden-beijing",
            description="Hardened",
            family="golden",
            tags={"team": "platform", "stage": "live"},
        )
        ImageShare("golden-beijing", image_id=copied.image_id, region=BEIJING, accounts={"payments": PAYMENTS})
        for output in ("image_id", "name", "family", "tags", "encrypted", "kms_key_id", "size", "created_at"):
            pulumi.export(output, getattr(copied, output))

    return program


def unnamed_copy(source_image_id: str = GOLDEN) -> Program:
    def program() -> None:
        copied = ImageCopy("golden", source_image_id=source_image_id, region=BEIJING)
        ImageShare("golden-beijing", image_id=copied.image_id, region=BEIJING, accounts=[PAYMENTS])
        pulumi.export("name", copied.name)

    return program


def share_as_a_role(image_id: str = GOLDEN) -> Program:
    def program() -> None:
        share = ImageShare("golden", image_id=image_id, accounts=[PAYMENTS], assume_role={"role_arn": SHARER})
        pulumi.export("accounts", share.account_ids)

    return program


# -- cases ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Case:
    """A state, the program that made it, and who runs it."""

    program: Program
    world: str
    caller: tuple[str, str] = ("owner", "")
    """The account, and its RAM user or "" for the account's own key."""


CASES = {
    "share-of-a-list": Case(share_with_a_list(), "a"),
    "share-with-names": Case(share_with_names(), "b"),
    "share-with-a-secret": Case(share_with_a_secret_account(), "c"),
    "share-as-a-role": Case(share_as_a_role(), "h", ("data", "pipeline")),
    "named-copy": Case(named_copy(), "d"),
    "unnamed-copy": Case(unnamed_copy(), "e"),
}


def config_of(case: Case, ecs: Emulator) -> dict[str, str]:
    """The stack's configuration: that of the fixture `ecs_config`, with the address of STS and the case's caller."""
    account, user = case.caller
    key = next(u for u in ecs.account(account).ram_users if u.name == user) if user else ecs.account(account)
    return {
        "alicloud:region": HANGZHOU,
        "alicloud:accessKey": key.access_key_id,
        "alicloud:secretKey": key.access_key_secret,
        "alicloud:endpoints": endpoints(ecs.endpoint),
        "alicloud:protocol": "HTTP",
        "image-share:retrySeconds": "5",
        "image-share:visibleSeconds": "5",
    }


def endpoints(endpoint: str) -> str:
    return json.dumps([{"ecs": endpoint, "sts": endpoint}])


def prepare(case: Case, ecs: Emulator) -> None:
    """Let an emulator that was just started with its default seed hold what it held when the state was made."""
    for wanted in json.loads((FOLDER / "worlds.json").read_text())[case.world]:
        image_of_the_world(ecs, wanted)


def image_of_the_world(ecs: Emulator, wanted: Mapping[str, Any]) -> None:
    region, image_id = wanted["region"], wanted["image_id"]
    if not wanted["seeded"]:
        described = ("name", "description", "family", "encrypted", "size", "tags")
        ecs.console.create_image(
            region, wanted["owner"], image_id=image_id, **{name: wanted[name] for name in described}
        )
    ecs.console.share(region, image_id, *wanted["shared_with"])
    with ecs.cloud.lock:
        image = ecs.cloud.images.find(region, image_id)
        assert image is not None
        # A refresh would show other times as drift.
        image.is_copied, image.created = wanted["is_copied"], _time(wanted["created"])
        image.shares.current.update({account: _time(at) for account, at in wanted["shared_with"].items()})


def deployment_of(name: str, ecs: Emulator) -> dict[str, Any]:
    """The state, with this emulator's address."""
    exported = json.loads((FOLDER / f"{name}.json").read_text().replace(ENDPOINT, ecs.endpoint))
    deployment: dict[str, Any] = exported["deployment"]
    return deployment


def _time(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)


# -- the pickled provider ---------------------------------------------------------------------------------------------

OLD_PROVIDERS = {
    "ImageShareProvider": {
        2: "gAJjcHVsdW1pX2FsaWNsb3VkX2ltYWdlX3NoYXJlLmR5bmFtaWMKSW1hZ2VTaGFyZVByb3ZpZGVyCnEAKYFxAX1xAmIu",
        4: "gASVRAAAAAAAAACMI3B1bHVtaV9hbGljbG91ZF9pbWFnZV9zaGFyZS5keW5hbWlj"
        "lIwSSW1hZ2VTaGFyZVByb3ZpZGVylJOUKYGUfZRiLg==",
        5: "gAWVRAAAAAAAAACMI3B1bHVtaV9hbGljbG91ZF9pbWFnZV9zaGFyZS5keW5hbWlj"
        "lIwSSW1hZ2VTaGFyZVByb3ZpZGVylJOUKYGUfZRiLg==",
    },
    "ImageCopyProvider": {
        2: "gAJjcHVsdW1pX2FsaWNsb3VkX2ltYWdlX3NoYXJlLmR5bmFtaWMKSW1hZ2VDb3B5UHJvdmlkZXIKcQApgXEBfXECYi4=",
        4: "gASVQwAAAAAAAACMI3B1bHVtaV9hbGljbG91ZF9pbWFnZV9zaGFyZS5keW5hbWljlIwRSW1hZ2VDb3B5UHJvdmlkZXKUk5QpgZR9lGIu",
        5: "gAWVQwAAAAAAAACMI3B1bHVtaV9hbGljbG91ZF9pbWFnZV9zaGFyZS5keW5hbWljlIwRSW1hZ2VDb3B5UHJvdmlkZXKUk5QpgZR9lGIu",
    },
}
"""What the earlier version wrote as `__provider`, by pickle protocol: 4 is the default before Python 3.14, then 5."""


def repickled(deployment: Mapping[str, Any], protocol: int) -> dict[str, Any]:
    """The deployment with each `__provider`, of inputs and of outputs, as the old code wrote it by another protocol."""
    others = {text: by[protocol] for by in OLD_PROVIDERS.values() for text in by.values()}
    changed = copy.deepcopy(dict(deployment))
    for resource in changed["resources"]:
        for properties in (resource.get("inputs", {}), resource.get("outputs", {})):
            if "__provider" in properties:
                properties["__provider"] = others[properties["__provider"]]
    return changed


def without_facts(deployment: Mapping[str, Any]) -> dict[str, Any]:
    """The deployment without what only later versions write of a resource."""
    changed = copy.deepcopy(dict(deployment))
    for resource in changed["resources"]:
        for properties in (resource.get("inputs", {}), resource.get("outputs", {})):
            properties.pop(RESOURCE, None)
    return changed
