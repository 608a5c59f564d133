"""An Alibaba Cloud ECS to run on this machine: accounts, roles, images, copies, tags, sharing, instances, faults.

Beside it are the VPCs, security groups and scaling groups that stacks have with their instances.

In a test:

    with Emulator() as ecs:
        client = Client(Config(endpoint=ecs.endpoint, protocol="HTTP", access_key_id=..., ...))

On its own: `python -m ecs_emulator --help`; a test then reaches it with `Control(control_endpoint)`.
It follows the published API, for what it covers; any client that signs its requests can talk to it.
"""

from .calls import Call
from .clock import Clock
from .cloud import Cloud
from .control import Control, ControlError
from .errors import EcsError
from .faults import FaultRule
from .seed import AccountSeed, ImageSeed, Seed, SeedError, load_seed
from .server import Emulator

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
