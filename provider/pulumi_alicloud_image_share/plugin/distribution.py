"""`ImageDistribution` of the plugin: a program of any language asks for one, and the engine lets the plugin make it.

Its copies and shares are the plugin's own resources. Other than Python's programs, those of other languages list
accounts in one of four ways, each with a type of its own. The engine's `Construct` is answered by a component that is
made as a program of Pulumi's makes it, in a thread of its own; Pulumi's own server of components reads the request and
writes the answer.
"""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any, Final, TypeAlias

import grpc  # type: ignore[import-untyped]
import pulumi
from pulumi.output import contains_unknowns
from pulumi.provider import ConstructResult, Provider
from pulumi.provider.server import ProviderServicer
from pulumi.resource import DependencyProviderResource
from pulumi.runtime.proto import provider_pb2
from pulumi.runtime.sync_await import _sync_await

from .. import slots
from ..copy.resource import CopyResource
from ..distribution.component import Arguments, Distribution, read_arguments
from ..distribution.request import IMAGE_IDS, IMAGES, INPUTS, NAME, SHARES, TYPE, predecessor
from ..engine.calls import urn_of
from ..errors import BadArguments, Cancelled, RuleBroken, written_in
from ..resource.base import AnyResource, Resources, StackState
from ..resource.names import camel_case
from ..share.resource import ShareResource
from ..slots import Words
from ..values import unknown_argument
from .components import StackStates
from .properties import ACCOUNT_IDS, ACCOUNTS, WORDS, for_program, path_for_program, path_from_program

ACCOUNTS_BY_REGION: Final = "accounts_by_region"
ACCOUNT_IDS_BY_REGION: Final = "account_ids_by_region"
LISTS: Final = (ACCOUNTS, ACCOUNT_IDS, ACCOUNTS_BY_REGION, ACCOUNT_IDS_BY_REGION)
"""The ways to list accounts: exactly one of them is given."""
_BY_REGION: Final = (ACCOUNTS_BY_REGION, ACCOUNT_IDS_BY_REGION, "kms_key_ids")
"""The inputs whose keys, regions, must be known."""
_NAMES: Final = {camel_case(name): name for name in (*(item.name for item in INPUTS if item.name != ACCOUNTS), *LISTS)}
"""The inputs as programs have them, to Python's names."""


@dataclass(frozen=True)
class Given:
    """What a program gives.

    Attributes:
        arguments: The arguments of the distribution, in Python's names.
        listed_by: How it lists accounts, one of `LISTS`.
        words: How errors of it are written.
    """

    arguments: Mapping[str, Any]
    listed_by: str
    words: Words


async def read_inputs(what: str, inputs: Mapping[str, Any]) -> Given:
    """Read the inputs of a distribution.

    Args:
        what: The distribution, for errors.
        inputs: The inputs as Pulumi's server of components has them: what is secret, or hangs on another resource, is
            an output.

    Raises:
        BadArguments: An input has another name, or accounts are listed in no way or in several.
    """
    present = {key: value for key, value in inputs.items() if value is not None}
    strange = [unknown_argument(NAME, key, list(_NAMES)).text for key in present if key not in _NAMES]
    given = {_NAMES[key]: value for key, value in present.items() if key in _NAMES}
    lists = [name for name in LISTS if name in given]
    if len(lists) != 1:
        which = f"{' and '.join(map(slots.prop, lists))} are given" if lists else "no account is given"
        strange.append(
            f"{which}: give exactly one of {', '.join(map(slots.prop, LISTS[:-1]))} and {slots.prop(LISTS[-1])}."
        )
    if strange:
        raise BadArguments(what, strange)
    words = replace(WORDS, hides_accounts=await _is_secret(given[lists[0]]))
    for name in _BY_REGION:
        if name in given:
            given[name] = await _by_region(given[name])
    accounts = given.pop(lists[0])
    return Given({"regions": None, **given, ACCOUNTS: accounts}, lists[0], words)


async def _by_region(value: Any) -> Any:
    """A mapping whose keys are known, though a value of it is secret or not known."""
    if not isinstance(value, pulumi.Output):
        return value
    whole = await value.future(with_unknowns=True)
    if not isinstance(whole, Mapping):
        if contains_unknowns(whole):
            return "one that is not known yet"
        return "one that is secret" if await value.is_secret() else whole
    is_secret = await value.is_secret()
    return {key: _entry(value, key, item, is_secret=is_secret) for key, item in whole.items()}


def _entry(whole: pulumi.Output[Any], key: str, item: Any, *, is_secret: bool) -> Any:
    if contains_unknowns(item):
        return whole.apply(lambda known: known[key])
    return pulumi.Output.secret(item) if is_secret else item


async def _is_secret(value: Any) -> bool:
    """Whether any part of a value is secret."""
    if isinstance(value, pulumi.Output):
        return await value.is_secret()
    return any([await _is_secret(item) for item in _items(value)])


