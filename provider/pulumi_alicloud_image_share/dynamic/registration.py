"""What a resource tells its own provider when it is registered: who it is, and what the state has of it."""

from __future__ import annotations

import inspect
import os
from collections.abc import Awaitable, Mapping
from dataclasses import replace
from typing import Any

import pulumi
from pulumi.runtime import get_config

from ..cloud.settings import read_settings
from ..distribution.request import predecessor
from ..engine.urns import urn_of
from ..engine.wire import has_outputs
from ..resource.base import AnyResource
from ..resource.names import resource_id
from .facts import RESOURCE, STACK, Facts, write_facts, write_stack
from .keyed_accounts import key_by_id
from .options import SuccessorOptions, replace_on_changes, timeouts
from .program_wants import ProgramWants
from .stack_state import OwnEntry, entry_of, resources_in_state, shares_in_state


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
            resource_type: Its resource_type.
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
        program = ProgramWants.of_this_program()
        # What the program ignores changes of, the engine takes from the state: what it lists may not be what it gets.
        if not (self._opts and self._opts.ignore_changes):
            program.add(self._urn, image_id, region, accounts)
        return {STACK: self._around(program, image_id, region)}

    async def secret_as_a_whole(self) -> Any:
        """The secret input keyed as the state has it, secret as a whole if any part of it is.

        `check` keys accounts anew, by account ID: without this, the engine would not know which key of the new map the
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
        own = await self._own_entry()
        # The engine reads secrets in clear.
        return pulumi.Output.secret(write_stack(own.outputs)) if own else None

    async def _own_entry(self) -> OwnEntry | None:
        resources = await resources_in_state()
        urns = [await self._urn(), *await self._aliases()]
        own = next(filter(None, (entry_of(resources, urn, self._resource_type) for urn in urns)), None)
        if own is None and isinstance(self._opts, SuccessorOptions):
            found = entry_of(resources, predecessor(resources, urns), self._resource_type)
            # It is another resource, which stays under its own URN.
            return replace(found, urn="") if found else None
        return own

    async def _around(self, program: ProgramWants, image_id: Any, region: Any) -> Any:
        in_state = await shares_in_state(self._resource_type)
        own = await self._own_entry()
        # The program's image, and the state's, which stays if the program ignores changes of the image.
        given = pulumi.Output.all(image_id=image_id, region=region)
        asked = await given.future() if await given.is_known() else None
        default = read_settings(get_config, os.environ).region
        images = [
            resource_id(str(each.get("region") or default), str(each.get("image_id")))
            for each in (asked, own and own.outputs)
            if each
        ]
        others = await program.others(await self._urn(), image_id, region)
        wants = {urn: {images[0]: accounts} for urn, accounts in others.items()} if asked else {}
        outputs, urn = (own.outputs, own.urn) if own else (None, "")
        is_update = not pulumi.runtime.is_dry_run()
        return pulumi.Output.secret(write_stack(outputs, in_state.around(images), wants, urn, is_update=is_update))
