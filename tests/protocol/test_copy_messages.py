"""What the engine is told of a copy that is under way: on the copy's own row, and in passing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import grpc
import pytest
from google.protobuf import empty_pb2
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc

from ecs_emulator import Emulator
from pulumi_alicloud_image_share.dynamic import ImageCopyProvider
from pulumi_alicloud_image_share.resource.names import RESOURCE
from support.protocol import COPY_URN, Provider, running_provider

pytestmark = pytest.mark.both_frontends

REGION = "cn-beijing"


class Engine(engine_pb2_grpc.EngineServicer):
    """An engine that keeps what it is told."""

    def __init__(self) -> None:
        self.told: list[engine_pb2.LogRequest] = []

    def Log(self, request: engine_pb2.LogRequest, context: Any) -> empty_pb2.Empty:  # noqa: N802, gRPC names it
        self.told.append(request)
        return empty_pb2.Empty()


@pytest.fixture
def engine() -> Engine:
    return Engine()


@pytest.fixture
def copier(engine: Engine, ecs_config: dict[str, str]) -> Iterator[Provider]:
    """A provider process that an engine started."""
    server = grpc.server(ThreadPoolExecutor())
    engine_pb2_grpc.add_EngineServicer_to_server(engine, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    with running_provider(ecs_config, {}, engine=f"127.0.0.1:{port}") as process:
        yield process.of(COPY_URN, ImageCopyProvider())
    server.stop(None)


def test_progress_is_told_on_the_row_of_the_copy_and_in_passing(
    ecs: Emulator, engine: Engine, copier: Provider
) -> None:
    ecs.console.set_copy_seconds(2)
    _, outputs = copier.share({"source_image_id": ecs.golden_image_id, "region": REGION})
    assert re.fullmatch(rf"\d+ %, as {outputs['image_id']}", engine.told[0].message)
    assert len(engine.told) >= 3
    assert all(told.message.endswith(" s left") for told in engine.told[1:-1])
    assert re.fullmatch(r"copied in \d s", engine.told[-1].message)
    for told in engine.told:
        assert (told.urn, told.ephemeral, told.severity) == (copier._urn, True, engine_pb2.INFO)


def test_that_a_copy_is_taken_over_stays_on_its_row(ecs: Emulator, engine: Engine, copier: Provider) -> None:
    ecs.console.set_copy_seconds(3600)
    arguments = {"source_image_id": ecs.golden_image_id, "region": REGION}
    inputs = copier.check(arguments).inputs
    with pytest.raises(grpc.RpcError, match=r"is not complete after 1 s \(custom_timeouts, create\)"):
        copier.create({**inputs, RESOURCE: {"urn": COPY_URN, "timeouts": {"create": 1}}})
    ecs.console.advance_clock(3600)
    copier.share(arguments)
    [kept] = [told for told in engine.told if not told.ephemeral]
    assert "that an interrupted run began" in kept.message
    assert (kept.urn, kept.severity) == (copier._urn, engine_pb2.INFO)


def test_that_a_copy_is_gone_is_a_warning_on_its_row(ecs: Emulator, engine: Engine, copier: Provider) -> None:
    id, outputs = copier.share({"source_image_id": ecs.golden_image_id, "region": REGION})
    ecs.console.delete_image(REGION, outputs["image_id"])
    assert copier.read(id, outputs)[0] == ""
    [warned] = [told for told in engine.told if told.severity == engine_pb2.WARNING]
    assert "does not exist any more, as its owner's account sees it" in warned.message
    assert warned.urn == copier._urn
