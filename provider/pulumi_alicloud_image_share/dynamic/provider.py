"""What every dynamic provider does: the engine's dicts in, a resource type's values out. Nothing is decided here."""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Literal, ParamSpec, TypeVar

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

from ..cloud.settings import read_settings
from ..engine.calls import engine_at, operation_on
from ..engine.wire import for_engine, plain
from ..errors import ImageShareError
from ..record import Change
from ..resource.base import AnyResource, Request
from ..resource.names import RESOURCE
from ..resource.run import current_run, engine_address
from ..slots import PYTHON, Words, render
from ..values import Problem
from .facts import Facts, arguments, read_facts, read_stack, write_facts

Doing = Literal["check", "diff", "create", "read", "update", "delete"]
P = ParamSpec("P")
T = TypeVar("T")


def _plainly(method: Callable[P, T]) -> Callable[P, T]:
    """Raise this package's errors again, so that few lines of traceback stand above their text in the terminal."""

    @functools.wraps(method)
    def run(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return method(*args, **kwargs)
        except ImageShareError as error:
            failure = error
        raise failure.with_traceback(None) from None

    return run


class ResourceProviderBase(ResourceProvider):
    """The provider of one resource type. Its classes are pickled by reference: the state holds their names alone."""

    serialize_as_secret_always = False
    resource_type: ClassVar[type[AnyResource]]

    def __getstate__(self) -> dict[str, Any]:
        """Pickle no configuration, whatever was configured before."""
        return {}

    def configure(self, req: ConfigureRequest) -> None:
        """Take the stack's configuration. What is wrong with it is said by `check`, not here."""
        self._settings = read_settings(req.config.get, os.environ)

    @property
    def _resource_type(self) -> AnyResource:
        return type(self).resource_type(current_run(), self._settings)

    def check(self, _olds: dict[str, Any], news: dict[str, Any]) -> CheckResult:
        """Normalise what the program says; every broken rule is a failure of the property at fault."""
        facts, request = self._request("check", "", _olds, news)
        checked = self._resource_type.check(request)
        if checked.problems:
            failures = [_failure(problem, request.operation.words) for problem in checked.problems]
            return CheckResult(arguments(news), failures)
        return CheckResult(self._for_engine(checked.inputs, facts), [])

    def diff(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> DiffResult:
        """Say whether anything changes, and whether that replaces: the new resource first."""
        facts, request = self._request("diff", _id, _olds, _news)
        change = self._resource_type.diff(request)
        return DiffResult(changes=change.changed, replaces=_replaced_by(change, facts), delete_before_replace=False)

    @_plainly
    def create(self, props: dict[str, Any]) -> CreateResult:
        """Make it."""
        facts, request = self._request("create", "", {}, props)
        live = self._resource_type.create(request)
        return CreateResult(live.id, self._for_engine(live.outputs, facts))

    @_plainly
    def read(self, id_: str, props: dict[str, Any]) -> ReadResult:
        """Read what is live; drift becomes the new baseline, so the next preview shows it."""
        facts, request = self._request("read", id_, props)
        live = self._resource_type.read(request)
        if live is None:
            return ReadResult("", {})
        return ReadResult(id_, self._for_engine(live.outputs, facts), self._for_engine(live.inputs, facts))

    @_plainly
    def update(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> UpdateResult:
        """Change it in place."""
        facts, request = self._request("update", _id, _olds, _news)
        return UpdateResult(self._for_engine(self._resource_type.update(request).outputs, facts))

    @_plainly
    def delete(self, _id: str, _props: dict[str, Any]) -> None:
        """Delete it."""
        _, request = self._request("delete", _id, _props)
        self._resource_type.delete(request)

    def _request(
        self, doing: Doing, id_: str, olds: Mapping[str, Any], news: Mapping[str, Any] | None = None
    ) -> tuple[Facts, Request]:
        """What the engine asks, and what the program, or else the state, says beside it."""
        old, new = plain(olds), None if news is None else plain(news)
        former = read_facts(old)
        facts = former if new is None else read_facts(new)
        state = read_stack(new or {}, old)
        former_secrets = former.secrets.union(state.secrets)
        words = PYTHON.hiding(facts.secrets | former_secrets)
        # Pulumi's SDK does not connect a dynamic provider with the engine that started it.
        engine = pulumi.runtime.settings.get_engine() or engine_at(engine_address(sys.argv))
        operation = operation_on(facts.urn, engine, facts.timeouts.get(doing), words)
        return facts, Request(operation, id_, old, new, facts.secrets, former_secrets, state=state)

    def _for_engine(self, values: Mapping[str, Any], facts: Facts) -> dict[str, Any]:
        secrets = type(self).resource_type.revealing(facts.secrets)
        hidden = write_facts(facts)
        return for_engine({**values, RESOURCE: hidden} if hidden else values, secrets)


def _failure(problem: Problem, words: Words) -> CheckFailure:
    # The engine prints the value of the property: none for secret accounts.
    is_shown = problem.property != "accounts" or not words.hides_accounts
    return CheckFailure(problem.property if is_shown else "", render(problem.text, words))


def _replaced_by(change: Change, facts: Facts) -> list[str]:
    asked_for = [found.property for found in change.differences if facts.replaces(found.path)]
    return list(dict.fromkeys([*change.replaced_by, *asked_for]))
