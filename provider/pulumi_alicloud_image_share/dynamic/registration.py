"""What a resource tells its own provider when it is registered: who it is, and what state and program have around it.

A provider is not handed the stack's state where it matters: if a resource is replaced by request or renamed, the engine
tells the provider nothing of what it was before. So the program reads the state, once a run, and says which other
shares it has made.
"""

from __future__ import annotations

import asyncio
import inspect
import os
import pickle
import re
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Final
from weakref import WeakKeyDictionary

import pulumi
from pulumi.runtime import get_config

from ..accounts import parse_accounts
from ..cloud.settings import read_settings
from ..distribution.request import predecessor
from ..engine import calls
from ..engine.calls import urn_of
from ..engine.wire import has_outputs
from ..errors import ConfigError
from ..resource.base import NO_STATE, AnyResource, Resources, SharesByUrn, StackState
from ..resource.names import RESOURCE, resource_id
from ..values import Problem
from .facts import STACK, Facts, read_facts, write_facts, write_stack
from .options import SuccessorOptions, replace_on_changes, timeouts
from .program_errors import for_the_terminal


class Registered:
    """A resource that a program is about to register."""

    def __init__(
        self,
        resource_type: type[AnyResource],
        name: str,
        opts: pulumi.ResourceOptions | None,
        secret_input: tuple[str, Any] | None = None,
    ) -> None:
        """Register nothing yet.

        Args:
            resource_type: Its type.
            name: Its name in the stack.
            opts: Its options.
            secret_input: The input that is secret as a whole where any part of it is, and its value.
        """
        self._resource_type = resource_type
        self._name = name
        self._opts = opts
        self._secret_input = secret_input

    def facts(self) -> dict[str, Awaitable[Any]]:
        """The input that says who it is."""
        return {RESOURCE: self._facts()}

    def own_state(self) -> dict[str, Awaitable[Any]]:
        """The input that says what the state has of it."""
        return {STACK: self._own()}

    def share_state(self, image_id: Any, region: Any, accounts: Any) -> dict[str, Awaitable[Any]]:
        """Return the input that says what the state has of a share, and which other shares there are of its image."""
        program = Program.running()
        # What the program ignores changes of, the engine takes from the state: what it lists may not be what it gets.
        ignored = {re.split(r"[.\[]", path)[0] for path in (self._opts and self._opts.ignore_changes) or []}
        if ignored.isdisjoint({"*", "image_id", "region", "accounts"}):
            program.add(self._urn, image_id, region, accounts)
        return {STACK: self._around(program, image_id, region)}

    async def secret_as_a_whole(self) -> Any:
        """The secret input keyed as the state has it, secret as a whole if any part of it is.

        `check` keys accounts by account ID: without this, the engine would not know which key of the new map the
        secret of the old one went to, and would write it to the state in clear.
        """
        value = await key_by_id(self._secret_input[1]) if self._secret_input else None
        return pulumi.Output.secret(value) if await self._is_secret() else value

    async def _facts(self) -> Mapping[str, Any]:
        secret = self._secret_input[0] if self._secret_input and await self._is_secret() else None
        return write_facts(
            Facts(
                urn=await self._urn(),
                timeouts=timeouts(self._opts),
                replace_on_changes=tuple(replace_on_changes(self._opts)),
                secrets=frozenset([secret] if secret else []),
                is_read_only=self._opts is not None and self._opts.id is not None,
            )
        )

    async def _urn(self) -> str:
        parent = self._opts.parent if self._opts else None
        return await urn_of(self._name, self._resource_type.dynamic_type, parent)

    async def _aliases(self) -> list[str]:
        """The URNs that the program says the resource had; those that a parent had are for the engine to know."""
        given: Any = self._opts.aliases if self._opts else None
        # The sequence, and each alias of it, may come later.
        is_later = isinstance(given, pulumi.Output) or inspect.isawaitable(given)
        aliases = (await pulumi.Output.from_input(given).future() if is_later else given) or []
        return [await self._urn_of(await pulumi.Output.from_input(alias).future()) for alias in aliases]

    async def _urn_of(self, alias: Any) -> str:
        if not isinstance(alias, pulumi.Alias):
            return alias if isinstance(alias, str) else ""
        # What an alias does not say is `...`; its parent may be None.
        said: dict[str, Any] = {part: value for part, value in vars(alias).items() if value is not ...}
        parent = said.get("parent", self._opts.parent if self._opts else None)
        stack, project = [await pulumi.Output.from_input(said.get(part)).future() for part in ("stack", "project")]
        name, type_ = said.get("name") or self._name, said.get("type_") or self._resource_type.dynamic_type
        return await urn_of(name, type_, parent, project, stack)

    async def _is_secret(self) -> bool:
        if self._secret_input is None or not has_outputs(self._secret_input[1]):
            return False
        return await pulumi.Output.from_input(self._secret_input[1]).is_secret()

    async def _own(self) -> Any:
        entry = await self._entry()
        # The engine reads secrets in clear.
        return pulumi.Output.secret(write_stack(entry)) if entry.own else None

    async def _entry(self) -> StackState:
        """What the state has of the resource, or of the one whose place it takes."""
        resources = await Program.running().resources_in_state()
        urns = [await self._urn(), *await self._aliases()]
        for urn in urns:
            own = outputs_of(resources, urn, self._resource_type)
            if own:
                return StackState(own=own, secrets=secrets_of(resources, urn), own_urn=urn)
        if isinstance(self._opts, SuccessorOptions):
            urn = predecessor(resources, urns)
            outputs = outputs_of(resources, urn, self._resource_type)
            return StackState(predecessor=outputs, secrets=secrets_of(resources, urn))
        return NO_STATE

    async def _around(self, program: Program, image_id: Any, region: Any) -> Any:
        in_state = await program.shares_in_state(self._resource_type)
        entry = await self._entry()
        # The program's image, and the state's, which stays if the program ignores changes of the image.
        given = pulumi.Output.all(image_id=image_id, region=region)
        asked = await given.future() if await given.is_known() else None
        images = [_image_of(each) for each in (asked, entry.own, entry.predecessor) if each]
        others = await program.others(await self._urn(), images[0]) if asked else {}
        wants = {urn: {images[0]: accounts} for urn, accounts in others.items()}
        state = replace(
            entry,
            holds=in_state.around(images),
            renamed=in_state.renamed,
            wants=wants,
            is_update=not pulumi.runtime.is_dry_run(),
        )
        return pulumi.Output.secret(write_stack(state))


