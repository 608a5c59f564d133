"""A share as the program wants it, or as the state has it, and every documented rule that needs no API call.

The rules come from the reference of ModifyImageSharePermission in Alibaba Cloud's ECS documentation:
https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-modifyimagesharepermission

Pure: nothing is called, and bad input raises nothing. Every problem comes back at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Final, Generic, Never, Self, TypeAlias, cast

from .. import slots
from ..accounts import NO_ACCOUNT, named, parse_accounts
from ..record import (
    Given,
    Property,
    Record,
    U,
    parse_record,
    prop,
    read_flag,
    read_image_id,
    read_percent,
    read_region,
    read_whole_number,
)
from ..resource.names import resource_id
from ..values import UNKNOWN, Problem, Unknown

DEFAULT_MAX_ACCOUNTS: Final = 50
"""Accounts an image can be shared with, as documented. Quota Center can raise it, so it is a default."""
DEFAULT_MAX_UNSHARE_PERCENT: Final = 30
FEWEST_ACCOUNTS_GUARDED: Final = 10
"""`max_unshare_percent` guards shares of at least so many accounts: of a few, any one is a large part."""

_MOST_ACCOUNTS: Final = 1_000_000
_ACCOUNTS: Final = "accounts"


def _read_accounts(given: Given) -> Mapping[str, str] | Unknown:
    if given.value is None:
        return given.refuse(NO_ACCOUNT)
    accounts, given.settles["unknown_accounts"] = parse_accounts(given.value, given.problems, may_be_empty=True)
    return accounts


@dataclass(frozen=True)
class ShareRecord(Record[U], Generic[U]):
    """An image, in a region, shared with accounts. See `Share` and `KnownShare`.

    Attributes:
        unknown_accounts: How many more accounts the program lists whose IDs are not known yet. `UNKNOWN` if not even
            their number is known.
    """

    resource: ClassVar[str] = "ImageShare"
    derived: ClassVar[tuple[Property, ...]] = (
        Property("account_ids", "list of text", "The account IDs, sorted.", is_input=False, reveals=_ACCOUNTS),
    )

    image_id: str | U = prop(
        "text",
        "The ID of a custom image of this account, such as `m-bp1golden00000000001`.",
        read_image_id(),
        is_required=True,
        replaces=True,
    )
    region: str | U = prop(
        "text",
        "The ID of the image's region, such as `cn-hangzhou`. Default: the configuration, then the environment.",
        read_region,
        replaces=True,
    )
    accounts: Mapping[str, str] = prop(
        "accounts", "Account ID to the program's name for it, empty for none.", _read_accounts, is_required=True
    )
    exclusive: bool | U = prop(
        "flag",
        "Whether this resource is the only one that shares the image, so that any other account on it is drift, "
        "shown by a refresh and unshared by the next update. Default: true.",
        read_flag,
        default=True,
        shows_default=True,
    )
    max_accounts: int | U = prop(
        "number",
        "How many accounts the image may be shared with, by all who share it. Default: 50, the documented quota.",
        read_whole_number(1, _MOST_ACCOUNTS, "accounts"),
        default=DEFAULT_MAX_ACCOUNTS,
        shows_default=True,
    )
    max_unshare_percent: float | U = prop(
        "percent",
        "How many per cent of the accounts one update may unshare, if there are at least 10. Default: 30.",
        read_percent,
        default=DEFAULT_MAX_UNSHARE_PERCENT,
        shows_default=True,
    )
    allow_marketplace_based: bool | U = prop(
        "flag",
        "Whether ECS is left to decide if an image that is based on one of the Marketplace can be shared: its "
        "guide forbids it, a newer page only between its sites. Default: false.",
        read_flag,
        default=False,
    )
    shared_at: Mapping[str, str] | U = prop(
        "map of text",
        "Account ID to the time since when it has access, ISO 8601 in UTC.",
        default={},
        reveals=_ACCOUNTS,
    )
    owner_id: str | U = prop("text", "The account ID of the image's owner.", default="")
    unknown_accounts: int | U = 0

    @property
    def id(self: KnownShare) -> str:
        """The resource's ID: ``<region>:<image_id>``."""
        return resource_id(self.region, self.image_id)

    def __str__(self) -> str:
        return f"image {self.image_id} in {self.region}"

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
        """The account as errors show it: "payments (1000000000000002)"."""
        return named(account_id, self.accounts)

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> Self:
        """See `Record.of`. If the accounts as a whole are not known, not even their number is."""
        if values.get(_ACCOUNTS) is not UNKNOWN:
            return super().of(values)
        return super().of({**values, _ACCOUNTS: {}, "unknown_accounts": UNKNOWN})

    def value(self, name: str) -> Any:
        """See `Record.value`: the accounts are known if all of them are."""
        is_unknown = name in (_ACCOUNTS, "account_ids") and not self.all_accounts_known
        return UNKNOWN if is_unknown else super().value(name)

    def planned(self, old: Record[Any] | None) -> Self:
        """See `Record.planned`: the time since when a new account has access is known only afterwards."""
        share = super().planned(old)
        stays = self.all_accounts_known and isinstance(old, ShareRecord) and self.accounts.keys() == old.accounts.keys()
        return share if stays else replace(share, shared_at=cast(U, UNKNOWN))

    def as_imported(self) -> Self:
        """See `Record.as_imported`: Quota Center allowed what is over the documented quota today."""
        return replace(self, max_accounts=max(len(self.accounts), DEFAULT_MAX_ACCOUNTS))


Share: TypeAlias = ShareRecord[Unknown]
"""A share as a preview has it: any value but an account's name may be `UNKNOWN`."""
KnownShare: TypeAlias = ShareRecord[Never]
"""A share of which every value is known, as the state has it."""


def parse(
    inputs: Mapping[str, Any], default_region: str | None, *, may_be_empty: bool = False
) -> tuple[Share, list[Problem]]:
    """Read what a program says.

    Args:
        inputs: The arguments as the program gives them; `UNKNOWN` may stand anywhere, also inside `accounts`.
        default_region: The region of the configuration or the environment, None if there is none.
        may_be_empty: Whether an empty list of accounts is allowed, as the engine hands it back if all were unshared.

    Returns:
        What is asked for, as far as it can be read, and every rule that it breaks. Unknown values break none.
    """
    share, problems = parse_record(ShareRecord[Unknown], inputs, defaults={"region": default_region})
    return share, [*problems, *rules(share, may_be_empty=may_be_empty)]


def rules(share: Share, *, may_be_empty: bool = False) -> list[Problem]:
    """The rules that span several properties of a share and that it breaks."""
    if not share.accounts and share.all_accounts_known:
        return [] if may_be_empty else [Problem(_ACCOUNTS, NO_ACCOUNT)]
    most, unknown = share.max_accounts, share.unknown_accounts
    count = len(share.accounts) + (0 if unknown is UNKNOWN else unknown)
    if most is UNKNOWN or count <= most:
        return []
    return [
        Problem(
            _ACCOUNTS,
            f"{count} accounts are more than {slots.prop('max_accounts')} ({most}) allows an image: "
            f"remove {count - most}, "
            f"or raise {slots.prop('max_accounts')}, and the quota in Quota Center if it is lower.",
        )
    ]


def state_of(share: Share, region: str, image_id: str, shared_at: Mapping[str, str], owner_id: str) -> KnownShare:
    """The state of a share that is as a program asks for it, in an update, where every value is known."""
    since = {account: shared_at.get(account, "") for account in share.account_ids}
    return cast(KnownShare, replace(share, region=region, image_id=image_id, shared_at=since, owner_id=owner_id))
