"""The client of the control path (`control_app` lists its requests): an emulator in another process."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import requests

from .calls import Call, Calls
from .errors import EcsError
from .fault_settings import FaultSettings
from .faults import FaultKind, FaultRule
from .seed import AccountSeed, ImageSeed, Seed, load_seed

_TIMEOUT_S = 30


class ControlError(RuntimeError):
    """The control path refused a request; the text says why."""


class Control:
    """An emulator in another process: `calls`, `console`, `faults`, `reset` as on an Emulator, by HTTP."""

    def __init__(self, control_endpoint: str) -> None:
        self._base = f"http://{control_endpoint}"
        self._session = requests.Session()
        # No proxies: the requests never leave the machine.
        self._session.trust_env = False
        self.control_endpoint = control_endpoint
        self.calls = RemoteCalls(self)
        self.console = RemoteConsole(self)
        self.faults = RemoteFaults(self)

    @property
    def endpoint(self) -> str:
        """Host and port of the APIs."""
        return str(self.ask("GET", "/health")["ecs"])

    @property
    def protocol(self) -> str:
        """The protocol of `endpoint`: "HTTP" or "HTTPS"."""
        return str(self.ask("GET", "/health")["protocol"])

    @property
    def ca_file(self) -> Path:
        """The CA's certificate, which the emulator wrote on its machine. RuntimeError if it does not use TLS."""
        health = self.ask("GET", "/health")
        if "ca_file" not in health:
            raise RuntimeError("the emulator speaks no TLS: it does with --tls")
        return Path(health["ca_file"])

    @property
    def seed(self) -> Seed:
        """What the emulator started with."""
        return load_seed(self.ask("GET", "/seed"))

    def account(self, name_or_id: str) -> AccountSeed:
        """A seeded account."""
        return self.seed.account(name_or_id)

    def image(self, key: str) -> ImageSeed:
        """A seeded image."""
        return self.seed.image(key)

    @property
    def golden_image_id(self) -> str:
        """The ID of the seeded image with the key `golden`."""
        return self.image("golden").id

    def reset(self) -> None:
        """Back to the seed, with no calls counted and no faults in force."""
        self.ask("POST", "/reset")

    def close(self) -> None:
        """Close the connections."""
        self._session.close()

    def __enter__(self) -> Control:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        """One request; EcsError for a refusal by ECS's rules, ControlError for any other."""
        json = None if method == "GET" else body or {}
        answer = self._session.request(method, self._base + path, json=json, timeout=_TIMEOUT_S)
        if answer.status_code == 409:
            refusal = answer.json()
            raise EcsError(refusal["code"], refusal["message"], refusal["status"])
        if answer.status_code == 400:
            raise ControlError(answer.json()["error"])
        answer.raise_for_status()
        found = answer.json()
        if not isinstance(found, dict):
            raise ControlError(f"{path} answered no JSON object")
        return found


class RemoteCalls(Calls):
    """CallLog by HTTP."""

    def __init__(self, control: Control) -> None:
        self._control = control

    @property
    def entries(self) -> list[Call]:
        """All calls, oldest first."""
        calls = self._control.ask("GET", "/calls")["calls"]
        return [Call(**(call | {"not_honoured": tuple(call["not_honoured"])})) for call in calls]

    def reset(self) -> None:
        """Forget all calls."""
        self._control.ask("POST", "/calls/reset")