def _image_of(values: Mapping[str, Any]) -> str:
    """Return the resource ID of the image in these arguments or outputs: without a region, that of the settings."""
    region = values.get("region") or read_settings(get_config, os.environ).region
    return resource_id(str(region), str(values.get("image_id")))


_WAIT_SECONDS: Final = 0.2
"""How long a share waits for what others list: one of them may depend on this very share."""


class Program:
    """What is known of a program and of the state that it found, for one run of it.

    The engine checks one share after the other, and a share that gives an account up must know whether another share of
    the program lists it. A program's main part makes its resources before Pulumi registers the first, so most of what
    they list is known.
    """

    def __init__(self) -> None:
        """Know no share, and read nothing yet."""
        self._unknown: set[asyncio.Task[None]] = set()
        self._wants: defaultdict[str, dict[str, list[str]]] = defaultdict(dict)
        self._reading: asyncio.Task[Resources] | None = None
        self._shares: SharesInState | None = None

    @staticmethod
    def running() -> Program:
        """Return the program that runs in this event loop."""
        return _programs.setdefault(asyncio.get_event_loop(), Program())

    def add(self, urn: Callable[[], Awaitable[str]], image_id: Any, region: Any, accounts: Any) -> None:
        """Record a share that the program makes, as soon as all of this is known.

        Args:
            urn: Returns its URN.
            image_id: The argument `image_id`, of whatever form the program gives.
            region: The argument `region`.
            accounts: The argument `accounts`.
        """
        given = pulumi.Output.all(image_id=image_id, region=region, accounts=accounts)
        task = asyncio.get_event_loop().create_task(self._read(urn, given))
        self._unknown.add(task)
        task.add_done_callback(self._unknown.discard)

    async def others(self, urn: str, image: str) -> dict[str, list[str]]:
        """Return URN to account IDs of the other shares of an image.

        Args:
            urn: The URN of the share that asks.
            image: The resource ID of the image, ``<region>:<image_id>``.
        """
        if self._unknown:
            # Not cancelled after that: what they wait for is the program's own.
            await asyncio.wait(self._unknown, timeout=_WAIT_SECONDS)
        return {name: accounts for name, accounts in self._wants[image].items() if name != urn and accounts}

    async def _read(self, urn: Callable[[], Awaitable[str]], given: pulumi.Output[dict[str, Any]]) -> None:
        try:
            known = await given.future() if await given.is_known() else None
        except Exception:  # what fails in the program's own outputs is said where the program uses them
            return
        if known:
            accounts, _ = parse_accounts(known["accounts"], [])
            self._wants[_image_of(known)][await urn()] = sorted(accounts)

    async def resources_in_state(self) -> Resources:
        """All resources that the stack's state has, as it was when the program first asked. A new stack has none.

        Raises:
            ConfigError: The engine can't read it. Nothing was changed.
        """
        if self._reading is None:
            self._reading = asyncio.ensure_future(_read_state())
        return await self._reading

    async def shares_in_state(self, resource_type: type[AnyResource]) -> SharesInState:
        """Return the shares of the state, found once.

        Raises:
            ConfigError: The engine can't read the state. Nothing was changed.
        """
        resources = await self.resources_in_state()
        if self._shares is None:
            self._shares = find_shares(resources, resource_type)
        return self._shares


_programs: WeakKeyDictionary[asyncio.AbstractEventLoop, Program] = WeakKeyDictionary()


