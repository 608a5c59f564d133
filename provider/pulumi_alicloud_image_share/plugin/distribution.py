"""`ImageDistribution` of the plugin: a program of any language asks for one, and the engine lets the plugin make it.

Its copies and shares are the plugin's own resources. Other than Python's programs, those of other languages list
accounts in one of four ways, each with a type of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import pulumi
from pulumi.provider import ConstructResult
from pulumi.resource import DependencyProviderResource

from ..copy.resource import CopyResource
from ..distribution.component import Arguments, Distribution, read_arguments
from ..distribution.description import IMAGE_IDS, IMAGES, NAME, SHARES, TYPE
from ..distribution.request import predecessor
from ..engine.urns import urn_of
from ..errors import RuleBroken, written_in
from ..resource.base import AnyResource, Resources, StackState
from ..resource.names import camel_case
from ..share.resource import ShareResource
from .account_inputs import ACCOUNT_IDS, ACCOUNTS
from .construct import Make
from .distribution_inputs import ACCOUNT_IDS_BY_REGION, ACCOUNTS_BY_REGION, read_inputs
from .names import for_program, path_for_program, path_from_program
from .stack_state import StackStates

_KindClass: TypeAlias = type[AnyResource]


class _Child(pulumi.CustomResource):
    """A resource of the plugin's, as a distribution needs it."""

    def __init__(
        self, resource_type: _KindClass, name: str, opts: pulumi.ResourceOptions, arguments: Mapping[str, Any]
    ) -> None:
        outputs = dict.fromkeys(camel_case(item.name) for item in resource_type.properties if item.is_output)
        given = {name: value for name, value in arguments.items() if value is not None}
        super().__init__(resource_type.plugin_type(), name, {**outputs, **for_program(given)}, opts)

    @property
    def image_id(self) -> pulumi.Output[str]:
        """The image's ID."""
        found: pulumi.Output[str] = pulumi.get(self, "imageId")
        return found

    @property
    def owner_id(self) -> pulumi.Output[str]:
        """The account ID of the image's owner."""
        found: pulumi.Output[str] = pulumi.get(self, "ownerId")
        return found


class _ImageDistribution(Distribution):
    """A distribution that the plugin makes."""

    copy_types = (CopyResource.plugin_type(), CopyResource.dynamic_type)
    share_types = (ShareResource.plugin_type(), ShareResource.dynamic_type)

    def __init__(
        self,
        name: str,
        opts: pulumi.ResourceOptions,
        arguments: Arguments,
        *,
        own_urn: str,
        provider: pulumi.ProviderResource | None,
        resources: Resources,
        states: StackStates,
    ) -> None:
        """Make it, with all its copies and shares.

        Args:
            name: Its name in the stack.
            opts: Its options.
            arguments: Its arguments.
            own_urn: Its URN.
            provider: The provider that this plugin is, None if the engine has not said so.
            resources: All resources of the state.
            states: Keeps what the state has of a resource that is about to be registered.
        """
        self._own_urn = own_urn
        self._own_provider = provider
        self._resources = resources
        self._states = states
        super().__init__(name, opts, arguments)

    def _make_copy(self, name: str, opts: pulumi.ResourceOptions, arguments: Mapping[str, Any]) -> _Child:
        return self._make_child(CopyResource, name, opts, arguments)

    def _make_share(self, name: str, opts: pulumi.ResourceOptions, arguments: Mapping[str, Any]) -> _Child:
        given = dict(arguments)
        if self._given.request.accounts_argument in (ACCOUNT_IDS, ACCOUNT_IDS_BY_REGION):
            given[ACCOUNT_IDS] = given.pop(ACCOUNTS)
        return self._make_child(ShareResource, name, opts, given)

    def _named_for_program(self, values: Mapping[str, Any]) -> Mapping[str, Any]:
        return for_program(values)

    def _make_child(
        self, resource_type: _KindClass, name: str, opts: pulumi.ResourceOptions, arguments: Mapping[str, Any]
    ) -> _Child:
        self._keep_own_state(resource_type, name, opts)
        ignored = [path_for_program(path) for path in opts.ignore_changes or []]
        # By default the engine would take another process if the program's SDK names a version.
        own = pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(provider=self._own_provider))
        own.ignore_changes = ignored
        return _Child(resource_type, name, own, arguments)

    def _keep_own_state(self, resource_type: _KindClass, name: str, opts: pulumi.ResourceOptions) -> None:
        aliases = opts.aliases if isinstance(opts.aliases, Sequence) else []
        names = [name, *(alias.name for alias in aliases if isinstance(alias, pulumi.Alias))]
        urns = [self._child_urn(resource_type, str(each)) for each in names]
        own = next((urn for urn in urns if urn in self._resources), "")
        before = predecessor(self._resources, urns) if not own and resource_type is ShareResource else ""

        def outputs_of(urn: str) -> Mapping[str, Any] | None:
            return resource_type.in_python(self._resources[urn].get("outputs") or {}) if urn else None

        self._states.set_around(urns[0], StackState(own=outputs_of(own), predecessor=outputs_of(before)))

    def _child_urn(self, resource_type: _KindClass, name: str) -> str:
        scheme, project, types, _ = self._own_urn.split("::", 3)
        return f"{scheme}::{project}::{types}${resource_type.plugin_type()}::{name}"


def maker_of(type_: str, default_region: str | None, provider: str, states: StackStates) -> Make:
    """What makes a component.

    Args:
        type_: The component's type.
        default_region: The region of the configuration or the environment, None if there is none.
        provider: The reference of the provider that this plugin is, ``<URN>::<ID>``, "" if the engine has not said so.
        states: Keeps what the state has of a resource that is about to be registered.

    Raises:
        RuleBroken: There is no such component.
    """
    if type_ != TYPE:
        raise RuleBroken(f"{type_} is no component of alicloud-image-share", [])

    async def make(name: str, opts: pulumi.ResourceOptions, inputs: Mapping[str, Any]) -> ConstructResult:
        what = f"{NAME} {name!r}"
        given = await read_inputs(what, inputs)
        with written_in(given.words):
            arguments = read_arguments(
                what,
                given.arguments,
                default_region=default_region,
                ignored=[path_from_program(path) for path in opts.ignore_changes or []],
                accounts_argument=given.listed_by,
                by_region=given.listed_by in (ACCOUNTS_BY_REGION, ACCOUNT_IDS_BY_REGION),
            )
        made = _ImageDistribution(
            name,
            opts,
            arguments,
            own_urn=await urn_of(name, TYPE, opts.parent),
            provider=DependencyProviderResource(provider) if provider else None,
            resources=await states.resources(),
            states=states,
        )
        # If the engine refuses the component, its reason is raised here.
        await made.urn.future()
        shares = {region: share.id for region, share in made.shares.items()}
        outputs = {IMAGE_IDS: made.image_ids, IMAGES: made.images, SHARES: shares}
        return ConstructResult(made.urn, for_program(outputs))

    return make
