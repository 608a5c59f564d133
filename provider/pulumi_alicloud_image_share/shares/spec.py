"""What a program asks for of a share, and every documented rule that needs no API call.

The rules come from the reference of ModifyImageSharePermission in Alibaba Cloud's ECS documentation:
https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-modifyimagesharepermission
Pure: nothing is called, nothing is raised for bad input. What is wrong comes back as
`Problem`, all of them at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from ..accounts import named, parse_accounts
from ..arguments import (
    UNKNOWN,
    Problem,
    Unknown,
    is_number,
    parse_flag,
    parse_image_id,
    parse_region,
    shown,
    unknown_argument,
)
from ..cloud.identity import (
    IDENTITY_ARGUMENTS,
    STACKS_OWN,
    Identity,
    normalise_identity,
    parse_identity,
    restore_identity,
)

ARGUMENTS: Final = (
    "image_id",
    "accounts",
    "region",
    "exclusive",
    "max_accounts",
    "max_unshare_percent",
    "allow_marketplace_based",
    *IDENTITY_ARGUMENTS,
)
DEFAULT_MAX_ACCOUNTS: Final = 50
"""Accounts an image can be shared with, as documented. Quota Center can raise it, so it is a default."""
DEFAULT_MAX_UNSHARE_PERCENT: Final = 30
FEWEST_ACCOUNTS_GUARDED: Final = 10
"""`max_unshare_percent` guards shares of at least so many accounts: of a few, any one is a large part."""

_MOST_ACCOUNTS = 1_000_000


@dataclass(frozen=True)
class ShareSpec:
    """What a program asks for: this image, in this region, shared with these accounts.

    Attributes:
        image_id: The custom image's ID, `UNKNOWN` while the preview can't know it.
        region: The region's ID, such as "cn-hangzhou".
        accounts: Account ID to the program's name for it, "" for none. Only those that are known.
        unknown_accounts: How many more accounts the program lists whose IDs are not known yet.
            `UNKNOWN` where not even their number is.
        exclusive: Whether accounts that the program does not list are drift.
        max_accounts: Accounts that the image may be shared with, by all who share it.
        max_unshare_percent: How many per cent of at least 10 accounts one update may unshare.
        allow_marketplace_based: Whether ECS decides if an image based on one of the Marketplace can be shared.
        identity: As whom to call ECS.
    """

    image_id: str | Unknown
    region: str | Unknown
    accounts: Mapping[str, str] = field(default_factory=dict)
    unknown_accounts: int | Unknown = 0
    exclusive: bool | Unknown = True
    max_accounts: int | Unknown = DEFAULT_MAX_ACCOUNTS
    max_unshare_percent: float | Unknown = DEFAULT_MAX_UNSHARE_PERCENT
    allow_marketplace_based: bool | Unknown = False
    identity: Identity | Unknown = STACKS_OWN

    @property
    def all_accounts_known(self) -> bool:
        """Whether `accounts` is all that the program lists."""
        return self.unknown_accounts == 0

    @property
    def is_known(self) -> bool:
        """Whether image, region and all accounts are known."""
        return self.image_id is not UNKNOWN and self.region is not UNKNOWN and self.all_accounts_known

    @property
    def account_ids(self) -> tuple[str, ...]:
        """The known account IDs, sorted."""
        return tuple(sorted(self.accounts))

    def named(self, account_id: str) -> str:
        """The account as a person would say it: "payments (1000000000000002)"."""
        return named(account_id, self.accounts)


def parse(
    inputs: Mapping[str, Any], default_region: str | None, *, may_be_empty: bool = False
) -> tuple[ShareSpec, list[Problem]]:
    """Read what a program says.

    Args:
        inputs: The arguments as the program gives them; `UNKNOWN` may stand anywhere, also inside `accounts`.
        default_region: The region of the configuration or the environment, None if there is none.
        may_be_empty: Whether no account is no mistake, as where the engine hands back that all were unshared.

    Returns:
        What is asked for, as far as it can be read, and every rule that it breaks. Unknown values break none.
    """
    problems: list[Problem] = []
    accounts, unknown_accounts = parse_accounts(inputs.get("accounts"), problems, may_be_empty=may_be_empty)
    spec = ShareSpec(
        image_id=parse_image_id(inputs.get("image_id"), problems),
        region=parse_region(inputs.get("region"), default_region, problems),
        accounts=accounts,
        unknown_accounts=unknown_accounts,
        exclusive=parse_flag("exclusive", inputs.get("exclusive"), True, problems),
        max_accounts=_max_accounts(inputs.get("max_accounts"), problems),
        max_unshare_percent=_max_unshare_percent(inputs.get("max_unshare_percent"), problems),
        allow_marketplace_based=parse_flag(
            "allow_marketplace_based", inputs.get("allow_marketplace_based"), False, problems
        ),
        identity=parse_identity(inputs, problems),
    )
    problems += _count_problems(spec)
    problems += [unknown_argument("ImageShare", name, ARGUMENTS) for name in inputs if name not in ARGUMENTS]
    return spec, list(dict.fromkeys(problems))


def restore(inputs: Mapping[str, Any]) -> ShareSpec:
    """Read back what `normalise` wrote: it broke no rule then. Numbers may have come back as floats."""
    accounts = inputs["accounts"]
    max_accounts = inputs.get("max_accounts", DEFAULT_MAX_ACCOUNTS)
    return ShareSpec(
        image_id=inputs["image_id"],
        region=inputs["region"],
        accounts={} if accounts is UNKNOWN else accounts,
        unknown_accounts=UNKNOWN if accounts is UNKNOWN else 0,
        exclusive=inputs.get("exclusive", True),
        max_accounts=UNKNOWN if max_accounts is UNKNOWN else int(max_accounts),
        max_unshare_percent=inputs.get("max_unshare_percent", DEFAULT_MAX_UNSHARE_PERCENT),
        allow_marketplace_based=inputs.get("allow_marketplace_based", False),
        identity=restore_identity(inputs),
    )


def normalise(spec: ShareSpec) -> dict[str, Any]:
    """Write a spec as the state keeps it: accounts keyed by account ID, so that a preview names who comes and goes.

    Where any account ID is not known yet, `accounts` as a whole is not.
    """
    # Left out where it is not asked for, so that what was shared before there was such an argument does not change.
    allowed = spec.allow_marketplace_based
    return {
        "image_id": spec.image_id,
        "region": spec.region,
        "accounts": dict(sorted(spec.accounts.items())) if spec.all_accounts_known else UNKNOWN,
        "exclusive": spec.exclusive,
        "max_accounts": spec.max_accounts,
        "max_unshare_percent": spec.max_unshare_percent,
        **({} if allowed is False else {"allow_marketplace_based": allowed}),
        **normalise_identity(spec.identity),
    }


def _max_accounts(value: object, problems: list[Problem]) -> int | Unknown:
    if value is None:
        return DEFAULT_MAX_ACCOUNTS
    if value is UNKNOWN:
        return UNKNOWN
    if is_number(value) and 1 <= value <= _MOST_ACCOUNTS and value == int(value):
        return int(value)
    problems.append(
        Problem("max_accounts", f"max_accounts must be a whole number of accounts, at least 1, not {shown(value)}.")
    )
    return UNKNOWN


def _max_unshare_percent(value: object, problems: list[Problem]) -> float | Unknown:
    if value is None:
        return DEFAULT_MAX_UNSHARE_PERCENT
    if value is UNKNOWN:
        return UNKNOWN
    if is_number(value) and 0 <= value <= 100:
        return int(value) if value == int(value) else float(value)
    problems.append(
        Problem("max_unshare_percent", f"max_unshare_percent must be a number from 0 to 100, not {shown(value)}.")
    )
    return UNKNOWN


def _count_problems(spec: ShareSpec) -> list[Problem]:
    if spec.max_accounts is UNKNOWN:
        return []
    count = len(spec.accounts) + (0 if spec.unknown_accounts is UNKNOWN else spec.unknown_accounts)
    if count <= spec.max_accounts:
        return []
    return [
        Problem(
            "accounts",
            f"{count} accounts are more than max_accounts ({spec.max_accounts}) allows an image: remove "
            f"{count - spec.max_accounts}, or raise max_accounts, and the quota in Quota Center if it is lower.",
        )
    ]
