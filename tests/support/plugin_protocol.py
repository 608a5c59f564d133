"""The plugin's process, driven over the provider protocol as the engine drives it.

It looks to a test as `support.protocol.Provider` does: properties have Python's names, and sentences are in Python's
words, so that one table of cases holds for both frontends. What a preview says in its check there, it says here in the
create or update after it.
"""

from __future__ import annotations

import copy
import re
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Never

import grpc
from google.protobuf import empty_pb2, struct_pb2
from google.protobuf.json_format import MessageToDict
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc

from pulumi_alicloud_image_share.copy.resource import CopyResource
from pulumi_alicloud_image_share.distribution import request as distribution
from pulumi_alicloud_image_share.plugin.catalogue import FUNCTIONS
from pulumi_alicloud_image_share.plugin.properties import for_program
from pulumi_alicloud_image_share.resource.base import AnyResource
from pulumi_alicloud_image_share.resource.names import RESOURCE, camel_case, snake_case
from pulumi_alicloud_image_share.share.resource import ShareResource

from .provider_pool import lent_plugin, start_plugin

RESOURCES: tuple[type[AnyResource], ...] = (ShareResource, CopyResource)
PLUGIN_URN = f"urn:pulumi:dev::shop::{ShareResource.plugin_type()}::golden"
_PROPERTIES = (
    *(item for resource_type in RESOURCES for item in resource_type.properties),
    *(item for function in FUNCTIONS for item in (*function.inputs, *function.outputs)),
    *distribution.INPUTS,
    *distribution.OUTPUTS,
)
_OTHER_NAMES = {"account_ids", "accounts_by_region", "account_ids_by_region", "role_arn"}
_NAMES = {item.name for item in _PROPERTIES} | {snake_case(function.name) for function in FUNCTIONS} | _OTHER_NAMES
_CAMEL = {camel_case(name): name for name in _NAMES if "_" in name} | {
    "sessionSeconds": "session_seconds",
    "sessionName": "session_name",
    "externalId": "external_id",
    "customTimeouts": "custom_timeouts",
}
_LITERALS = {"true": "True", "false": "False", "null": "None"}


class PluginRefused(grpc.RpcError):
    """A call that the plugin has refused, in Python's words."""

    def __init__(self, error: grpc.RpcError) -> None:
        self._code = error.code()
        self._details = in_pythons_words(error.details() or "")
        left = _left_by(error)
        self.left = None if left is None else (left.id, python_of(left.properties), python_of(left.inputs))
        """What the state keeps of a resource that was left halfway: its ID, outputs and inputs."""
        super().__init__(self._details)

    def code(self) -> grpc.StatusCode:
        return self._code

    def details(self) -> str:
        return self._details


def in_pythons_words(text: str) -> str:
    """A sentence of the plugin's as the dynamic frontend has it."""
    text = re.sub(rf"\b({'|'.join(_CAMEL)})\b", lambda it: _CAMEL[it[1]], text)
    text = re.sub(r"\b(\w+): (true|false)\b", lambda it: f"{it[1]}={it[2].capitalize()}", text)
    return re.sub(r"(?<!['\"])\b(true|false|null)\b(?!['\"])", lambda it: _LITERALS[it[1]], text)


def plugin_config(config: Mapping[str, str]) -> dict[str, str]:
    """The plugin's configuration for what a stack gives the dynamic frontend."""
    return {key.partition(":")[2]: value for key, value in config.items()}


def struct_of(values: Mapping[str, Any]) -> struct_pb2.Struct:
    """Properties with Python's names as the plugin takes them."""
    struct = struct_pb2.Struct()
    struct.update(for_program({name: value for name, value in values.items() if not name.startswith("__")}))
    return struct


def _seconds(values: Mapping[str, Any], doing: str) -> float | None:
    """How long an operation may take, as the dynamic frontend's program says it."""
    seconds: float | None = (values.get(RESOURCE) or {}).get("timeouts", {}).get(doing)
    return seconds


def python_of(struct: struct_pb2.Struct) -> dict[str, Any]:
    """The plugin's properties with Python's names."""
    values = {snake_case(name): value for name, value in MessageToDict(struct).items()}
    role = values.get("assume_role")
    if isinstance(role, Mapping):
        values["assume_role"] = {snake_case(name): value for name, value in role.items()}
    return values


def _left_by(error: grpc.RpcError) -> provider_pb2.ErrorResourceInitFailed | None:
    from pulumi.runtime.proto import status_pb2

    details = dict(error.trailing_metadata() or ()).get("grpc-status-details-bin")
    if details is None:
        return None
    [wrapped] = status_pb2.Status.FromString(details).details
    left = provider_pb2.ErrorResourceInitFailed()
    assert wrapped.Unpack(left)
    return left


