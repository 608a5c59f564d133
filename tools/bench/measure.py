"""Measures every frontend, and the peer where it is there, on the real engine against the emulator: `make bench`.

Each figure is of one run. The emulator runs on the same machine, whose processors the engine and providers share.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import grpc
import psutil
from google.protobuf import empty_pb2
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc

from ecs_emulator import Emulator

from .emulator_overhead import milliseconds_a_call
from .stacks import BIN, REGION, DynamicStack, EngineStack, PeerStack, PluginStack, Shares, Stack, WidePluginStack
from .watched import Figures

LATENCY_MS: Final = 50
ACCOUNTS: Final = [str(2000000000000001 + n) for n in range(50)]
FRONTENDS: Final[Mapping[str, type[Stack]]] = {
    "dynamic": DynamicStack,
    "plugin": PluginStack,
    "plugin, -p 64": WidePluginStack,
    "engine alone": EngineStack,
    "peer": PeerStack,
}
LEAST_CALLS: Final = {
    # Of an image that nobody has, its own description says so.
    "preview": 1,
    # The image and who has it before, five batches of ten accounts, and who has it afterwards.
    "first up": 8,
    "no change": 0,
    "refresh": 1,
    # Of the one image alone: who has it before, the change, and who has it afterwards.
    "one account": 3,
    "destroy": 7,
}
"""The fewest calls of an image for an operation that looks before and after."""


def operations(stack: Stack, shares: Shares) -> dict[str, Figures]:
    """All operations of a stack's life."""
    stack.write(shares)
    found = {"preview": stack.run("preview"), "first up": stack.run("up"), "no change": stack.run("up")}
    if isinstance(stack, PeerStack):
        # The peer's others take minutes each, and are like these: a call or two for each account.
        return found
    found["refresh"] = stack.run("refresh")
    first = next(iter(shares))
    stack.write({**shares, first: shares[first][1:]})
    found["one account"] = stack.run("up")
    found["destroy"] = stack.run("destroy")
    return found


def life(frontend: type[Stack], images: int, folder: Path) -> dict[str, Figures]:
    """All operations of a stack with so many images, each shared with 50 accounts."""
    with Emulator(latency_ms=LATENCY_MS) as ecs:
        shares = {ecs.console.create_image(REGION): ACCOUNTS for _ in range(images)}
        return operations(frontend(folder, ecs), shares)


def unchanged(frontend: type[Stack], shares: int, folder: Path) -> Figures:
    """An up of a stack of so many shares of which nothing changes."""
    with Emulator() as ecs:
        stack = frontend(folder, ecs)
        stack.write({ecs.console.create_image(REGION): ACCOUNTS[:2] for _ in range(shares)})
        stack.run("up")
        ecs.faults.latency_ms = LATENCY_MS
        return stack.run("up")


def empty(frontend: type[Stack], folder: Path) -> Figures:
    """An up of a program without any resource."""
    with Emulator() as ecs:
        stack = frontend(folder, ecs)
        stack.run("up")
        return stack.run("up")


def start_of_the_plugin() -> dict[str, float]:
    """How long the plugin takes until it answers, and what it holds then."""
    begin = time.perf_counter()
    with subprocess.Popen(
        [str(BIN / "pulumi-resource-alicloud-image-share")], stdout=subprocess.PIPE, stdin=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        port = process.stdout.readline().strip()
        listens = time.perf_counter() - begin
        with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
            stub = provider_pb2_grpc.ResourceProviderStub(channel)
            stub.GetPluginInfo(empty_pb2.Empty())
            answers = time.perf_counter() - begin
            stub.GetSchema(provider_pb2.GetSchemaRequest(version=0))
            schema = time.perf_counter() - begin
        memory = psutil.Process(process.pid).memory_info().rss / 1024**2
        process.terminate()
    return {
        "listens_seconds": round(listens, 2),
        "answers_seconds": round(answers, 2),
        "schema_seconds": round(schema, 2),
        "memory_mib": round(memory, 1),
    }


def frontends() -> dict[str, type[Stack]]:
    """The frontends that can be measured here."""
    has_peer = "PEER_TERRAFORM_PROVIDER" in os.environ and shutil.which("terraform")
    return {name: frontend for name, frontend in FRONTENDS.items() if name != "peer" or has_peer}


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--images", type=int, nargs="*", default=[1, 10, 100], help="how many images a stack has")
    parser.add_argument("--unchanged", type=int, default=1000, help="shares of the stack of which nothing changes")
    parser.add_argument(
        "--frontends", nargs="*", choices=list(FRONTENDS), help="which to measure (default: all that are there)"
    )
    parser.add_argument("--peer-images", type=int, default=10, help="the most images for the peer (default: 10)")
    parser.add_argument("--output", type=Path, required=True, help="the file for the figures, JSON")
    chosen = parser.parse_args()
    measured = {
        name: frontend for name, frontend in frontends().items() if not chosen.frontends or name in chosen.frontends
    }
    with tempfile.TemporaryDirectory(prefix="bench-") as temporary:
        folder = Path(temporary)
        result: dict[str, Any] = {
            "when": datetime.now(UTC).strftime("%Y-%m-%d"),
            "machine": {"processors": os.cpu_count(), "python": platform.python_version(), "pulumi": version("pulumi")},
            "latency_ms": LATENCY_MS,
            "emulator_ms": round(milliseconds_a_call(), 2),
            "plugin_start": start_of_the_plugin(),
            "least_calls": LEAST_CALLS,
            "empty": {},
            "images": {},
            "unchanged": {"shares": chosen.unchanged, "frontends": {}},
        }
        for name, frontend in (("dynamic", DynamicStack), ("plugin", PluginStack)):
            result["empty"][name] = round(empty(frontend, folder / f"empty-{name}").seconds, 2)
        for images in chosen.images:
            result["images"][str(images)] = {}
            for name, frontend in measured.items():
                if frontend is PeerStack and images > chosen.peer_images:
                    continue
                _say(f"{images} images, {name}")
                figures = life(frontend, images, folder / f"{images}-{name}")
                result["images"][str(images)][name] = {key: one.as_json() for key, one in figures.items()}
        for name, frontend in measured.items():
            if chosen.unchanged and name in ("dynamic", "plugin"):
                _say(f"{chosen.unchanged} unchanged shares, {name}")
                figure = unchanged(frontend, chosen.unchanged, folder / f"unchanged-{name}")
                result["unchanged"]["frontends"][name] = figure.as_json()
    chosen.output.parent.mkdir(parents=True, exist_ok=True)
    chosen.output.write_text(json.dumps(result, indent=2) + "\n")


def _say(text: str) -> None:
    print(f"  {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
