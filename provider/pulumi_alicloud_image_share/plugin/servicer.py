"""The provider protocol: a call of the engine in, a resource_type's operation, an answer out. Nothing is decided here.

What each call means: https://www.pulumi.com/docs/iac/guides/building-extending/providers/implementers/
"""

from __future__ import annotations

import functools
import os
from collections.abc import Collection, Mapping
from dataclasses import replace
from importlib.metadata import version
from importlib.resources import files
from typing import Any, Final

from google.protobuf import empty_pb2
from pulumi.runtime.proto import engine_pb2, plugin_pb2, provider_pb2, provider_pb2_grpc

from ..cloud.cancellation import Cancellation
from ..engine.log import engine_at, operation_on
from ..errors import Cancelled, ImageShareError, RuleBroken, written_in
from ..resource.base import AnyResource, Checked
from ..resource.names import snake_case as _snake
from ..resource.names import with_role
from ..resource.operation import Operation
from ..resource.run import Run, watch_engine
from ..resource.run_files import RunFiles, run_files
from ..slots import Words, render
from .account_inputs import ACCOUNT_IDS, ACCOUNTS, kept_inputs, with_one_list
from .answers import HalfDone, plainly
from .catalogue import FUNCTION_OF_TOKEN, RESOURCE_OF_TYPE, RESOURCES
from .components import Components
from .configuration import SECRET_SETTINGS, Configuration, faults_of, read_configuration
from .differences import detailed, ignored_no_longer, only_named, refuse_what_is_ignored
from .functions import Asked
from .names import WORDS, for_program, from_program, is_of_python, path_for_program
from .stack_state import StackStates
from .structs import Values, read_struct, write_struct

VERSION: Final = version("pulumi-alicloud-image-share")
_LOG_SECONDS: Final = 10.0


