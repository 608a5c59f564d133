"""Operations on the golden image's share while ECS lies: what is there before, and what should be there after."""

from __future__ import annotations

from typing import Any

import grpc
import pytest

from ecs_emulator import Emulator
from support.golden_image import live
from support.protocol import Provider

REGION = "cn-hangzhou"
MANY = [str(2000000000000001 + n) for n in range(100)]
ALL = ["1000000000000002", "1000000000000003", "1000000000000004", *MANY]
MODIFY, LIST = "ModifyImageSharePermission", "DescribeImageSharePermission"
LIMITS = {"max_accounts": 200, "max_unshare_percent": 100}
CHANGES = ("create", "update", "delete")
OPERATIONS = (*CHANGES, "read")
of_operations = pytest.mark.parametrize("operation", OPERATIONS)
of_changes = pytest.mark.parametrize("operation", CHANGES)


def settings(ecs: Emulator) -> dict[str, str]:
    """The configuration of a run that gives up soon."""
    owner = ecs.account("owner")
    return {
        "alicloud:region": REGION,
        "alicloud:accessKey": owner.access_key_id,
        "alicloud:secretKey": owner.access_key_secret,
        "alicloud:endpoints": f'[{{"ecs": "{ecs.endpoint}", "sts": "{ecs.endpoint}"}}]',
        "alicloud:protocol": "HTTP",
        "alicloud-image-share:retrySeconds": "0.3",
        "alicloud-image-share:visibleSeconds": "0.5",
    }


def share(ecs: Emulator, accounts: list[str], **arguments: Any) -> dict[str, Any]:
    """What a program says that shares the image and may unshare all of it."""
    return {"image_id": ecs.golden_image_id, "accounts": accounts, **LIMITS, **arguments}


def tell(ecs: Emulator, lie: dict[str, int | float]) -> None:
    """Let ECS lie from now on."""
    for name, value in lie.items():
        setattr(ecs.faults, name, value)


class Work:
    """One operation: what is there before, and what should be there after."""

    def __init__(self, ecs: Emulator, provider: Provider, operation: str, accounts: list[str]) -> None:
        self.operation = operation
        self._ecs, self._provider = ecs, provider
        self._accounts = accounts
        if operation != "create":
            self.id, self.outputs = provider.share(share(ecs, accounts))
        self.before = live(ecs)
        # An update swaps the first account for the last one that there is.
        updated = sorted([*accounts[1:], next(account for account in reversed(ALL) if account not in accounts)])
        self.others: list[str] = []
        self.after = {"create": accounts, "read": accounts, "update": updated, "delete": []}[operation]

    def run(self) -> None:
        """Run it as a run of its own, by the engine's steps; raises what the engine would show."""
        provider = self._provider
        provider.next_run()
        if self.operation == "read":
            _, self.outputs, inputs = provider.read(self.id, self.outputs)
            assert self.outputs["account_ids"] == inputs_of(inputs) == self.after
        elif self.operation == "delete":
            provider.delete(self.id, self.outputs)
        else:
            news = share(self._ecs, self.after)
            checked = provider.check(news, self.outputs if self.operation == "update" else None)
            if checked.failures:
                raise Refused(checked.reasons)
            if self.operation == "create":
                self.id, self.outputs = provider.create(checked.inputs)
            else:
                self.outputs = provider.update(self.id, self.outputs, checked.inputs)
            assert self.outputs["account_ids"] == self.after
        assert live(self._ecs) == sorted([*self.after, *self.others])

    def fails(self) -> str:
        """Run it; it must fail. Says why."""
        try:
            self.run()
        except Refused as refusal:
            return str(refusal)
        except grpc.RpcError as error:
            return str(error.details())
        raise AssertionError(f"{self.operation} succeeded")


class Refused(Exception):
    """What check refused."""


def inputs_of(inputs: dict[str, Any]) -> list[str]:
    return sorted(inputs["accounts"])
