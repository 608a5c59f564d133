"""ImageShare as both doors know it: its properties, and its operations over plain values."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar, Final, cast

from ..arguments import UNKNOWN
from ..cloud.identity import Identity
from ..cloud.settings import Settings
from ..kinds.contract import (
    IDENTITY_PROPERTIES,
    Change,
    Checked,
    Difference,
    Live,
    Property,
    StackState,
    map_differences,
)
from ..kinds.lifecycle import LifecycleKind
from ..kinds.operation import Operation
from ..kinds.run import Run
from .checking import Asked, ShareChecks
from .lifecycle import ShareLifecycle
from .spec import DEFAULT_MAX_ACCOUNTS, DEFAULT_MAX_UNSHARE_PERCENT, ShareSpec, normalise, restore
from .state import ShareState, inputs_of, read_state, write_state

SECRET: Final = "accounts"
"""The input that may be secret as a whole."""


class ShareKind(LifecycleKind[ShareSpec, ShareState]):
    """ImageShare, for one run."""

    name: ClassVar[str] = "ImageShare"
    dynamic_type: ClassVar[str] = "pulumi-python:dynamic/alicloud-image-share:ImageShare"
    doc: ClassVar[str] = (
        "One custom ECS image, shared with any number of accounts. The preview names who gains and who loses access, "
        "and checks every rule that ECS documents, with the live image, before anything is changed. Its ID is "
        "`<region>:<image ID>`."
    )
    _lifecycle: ShareLifecycle
    properties: ClassVar[tuple[Property, ...]] = (
        Property(
            "image_id",
            "text",
            "The ID of a custom image of this account, such as `m-bp1golden00000000001`.",
            is_required=True,
            replaces=True,
        ),
        Property("accounts", "accounts", "Account ID to the program's name for it, empty for none.", is_required=True),
        Property(
            "region",
            "text",
            "The ID of the image's region, such as `cn-hangzhou`. Default: the configuration, then the environment.",
            replaces=True,
        ),
        Property(
            "exclusive",
            "flag",
            "Whether this resource is the only one that shares the image, so that any other account on it is drift, "
            "shown by a refresh and unshared by the next update. Default: true.",
        ),
        Property(
            "max_accounts",
            "number",
            "How many accounts the image may be shared with, by all who share it. Default: 50, the documented quota.",
        ),
        Property(
            "max_unshare_percent",
            "percent",
            "How many per cent of the accounts one update may unshare, if there are at least 10. Default: 30.",
        ),
        Property(
            "allow_marketplace_based",
            "flag",
            "Whether ECS is left to decide if an image that is based on one of the Marketplace can be shared: its "
            "guide forbids it, a newer page only between its sites. Default: false.",
        ),
        *IDENTITY_PROPERTIES,
        Property("account_ids", "list of text", "The account IDs, sorted.", is_input=False, reveals=SECRET),
        Property(
            "shared_at",
            "map of text",
            "Account ID to the time since when it has access, ISO 8601 in UTC.",
            is_input=False,
            reveals=SECRET,
        ),
        Property("owner_id", "text", "The account ID of the image's owner.", is_input=False),
    )

    def __init__(self, run: Run, settings: Settings) -> None:
        """Call nothing yet.

        Args:
            run: What the operations of this run share.
            settings: The stack's configuration and the environment.
        """
        connect = functools.partial(run.ecs, settings)
        self._checks = ShareChecks(run, connect, default_region=settings.region)
        self._lifecycle = ShareLifecycle(run, connect, visible_seconds=settings.visible_seconds)

    def check(
        self,
        operation: Operation,
        state: StackState,
        olds: Mapping[str, Any] | None,
        news: Mapping[str, Any],
        secrets: frozenset[str] = frozenset(),
    ) -> Checked:
        """See `Kind.check`."""
        old = restore(olds) if olds and "accounts" in olds else None
        asked, problems = self._checks.check(operation, old, news, state, is_secret=SECRET in secrets)
        return Checked(normalise(asked.spec), tuple(problems), asked)

    def examine(
        self, operation: Operation, state: StackState, checked: Checked, outputs: Mapping[str, Any] | None = None
    ) -> Checked:
        """See `Kind.examine`: calls ECS only if an account may gain access, once or twice."""
        asked = cast(Asked, checked.asked)
        if outputs is not None:
            asked = self._checks.knowing(operation, asked, restore(outputs), outputs.get("shared_at") or {})
        return replace(checked, problems=(*checked.problems, *self._checks.examine(operation, asked)))

    def diff(self, urn: str, resource_id: str, olds: Mapping[str, Any], news: Mapping[str, Any]) -> Change:
        """See `Kind.diff`: another image or region replaces, the new share first."""
        old, spec = read_state(resource_id, olds), restore(news)
        if urn:
            self._checks.see(urn, old)
        found = _differences(old, spec)
        taken = self._lifecycle.taken(urn, old, spec)
        return Change((*found, *(Difference(f'accounts["{account}"]') for account in sorted(taken))))

    def planned(self, resource_id: str, olds: Mapping[str, Any], news: Mapping[str, Any]) -> Mapping[str, Any]:
        """See `Kind.planned`: since when an account has access is known only afterwards."""
        old, spec = read_state(resource_id, olds), restore(news)
        known = normalise(spec)
        account_ids = list(spec.account_ids) if spec.all_accounts_known else UNKNOWN
        stays = spec.all_accounts_known and spec.accounts.keys() == old.accounts.keys()
        shared_at = dict(old.shared_at) if stays else UNKNOWN
        return {**known, "account_ids": account_ids, "shared_at": shared_at, "owner_id": old.owner_id or UNKNOWN}

    def planned_new(self, news: Mapping[str, Any]) -> Mapping[str, Any]:
        """See `Kind.planned_new`."""
        spec = restore(news)
        account_ids = list(spec.account_ids) if spec.all_accounts_known else UNKNOWN
        return {**normalise(spec), "account_ids": account_ids, "shared_at": UNKNOWN, "owner_id": UNKNOWN}

    def imported(self, live: Live) -> Live:
        """See `Kind.imported`: what is over the documented quota today was allowed by Quota Center."""
        count = len(live.outputs["accounts"])
        defaults = {
            "max_accounts": max(count, DEFAULT_MAX_ACCOUNTS),
            "max_unshare_percent": DEFAULT_MAX_UNSHARE_PERCENT,
        }
        inputs = {name: value for name, value in live.inputs.items() if name != "exclusive"}
        if count > DEFAULT_MAX_ACCOUNTS:
            inputs["max_accounts"] = count
        return Live(live.id, {**defaults, **live.outputs}, inputs)

    def _spec(self, inputs: Mapping[str, Any]) -> ShareSpec:
        return restore(inputs)

    def _state(self, resource_id: str, outputs: Mapping[str, Any]) -> ShareState:
        return read_state(resource_id, outputs)

    def _unmanaged(self, region: str, image_id: str, identity: Identity) -> ShareState:
        return ShareState(region, image_id, identity=identity)

    def _live(self, state: ShareState) -> Live:
        return Live(state.id, write_state(state), inputs_of(state))


def _differences(old: ShareState, spec: ShareSpec) -> list[Difference]:
    found = [
        Difference(name, replaces=True)
        for name, had, wanted in (("image_id", old.image_id, spec.image_id), ("region", old.region, spec.region))
        if had != wanted
    ]
    if spec.all_accounts_known:
        found += map_differences("accounts", old.accounts, spec.accounts)
    else:
        found.append(Difference("accounts"))
    found += [
        Difference(name)
        for name, had, wanted in (
            ("exclusive", old.exclusive, spec.exclusive),
            ("max_accounts", old.max_accounts, spec.max_accounts),
            ("max_unshare_percent", old.max_unshare_percent, spec.max_unshare_percent),
            ("allow_marketplace_based", old.allow_marketplace_based, spec.allow_marketplace_based),
            ("assume_role" if spec.identity is UNKNOWN else "profile", old.identity, spec.identity),
        )
        if had != wanted
    ]
    return found
