"""The dynamic provider: Pulumi's dicts in, the lifecycle's types out. Nothing is decided here."""

from __future__ import annotations

import functools
import os
import sys
import threading
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar, overload

import pulumi
from pulumi.dynamic import (
    CheckFailure,
    CheckResult,
    ConfigureRequest,
    CreateResult,
    DiffResult,
    ReadResult,
    ResourceProvider,
    UpdateResult,
)
from pulumi.runtime import rpc

from ..arguments import UNKNOWN
from ..cloud.credentials import find_credential
from ..cloud.identity import STACKS_OWN, Identity, normalise_identity, restore_identity
from ..cloud.settings import Settings, read_settings
from ..copies import spec as copy_spec
from ..copies.lifecycle import CopyLifecycle, CopyState
from ..errors import ImageShareError
from ..kinds.engine_watch import watch_engine
from ..kinds.new_copies import FreshCopies
from ..kinds.waiting import Patience
from ..shares.lifecycle import Lifecycle, ShareState, split_id
from ..shares.spec import ARGUMENTS, KeyedById, ShareSpec, normalise, restore

if TYPE_CHECKING:
    from ..cloud.ecs import Ecs

P = ParamSpec("P")
T = TypeVar("T")

_PROVIDER_KEY = "__provider"


def _plainly(method: Callable[P, T]) -> Callable[P, T]:
    """Raise this package's errors anew, so that few lines of traceback stand above their text in the terminal."""

    @functools.wraps(method)
    def run(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return method(*args, **kwargs)
        except ImageShareError as error:
            failure = error
        raise failure.with_traceback(None) from None

    return run


class ImageShareProvider(ResourceProvider):
    """What Pulumi calls. It is pickled by reference, so the state holds the name of this class and nothing else."""

    serialize_as_secret_always = False

    def __getstate__(self) -> dict[str, Any]:
        """Pickle no configuration, whatever was configured before."""
        return {}

    def configure(self, req: ConfigureRequest) -> None:
        """Take the stack's configuration. What is wrong with it is said by `check`, not here."""
        settings = read_settings(req.config.get, os.environ)
        self._lifecycle = Lifecycle(
            _doors(settings).open,
            default_region=settings.region,
            visible_seconds=settings.visible_seconds,
            warn=pulumi.log.warn,
            fresh=_FRESH,
        )

    def check(self, _olds: dict[str, Any], news: dict[str, Any]) -> CheckResult:
        """Normalise what the program says; every broken rule is a failure of the property at fault."""
        inputs = _marking_what_comes_back(_plain(_olds), _plain(news))
        spec, problems = self._lifecycle.check(_state(_olds), inputs)
        if problems:
            return CheckResult(_program_inputs(news), [CheckFailure(p.property, p.sentence) for p in problems])
        return CheckResult(_inputs(spec), [])

    def diff(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> DiffResult:
        """Say whether accounts or `exclusive` change; another image or region replaces, the new share first."""
        change = self._lifecycle.diff(_state(_olds, _id), restore(_plain(_news)))
        return DiffResult(
            changes=change.changed,
            replaces=list(change.replaced_by),
            stables=["image_id", "region"],
            delete_before_replace=False,
        )

    @_plainly
    def create(self, props: dict[str, Any]) -> CreateResult:
        """Share."""
        state = self._lifecycle.create(restore(_plain(props)))
        return CreateResult(state.id, _outputs(state))

    @_plainly
    def read(self, id_: str, props: dict[str, Any]) -> ReadResult:
        """Read what is live; drift becomes the new baseline, so the next preview shows it."""
        old = _state(props, id_) if "account_ids" in props else None
        state = self._lifecycle.read(id_, old, _identity(_plain(props)))
        if state is None:
            return ReadResult("", {})
        outputs = _outputs(state)
        inputs = {name: value for name, value in outputs.items() if name in ARGUMENTS}
        return ReadResult(id_, outputs, inputs)

    @_plainly
    def update(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> UpdateResult:
        """Share and unshare the difference."""
        state = self._lifecycle.update(_state(_olds, _id), restore(_plain(_news)))
        return UpdateResult(_outputs(state))

    @_plainly
    def delete(self, _id: str, _props: dict[str, Any]) -> None:
        """Unshare from the accounts in the state."""
        self._lifecycle.delete(_state(_props, _id))


class _Doors:
    """One door to ECS an identity, made when it is first needed. Safe to use from several threads."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._doors: dict[Identity, Ecs] = {}
        self._lock = threading.Lock()

    def open(self, identity: Identity) -> Ecs:
        """The calls of ECS in this identity's name, with a budget of time of their own."""
        with self._lock:
            if identity not in self._doors:
                self._doors[identity] = _make_door(self._settings, identity)
            return self._doors[identity].for_operation()


def _make_door(settings: Settings, identity: Identity) -> Ecs:
    credential = find_credential(settings, identity)
    # The SDK takes a second or two to import, which a run without any change need not spend.
    from ..cloud.ecs import Ecs

    return Ecs(settings, credential, notify=pulumi.log.warn, may_go_on=watch_engine(sys.argv))


class ImageCopyProvider(ResourceProvider):
    """What Pulumi calls for copies. It is pickled by reference, as ImageShareProvider."""

    serialize_as_secret_always = False

    def __getstate__(self) -> dict[str, Any]:
        """Pickle no configuration, whatever was configured before."""
        return {}

    def configure(self, req: ConfigureRequest) -> None:
        """Take the stack's configuration. What is wrong with it is said by `check`, not here."""
        settings = read_settings(req.config.get, os.environ)
        self._lifecycle = CopyLifecycle(
            _doors(settings).open,
            default_region=settings.region,
            patience=Patience(settings.copy_seconds, settings.visible_seconds),
            fresh=_FRESH,
            tell=pulumi.log.info,
            warn=pulumi.log.warn,
        )

    def check(self, _olds: dict[str, Any], news: dict[str, Any]) -> CheckResult:
        """Normalise what the program says; every broken rule is a failure of the property at fault."""
        olds = _plain(_olds)
        old = copy_spec.restore(olds) if "source_image_id" in olds else None
        spec, problems = self._lifecycle.check(old, _plain(news))
        if problems:
            return CheckResult(_program_inputs(news), [CheckFailure(p.property, p.sentence) for p in problems])
        return CheckResult(_for_pulumi(copy_spec.normalise(spec)), [])

    def diff(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> DiffResult:
        """Say whether the copy changes in place; another source, region or encryption replaces, the new copy first."""
        change = self._lifecycle.diff(_copy_state(_id, _plain(_olds)), copy_spec.restore(_plain(_news)))
        return DiffResult(changes=change.changed, replaces=list(change.replaced_by), delete_before_replace=False)

    @_plainly
    def create(self, props: dict[str, Any]) -> CreateResult:
        """Copy, and wait until the copy is complete."""
        state = self._lifecycle.create(copy_spec.restore(_plain(props)))
        return CreateResult(state.id, _copy_outputs(state))

    @_plainly
    def read(self, id_: str, props: dict[str, Any]) -> ReadResult:
        """Read what is live; drift becomes the new baseline, so the next preview shows it."""
        known = _plain(props)
        old = _copy_state(id_, known) if "image_id" in known else None
        state = self._lifecycle.read(id_, old, _identity(known))
        if state is None:
            return ReadResult("", {})
        outputs = _copy_outputs(state)
        return ReadResult(id_, outputs, copy_spec.normalise(copy_spec.restore(outputs)))

    @_plainly
    def update(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> UpdateResult:
        """Change the copy in place."""
        state = self._lifecycle.update(_copy_state(_id, _plain(_olds)), copy_spec.restore(_plain(_news)))
        return UpdateResult(_copy_outputs(state))

    @_plainly
    def delete(self, _id: str, _props: dict[str, Any]) -> None:
        """Delete the copy, unless somebody has access to it."""
        self._lifecycle.delete(_copy_state(_id, _plain(_props)))


# Both providers are in one process, and both are for one deployment: what one has made, the other shares.
_FRESH = FreshCopies()


@functools.lru_cache
def _doors(settings: Settings) -> _Doors:
    """The doors of all resources, so that they take turns through one pace, and each identity is resolved once."""
    return _Doors(settings)


def _plain(value: Any) -> Any:
    """Pulumi's value with its unknowns and secrets replaced by the package's own."""
    value = rpc.unwrap_rpc_secret(value)
    if isinstance(value, pulumi.output.Unknown) or value == rpc.UNKNOWN:
        return UNKNOWN
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items() if key != _PROVIDER_KEY}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value


def _marking_what_comes_back(olds: Mapping[str, Any], news: Mapping[str, Any]) -> Mapping[str, Any]:
    """Mark `accounts` where the engine hands back what `check` returned before, as it does for `ignore_changes`."""
    accounts = news.get("accounts")
    if isinstance(accounts, Mapping) and accounts and accounts == olds.get("accounts"):
        return {**news, "accounts": KeyedById(accounts)}
    return news


@overload
def _state(props: dict[str, Any], id_: str) -> ShareState: ...
@overload
def _state(props: dict[str, Any]) -> ShareState | None: ...
def _state(props: dict[str, Any], id_: str = "") -> ShareState | None:
    known = _plain(props)
    region, image_id = (known.get("region"), known.get("image_id")) if not id_ else split_id(id_)
    if not region or not image_id:
        return None
    return ShareState(
        region=region,
        image_id=image_id,
        accounts=known.get("accounts") or {},
        shared_at=known.get("shared_at") or {},
        exclusive=known.get("exclusive") is not False,
        max_accounts=None if known.get("max_accounts") is None else int(known["max_accounts"]),
        max_unshare_percent=known.get("max_unshare_percent"),
        identity=_identity(known),
    )


def _program_inputs(news: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in news.items() if key != _PROVIDER_KEY}


def _identity(known: Mapping[str, Any]) -> Identity:
    identity = restore_identity(known)
    return STACKS_OWN if identity is UNKNOWN else identity


def _inputs(spec: ShareSpec) -> dict[str, Any]:
    return _for_pulumi(normalise(spec))


def _for_pulumi(values: Mapping[str, Any]) -> dict[str, Any]:
    """Pulumi's values for the package's own, the unknown ones among them."""
    return {
        name: pulumi.output.UNKNOWN if value is UNKNOWN else _for_pulumi(value) if isinstance(value, Mapping) else value
        for name, value in values.items()
    }


def _outputs(state: ShareState) -> dict[str, Any]:
    outputs = {
        "image_id": state.image_id,
        "region": state.region,
        "accounts": dict(state.accounts),
        "account_ids": sorted(state.accounts),
        "shared_at": dict(state.shared_at),
        "exclusive": state.exclusive,
        "max_accounts": state.max_accounts,
        "max_unshare_percent": state.max_unshare_percent,
        **normalise_identity(state.identity),
    }
    return {name: value for name, value in outputs.items() if value is not None}


def _copy_state(copy_id: str, known: Mapping[str, Any]) -> CopyState:
    region, image_id = split_id(copy_id, "an ImageCopy")
    texts = ("source_image_id", "source_region", "name", "description", "family", "kms_key_id", "created_at", "origin")
    return CopyState(
        region=region,
        image_id=image_id,
        encrypted=known.get("encrypted") is True,
        tags=known.get("tags") or {},
        size=int(known.get("size") or 0),
        force_delete=known.get("force_delete") is True,
        identity=_identity(known),
        **{name: known.get(name) or "" for name in texts},
    )


def _copy_outputs(state: CopyState) -> dict[str, Any]:
    return {
        "image_id": state.image_id,
        "region": state.region,
        "source_image_id": state.source_image_id,
        "source_region": state.source_region,
        "name": state.name,
        "description": state.description,
        "family": state.family,
        "encrypted": state.encrypted,
        "kms_key_id": state.kms_key_id,
        "tags": dict(state.tags),
        "created_at": state.created_at,
        "size": state.size,
        "force_delete": state.force_delete,
        copy_spec.ORIGIN: state.origin,
        **normalise_identity(state.identity),
    }
