"""Accounts and the identities that call in their name. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from fnmatch import fnmatchcase

from .errors import CommonErrors
from .policy import Policy
from .seed import AccountSeed, Seed, role_arn


@dataclass
class Account:
    """An account of the cloud, with the quotas that a ticket could raise."""

    id: str
    name: str
    share_quota: int
    shared_images_quota: int | None
    can_share_encrypted: bool
    site: str = "domestic"
    resource_groups: frozenset[str] = frozenset()
    kms_keys: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def has_key(self, region: str, key_id: str) -> bool:
        """Whether the account has a key of KMS with that ID there."""
        return key_id in self.kms_keys.get(region, ())

    def count_in(self, region: str, key_id: str, resource_group: str) -> None:
        """Add the key and the resource group of an own image: a seed may name them only there."""
        if key_id and not self.has_key(region, key_id):
            self.kms_keys = {**self.kms_keys, region: (*self.kms_keys.get(region, ()), key_id)}
        if resource_group:
            self.resource_groups |= {resource_group}


@dataclass(frozen=True)
class Role:
    """A RAM role of an account; `trusted` are the IDs of the accounts whose RAM users and roles may assume it."""

    account: Account
    name: str
    trusted: frozenset[str]
    external_id: str
    max_session_duration: int
    denied_actions: tuple[str, ...]


@dataclass(frozen=True)
class Identity:
    """The owner of an AccessKey: an account, a RAM user, or the session of a role."""

    account: Account
    access_key_id: str
    secret: str = field(repr=False)
    denied_actions: tuple[str, ...] = ()
    ram_user: str = ""
    role_session: str = ""
    security_token: str = field(default="", repr=False)
    expires: datetime | None = None
    policy: Policy | None = None

    @property
    def arn(self) -> str:
        """The Alibaba Cloud resource name of the caller."""
        if self.role_session:
            return f"acs:ram::{self.account.id}:assumed-role/{self.role_session}"
        return f"acs:ram::{self.account.id}:{f'user/{self.ram_user}' if self.ram_user else 'root'}"

    @property
    def type(self) -> str:
        """The IdentityType of the caller in STS."""
        if self.role_session:
            return "AssumedRoleUser"
        return "RAMUser" if self.ram_user else "Account"

    @property
    def user_id(self) -> str:
        """A stable ID of the caller, as in STS: of the account, the RAM user, or the role in any session."""
        if self.type == "Account":
            return self.account.id
        digest = hashlib.sha256((self.role_arn or self.arn).encode()).digest()
        return f"3{int.from_bytes(digest) % 10**17:017}"

    @property
    def role_arn(self) -> str:
        """The role of a session; empty for other callers."""
        return role_arn(self.account.id, self.role_session.partition("/")[0]) if self.role_session else ""

    @property
    def assumed_role_id(self) -> str:
        """The ID that STS gives the session of a role."""
        return f"{self.user_id}:{self.role_session.partition('/')[2]}"

    def check_token(self, token: str, now: datetime) -> None:
        """Raise the gateway's error for a token that is absent, wrong or expired."""
        if not self.security_token:
            if token:
                raise CommonErrors.SECURITY_TOKEN_MISMATCH()
            return
        if not token:
            raise CommonErrors.MISSING_SECURITY_TOKEN()
        if token != self.security_token:
            raise CommonErrors.SECURITY_TOKEN_MALFORMED()
        if self.expires is not None and now >= self.expires:
            raise CommonErrors.SECURITY_TOKEN_EXPIRED()

    def may(self, product: str, action: str) -> bool:
        """Whether RAM lets this key do it."""
        full = f"{product}:{action}"
        denied = any(fnmatchcase(full if ":" in pattern else action, pattern) for pattern in self.denied_actions)
        return not denied and (self.policy is None or self.policy.allows(full))