def _items(value: Any) -> Iterator[Any]:
    if isinstance(value, Mapping):
        yield from value.values()
    elif isinstance(value, list):
        yield from value


class _Child(pulumi.CustomResource):
    """A resource of the plugin's, as a distribution needs it."""

    def __init__(
        self, resource_type: type[AnyResource], name: str, opts: pulumi.ResourceOptions, arguments: Mapping[str, Any]
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
        self, resource_type: type[AnyResource], name: str, opts: pulumi.ResourceOptions, arguments: Mapping[str, Any]
    ) -> _Child:
        self._keep_own_state(resource_type, name, opts)
        ignored = [path_for_program(path) for path in opts.ignore_changes or []]
        # By default the engine would take another process if the program's SDK names a version.
        own = pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(provider=self._own_provider))
        own.ignore_changes = ignored
        return _Child(resource_type, name, own, arguments)

    def _keep_own_state(self, resource_type: type[AnyResource], name: str, opts: pulumi.ResourceOptions) -> None:
        aliases = opts.aliases if isinstance(opts.aliases, Sequence) else []
        names = [name, *(alias.name for alias in aliases if isinstance(alias, pulumi.Alias))]
        urns = [self._child_urn(resource_type, str(each)) for each in names]
        own = next((urn for urn in urns if urn in self._resources), "")
        before = predecessor(self._resources, urns) if not own and resource_type is ShareResource else ""

        def outputs_of(urn: str) -> Mapping[str, Any] | None:
            return resource_type.in_python(self._resources[urn].get("outputs") or {}) if urn else None

        self._states.set_around(urns[0], StackState(own=outputs_of(own), predecessor=outputs_of(before)))

    def _child_urn(self, resource_type: type[AnyResource], name: str) -> str:
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


_THREADS: Final = 256
"""As many of a component's resources as may wait for the engine at once; a thread is made when it is needed."""

Make: TypeAlias = Callable[[str, pulumi.ResourceOptions, Mapping[str, Any]], Awaitable[ConstructResult]]
"""Makes a component: from its name, its options, and its inputs as the program's language has them."""


def construct(
    request: provider_pb2.ConstructRequest, engine_address: str | None, make: Make
) -> provider_pb2.ConstructResponse:
    """Make a component, and wait until the engine has all of it.

    Args:
        request: What the engine asks for.
        engine_address: Where it is.
        make: Makes the component.

    Raises:
        BadArguments: The engine has refused a resource of the component's.
        Cancelled: The engine has stopped to listen to programs.
        Exception: What `make` raises.
    """
    maker = _Maker(request, make)
    servicer = ProviderServicer(maker, [], engine_address or "")

    async def answer() -> provider_pb2.ConstructResponse:
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(_THREADS))
        response: provider_pb2.ConstructResponse = await servicer.Construct(request, None)
        return response

    try:
        # Pulumi keeps what it knows of a run in the context: each component is one of its own.
        return contextvars.Context().run(asyncio.run, answer())
    except pulumi.RunError:
        raise Cancelled("the engine has stopped to listen to programs", was_sent=True) from None
    except Exception as error:
        failure = maker.failure or error
        refusal = maker.refusal or _refusal(failure)
        if refusal:
            what = f"{request.type.rpartition(':')[2]} {request.name!r}"
            raise BadArguments(what, [refusal]) from None
        raise failure from None


def _refusal(error: BaseException | None) -> str:
    """Why the engine has refused a call, "" where it has not: Pulumi raises that as a bare exception."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        if isinstance(error, grpc.RpcError):
            return str(error.details())
        seen.add(id(error))
        error = error.__cause__ or error.__context__
    return ""


class _Maker(Provider):
    """Makes the component of one request."""

    def __init__(self, request: provider_pb2.ConstructRequest, make: Make) -> None:
        super().__init__("", "")
        self.failure: Exception | None = None
        self.refusal = ""
        self._request = request
        self._make = make

    def construct(
        self,
        name: str,
        resource_type: str,
        inputs: Mapping[str, Any],
        options: pulumi.ResourceOptions | None = None,
    ) -> ConstructResult:
        opts = pulumi.ResourceOptions.merge(options, pulumi.ResourceOptions(custom_timeouts=self._timeouts()))
        try:
            return _sync_await(self._make(name, opts, inputs))
        except Exception as failure:
            # Pulumi makes a text with a traceback of it.
            self.failure = failure
            # Children raise the same exception again, and the context that it had is lost.
            self.refusal = _refusal(failure)
            raise

    def _timeouts(self) -> pulumi.CustomTimeouts | None:
        # Pulumi's server reads them, and leaves them out of the options.
        if not self._request.HasField("customTimeouts"):
            return None
        given = self._request.customTimeouts
        return pulumi.CustomTimeouts(given.create or None, given.update or None, given.delete or None)
