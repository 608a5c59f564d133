"""What every dynamic provider does: the engine's dicts in, a resource_type's values out. Nothing is decided here."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, ParamSpec, TypeVar

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
from ..engine.wire import for_engine, plain
from ..errors import ImageShareError, written_in
from ..record import Change
from ..resource.base import AnyResource, Live
from ..resource.names import RESOURCE
from ..resource.run import current_run
from ..slots import Words, render
from ..values import Problem
from .facts import Facts, arguments, read_facts, read_stack, write_facts
from .messages import operation_for, words_for

P = ParamSpec("P")
T = TypeVar("T")


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
        olds, given = plain(_olds), plain(news)
        facts, around, resource_type = read_facts(given), read_stack(given, olds), self._resource_type
        words = words_for(facts, read_facts(olds))
        operation = operation_for(facts, "check", words)
        checked = resource_type.check(operation, around, self._of_state(olds) or None, arguments(given), facts.secrets)
        # Here and not in the preview of create and update, which the engine does not ask a dynamic provider for.
        checked = resource_type.examine(operation, around, checked)
        if checked.problems:
            failures = [_failure(problem, words) for problem in checked.problems]
            return CheckResult(arguments(news), failures)
        return CheckResult(self._for_engine(checked.inputs, facts), [])

    def diff(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> DiffResult:
        """Say whether anything changes, and whether that replaces: the new resource first."""
        olds, news = plain(_olds), plain(_news)
        facts = read_facts(news)
        change = self._resource_type.diff(operation_for(facts, "diff"), _id, self._of_state(olds), arguments(news))
        replaces = _replaced_by(change, facts)
        # What the plugin wrote gets the names that a dynamic resource's properties have.
        changed = change.changed or self._of_state(olds).keys() != arguments(olds).keys()
        return DiffResult(changes=changed, replaces=replaces, delete_before_replace=False)

    @_plainly
    def create(self, props: dict[str, Any]) -> CreateResult:
        """Make it."""
        inputs = plain(props)
        facts = read_facts(inputs)
        words = words_for(facts)
        with written_in(words):
            live = self._resource_type.create(operation_for(facts, "create", words), arguments(inputs))
        return CreateResult(live.id, self._for_engine(live.outputs, facts))

    @_plainly
    def read(self, id_: str, props: dict[str, Any]) -> ReadResult:
        """Read what is live; drift becomes the new baseline, so the next preview shows it."""
        olds = plain(props)
        facts = read_facts(olds)
        resource_type = self._resource_type
        is_managed = resource_type.is_managed(self._of_state(olds))
        words = words_for(facts)
        operation = operation_for(facts, "read", words)
        with written_in(words):
            live = resource_type.read(operation, id_, self._of_state(olds), is_managed=is_managed)
        if live is None:
            return ReadResult("", {})
        return ReadResult(id_, self._for_engine(live.outputs, facts), self._for_engine(live.inputs, facts))

    @_plainly
    def update(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> UpdateResult:
        """Change it in place."""
        olds, news = plain(_olds), plain(_news)
        facts = read_facts(news)
        words = words_for(facts, read_facts(olds))
        operation = operation_for(facts, "update", words)
        with written_in(words):
            live: Live = self._resource_type.update(operation, _id, self._of_state(olds), arguments(news))
        return UpdateResult(self._for_engine(live.outputs, facts))

    @_plainly
    def delete(self, _id: str, _props: dict[str, Any]) -> None:
        """Delete it."""
        olds = plain(_props)
        facts = read_facts(olds)
        words = words_for(facts)
        with written_in(words):
            self._resource_type.delete(operation_for(facts, "delete", words), _id, self._of_state(olds))

    def _of_state(self, olds: Mapping[str, Any]) -> dict[str, Any]:
        """What the state has, the plugin's words too: a resource may have been the plugin's before."""
        return type(self).resource_type.in_python(arguments(olds))

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
