"""`ImageDistribution` of the plugin: a program of any language asks for one, and the engine lets the plugin make it.

Its copies and shares are the plugin's own resources. Other than Python's programs, those of other languages list
accounts in one of four ways, each with a type of its own.
"""

from __future__ import annotations

from collections.abc import Awaitable, Mapping
from typing import Any, Final, TypeAlias, TypeVar

import pulumi
from pulumi.provider import ConstructResult
from pulumi.resource import DependencyProviderResource
from pulumi.runtime.sync_await import _sync_await

from ..copies.kind import CopyKind
from ..distributions.component import Distribution
from ..distributions.description import NAME
from ..distributions.history import HISTORY, IMAGE_IDS, SHARES, TYPE
from ..errors import ImageShareError, RuleBroken
from ..kinds.contract import Kind, Resources
from ..kinds.names import camel_case
from ..shares.kind import ShareKind
from ..urns import urn_of
from .account_inputs import ACCOUNT_IDS, ACCOUNTS
from .construct import Make
from .distribution_inputs import ACCOUNT_IDS_BY_REGION, ACCOUNTS_BY_REGION, read_inputs
from .hiding import hidden_error
from .names import for_program, path_for_program, path_from_program
from .stack_state import StackStates

T = TypeVar("T")
_KindClass: TypeAlias = type[Kind]


class _Child(pulumi.CustomResource):
    """A resource of the plugin's, as a distribution needs it."""

    def __init__(self, kind: type[Kind], name: str, opts: pulumi.ResourceOptions, arguments: Mapping[str, Any]) -> None:
        outputs = dict.fromkeys(camel_case(item.name) for item in kind.properties if item.is_output)
        given = {name: value for name, value in arguments.items() if value is not None}
        super().__init__(kind.plugin_type(), name, {**outputs, **for_program(given)}, opts)

    @property
    def image_id(self) -> pulumi.Output[str]:
        """The image's ID."""
        return self._output("imageId")

    @property
    def owner_id(self) -> pulumi.Output[str]:
        """The account ID of the image's owner, which only the provider says."""
        return self._output("ownerId")

    def _output(self, name: str) -> pulumi.Output[Any]:
        found: pulumi.Output[Any] = pulumi.get(self, name)
        return found


class _PluginDoor:
    """The door of the plugin's resources, for one distribution."""

    type: Final = TYPE
    copy_types: Final = (CopyKind.plugin_type(), CopyKind.dynamic_type)
    share_types: Final = (ShareKind.plugin_type(), ShareKind.dynamic_type)

    def __init__(
        self,
        default_region: str | None,
        provider: pulumi.ProviderResource | None,
        states: StackStates,
        accounts: str,
    ) -> None:
        """Make nothing yet.

        Args:
            default_region: The region of the configuration or the environment, None if there is none.
            provider: The provider that this plugin is, None where the engine has not said so.
            states: What the state has, and where to say what it has of a share that is about to be made.
            accounts: How the program lists accounts, one of `LISTS`.
        """
        self.default_region = default_region
        self._provider = provider
        self._states = states
        self.accounts_argument = accounts
        self.by_region = accounts in (ACCOUNTS_BY_REGION, ACCOUNT_IDS_BY_REGION)
        self._lists_ids = accounts in (ACCOUNT_IDS, ACCOUNT_IDS_BY_REGION)
        self._resources: Resources = {}

    def name_of(self, path: str) -> str:
        return path_from_program(path)

    def registered(self, outputs: Mapping[str, Any]) -> Mapping[str, Any]:
        return for_program(outputs)

    def check_options(self, what: str, opts: pulumi.ResourceOptions | None, *, names_identity: bool) -> None:
        """There is none to refuse: a provider, a version and an address are the plugin's own to choose."""

    def for_the_terminal(self, error: ImageShareError) -> ImageShareError:
        return error

    def make_copy(self, name: str, opts: pulumi.ResourceOptions, arguments: Mapping[str, Any]) -> _Child:
        self._tell_own_state(CopyKind, name, opts)
        return _Child(CopyKind, name, self._with_provider(opts), arguments)

    def make_share(
        self, name: str, opts: pulumi.ResourceOptions, arguments: Mapping[str, Any], *, instead_of: str = ""
    ) -> _Child:
        self._tell_own_state(ShareKind, name, opts, instead_of)
        given = dict(arguments)
        if self._lists_ids:
            given[ACCOUNT_IDS] = given.pop(ACCOUNTS)
        return _Child(ShareKind, name, self._with_provider(opts), given)

    async def resources_in_state(self) -> Resources:
        self._resources = await self._states.resources()
        return self._resources

    def wait_for(self, answer: Awaitable[T]) -> T:
        return _sync_await(answer)

    def _tell_own_state(self, kind: _KindClass, name: str, opts: pulumi.ResourceOptions, instead_of: str = "") -> None:
        own_urn = self.wait_for(urn_of(name, kind.plugin_type(), opts.parent))
        before = self._resources.get(own_urn) or self._resources.get(instead_of)
        if before:
            self._states.set_own(own_urn, kind.in_python(before.get("outputs") or {}))

    def _with_provider(self, opts: pulumi.ResourceOptions) -> pulumi.ResourceOptions:
        ignored = [path_for_program(path) for path in opts.ignore_changes or []]
        # What the engine would take by default is a process of its own where the program's SDK names a version.
        own = pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(provider=self._provider))
        own.ignore_changes = ignored
        return own


class ImageDistribution(Distribution):
    """A distribution that the plugin makes."""

    def __init__(
        self, door: _PluginDoor, name: str, opts: pulumi.ResourceOptions, arguments: Mapping[str, Any]
    ) -> None:
        """Make it.

        Args:
            door: What its copies and shares are made through.
            name: Its name in the stack.
            opts: Its options.
            arguments: Its arguments, in Python's names.

        Raises:
            ImageShareError: See `Distribution`.
        """
        self.door = door
        super().__init__(name, opts, **arguments)


def maker_of(type_: str, default_region: str | None, provider: str, states: StackStates) -> Make:
    """What makes a component.

    Args:
        type_: The component's type.
        default_region: The region of the configuration or the environment, None if there is none.
        provider: The reference of the provider that this plugin is, ``<URN>::<ID>``, "" where the engine has not said.
        states: What the state has, and where to say what it has of a share that is about to be made.

    Raises:
        RuleBroken: There is no such component.
    """
    if type_ != TYPE:
        raise RuleBroken(f"{type_} is no component of alicloud-image-share", [])

    async def make(name: str, opts: pulumi.ResourceOptions, inputs: Mapping[str, Any]) -> ConstructResult:
        own_provider = DependencyProviderResource(provider) if provider else None
        given = await read_inputs(f"{NAME} {name!r}", inputs)
        door = _PluginDoor(default_region, own_provider, states, given.listed_by)
        try:
            made = ImageDistribution(door, name, opts, given.arguments)
        except ImageShareError as error:
            hidden_error(error, given.hide)
            raise
        shares = {region: share.id for region, share in made.shares.items()}
        outputs = {IMAGE_IDS: made.image_ids, HISTORY: made.image_history, SHARES: shares}
        return ConstructResult(made.urn, for_program(outputs))

    return make
