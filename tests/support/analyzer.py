"""A policy pack's process, started and driven over the analyzer's gRPC protocol as the engine does it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import grpc
from google.protobuf import empty_pb2, struct_pb2
from google.protobuf.json_format import MessageToDict
from pulumi.runtime.proto import analyzer_pb2, analyzer_pb2_grpc

from .command_line import REPOSITORY
from .provider_pool import end

PACK = REPOSITORY / "examples" / "policy-pack"
IMAGE_SHARE = "pulumi-python:dynamic/alicloud-image-share:ImageShare"
IMAGE_COPY = "pulumi-python:dynamic/alicloud-image-share:ImageCopy"


def secret(value: Any) -> dict[str, Any]:
    """How Pulumi's protocol writes a secret."""
    return {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "value": value}


@dataclass(frozen=True)
class Item:
    """A resource, as the engine hands it to a policy pack."""

    type: str
    name: str
    props: Mapping[str, Any] = field(default_factory=dict)
    protect: bool = False
    provider: Mapping[str, Any] | None = None
    """The inputs of its provider, None for none."""
    stack: str = "dev"
    comes_from: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Property to the URNs of the resources that its value comes from."""
    parents: str = ""
    """The types of its parents as the URN has them: "shop:index:Team$", for example."""

    @property
    def urn(self) -> str:
        return f"urn:pulumi:{self.stack}::shop::{self.parents}{self.type}::{self.name}"

    def message(self, kind: type[Any]) -> Any:
        """An AnalyzeRequest, or an AnalyzerResource of an AnalyzeStackRequest."""
        message = kind(urn=self.urn, type=self.type, name=self.name, properties=_struct(self.props))
        message.options.protect = self.protect
        for name, urns in self.comes_from.items():
            message.propertyDependencies[name].urns.extend(urns)
        if self.provider is not None:
            message.provider.urn = f"urn:pulumi:{self.stack}::shop::pulumi:providers:alicloud::default"
            message.provider.properties.CopyFrom(_struct(self.provider))
        return message


@dataclass(frozen=True)
class Said:
    """What a policy reports."""

    policy: str
    text: str
    """The message without the policy's description above it."""
    urn: str
    mandatory: bool


class Analyzer:
    """A running policy pack."""

    def __init__(self, stub: analyzer_pb2_grpc.AnalyzerStub, log: IO[str]) -> None:
        self._stub = stub
        self._log = log
        self.info = stub.GetAnalyzerInfo(empty_pb2.Empty())

    @property
    def printed(self) -> str:
        """All that the pack has printed, which the engine shows among its diagnostics."""
        self._log.seek(0)
        return self._log.read()

    @property
    def schemas(self) -> dict[str, dict[str, Any]]:
        """Each policy's configuration schema."""
        return {policy.name: MessageToDict(policy.configSchema.properties) for policy in self.info.policies}

    def configure(self, config: Mapping[str, Mapping[str, Any]]) -> None:
        """Configure each policy: what is not given has the default of its schema."""
        request = analyzer_pb2.ConfigureAnalyzerRequest()
        for policy in self.info.policies:
            properties = MessageToDict(policy.configSchema.properties).items()
            defaults = {name: schema["default"] for name, schema in properties if "default" in schema}
            entry = request.policyConfig[policy.name]
            entry.enforcementLevel = policy.enforcementLevel
            entry.properties.CopyFrom(_struct({**defaults, **config.get(policy.name, {})}))
        self._stub.Configure(request)

    def analyze(self, item: Item) -> list[Said]:
        """Judge a resource before it is made or changed."""
        return _said(self._stub.Analyze(item.message(analyzer_pb2.AnalyzeRequest)))

    def analyze_stack(self, *items: Item) -> list[Said]:
        """Judge all resources of a stack."""
        messages = [item.message(analyzer_pb2.AnalyzerResource) for item in items]
        return _said(self._stub.AnalyzeStack(analyzer_pb2.AnalyzeStackRequest(resources=messages)))


@contextmanager
def running_analyzer(folder: Path, stack_config: Mapping[str, str], pack: Path = PACK) -> Iterator[Analyzer]:
    """Start a policy pack's process for a stack of this configuration, and end it.

    Args:
        folder: Where the process's output is kept.
        stack_config: The stack's configuration.
        pack: The policy pack's folder.
    """
    environment = {
        **os.environ,
        "PULUMI_CONFIG": json.dumps(dict(stack_config)),
        "PULUMI_PROJECT": "shop",
        "PULUMI_STACK": "dev",
        "PULUMI_DRY_RUN": "true",
    }
    with (folder / "printed").open("w+") as log:
        process = subprocess.Popen(
            [sys.executable, "-u", "-m", "pulumi.policy", "127.0.0.1:1", "."],
            cwd=pack,
            stdout=subprocess.PIPE,
            stderr=log,
            env=environment,
        )
        try:
            assert process.stdout is not None
            port = int(process.stdout.readline())
            with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
                yield Analyzer(analyzer_pb2_grpc.AnalyzerStub(channel), log)
        finally:
            end(process)
            if process.stdout:
                process.stdout.close()


def _struct(values: Mapping[str, Any]) -> struct_pb2.Struct:
    struct = struct_pb2.Struct()
    struct.update(dict(values))
    return struct


def _said(response: analyzer_pb2.AnalyzeResponse) -> list[Said]:
    return [
        Said(
            diagnostic.policyName,
            diagnostic.message.removeprefix(f"{diagnostic.description}\n"),
            diagnostic.urn,
            diagnostic.enforcementLevel == analyzer_pb2.MANDATORY,
        )
        for diagnostic in response.diagnostics
    ]
