"""What an emulated cloud holds when it starts: regions, accounts, images.

A seed file is YAML. Everything in it, with the defaults:

    regions: [cn-hangzhou, cn-shanghai]     # at least one
    accounts:
      - name: owner                         # what tests and the console call it
        id: "1000000000000001"              # quoted: 10 to 16 digits
        access_key_id: LTAI5tEXAMPLEOwner000001
        access_key_secret: ExampleSecretOwner000000000001
        denied_actions: []                  # what RAM denies this key: "ecs:RunInstances", "DescribeImages", "*Image*"
        share_quota: 50                     # accounts that one of its images can be shared with
        shared_images_quota: null           # how many of its images can be shared; null: no limit
        can_share_encrypted: true           # has the RAM role AliyunECSShareEncryptImageDefaultRole
        site: domestic                      # or international: which of Alibaba Cloud's sites it is of
        resource_groups: []                 # IDs, rg-..., of those beside the default one; its images' are there too
        kms_keys: {}                        # IDs of its keys of KMS, by region: {cn-hangzhou: [...]}; its images' too
        ram_users:                          # more AccessKeys of the same account
          - name: auditor
            access_key_id: LTAI5tEXAMPLEAuditor0001
            access_key_secret: ExampleSecretAuditor0000000001
            denied_actions: ["ecs:ModifyImageSharePermission"]
        sts_tokens:                         # temporary AccessKeys, as AssumeRole gives them
          - role: deployer
            session: ci
            access_key_id: STS.EXAMPLEdeployer000001
            access_key_secret: ExampleSecretDeployer000000001
            security_token: EXAMPLE-token
            expires: 2099-01-01T00:00:00Z
            denied_actions: []
        roles:                              # what AssumeRole gives temporary AccessKeys of
          - name: image-sharer              # acs:ram::1000000000000001:role/image-sharer
            trusted: [data]                 # accounts' names or IDs: their RAM users and roles may assume it
            external_id: ""                 # what AssumeRole must name; empty: nothing
            max_session_duration: 3600      # in seconds, 3600 to 43200
            denied_actions: []
    consumers:                              # many accounts in one go: consumer-001, consumer-002, ...
      first: "2000000000000001"
      count: 100
    images:
      - key: golden                         # what tests call it; unique
        id: m-bp1...                        # default: one made up
        region: cn-hangzhou
        owner: owner                        # an account's name, or "system", or "marketplace"
        name: golden-2024
        description: ""
        family: ""
        status: Available                   # Creating, Waiting, Available, UnAvailable, CreateFailed, Deprecated
        product_code: ""                    # of the Marketplace image it is based on
        is_public: false                    # a community image
        encrypted: false
        kms_key_id: ""                      # encrypted with this CMK; empty: with the service key
        size: 20
        os_type: linux
        platform: ""                        # default: Aliyun, or Windows Server 2022
        architecture: x86_64
        boot_mode: ""                       # BIOS, UEFI, UEFI-Preferred; default: BIOS, or UEFI for arm64
        supports_cloudinit: true
        resource_group_id: ""               # empty: the default one
        created: 2024-05-01T02:03:04Z
        tags: {team: platform}
        shared_with: []                     # accounts' names or IDs
"""

from __future__ import annotations

import functools
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

ImageStatus = Literal["Creating", "Waiting", "Available", "UnAvailable", "CreateFailed", "Deprecated"]
SYSTEM, MARKETPLACE = "system", "marketplace"


class SeedError(ValueError):
    """An invalid seed. The text is one line with the place and the reason."""


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class RamUserSeed(_Model):
    """An AccessKey of a RAM user of the account."""

    name: str
    access_key_id: str
    access_key_secret: str
    denied_actions: tuple[str, ...] = ()


class StsTokenSeed(_Model):
    """A temporary AccessKey with its token."""

    role: str
    session: str = "session"
    access_key_id: str
    access_key_secret: str
    security_token: str
    expires: datetime = datetime(2099, 1, 1, tzinfo=UTC)
    denied_actions: tuple[str, ...] = ()


