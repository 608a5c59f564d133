"""What the stack's state has around resources that the plugin makes itself, read once a run.

Of others the engine tells nothing.
"""

from __future__ import annotations

import asyncio
import threading

from ..resource.base import NO_STATE, Resources, StackState


class StackStates:
    """What the state has, for one run. Safe to use from several threads, each with an event loop of its own."""

    def __init__(self) -> None:
        """Read nothing yet."""
        self._one_reads = threading.Lock()
        self._resources: Resources | None = None
        self._around: dict[str, StackState] = {}

    async def resources(self) -> Resources:
        """All resources of the state, as it was when the first component of this run asked.

        What the run registers is in the state at once, a component without its outputs.

        Raises:
            ConfigError: The engine can't read it. Nothing was changed.
        """
        # Components of other packages only need not read Pulumi's SDK for programs.
        from ..engine.state import read_resources

        await asyncio.get_running_loop().run_in_executor(None, self._one_reads.acquire)
        try:
            if self._resources is None:
                self._resources = await read_resources()
            return self._resources
        finally:
            self._one_reads.release()

    def set_around(self, urn: str, state: StackState) -> None:
        """Keep what is known around a resource that is about to be registered."""
        self._around[urn] = state

    def around(self, urn: str) -> StackState:
        """What is known around a resource."""
        return self._around.get(urn, NO_STATE)