class RemoteConsole:
    """Console by HTTP, which documents each method."""

    def __init__(self, control: Control) -> None:
        self._control = control

    def _act(self, act: str, *args: Any, **kwargs: Any) -> Any:
        return self._control.ask("POST", f"/console/{act}", {"args": args, "kwargs": kwargs})["result"]

    def share(self, region: str, image_id: str, *account_ids: str) -> None:
        """Share with accounts, any number at once."""
        self._act("share", region, image_id, *account_ids)

    def unshare(self, region: str, image_id: str, *account_ids: str) -> None:
        """Unshare from accounts, any number at once."""
        self._act("unshare", region, image_id, *account_ids)

    def shared_accounts(self, region: str, image_id: str) -> list[str]:
        """The sorted IDs of the accounts that the image is shared with."""
        return list(self._act("shared_accounts", region, image_id))

    def share_with_groups(self, region: str, image_id: str, *groups: str) -> None:
        """Share with share groups, by their names, such as "all"."""
        self._act("share_with_groups", region, image_id, *groups)

    def unshare_with_groups(self, region: str, image_id: str, *groups: str) -> None:
        """Unshare from share groups."""
        self._act("unshare_with_groups", region, image_id, *groups)

    def delete_image(self, region: str, image_id: str) -> None:
        """Unshare an image from all accounts and delete it."""
        self._act("delete_image", region, image_id)

    def deprecate(self, region: str, image_id: str) -> None:
        """Deprecate an image that is not shared."""
        self._act("deprecate", region, image_id)

    def undeprecate(self, region: str, image_id: str) -> None:
        """Make a deprecated image Available again."""
        self._act("undeprecate", region, image_id)

    def set_share_quota(self, account: str, accounts_an_image: int) -> None:
        """Set with how many accounts each image of the account can be shared."""
        self._act("set_share_quota", account, accounts_an_image)

    def set_shared_images_quota(self, account: str, images: int | None) -> None:
        """Set how many images of the account can be shared; None: no limit."""
        self._act("set_shared_images_quota", account, images)

    def show_tags_to_consumers(self, shown: bool) -> None:
        """Set whether consumers see the owner's tags of an image."""
        self._act("show_tags_to_consumers", shown)

    def revoke_sessions(self, of: str) -> None:
        """End all sessions of a role (its ARN), or of all roles of an account (its name or ID)."""
        self._act("revoke_sessions", of)

    def close_account(self, account: str) -> None:
        """Close an account, by name or ID."""
        self._act("close_account", account)

    def set_copy_seconds(self, seconds: float) -> None:
        """Set how long each copy takes that is started from now on."""
        self._act("set_copy_seconds", seconds)

    def fail_copy(self, region: str, image_id: str) -> None:
        """Make a copy that is in progress CreateFailed now."""
        self._act("fail_copy", region, image_id)

    def fail_next_copies(self, count: int = 1, *, after_seconds: float = 0.0) -> None:
        """Make the next `count` copies CreateFailed `after_seconds` after their start."""
        self._act("fail_next_copies", count, after_seconds=after_seconds)

    def set_image_seconds(self, seconds: float) -> None:
        """Set how long it takes from now on to create an image from an instance or a snapshot."""
        self._act("set_image_seconds", seconds)

    def fail_image(self, region: str, image_id: str) -> None:
        """Make an image that is being created from an instance or a snapshot CreateFailed now."""
        self._act("fail_image", region, image_id)

    def fail_next_images(self, count: int = 1, *, after_seconds: float = 0.0) -> None:
        """Make the next `count` created images CreateFailed `after_seconds` after their start."""
        self._act("fail_next_images", count, after_seconds=after_seconds)

    def set_status_seconds(self, seconds: float) -> None:
        """Set how long instances stay in each of Pending, Starting and Stopping."""
        self._act("set_status_seconds", seconds)

    def stop_instance(self, instance_id: str) -> None:
        """Stop a running instance of any account."""
        self._act("stop_instance", instance_id)

    def start_instance(self, instance_id: str) -> None:
        """Start a stopped instance of any account."""
        self._act("start_instance", instance_id)

    def delete_instance(self, instance_id: str) -> None:
        """Delete an instance, protected or not, running or not."""
        self._act("delete_instance", instance_id)

    def advance_clock(self, seconds: float) -> None:
        """Move the clock forward."""
        self._act("advance_clock", seconds)

    def create_image(self, region: str, owner: str = "owner", **fields: Any) -> str:
        """Create an image. Returns its ID."""
        return str(self._act("create_image", region, owner, **fields))

    def default_network(self, account: str, region: str) -> dict[str, str]:
        """The account's default VPC in a region, its vSwitch and a security group, created if they do not exist."""
        return dict(self._act("default_network", account, region))

    def default_scaling_group(self, account: str, region: str) -> str:
        """The ID of the account's scaling group "default" in its default network, created if it does not exist."""
        return str(self._act("default_scaling_group", account, region))


class RemoteFaults(FaultSettings):
    """Faults by HTTP, which documents each setting."""

    def __init__(self, control: Control) -> None:
        self._control = control

    def add(self, *, kind: FaultKind, action: str = "*", **details: Any) -> FaultRule:
        """Add a fault."""
        return FaultRule(**self._control.ask("POST", "/faults/add", {"kind": kind, "action": action, **details}))

    def admit_per_second(self, calls: float | None) -> None:
        """Limit each account's calls; None: no limit."""
        self._control.ask("PUT", "/faults", {"admit_per_second": calls})

    def clear(self) -> None:
        """No faults, no limit, no latency, no lag, no lies."""
        self._control.ask("POST", "/faults/clear")

    def snapshot(self) -> dict[str, Any]:
        """All settings and rules."""
        return self._control.ask("GET", "/faults")

    def _get(self, name: str) -> Any:
        return self.snapshot()[name]

    def _set(self, name: str, value: object) -> None:
        self._control.ask("PUT", "/faults", {name: value})
