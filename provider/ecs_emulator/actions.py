"""The parts that all actions of all products share.

An action is a function from the parameters of a call to its answer, which calls the cloud.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from .accounts import Identity
from .cloud import Cloud
from .errors import CommonErrors, EcsError
from .reading import Reading
from .wire import Answer, Params

# The older SDKs sign it into every request, whatever the action: sdk/auth/rpc_signature_composer.go of
# alibaba-cloud-sdk-go.
_OF_EVERY_ACTION = frozenset({"RegionId"})
_PLACE = re.compile(r"\.[1-9][0-9]{0,8}(?=\.|$)")


@dataclass(frozen=True)
class Context:
    """The cloud, the caller, and how the answer presents the state."""

    cloud: Cloud
    caller: Identity
    reading: Reading
    strict: bool = True
    """Whether parameters that an action does not honour are refused."""

    @property
    def account(self) -> str:
        """The caller's account ID."""
        return self.caller.account.id


def _never(params: Params) -> bool:
    return False


@dataclass(frozen=True)
class Action:
    """A function and the parameters that it honours. `only` limits the values of some of them.

    It refuses other parameters. An emulator that is not strict ignores them.
    """

    carry_out: Callable[[Context, Params], Answer]
    parameters: frozenset[str]
    only: Mapping[str, frozenset[str]] = field(default_factory=dict)
    is_open: Callable[[Params], bool] = _never
    """Whether such a call needs no permission from RAM."""

    def not_honoured(self, params: Params) -> list[str]:
        """The parameters of a call that have no effect here."""
        return [name for name, value in params.raw.items() if value and not self._honours(name, value)]

    def _honours(self, name: str, value: str) -> bool:
        plain = _PLACE.sub(".N", name)
        if plain in self.only:
            return value.lower() in self.only[plain]
        return plain in self.parameters | _OF_EVERY_ACTION

    def __call__(self, context: Context, params: Params) -> Answer:
        """The answer; raises the error of the API."""
        unheeded = self.not_honoured(params)
        if unheeded and context.strict:
            raise CommonErrors.PARAMETER_NOT_HONOURED(name=unheeded[0])
        return self.carry_out(context, params)


def takes(
    *parameters: str, only: Mapping[str, frozenset[str]] | None = None, is_open: Callable[[Params], bool] = _never
) -> Callable[[Callable[[Context, Params], Answer]], Action]:
    """Make a function an action.

    Args:
        parameters: The parameters that it honours: "ImageId", "AddAccount.N", "Tag.N.Key".
        only: More parameters, each with the only values that it honours, in lower case.
        is_open: Whether a call needs no permission from RAM.
    """
    return lambda carry_out: Action(carry_out, frozenset(parameters), only or {}, is_open)


@dataclass(frozen=True)
class Product:
    """An API: its name in RAM's actions, its version, and the actions served here."""

    name: str
    version: str
    actions: Mapping[str, Action]
    ram_refusal: Callable[[], EcsError] = CommonErrors.FORBIDDEN_RAM
    """Its error for a call that RAM denies."""
    open_to_all: frozenset[str] = frozenset()
    """Actions that need no permission from RAM."""

    def check_allowed(self, caller: Identity, action: str, params: Params) -> None:
        """Raise its refusal if RAM denies the caller the action."""
        if action in self.open_to_all or self.actions[action].is_open(params):
            return
        if not caller.may(self.name, action):
            raise self.ram_refusal()
