"""One share as a stack keeps it: what a run that fails leaves of it, and what the next run makes of that."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import grpc

from support.plugin_protocol import PluginProvider
from support.protocol import Provider


class KeptShare:
    """A share of a stack, at first of none."""

    def __init__(self, provider: Provider | PluginProvider) -> None:
        self._provider = provider
        self._id = ""
        self._outputs: dict[str, Any] = {}
        self._is_half_made = False

    @property
    def accounts(self) -> list[str]:
        """The account IDs that the state has."""
        return sorted(self._outputs.get("accounts", {}))

    def up(self, program: Mapping[str, Any]) -> str:
        """Make it as the program says; returns the error, "" for none. Where nothing differs, nothing is done."""
        self._provider.next_run()
        checked = self._provider.check(program, self._outputs or None, is_preview=False)
        assert not checked.failures, checked.failures
        try:
            if not self._id:
                self._id, self._outputs = self._provider.create(checked.inputs)
            else:
                diff = self._provider.diff(self._id, self._outputs, checked.inputs)
                if diff.changes == diff.DIFF_NONE and not self._is_half_made:
                    return ""
                self._outputs = self._provider.update(self._id, self._outputs, checked.inputs)
        except grpc.RpcError as error:
            return self._told(error)
        self._is_half_made = False
        return ""

    def refresh(self) -> None:
        """Bring what is live into the state."""
        self._provider.next_run()
        self._id, self._outputs, _ = self._provider.read(self._id, self._outputs)

    def destroy(self) -> str:
        """Delete it; returns the error, "" for none."""
        try:
            self._provider.destroy(self._id, self._outputs)
        except grpc.RpcError as error:
            return self._told(error)
        self._id, self._outputs = "", {}
        return ""

    def _told(self, error: grpc.RpcError) -> str:
        left = getattr(error, "left", None)
        if left is not None:
            self._id, self._outputs, _ = left
            self._is_half_made = True
        return str(error.details())
