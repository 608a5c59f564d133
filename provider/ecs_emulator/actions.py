"""What all actions of all products have in common.

An action is a function: the wire's parameters to a call of the cloud, its result to the wire's answer.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from . import errors
from .accounts import Identity
from .cloud import Cloud
from .errors import EcsError
from .reading import Reading
from .wire import Answer, Params

# The older SDKs sign it into every request, whatever the action: sdk/auth/rpc_signature_composer.go of
# alibaba-cloud-sdk-go.
_OF_EVERY_ACTION = frozenset({"RegionId"})
_PLACE = re.compile(r"\.\d+(?=\.|$)")


@dataclass(frozen=True)
class Context:
    """Who calls, on what, and how the answer tells what is."""

    cloud: Cloud
    caller: Identity
    reading: Reading

    @property
    def account(self) -> str:
        """The caller's account ID."""
        return self.caller.account.id


@dataclass(frozen=True)
class Action:
    """What an action does, and the parameters that it honours: it refuses all others."""

    carry_out: Callable[[Context, Params], Answer]
    parameters: frozenset[str]

    def __call__(self, context: Context, params: Params) -> Answer:
        """Answer, or raise what the API refuses with."""
        for name, value in params.raw.items():
            if value and _PLACE.sub(".N", name) not in self.parameters | _OF_EVERY_ACTION:
                raise errors.parameter_not_honoured(name)
        return self.carry_out(context, params)


def takes(*parameters: str) -> Callable[[Callable[[Context, Params], Answer]], Action]:
    """Make a function an action that honours these: "ImageId", "AddAccount.N", "Tag.N.Key"."""
    return lambda carry_out: Action(carry_out, frozenset(parameters))


@dataclass(frozen=True)
class Product:
    """An API: its name in RAM's actions, its version, and what is served of it."""

    name: str
    version: str
    actions: Mapping[str, Action]
    ram_refusal: Callable[[], EcsError] = errors.forbidden_ram
    """What it says to whom RAM does not let do something."""
    open_to_all: frozenset[str] = frozenset()
    """Actions that need no permission of RAM's."""

    def check_allowed(self, caller: Identity, action: str) -> None:
        """Raise its refusal if RAM denies the caller the action."""
        if action not in self.open_to_all and not caller.may(self.name, action):
            raise self.ram_refusal()
