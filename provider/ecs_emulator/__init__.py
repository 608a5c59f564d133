"""An Alibaba Cloud ECS on this machine: accounts, roles, images, copies, tags, sharing, instances, faults.

It also serves the VPCs, security groups and scaling groups that stacks use with instances.

In a test:

    def test_sharing(ecs_emulator):
        client = Client(Config(endpoint=ecs_emulator.endpoint, protocol="HTTP", access_key_id=..., ...))

The fixture exists wherever this package is installed (`ecs_emulator.pytest_plugin`). Without pytest, use
`with Emulator() as ecs_emulator`. `python -m ecs_emulator --help` runs it as a process; a test reaches it with
`Control(control_endpoint)`. It follows the published API, and any client that signs its requests can use it.
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
        # Imported on demand: each run of pytest imports this package for its plugin, and few need more.
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