class RoleSeed(_Model):
    """A RAM role that others may assume."""

    name: str = Field(pattern=r"^[A-Za-z0-9.-]{1,64}$")
    trusted: tuple[str, ...] = ()
    external_id: str = ""
    max_session_duration: int = Field(default=3600, ge=3600, le=43200)
    denied_actions: tuple[str, ...] = ()


def role_arn(account_id: str, name: str) -> str:
    """The Alibaba Cloud resource name of a role."""
    return f"acs:ram::{account_id}:role/{name}"


class AccountSeed(_Model):
    """An account and its AccessKeys."""

    name: str
    id: str = Field(pattern=r"^\d{10,16}$")
    access_key_id: str
    access_key_secret: str
    denied_actions: tuple[str, ...] = ()
    share_quota: int = Field(default=50, ge=0)
    shared_images_quota: int | None = Field(default=None, ge=0)
    can_share_encrypted: bool = True
    site: Literal["domestic", "international"] = "domestic"
    resource_groups: tuple[str, ...] = ()
    kms_keys: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    ram_users: tuple[RamUserSeed, ...] = ()
    sts_tokens: tuple[StsTokenSeed, ...] = ()
    roles: tuple[RoleSeed, ...] = ()

    def ram_user(self, name: str) -> RamUserSeed:
        """The RAM user of that name; KeyError if there is none."""
        for user in self.ram_users:
            if user.name == name:
                return user
        raise KeyError(f"account {self.name!r} has no RAM user {name!r}")

    def role_arn(self, name: str) -> str:
        """The ARN of the role of that name; KeyError if there is none."""
        if all(role.name != name for role in self.roles):
            raise KeyError(f"account {self.name!r} has no role {name!r}")
        return role_arn(self.id, name)


class ConsumersSeed(_Model):
    """Many accounts at once, numbered from `first`."""

    first: str = Field(pattern=r"^\d{10,16}$")
    count: int = Field(ge=0, le=10_000)

    def accounts(self) -> tuple[AccountSeed, ...]:
        """The accounts: consumer-001, consumer-002, ..."""
        width = len(self.first)
        return tuple(
            AccountSeed(
                name=f"consumer-{n:03}",
                id=str(int(self.first) + n - 1).zfill(width),
                access_key_id=f"LTAI5tEXAMPLEConsumer{n:05}",
                access_key_secret=f"ExampleSecretConsumer{n:09}",
            )
            for n in range(1, self.count + 1)
        )


class ImageSeed(_Model):
    """An image that exists from the start."""

    key: str
    region: str
    owner: str
    name: str
    id: str = ""
    description: str = ""
    family: str = ""
    status: ImageStatus = "Available"
    product_code: str = ""
    is_public: bool = False
    encrypted: bool = False
    kms_key_id: str = ""
    size: int = Field(default=20, ge=1)
    os_type: Literal["linux", "windows"] = "linux"
    platform: str = ""
    architecture: Literal["x86_64", "arm64", "i386"] = "x86_64"
    boot_mode: Literal["", "BIOS", "UEFI", "UEFI-Preferred"] = ""
    supports_cloudinit: bool = True
    resource_group_id: str = ""
    created: datetime = datetime(2024, 5, 1, 2, 3, 4, tzinfo=UTC)
    tags: dict[str, str] = Field(default_factory=dict)
    shared_with: tuple[str, ...] = ()