class PluginProvider:
    """A running plugin, as one of its resource types sees it."""

    def __init__(
        self,
        stub: provider_pb2_grpc.ResourceProviderStub,
        process: subprocess.Popen[bytes],
        configuration: Mapping[str, str],
        urn: str = PLUGIN_URN,
        engine: str = "",
    ) -> None:
        self._engine = engine
        self._stub = stub
        self.process = process
        self.configuration = configuration
        self._urn = urn

    @property
    def kind(self) -> type[AnyResource]:
        return next(kind for kind in RESOURCES if f"{kind.plugin_type()}::" in self._urn)

    def of(self, urn: str, _provider: object = None) -> PluginProvider:
        """The same process, for resources of another type."""
        return self.for_resource(urn)

    def for_resource(self, urn: str, _pickled: str | None = None) -> PluginProvider:
        """The same process, for the resource of this URN."""
        other = copy.copy(self)
        for kind in RESOURCES:
            urn = urn.replace(kind.dynamic_type, kind.plugin_type())
        other._urn = urn
        return other

    def next_run(self, configuration: Mapping[str, str] | None = None) -> None:
        """Go on as a run of its own, which remembers nothing.

        Args:
            configuration: The stack's configuration in this run, None for the usual one.
        """
        given = struct_pb2.Struct()
        given.update(dict(self.configuration if configuration is None else configuration))
        # An engine that comes again goes on in its run, unless that was cancelled.
        self._stub.Cancel(empty_pb2.Empty())
        self._stub.Handshake(provider_pb2.ProviderHandshakeRequest(engine_address=self._engine))
        self._stub.Configure(provider_pb2.ConfigureRequest(args=given))

    pickled = ""
    """What the dynamic frontend's state has of its provider."""

    def check(self, news: Mapping[str, Any], olds: Mapping[str, Any] | None = None, *, is_preview: bool = True) -> Any:
        """Check, and what the preview of the create or update after it tells."""
        from .protocol import Checked

        if not is_preview:
            checked = self._checked(news, olds)
            return Checked(python_of(checked.inputs), [("", in_pythons_words(it.reason)) for it in checked.failures])
        answer, failures, planned = self._found(news, olds)
        return Checked({**python_of(answer.inputs), **planned}, failures)

    def failures_of(self, news: Mapping[str, Any]) -> list[tuple[str, str]]:
        """The sentences of `check`, and no inputs: JSON has no words for NaN."""
        return self._found(news, None)[1]

    def _found(
        self, news: Mapping[str, Any], olds: Mapping[str, Any] | None
    ) -> tuple[provider_pb2.CheckResponse, list[tuple[str, str]], dict[str, Any]]:
        answer = self._checked(news, olds)
        failures = [(failure.property, in_pythons_words(failure.reason)) for failure in answer.failures]
        try:
            return answer, failures, {} if failures else self._preview(answer.inputs, news, olds)
        except grpc.RpcError as error:
            text = in_pythons_words(error.details() or "")
            return answer, [("", sentence) for sentence in text.split("\n  - ")[1:]] or [("", text)], {}

    def _checked(self, news: Mapping[str, Any], olds: Mapping[str, Any] | None) -> provider_pb2.CheckResponse:
        old_inputs = {name: value for name, value in (olds or {}).items() if name in self.kind.inputs()}
        return self._stub.Check(
            provider_pb2.CheckRequest(urn=self._urn, news=struct_of(news), olds=struct_of(old_inputs))
        )

    def _preview(
        self, inputs: struct_pb2.Struct, news: Mapping[str, Any], olds: Mapping[str, Any] | None
    ) -> dict[str, Any]:
        if olds:
            id = f"{olds.get('region')}:{olds.get('image_id', 'm-bp1golden00000000001')}"
            diff = self._stub.Diff(provider_pb2.DiffRequest(id=id, urn=self._urn, olds=struct_of(olds), news=inputs))
            if diff.changes == provider_pb2.DiffResponse.DIFF_NONE:
                return {}
            if not diff.replaces:
                self._stub.Update(
                    provider_pb2.UpdateRequest(id=id, urn=self._urn, olds=struct_of(olds), news=inputs, preview=True)
                )
                return {}
            inputs = self._checked(news, None).inputs
        made = self._stub.Create(provider_pb2.CreateRequest(urn=self._urn, properties=inputs, preview=True))
        planned = python_of(made.properties)
        # What the dynamic frontend's check says of a new copy's name, a preview of the plugin's says in its outputs.
        return {"name": planned["name"]} if "name" in planned else {}

    def show(self, inputs: Mapping[str, Any], old: tuple[str, Mapping[str, Any]] | None) -> None:
        """Preview a create, or the update of a resource whose ID and outputs the state has."""
        news = struct_of(inputs)
        if old is None:
            self._call("Create", provider_pb2.CreateRequest(urn=self._urn, properties=news, preview=True))
        else:
            olds = struct_of(old[1])
            self._call(
                "Update", provider_pb2.UpdateRequest(id=old[0], urn=self._urn, olds=olds, news=news, preview=True)
            )

    def diff(self, id: str, olds: Mapping[str, Any], news: Mapping[str, Any]) -> provider_pb2.DiffResponse:
        answer = self._stub.Diff(
            provider_pb2.DiffRequest(id=id, urn=self._urn, olds=struct_of(olds), news=struct_of(news))
        )
        answer.replaces[:] = [snake_case(name) for name in answer.replaces]
        return answer

    def create(self, inputs: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
        request = provider_pb2.CreateRequest(
            urn=self._urn, properties=struct_of(inputs), timeout=_seconds(inputs, "create")
        )
        answer = self._call("Create", request)
        return answer.id, python_of(answer.properties)

    def read(
        self, id: str, outputs: Mapping[str, Any] | None = None, inputs: Mapping[str, Any] | None = None
    ) -> tuple[str, dict[str, Any], dict[str, Any]]:
        if inputs is None:
            inputs = {name: value for name, value in (outputs or {}).items() if name in self.kind.inputs()}
        request = provider_pb2.ReadRequest(id=id, urn=self._urn, inputs=struct_of(inputs))
        if outputs is not None:
            request.properties.CopyFrom(struct_of(outputs))
        answer = self._call("Read", request)
        return answer.id, python_of(answer.properties), python_of(answer.inputs)

    def update(self, id: str, olds: Mapping[str, Any], news: Mapping[str, Any]) -> dict[str, Any]:
        request = provider_pb2.UpdateRequest(
            id=id,
            urn=self._urn,
            olds=struct_of(olds),
            news=struct_of(news),
            timeout=_seconds(news, "update"),
        )
        return python_of(self._call("Update", request).properties)

    def delete(self, id: str, outputs: Mapping[str, Any]) -> None:
        request = provider_pb2.DeleteRequest(
            id=id, urn=self._urn, properties=struct_of(outputs), timeout=_seconds(outputs, "delete")
        )
        self._call("Delete", request)

    def destroy(self, id: str, outputs: Mapping[str, Any]) -> None:
        """Delete without any check, as `destroy` does."""
        self.next_run()
        self.delete(id, outputs)

    def share(self, news: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
        """Check and create, as a first `up` does."""
        self.next_run()
        checked = self._checked(news, None)
        assert list(checked.failures) == []
        return self.create(python_of(checked.inputs))

    def change(self, id: str, outputs: Mapping[str, Any], news: Mapping[str, Any]) -> dict[str, Any]:
        """Check and update, as a next `up` does."""
        self.next_run()
        checked = self._checked(news, outputs)
        assert list(checked.failures) == []
        return self.update(id, outputs, python_of(checked.inputs))

    def cancel(self) -> None:
        """Cancel the run, as ^C does."""
        self._call("Cancel", empty_pb2.Empty())

    def _call(self, method: str, request: Any) -> Any:
        try:
            return getattr(self._stub, method)(request)
        except grpc.RpcError as error:
            _raise(error)


def _raise(error: grpc.RpcError) -> Never:
    raise PluginRefused(error) from None


@contextmanager
def running_plugin(config: Mapping[str, str], environment: Mapping[str, str], engine: str = "") -> Iterator[Any]:
    """A plugin's process with what this stack configuration says; `engine` is the engine's address."""
    from .protocol import LONG_ERRORS

    started = start_plugin(environment, engine) if engine else None
    try:
        with (
            lent_plugin(environment) if started is None else _kept(started) as running,
            grpc.insecure_channel(f"127.0.0.1:{running.port}", LONG_ERRORS) as channel,
        ):
            stub = provider_pb2_grpc.ResourceProviderStub(channel)
            provider = PluginProvider(stub, running.process, plugin_config(config), engine=engine)
            provider.next_run()
            yield provider
    finally:
        if started is not None:
            started.end()


@contextmanager
def _kept(running: Any) -> Iterator[Any]:
    yield running
