"""The provider protocol: a call of the engine in, a resource type's operation, an answer out. Nothing is decided here.

What each call means: https://www.pulumi.com/docs/iac/guides/building-extending/providers/implementers/
"""

from __future__ import annotations

import functools
import os
import traceback
from collections.abc import Callable, Mapping
from dataclasses import replace
from importlib.metadata import version
from importlib.resources import files
from typing import Any, Final, TypeVar

import grpc  # type: ignore[import-untyped]
from google.protobuf import any_pb2, empty_pb2
from pulumi.runtime.proto import engine_pb2, plugin_pb2, provider_pb2, provider_pb2_grpc, status_pb2

from ..cloud.cancellation import Cancellation
from ..engine.calls import engine_at, operation_on
from ..errors import Cancelled, ImageShareError, RuleBroken, written_in
from ..resource.base import AnyResource, Checked, Request
from ..resource.names import RESOURCE, with_role
from ..resource.names import snake_case as _snake
from ..resource.run import Run, RunFiles, run_files, watch_engine
from ..slots import render
from .catalogue import FUNCTION_OF_TOKEN, RESOURCE_OF_TYPE, RESOURCES, Asked
from .components import Components, StackStates
from .configuration import SECRET_SETTINGS, Configuration, faults_of, read_configuration
from .differences import detailed, ignored_no_longer, only_named, refuse_what_is_ignored
from .properties import (
    ACCOUNT_IDS,
    ACCOUNTS,
    WORDS,
    Values,
    for_program,
    kept_inputs,
    own_urn,
    path_for_program,
    read_struct,
    with_one_list,
    write_struct,
)

VERSION: Final = version("pulumi-alicloud-image-share")
_LOG_SECONDS: Final = 10.0
_UNKNOWN_STATUS: Final = 2
T = TypeVar("T")


class HalfDone(Exception):
    """A create or an update that ended halfway, by an error that is already in the program's words.

    Attributes:
        left: What the state keeps.
    """

    def __init__(self, error: ImageShareError, left: provider_pb2.ErrorResourceInitFailed) -> None:
        self.left = left
        super().__init__(str(error))


def plainly(method: Callable[[Any, Any, Any], T]) -> Callable[[Any, Any, Any], T]:
    """Let a method of a servicer end in sentences, whatever it raises."""

    @functools.wraps(method)
    def answer(servicer: Servicer, request: Any, context: Any) -> T:
        try:
            return method(servicer, request, context)
        except HalfDone as half_done:
            code, text = grpc.StatusCode.UNKNOWN, str(half_done)
            context.set_trailing_metadata((("grpc-status-details-bin", _details(half_done.left, text)),))
        except ImageShareError as error:
            code, text = grpc.StatusCode.FAILED_PRECONDITION, str(error.in_words(WORDS))
        except Exception as bug:  # whatever it is, a user needs a sentence, not a traceback
            servicer.debug(traceback.format_exc())
            code, text = grpc.StatusCode.INTERNAL, _sorry(method.__name__, bug)
        # It raises, and so stands outside.
        context.abort(code, text)
        raise AssertionError("abort has not raised")

    return answer


def _details(left: provider_pb2.ErrorResourceInitFailed, text: str) -> bytes:
    left.reasons.append(text)
    wrapped = any_pb2.Any()
    wrapped.Pack(left)
    status = status_pb2.Status(code=_UNKNOWN_STATUS, message=text, details=[wrapped])
    return bytes(status.SerializeToString())