class Seed(_Model):
    """A whole cloud at its start. Tests find accounts and images by name with `account` and `image`."""

    regions: tuple[str, ...] = Field(min_length=1)
    accounts: tuple[AccountSeed, ...] = Field(min_length=1)
    consumers: ConsumersSeed | None = None
    images: tuple[ImageSeed, ...] = ()

    @functools.cached_property
    def all_accounts(self) -> tuple[AccountSeed, ...]:
        """The named accounts and the numbered consumers."""
        return self.accounts + (self.consumers.accounts() if self.consumers else ())

    def account(self, name_or_id: str) -> AccountSeed:
        """The account of that name or ID; KeyError if there is none."""
        for account in self.all_accounts:
            if name_or_id in (account.name, account.id):
                return account
        raise KeyError(f"the seed has no account {name_or_id!r}")

    def image(self, key: str) -> ImageSeed:
        """The image of that key; KeyError if there is none."""
        for image in self.images:
            if image.key == key:
                return image
        raise KeyError(f"the seed has no image {key!r}; it has {', '.join(image.key for image in self.images)}")

    @model_validator(mode="before")
    @classmethod
    def _with_image_ids(cls, data: Any) -> Any:
        if not isinstance(data, dict) or not isinstance(data.get("images"), list):
            return data
        images = [
            {"id": f"m-bp1seed{n:013}", **image} if isinstance(image, dict) and not image.get("id") else image
            for n, image in enumerate(data["images"], 1)
        ]
        return {**data, "images": images}

    @model_validator(mode="after")
    def _consistent(self) -> Seed:
        accounts = self.all_accounts
        keys = [a.access_key_id for a in accounts]
        keys += [u.access_key_id for a in accounts for u in a.ram_users]
        keys += [t.access_key_id for a in accounts for t in a.sts_tokens]
        _distinct("region", list(self.regions))
        _distinct("account name", [a.name for a in accounts])
        _distinct("account ID", [a.id for a in accounts])
        _distinct("access_key_id", keys)
        _distinct("image key", [i.key for i in self.images])
        _distinct("image", [f"{i.region}:{i.id}" for i in self.images])
        names = {a.name for a in accounts}
        known = names | {a.id for a in accounts}
        for account in accounts:
            _distinct(f"role of {account.name!r}", [role.name for role in account.roles])
            for role in account.roles:
                for trusted in role.trusted:
                    if trusted not in known:
                        raise ValueError(f"role {role.name!r} trusts {trusted!r}, which is no account")
        for image in self.images:
            if image.region not in self.regions:
                raise ValueError(f"image {image.key!r} is in region {image.region!r}, which the seed has not")
            if image.owner not in names | {SYSTEM, MARKETPLACE}:
                raise ValueError(f"image {image.key!r} is owned by {image.owner!r}, which is no account's name")
            for consumer in image.shared_with:
                if consumer not in known:
                    raise ValueError(f"image {image.key!r} is shared with {consumer!r}, which is no account")
        return self


def _distinct(what: str, values: list[str]) -> None:
    seen: set[str] = set()
    for value in values:
        if value in seen:
            raise ValueError(f"{what} {value!r} is there twice")
        seen.add(value)


def load_seed(source: Seed | dict[str, Any] | str | Path | None = None) -> Seed:
    """The seed in a file, in a dict, or (None) the built-in one. Raises SeedError."""
    if isinstance(source, Seed):
        return source
    if source is None:
        return _default_seed()
    if isinstance(source, dict):
        return _parse(source, "seed")
    path = Path(source)
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise SeedError(f"{path}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise SeedError(f"{path}: not UTF-8 text") from None
    return _parse_yaml(text, str(path))


@functools.cache
def _default_seed() -> Seed:
    text = resources.files(__package__).joinpath("default_seed.yaml").read_text(encoding="utf-8")
    return _parse_yaml(text, "default_seed.yaml")


def _parse_yaml(text: str, where: str) -> Seed:
    try:
        data = yaml.safe_load(text)
    except yaml.MarkedYAMLError as error:
        line = f", line {error.problem_mark.line + 1}" if error.problem_mark else ""
        raise SeedError(f"{where}{line}: not YAML: {error.problem}") from None
    except yaml.YAMLError as error:
        raise SeedError(f"{where}: not YAML: {' '.join(str(error).split())}") from None
    return _parse(data, where)


def _parse(data: object, where: str) -> Seed:
    if not isinstance(data, dict):
        raise SeedError(f"{where}: a seed is a mapping with regions, accounts and images")
    try:
        return Seed.model_validate(data)
    except ValidationError as error:
        first, more = error.errors()[0], error.error_count() - 1
        spot = ".".join(str(part) for part in first["loc"])
        reason = first["msg"].removeprefix("Value error, ")
        others = f" (and {more} more)" if more else ""
        raise SeedError(f"{where}: {spot + ': ' if spot else ''}{reason}{others}") from None
