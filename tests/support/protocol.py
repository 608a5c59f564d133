"""The provider process, driven over its gRPC protocol as the engine drives it."""

from __future__ import annotations

import base64
import copy
import functools
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import dill
import grpc
from google.protobuf import struct_pb2
from google.protobuf.json_format import MessageToDict
from pulumi.dynamic import ResourceProvider
from pulumi.dynamic.dynamic import serialize_provider
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc

from pulumi_alicloud_image_share.dynamic import ImageShareProvider
from pulumi_alicloud_image_share.resource.names import RESOURCE

from .plugin_protocol import plugin_config, running_plugin
from .provider_pool import ProviderProcess, lent_provider, start_provider

# The engine takes errors of any length; Python's gRPC, left alone, drops those of more than 8 KiB.
LONG_ERRORS = [(f"grpc.{name}", 2**20) for name in ("max_metadata_size", "absolute_max_metadata_size")]

UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""How Pulumi's protocol writes a value that the preview does not know."""

URN = "urn:pulumi:dev::shop::pulumi-python:dynamic/alicloud-image-share:ImageShare::golden"
OTHER_PICKLE = base64.b64encode(dill.dumps(ImageShareProvider(), protocol=2)).decode()
"""The same provider as another version of Python would write it into the state."""
COPY_URN = "urn:pulumi:dev::shop::pulumi-python:dynamic/alicloud-image-share:ImageCopy::golden"


@functools.cache
def _pickled(provider: type[ResourceProvider]) -> str:
    """A provider as the state has it. Pulumi lays a layer on Python's pickler with each."""
    return serialize_provider(provider())


@dataclass(frozen=True)
class Checked:
    """What Check answers."""

    inputs: dict[str, Any]
    failures: list[tuple[str, str]]

    @property
    def reasons(self) -> str:
        """All sentences, a line each."""
        return "\n".join(reason for _, reason in self.failures)