def _sorry(method: str, bug: Exception) -> str:
    return (
        f"this is a bug of alicloud-image-share: {type(bug).__name__} in {method}. Run again with --debug to see "
        "where, and report it with that text."
    )


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
        self._checked_with_state: dict[str, Checked] = {}
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
        """Show a text to users who ask for more than the terminal says (`--debug`)."""
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
        old = kept_inputs(resource_type.in_python(read_struct(request.olds).plain))
        given, problems = with_one_list(resource_type.in_python(read_struct(request.news).plain), old)
        asked = self._request(request, request.olds, request.news)
        asked = replace(asked, old=old, new=given, state=replace(asked.state, own_urn=own_urn(asked.old)))
        checked = resource_type.check(asked)
        if old:
            self._checked_with_state[request.urn] = checked
        elif request.urn in self._checked_with_state:
            # It is replaced.
            problems += ignored_no_longer(self._checked_with_state[request.urn].inputs, checked.inputs)
        self._checked[request.urn] = checked
        failures = [_failure(render(each.text, asked.operation.words)) for each in (*problems, *checked.problems)]
        # What could not be read is unknown, and an update takes no unknown value, not even beside a failure.
        inputs = request.news if failures else _write_inputs(resource_type, checked.inputs, asked.secrets, request.urn)
        return provider_pb2.CheckResponse(inputs=inputs, failures=failures)

    @plainly
    def Diff(self, request: Any, _context: Any) -> Any:  # noqa: N802
        """Say what changes, each account by itself, and whether that replaces: the new resource first."""
        resource_type, asked = self._resource_type(request), self._request(request, request.olds, request.news)
        # A refresh that comes right after an import asks with the inputs that the import left, which no check has read.
        old, wanted = resource_type.in_python(asked.old), kept_inputs(resource_type.in_python(asked.new or {}))
        secret_outputs = _secret_outputs_alone(resource_type, request, asked)
        change = resource_type.diff(replace(asked, new=wanted, secret_outputs=secret_outputs))
        hides = asked.operation.words.hides_accounts
        # A refresh asks without a check before, and with the options of the last update: it changes nothing.
        if asked.checked is not None:
            with written_in(asked.operation.words):
                refuse_what_is_ignored(change, request.ignoreChanges, old.get(ACCOUNTS) or {}, hides_accounts=hides)
        named = () if hides else only_named(old, wanted)
        if named:
            asked.operation.tell(f"only the names of accounts change, not who has access: {', '.join(named)}.")
        changes = provider_pb2.DiffResponse.DIFF_SOME if change.changed else provider_pb2.DiffResponse.DIFF_NONE
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
        resource_type, asked = self._resource_type(request), self._request(request, None, request.properties)
        if request.preview:
            outputs = resource_type.preview(asked)
            return provider_pb2.CreateResponse(properties=_write(resource_type, outputs, asked.secrets))
        try:
            live = resource_type.create(asked)
        except ImageShareError as error:
            raise _half_done(resource_type, error, request.properties, asked) from error
        return provider_pb2.CreateResponse(id=live.id, properties=_write(resource_type, live.outputs, asked.secrets))

    @plainly
    def Read(self, request: Any, _context: Any) -> Any:  # noqa: N802
        """Read what is live: for a refresh, an import, or a program that only reads it."""
        resource_type, asked = self._resource_type(request), self._request(request, request.properties, request.inputs)
        live = resource_type.read(asked)
        if live is None:
            return provider_pb2.ReadResponse()
        secrets = asked.secrets | asked.former_secrets
        return provider_pb2.ReadResponse(
            id=live.id,
            properties=_write(resource_type, live.outputs, secrets),
            inputs=_write(resource_type, _as_a_list(live.inputs), secrets)
            if live.is_imported
            else _write_inputs(resource_type, live.inputs, secrets, request.urn),
        )

    @plainly
    def Update(self, request: Any, _context: Any) -> Any:  # noqa: N802
        """Change it in place, or say what the preview can know of that."""
        resource_type, asked = self._resource_type(request), self._request(request, request.olds, request.news)
        if request.preview:
            outputs = resource_type.preview(asked)
            return provider_pb2.UpdateResponse(properties=_write(resource_type, outputs, asked.secrets))
        try:
            live = resource_type.update(asked)
        except ImageShareError as error:
            raise _half_done(resource_type, error, request.news, asked) from error
        return provider_pb2.UpdateResponse(properties=_write(resource_type, live.outputs, asked.secrets))

    @plainly
    def Delete(self, request: Any, _context: Any) -> Any:  # noqa: N802
        """Delete it."""
        self._resource_type(request).delete(self._request(request, request.properties, None))
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
        from .distribution import construct, maker_of

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

    def _request(self, message: Any, olds: Any, news: Any) -> Request:
        """What the engine asks, with the properties that the state has and that the program wants, None for none."""
        resource_type = type(self._resource_type(message))
        old, new = (Values({}) if struct is None else read_struct(struct) for struct in (olds, news))
        secrets, former = _secret_inputs(resource_type, new), _secret_inputs(resource_type, old)
        words, seconds = WORDS.hiding(secrets | former), getattr(message, "timeout", 0.0)
        return Request(
            operation_on(message.urn, engine_at(self._engine_address), seconds or None, words),
            getattr(message, "id", ""),
            old.plain,
            new.plain,
            secrets,
            former,
            state=self._states.around(message.urn),
            checked=self._checked.get(message.urn),
            is_previewed=True,
        )


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


def _write_inputs(resource_type: AnyResource, values: Mapping[str, Any], secrets: frozenset[str], urn: str) -> Any:
    """Write inputs for the state. The engine does not say later which URN a resource had before an alias."""
    written = _write(resource_type, values, secrets)
    written.update({RESOURCE: {"urn": urn}})
    return written


def _half_done(resource_type: AnyResource, error: ImageShareError, inputs: Any, asked: Request) -> Exception:
    left = resource_type.left_by(error)
    if left is None:
        return error
    # What is left of the accounts of before is as secret as it was.
    properties = _write(resource_type, left.outputs, asked.secrets | asked.former_secrets)
    return HalfDone(error, provider_pb2.ErrorResourceInitFailed(id=left.id, properties=properties, inputs=inputs))


def _secret_inputs(resource_type: type[AnyResource], values: Values) -> frozenset[str]:
    """The inputs that are secret: the accounts, in whichever way they are listed."""
    names = {_snake(name) for name in values.secrets}
    secrets = {ACCOUNTS if name == ACCOUNT_IDS and ACCOUNTS in resource_type.inputs() else name for name in names}
    return frozenset(secrets & set(resource_type.inputs()))


def _secret_outputs_alone(resource_type: AnyResource, request: Any, asked: Request) -> frozenset[str]:
    """What the option additionalSecretOutputs hides: checks are told the inputs, which are not secret by it."""
    hidden = asked.former_secrets - asked.secrets
    if not hidden or asked.checked is None:
        return frozenset()
    return hidden - _secret_inputs(type(resource_type), read_struct(request.old_inputs))


def _as_a_list(inputs: Mapping[str, Any]) -> Mapping[str, Any]:
    """The inputs as a program lists accounts of which it has no names: what is imported becomes a program's text."""
    if ACCOUNTS not in inputs:
        return inputs
    others = {name: value for name, value in inputs.items() if name != ACCOUNTS}
    return {**others, ACCOUNT_IDS: sorted(inputs[ACCOUNTS])}