@dataclass(frozen=True)
class SharesInState:
    """The shares of the state.

    Attributes:
        all: URN to resource ID (``<region>:<image_id>``) to the account IDs that the share holds.
        renamed: The URN that the outputs of a share still have, to the URNs that the state has such shares under.
    """

    all: SharesByUrn
    renamed: Mapping[str, Collection[str]] = field(default_factory=dict)

    def around(self, images: Collection[str]) -> SharesByUrn:
        """Return all accounts of some images, and of the others those that several shares hold."""
        found = {
            urn: {
                image: list(accounts) if image in images else [each for each in accounts if each in self._twice[image]]
                for image, accounts in held.items()
            }
            for urn, held in self.all.items()
            if any(image in images or image in self._twice for image in held)
        }
        return {urn: {image: accounts for image, accounts in held.items() if accounts} for urn, held in found.items()}

    @cached_property
    def _twice(self) -> Mapping[str, Collection[str]]:
        counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for held in self.all.values():
            for image, accounts in held.items():
                counts[image].update(accounts)
        several = {image: {each for each, n in count.items() if n > 1} for image, count in counts.items()}
        return {image: accounts for image, accounts in several.items() if accounts}


async def _read_state() -> Resources:
    try:
        return await calls.read_resources()
    except ConfigError as error:
        raise for_the_terminal(error) from None


def outputs_of(resources: Resources, urn: str, resource_type: type[AnyResource]) -> dict[str, Any] | None:
    """Return the outputs that the state has under a URN, with Python's names, None if it has none."""
    outputs = (resources.get(urn) or {}).get("outputs")
    return resource_type.in_python(outputs) if outputs else None


def secrets_of(resources: Resources, urn: str) -> tuple[str, ...]:
    """Return the inputs that are secret in what the state has under a URN."""
    return tuple(sorted(read_facts((resources.get(urn) or {}).get("outputs") or {}).secrets))


def find_shares(resources: Resources, resource_type: type[AnyResource]) -> SharesInState:
    """Return the shares that the state manages, of both frontends."""
    shares: defaultdict[str, dict[str, list[str]]] = defaultdict(dict)
    by_outputs: defaultdict[str, list[str]] = defaultdict(list)
    for urn, resource in resources.items():
        if resource.get("type") not in (resource_type.dynamic_type, resource_type.plugin_type()):
            continue
        outputs = resource.get("outputs") or {}
        share, facts = resource_type.in_python(outputs), read_facts(outputs)
        if isinstance(share.get("accounts"), Mapping) and not facts.is_read_only:
            image = resource_id(str(share.get("region")), str(share.get("image_id")))
            shares[urn][image] = [*share["accounts"]]
            by_outputs[facts.urn or urn].append(urn)
    # After `pulumi state rename`, and under an alias until its next change, the outputs have a former URN.
    return SharesInState(shares, {former: urns for former, urns in by_outputs.items() if urns != [former]})


def keyed_by_id(accounts: Any) -> Any:
    """Plain accounts as account ID to name; accounts that break a rule are returned unchanged, for the check."""
    problems: list[Problem] = []
    by_id, unknown = parse_accounts(accounts, problems)
    return accounts if problems or unknown else by_id


async def key_by_id(accounts: Any) -> Any:
    """A program's accounts as account ID to name, as far as the IDs are known.

    Args:
        accounts: A list or a mapping, in which outputs may stand, or an output of one.

    Returns:
        A value that Pulumi can register. It has the dependencies and secrets that the accounts have.
    """
    if not has_outputs(accounts):
        return keyed_by_id(accounts)
    whole: pulumi.Output[Any] = pulumi.Output.from_input(accounts)
    if await whole.is_known():
        return whole.apply(keyed_by_id)
    return await _key_known(accounts) if isinstance(accounts, Mapping) else accounts


async def _key_known(accounts: Mapping[str, Any]) -> Mapping[str, Any]:
    """A mapping with the entries whose account IDs are known under these IDs."""
    known = {}
    for name, item in accounts.items():
        output: pulumi.Output[Any] = pulumi.Output.from_input(item)
        if await output.is_known():
            known[name] = await output.future()
    by_id = keyed_by_id(known)
    if by_id is known:
        return accounts
    return {key: item for name, item in accounts.items() for key, item in [_entry(name, item, known, by_id)]}


def _entry(name: str, item: Any, known: Mapping[str, Any], by_id: Mapping[str, str]) -> tuple[str, Any]:
    if name not in known or name in by_id:
        return name, item
    # The output stays a part of the value, so that the engine knows what the accounts depend on.
    return known[name], item.apply(lambda _: name) if isinstance(item, pulumi.Output) else name


@contextmanager
def pickler_left_as_it_was() -> Iterator[None]:
    """Take away what Pulumi puts around a method of the pickler and leaves there.

    Without this a program of a thousand dynamic resources ends in a RecursionError.
    """
    pickler: Any = pickle._Pickler
    method = pickler._batch_setitems
    try:
        yield
    finally:
        pickler._batch_setitems = method