class Accounts:
    """All accounts and identities, by ID, name and AccessKey."""

    def __init__(self, seed: Seed) -> None:
        self._by_id: dict[str, Account] = {}
        self._by_name: dict[str, Account] = {}
        self._by_key: dict[str, Identity] = {}
        self._tokens: set[str] = set()
        self._roles: dict[str, Role] = {}
        for entry in seed.all_accounts:
            self._add(entry)
        for entry in seed.all_accounts:
            self._add_roles(entry)

    def _add(self, entry: AccountSeed) -> None:
        account = Account(
            entry.id,
            entry.name,
            entry.share_quota,
            entry.shared_images_quota,
            entry.can_share_encrypted,
            entry.site,
            frozenset(entry.resource_groups),
            entry.kms_keys,
        )
        self._by_id[entry.id] = self._by_name[entry.name] = account
        identities = [Identity(account, entry.access_key_id, entry.access_key_secret, entry.denied_actions)]
        identities += [
            Identity(account, u.access_key_id, u.access_key_secret, u.denied_actions, ram_user=u.name)
            for u in entry.ram_users
        ]
        identities += [
            Identity(
                account,
                t.access_key_id,
                t.access_key_secret,
                t.denied_actions,
                role_session=f"{t.role}/{t.session}",
                security_token=t.security_token,
                expires=t.expires,
            )
            for t in entry.sts_tokens
        ]
        for identity in identities:
            self.admit(identity)

    def _add_roles(self, entry: AccountSeed) -> None:
        for role in entry.roles:
            self._roles[entry.role_arn(role.name)] = Role(
                self.get(entry.id),
                role.name,
                frozenset(self.get(trusted).id for trusted in role.trusted),
                role.external_id,
                role.max_session_duration,
                role.denied_actions,
            )

    def admit(self, identity: Identity) -> None:
        """Add an AccessKey."""
        self._by_key[identity.access_key_id] = identity
        if identity.security_token:
            self._tokens.add(identity.security_token)

    def role(self, arn: str) -> Role | None:
        """The role of that ARN, or None."""
        return self._roles.get(arn)

    def revoke_sessions(self, of: str, now: datetime) -> None:
        """End the sessions of a role (ARN) or of all roles of an account (name or ID). KeyError if unknown."""
        sessions = [identity for identity in self._by_key.values() if identity.role_session]
        if of.startswith("acs:"):
            ended = [session for session in sessions if session.role_arn == of]
            if not ended and of not in self._roles:
                raise KeyError(f"no role {of!r}")
        else:
            account = self.get(of)
            ended = [session for session in sessions if session.account is account]
        for session in ended:
            self._by_key[session.access_key_id] = replace(session, expires=now)

    def __contains__(self, account_id: str) -> bool:
        return account_id in self._by_id

    def get(self, name_or_id: str) -> Account:
        """The account of that name or ID; KeyError if there is none."""
        account = self._by_name.get(name_or_id) or self._by_id.get(name_or_id)
        if account is None:
            raise KeyError(f"no account {name_or_id!r}")
        return account

    def close(self, name_or_id: str) -> None:
        """Remove an account with its AccessKeys and roles; KeyError if unknown."""
        closed = self.get(name_or_id)
        self._by_id = {id: account for id, account in self._by_id.items() if account is not closed}
        self._by_name = {name: account for name, account in self._by_name.items() if account is not closed}
        self._by_key = {key: identity for key, identity in self._by_key.items() if identity.account is not closed}
        self._roles = {arn: role for arn, role in self._roles.items() if role.account is not closed}

    def identify(self, access_key_id: str, token: str, now: datetime) -> Identity:
        """The owner of an AccessKey. Raises the gateway's error for an unknown key or a wrong token."""
        identity = self._by_key.get(access_key_id)
        if identity is None:
            raise CommonErrors.ACCESS_KEY_NOT_FOUND()
        if identity.security_token and token in self._tokens - {identity.security_token}:
            raise CommonErrors.SECURITY_TOKEN_MISMATCH()
        identity.check_token(token, now)
        return identity