class Provider:
    """A running provider process, as one of its resource types sees it."""

    def __init__(
        self,
        stub: provider_pb2_grpc.ResourceProviderStub,
        process: subprocess.Popen[bytes],
        urn: str = URN,
        provider: ResourceProvider | None = None,
        configuration: provider_pb2.ConfigureRequest | None = None,
    ) -> None:
        self._stub = stub
        self.process = process
        self._urn = urn
        self._keeps_facts = False
        """Whether what the resource told its provider stays in what is returned, as in the engine's state."""
        self.configuration = configuration or provider_pb2.ConfigureRequest()
        self.pickled = _pickled(type(provider or ImageShareProvider()))

    def of(self, urn: str, provider: ResourceProvider) -> Provider:
        """The same process, for resources of another type."""
        return Provider(self._stub, self.process, urn, provider, self.configuration)

    def for_resource(self, urn: str, pickled: str | None = None) -> Provider:
        """The same process, for the resource of this URN, and as the state or the program has pickled it."""
        other = copy.copy(self)
        other._urn = urn
        other.pickled = pickled or self.pickled
        other._keeps_facts = True
        return other

    def next_run(self, configuration: provider_pb2.ConfigureRequest | None = None) -> None:
        """Go on as a run of its own, which remembers nothing: see `support.provider_process`.

        Args:
            configuration: The stack's configuration in this run, None for the usual one.
        """
        self._stub.Configure(configuration or self.configuration)

    def check(
        self, news: Mapping[str, Any], olds: Mapping[str, Any] | None = None, *, is_preview: bool = True
    ) -> Checked:
        """Check. What a preview finds that an update does not look for, the plugin finds after its check."""
        request = provider_pb2.CheckRequest(urn=self._urn, news=self._struct(news), olds=self._struct(olds or {}))
        answer = self._stub.Check(request)
        return Checked(self._plain(answer.inputs), [(f.property, f.reason) for f in answer.failures])

    def failures_of(self, news: Mapping[str, Any]) -> list[tuple[str, str]]:
        """The property and the sentence of each failure of a check, and no inputs: JSON has no words for NaN."""
        request = provider_pb2.CheckRequest(urn=self._urn, news=self._struct(news), olds=self._struct({}))
        return [(failure.property, failure.reason) for failure in self._stub.Check(request).failures]

    def show(self, inputs: Mapping[str, Any], old: tuple[str, Mapping[str, Any]] | None) -> None:
        """Preview a create or an update: the engine calls no dynamic provider for it."""

    def diff(self, id: str, olds: Mapping[str, Any], news: Mapping[str, Any]) -> provider_pb2.DiffResponse:
        return self._stub.Diff(
            provider_pb2.DiffRequest(id=id, urn=self._urn, olds=self._struct(olds), news=self._struct(news))
        )

    def create(self, inputs: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
        answer = self._stub.Create(provider_pb2.CreateRequest(urn=self._urn, properties=self._struct(inputs)))
        return answer.id, self._plain(answer.properties)

    def read(
        self, id: str, outputs: Mapping[str, Any] | None = None, inputs: Mapping[str, Any] | None = None
    ) -> tuple[str, dict[str, Any], dict[str, Any]]:
        request = provider_pb2.ReadRequest(id=id, urn=self._urn, inputs=self._struct(inputs or {}))
        if outputs is not None:
            request.properties.CopyFrom(self._struct(outputs))
        answer = self._stub.Read(request)
        return answer.id, self._plain(answer.properties), self._plain(answer.inputs)

    def update(self, id: str, olds: Mapping[str, Any], news: Mapping[str, Any]) -> dict[str, Any]:
        request = provider_pb2.UpdateRequest(id=id, urn=self._urn, olds=self._struct(olds), news=self._struct(news))
        return self._plain(self._stub.Update(request).properties)

    def delete(self, id: str, outputs: Mapping[str, Any]) -> None:
        self._stub.Delete(provider_pb2.DeleteRequest(id=id, urn=self._urn, properties=self._struct(outputs)))

    def destroy(self, id: str, outputs: Mapping[str, Any]) -> None:
        """Delete without any check, as `destroy` does."""
        self.next_run()
        self.delete(id, outputs)

    def share(self, news: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
        """Check and create, as a first `up` does."""
        self.next_run()
        checked = self.check(news)
        assert checked.failures == []
        return self.create(checked.inputs)

    def change(self, id: str, outputs: Mapping[str, Any], news: Mapping[str, Any]) -> dict[str, Any]:
        """Check and update, as a next `up` does."""
        self.next_run()
        checked = self.check(news, outputs)
        assert checked.failures == []
        return self.update(id, outputs, checked.inputs)

    def _plain(self, struct: struct_pb2.Struct) -> dict[str, Any]:
        values = MessageToDict(struct)
        values.pop("__provider", None)
        if not self._keeps_facts:
            values.pop(RESOURCE, None)
        return values

    def _struct(self, values: Mapping[str, Any]) -> struct_pb2.Struct:
        struct = struct_pb2.Struct()
        struct.update({RESOURCE: {"urn": self._urn}, **values, "__provider": self.pickled})
        return struct


def configuration_of(config: Mapping[str, str]) -> Any:
    """What a provider of the frontend that the test is for is given of this stack configuration, for `next_run`."""
    if frontend == "plugin":
        return plugin_config(config)
    arguments = struct_pb2.Struct()
    arguments.update(dict(config))
    return provider_pb2.ConfigureRequest(args=arguments)


FRONTENDS = ("dynamic", "plugin")
frontend = FRONTENDS[0]
"""The frontend that tests go through now: see `conftest`."""


@contextmanager
def running_provider(config: Mapping[str, str], environment: Mapping[str, str], engine: str = "") -> Iterator[Provider]:
    """A provider process with this stack configuration, of the frontend that the test is for.

    Args:
        config: The stack's configuration.
        environment: What the process has in its environment beside this process's own.
        engine: The engine's address, "" for none.
    """
    running = running_plugin if frontend == "plugin" else running_dynamic
    with running(config, environment, engine) as provider:
        yield provider


@contextmanager
def running_dynamic(config: Mapping[str, str], environment: Mapping[str, str], engine: str = "") -> Iterator[Provider]:
    """A process of the dynamic frontend."""
    configuration = configuration_of(config)
    with (
        _started(environment, engine) if engine else lent_provider(environment) as running,
        grpc.insecure_channel(f"127.0.0.1:{running.port}", LONG_ERRORS) as channel,
    ):
        stub = provider_pb2_grpc.ResourceProviderStub(channel)
        stub.Configure(configuration)
        yield Provider(stub, running.process, configuration=configuration)


@contextmanager
def _started(environment: Mapping[str, str], engine: str) -> Iterator[ProviderProcess]:
    running = start_provider(environment, engine)
    try:
        yield running
    finally:
        running.end()