class Servicer(provider_pb2_grpc.ResourceProviderServicer):
    """The plugin, for one engine after the other. Safe to use from several threads."""

    def __init__(self, engine_address: str | None = None) -> None:
        """Begin a run.

        Args:
            engine_address: Where the engine is, ``<host>:<port>``, None where it will say so itself.
        """
        self._files: RunFiles | None = None
        self._begin(engine_address)

    def _greet(self, engine_address: str | None) -> None:
        """Begin the run of an engine; one that comes again, for another of its providers, goes on in its run."""
        if engine_address is None or engine_address != self._engine_address or self._cancellation.is_cancelled:
            self._begin(engine_address)

    def _begin(self, engine_address: str | None) -> None:
        self._engine_address = engine_address
        self._cancellation = Cancellation()
        if self._files:
            self._files.close()
        self._files = run_files(engine_address)
        watch = watch_engine(["", *([engine_address] if engine_address else [])])
        self._run = Run(watch, self._cancellation, self._files)
        self._checked: dict[str, Checked] = {}
        self._states = StackStates()
        self._components = Components()
        self._provider = ""
        self._configure({})

    def _configure(self, given: Mapping[str, Any]) -> None:
        self._configuration: Configuration = read_configuration(given, os.environ)
        self._resources = {
            resource_type: resource_type(self._run, self._configuration.settings) for resource_type in RESOURCES
        }

    def debug(self, text: str) -> None:
        """See `Answering.debug`."""
        engine = engine_at(self._engine_address)
        if engine is not None:
            engine.Log(engine_pb2.LogRequest(severity=engine_pb2.DEBUG, message=text), timeout=_LOG_SECONDS)

    @plainly
    def Handshake(self, request: Any, _context: Any) -> Any:  # noqa: N802
        """Begin the run of an engine."""
        self._greet(request.engine_address or None)
        return provider_pb2.ProviderHandshakeResponse(accept_secrets=True)

    @plainly
    def Attach(self, request: Any, _context: Any) -> Any:  # noqa: N802
        """Begin the run of an engine that found this process running."""
        self._greet(request.address)
        return empty_pb2.Empty()

    @plainly
    def GetPluginInfo(self, _request: Any, _context: Any) -> Any:  # noqa: N802
        """Say which version this is."""
        return plugin_pb2.PluginInfo(version=VERSION)

    @plainly
    def GetSchema(self, _request: Any, _context: Any) -> Any:  # noqa: N802
        """Say what is served."""
        return provider_pb2.GetSchemaResponse(schema=written_schema())

    @plainly
    def CheckConfig(self, request: Any, _context: Any) -> Any:  # noqa: N802
        """Refuse settings that can't be used."""
        given = read_struct(request.news)
        failures = [_failure(render(sentence, WORDS)) for sentence in faults_of(given.plain, os.environ)]
        # The state has a provider's settings: the keys of an account are encrypted there, whatever the program says.
        inputs = write_struct(given.plain, given.secrets | SECRET_SETTINGS)
        return provider_pb2.CheckResponse(inputs=inputs, failures=failures)

    @plainly
    def DiffConfig(self, _request: Any, _context: Any) -> Any:  # noqa: N802
        """Replace no resource because its provider is configured otherwise."""
        return provider_pb2.DiffResponse(changes=provider_pb2.DiffResponse.DIFF_UNKNOWN)

    @plainly
    def Configure(self, request: Any, _context: Any) -> Any:  # noqa: N802
        """Take the settings."""
        self._configure(read_struct(request.args).plain)
        self._provider = f"{request.urn}::{request.id}" if request.urn and request.id else ""
        return provider_pb2.ConfigureResponse(acceptSecrets=True, supportsPreview=True)

    @plainly
    def Check(self, request: Any, _context: Any) -> Any:  # noqa: N802
        """Normalise what the program says, and find the rules that it breaks, without a call."""
        resource_type = self._resource_type(request)
        olds, news = read_struct(request.olds), read_struct(request.news)
        old_inputs = kept_inputs(from_program(type(resource_type), olds.plain))
        given, problems = with_one_list(from_program(type(resource_type), news.plain), old_inputs)
        secrets = _secret_inputs(type(resource_type), news)
        hidden = secrets | _secret_inputs(type(resource_type), olds)
        state = self._states.around(request.urn)
        words = _words(hidden)
        checked = resource_type.check(self._operation(request, words), state, old_inputs or None, given, hidden)
        first = self._checked.get(request.urn)
        if first is not None and not old_inputs:
            problems += ignored_no_longer(first.inputs, checked.inputs)
        self._checked[request.urn] = checked
        failures = [_failure(render(problem.text, words)) for problem in (*problems, *checked.problems)]
        # What could not be read is unknown, and an update takes no unknown value, not even beside a failure.
        inputs = request.news if failures else _write(resource_type, checked.inputs, secrets)
        return provider_pb2.CheckResponse(inputs=inputs, failures=failures)

    @plainly
    def Diff(self, request: Any, _context: Any) -> Any:  # noqa: N802
        """Say what changes, each account by itself, and whether that replaces: the new resource first."""
        resource_type = self._resource_type(request)
        olds, news = self._read(resource_type, request.olds), self._read(resource_type, request.news)
        # A refresh that comes right after an import asks with the inputs that the import left, which no check has read.
        wanted = kept_inputs(news.plain)
        hides = ACCOUNTS in olds.secrets | news.secrets
        operation = self._operation(request)
        secret_outputs = self._secret_outputs_alone(resource_type, request, olds, news)
        change = resource_type.diff(operation, request.id, olds.plain, wanted, secret_outputs)
        # A refresh asks without a check before, and with the options of the last update: it changes nothing.
        if request.urn in self._checked:
            accounts = olds.plain.get(ACCOUNTS) or {}
            with written_in(_words(olds.secrets | news.secrets)):
                refuse_what_is_ignored(change, request.ignoreChanges, accounts, hides_accounts=hides)
        named = () if hides else only_named(olds.plain, wanted)
        if named:
            operation.tell(f"only the names of accounts change, nobody's access: {', '.join(named)}.")
        # What the dynamic frontend wrote gets the names that the plugin's properties have.
        changed = change.changed or is_of_python(type(resource_type), request.olds.fields)
        changes = provider_pb2.DiffResponse.DIFF_SOME if changed else provider_pb2.DiffResponse.DIFF_NONE
        return provider_pb2.DiffResponse(
            changes=changes,
            replaces=[path_for_program(name) for name in change.replaced_by],
            diffs=list(dict.fromkeys(path_for_program(found.property) for found in change.differences)),
            detailedDiff=detailed(change, hides_accounts=hides, unsaid={f'accounts["{each}"]' for each in named}),
            hasDetailedDiff=True,
        )

    @plainly
    def Create(self, request: Any, _context: Any) -> Any:  # noqa: N802
        """Make it, or say what the preview can know of it."""
        resource_type = self._resource_type(request)
        inputs = self._read(resource_type, request.properties)
        words = _words(inputs.secrets)
        operation = self._operation(request, words)
        if request.preview:
            examined = self._examined(resource_type, operation, request.urn, words)
            outputs = resource_type.planned_new(examined.inputs if examined else inputs.plain)
            return provider_pb2.CreateResponse(properties=_write(resource_type, outputs, inputs.secrets))
        try:
            live = resource_type.create(operation, inputs.plain)
        except ImageShareError as error:
            error.in_words(words)
            raise self._half_done(resource_type, error, request.properties, inputs.secrets) from error
        return provider_pb2.CreateResponse(id=live.id, properties=_write(resource_type, live.outputs, inputs.secrets))

    @plainly
    def Read(self, request: Any, _context: Any) -> Any:  # noqa: N802
        """Read what is live: for a refresh, an import, or a program that only reads it."""
        resource_type = self._resource_type(request)
        olds = self._read(resource_type, request.properties)
        # A program that only reads gives what it likes, and no inputs.
        is_managed = bool(request.inputs.fields) and resource_type.is_managed(olds.plain)
        words = _words(olds.secrets)
        with written_in(words):
            live = resource_type.read(self._operation(request, words), request.id, olds.plain, is_managed=is_managed)
        if live is None:
            return provider_pb2.ReadResponse()
        secrets = olds.secrets | _secret_inputs(type(resource_type), read_struct(request.inputs))
        return provider_pb2.ReadResponse(
            id=live.id,
            properties=_write(resource_type, live.outputs, secrets),
            inputs=write_struct(for_program(_as_a_list(live.inputs, is_managed)), secrets),
        )

    @plainly
    def Update(self, request: Any, _context: Any) -> Any:  # noqa: N802
        """Change it in place, or say what the preview can know of that."""
        resource_type = self._resource_type(request)
        olds, news = self._read(resource_type, request.olds), self._read(resource_type, request.news)
        words = _words(olds.secrets | news.secrets)
        operation = self._operation(request, words)
        if request.preview:
            self._examined(resource_type, operation, request.urn, words, olds.plain)
            outputs = resource_type.planned(request.id, olds.plain, news.plain)
            return provider_pb2.UpdateResponse(properties=_write(resource_type, outputs, news.secrets))
        try:
            live = resource_type.update(operation, request.id, olds.plain, news.plain)
        except ImageShareError as error:
            # What is left of the accounts of before is as secret as it was.
            secrets = olds.secrets | news.secrets
            raise self._half_done(resource_type, error.in_words(words), request.news, secrets) from error
        return provider_pb2.UpdateResponse(properties=_write(resource_type, live.outputs, news.secrets))

    @plainly
    def Delete(self, request: Any, _context: Any) -> Any:  # noqa: N802
        """Delete it."""
        resource_type = self._resource_type(request)
        olds = self._read(resource_type, request.properties)
        words = _words(olds.secrets)
        with written_in(words):
            resource_type.delete(self._operation(request, words), request.id, olds.plain)
        return empty_pb2.Empty()

    @plainly
    def Invoke(self, request: Any, _context: Any) -> Any:  # noqa: N802
        """Call a function."""
        function = FUNCTION_OF_TOKEN.get(request.tok)
        if function is None:
            raise RuleBroken(f"{request.tok} is no function of alicloud-image-share", [])
        given = {_snake(name): value for name, value in read_struct(request.args).plain.items()}
        operation = operation_on("", engine_at(self._engine_address), words=WORDS)
        asked = Asked(self._run, self._configuration, operation, with_role(given), request.preview)
        found = function.answer(asked)
        return provider_pb2.InvokeResponse(**{"return": write_struct(for_program(found or {}))})

    @plainly
    def Construct(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Make a component of resources of the plugin's own."""
        # A component's program needs much of Pulumi's SDK, which a run without one need not spend.
        from .construct import construct
        from .distribution import maker_of

        make = maker_of(request.type, self._configuration.settings.region, self._provider, self._states)
        self._components.begin(context)
        try:
            return self._components.wait_for(lambda: construct(request, self._engine_address, make))
        except Cancelled:
            name = request.type.rpartition(":")[2]
            raise Cancelled(
                f"{name} {request.name!r} is not finished, since the run was cancelled or something else in it failed. "
                "Run the same command again for the rest",
                was_sent=True,
            ) from None

    @plainly
    def Cancel(self, _request: Any, _context: Any) -> Any:  # noqa: N802
        """Let nothing be sent any more, and nothing wait."""
        self._cancellation.cancel()
        self._components.end()
        return empty_pb2.Empty()

    def _resource_type(self, request: Any) -> AnyResource:
        type_ = request.type or request.urn.split("::")[2].rpartition("$")[2]
        if type_ not in RESOURCE_OF_TYPE:
            raise RuleBroken(f"{type_} is no resource of alicloud-image-share", [])
        return self._resources[RESOURCE_OF_TYPE[type_]]

    def _operation(self, request: Any, words: Words = WORDS) -> Operation:
        seconds = getattr(request, "timeout", 0.0)
        return operation_on(request.urn, engine_at(self._engine_address), seconds or None, words)

    def _read(self, resource_type: AnyResource, struct: Any) -> Values:
        values = read_struct(struct)
        return Values(from_program(type(resource_type), values.plain), _secret_inputs(type(resource_type), values))

    def _secret_outputs_alone(
        self, resource_type: AnyResource, request: Any, olds: Values, news: Values
    ) -> frozenset[str]:
        """What the option additionalSecretOutputs hides: checks are told the inputs, which are not secret by it."""
        hidden = olds.secrets - news.secrets
        if not hidden or request.urn not in self._checked:
            return frozenset()
        return hidden - _secret_inputs(type(resource_type), read_struct(request.old_inputs))

    def _examined(
        self,
        resource_type: AnyResource,
        operation: Operation,
        urn: str,
        words: Words,
        outputs: Mapping[str, Any] | None = None,
    ) -> Checked | None:
        """What the preview's check found, with what ECS tells of it; raises where it tells of a broken rule."""
        checked = self._checked.get(urn)
        if checked is None:
            return None
        examined = resource_type.examine(operation, self._states.around(urn), checked, outputs)
        if examined.problems:
            name = urn.rpartition("::")[2]
            sentences = [problem.text for problem in examined.problems]
            raise RuleBroken(f"{resource_type.name} {name!r} can't be had as asked", sentences).in_words(words)
        return examined

    def _half_done(
        self, resource_type: AnyResource, error: ImageShareError, inputs: Any, secrets: frozenset[str]
    ) -> Exception:
        left = resource_type.left_by(error)
        if left is None:
            return error
        properties = _write(resource_type, left.outputs, secrets)
        return HalfDone(error, provider_pb2.ErrorResourceInitFailed(id=left.id, properties=properties, inputs=inputs))


@functools.cache
def written_schema() -> str:
    """The schema as it is beside this file."""
    return files(__package__).joinpath("schema.json").read_text(encoding="utf-8")


def _failure(sentence: str) -> Any:
    # The property is left out: the engine would print its value, a secret one too.
    return provider_pb2.CheckFailure(reason=sentence)


def _write(resource_type: AnyResource, values: Mapping[str, Any], secrets: frozenset[str]) -> Any:
    revealing = resource_type.revealing(secrets)
    written = for_program(values)
    return write_struct(written, {name for name in written if _snake(name) in revealing})


def _words(secrets: Collection[str]) -> Words:
    """How errors and warnings are written if these properties are secret."""
    return replace(WORDS, hides_accounts=ACCOUNTS in secrets)


def _secret_inputs(resource_type: type[AnyResource], values: Values) -> frozenset[str]:
    """The inputs that are secret: the accounts, in whichever way they are listed."""
    names = {_snake(name) for name in values.secrets}
    secrets = {ACCOUNTS if name == ACCOUNT_IDS and ACCOUNTS in resource_type.inputs() else name for name in names}
    return frozenset(secrets & set(resource_type.inputs()))


def _as_a_list(inputs: Mapping[str, Any], is_managed: bool) -> Mapping[str, Any]:
    """The inputs as a program lists accounts of which it has no names: what is imported becomes a program's text."""
    if is_managed or ACCOUNTS not in inputs:
        return inputs
    others = {name: value for name, value in inputs.items() if name != ACCOUNTS}
    return {**others, ACCOUNT_IDS: sorted(inputs[ACCOUNTS])}
