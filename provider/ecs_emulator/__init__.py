"""An Alibaba Cloud ECS to run on this machine: accounts, roles, images, copies, tags, sharing, instances, faults.

Beside it are the VPCs, security groups and scaling groups that stacks have with their instances.

In a test:

    def test_sharing(ecs_emulator):
        client = Client(Config(endpoint=ecs_emulator.endpoint, protocol="HTTP", access_key_id=..., ...))

The fixture is there wherever this package is installed (`ecs_emulator.pytest_plugin`); without pytest, or for longer:
`with Emulator() as ecs_emulator`. On its own: `python -m ecs_emulator --help`; a test then reaches it with
`Control(control_endpoint)`. It follows the published API, for what it covers; any client that signs its requests can
talk to it.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from .extra import without_extra

if TYPE_CHECKING:
    from .calls import Call
    from .clock import Clock
    from .cloud import Cloud
    from .control import Control, ControlError
    from .errors import EcsError
    from .faults import FaultRule
    from .seed import AccountSeed, ImageSeed, Seed, SeedError, load_seed
    from .server import Emulator
else:
    _PLACES = {
        "Call": "calls",
        "Clock": "clock",
        "Cloud": "cloud",
        "Control": "control",
        "ControlError": "control",
        "EcsError": "errors",
        "FaultRule": "faults",
        "AccountSeed": "seed",
        "ImageSeed": "seed",
        "Seed": "seed",
        "SeedError": "seed",
        "load_seed": "seed",
        "Emulator": "server",
    }

    def __getattr__(name: str) -> object:
        # When it is asked for: each run of pytest imports this package, for its plugin, and most of them for nothing.
        if name not in _PLACES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        try:
            module = importlib.import_module(f".{_PLACES[name]}", __name__)
        except ModuleNotFoundError as error:
            raise ImportError(without_extra(error)) from None
        return getattr(module, name)


__all__ = [
    "AccountSeed",
    "Call",
    "Clock",
    "Cloud",
    "Control",
    "ControlError",
    "EcsError",
    "Emulator",
    "FaultRule",
    "ImageSeed",
    "Seed",
    "SeedError",
    "load_seed",
]
