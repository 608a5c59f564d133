"""The control path: a port of its own, where another process reads calls, sets faults and acts in the console.

    GET  /health                     {"ecs": "127.0.0.1:..."}
    GET  /seed                       the seed, as JSON
    GET  /calls                      {"calls": [...]}
    POST /calls/reset
    GET  /faults                     settings and rules, with how often each matched and hit
    PUT  /faults                     {"latency_ms": 20, "visibility_lag_s": 1.5, "admit_per_second": null}
    POST /faults/add                 a FaultRule: {"kind": "throttle", "action": "DescribeImages", "times": 3}
    POST /faults/clear
    POST /console/ACT                {"args": [...], "kwargs": {...}}, for each method of Console; gives {"result": ...}
    POST /reset

A refusal by ECS's own rules is a 409 with code, message and status; a mistake in the request a 400 with `error`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import requests
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from .calls import Call
from .console import Console
from .errors import EcsError
from .faults import FaultKind, FaultRule
from .seed import AccountSeed, ImageSeed, Seed, load_seed

if TYPE_CHECKING:
    from .server import Emulator

_CONSOLE_ACTS = frozenset(name for name in vars(Console) if not name.startswith("_"))
_SETTINGS = ("latency_ms", "visibility_lag_s")
_TIMEOUT_S = 30


def control_app(emulator: Emulator) -> Starlette:
    """The ASGI app of the control path."""

    def route(path: str, method: str, act: Callable[[Any, Request], Any]) -> Route:
        return Route(path, _endpoint(act), methods=[method])

    def console(body: dict[str, Any], request: Request) -> Any:
        act = request.path_params["act"]
        if act not in _CONSOLE_ACTS:
            raise ValueError(f"no act {act!r} in the console; there are {', '.join(sorted(_CONSOLE_ACTS))}")
        return {"result": getattr(emulator.console, act)(*body.get("args", ()), **body.get("kwargs", {}))}

    def settings(body: dict[str, Any], request: Request) -> Any:
        unknown = body.keys() - {*_SETTINGS, "admit_per_second"}
        if unknown:
            raise ValueError(f"no setting {sorted(unknown)[0]!r}")
        for name in _SETTINGS:
            if name in body:
                setattr(emulator.faults, name, float(body[name]))
        if "admit_per_second" in body:
            emulator.faults.admit_per_second(body["admit_per_second"])
        return emulator.faults.snapshot()

    def nothing(act: Callable[[], None]) -> Callable[[Any, Request], Any]:
        def run(body: Any, request: Request) -> Any:
            act()
            return {}

        return run

    return Starlette(
        routes=[
            route("/health", "GET", lambda body, request: {"ecs": emulator.endpoint}),
            route("/seed", "GET", lambda body, request: emulator.seed.model_dump(mode="json")),
            route("/calls", "GET", lambda body, request: {"calls": [asdict(call) for call in emulator.calls.entries]}),
            route("/calls/reset", "POST", nothing(emulator.calls.reset)),
            route("/faults", "GET", lambda body, request: emulator.faults.snapshot()),
            route("/faults", "PUT", settings),
            route("/faults/add", "POST", lambda body, request: asdict(emulator.faults.add(**body))),
            route("/faults/clear", "POST", nothing(emulator.faults.clear)),
            route("/console/{act}", "POST", console),
            route("/reset", "POST", nothing(emulator.reset)),
        ]
    )


def _endpoint(act: Callable[[Any, Request], Any]) -> Callable[[Request], Awaitable[Response]]:
    async def handle(request: Request) -> Response:
        try:
            body: Any = {}
            if request.method != "GET":
                # A page in a browser can post to loopback, but not JSON without asking first, which is answered no.
                if request.headers.get("content-type", "").partition(";")[0] != "application/json":
                    raise ValueError("send application/json")
                body = await request.json()
                if not isinstance(body, dict):
                    raise ValueError("send a JSON object")
            return JSONResponse(act(body, request))
        except EcsError as error:
            refusal = {"code": error.code, "message": error.message, "status": error.http_status}
            return JSONResponse(refusal, status_code=409)
        except (ValueError, TypeError, KeyError) as error:
            text = str(error.args[0]) if error.args else str(error)
            return JSONResponse({"error": text}, status_code=400)

    return handle


class ControlError(RuntimeError):
    """The control path did not take a request; the text says why."""


class Control:
    """An emulator in another process: `calls`, `console`, `faults`, `reset` as on an Emulator, by HTTP."""

    def __init__(self, control_endpoint: str) -> None:
        self._base = f"http://{control_endpoint}"
        self._session = requests.Session()
        # Proxies of the environment are for the outside; this never leaves the machine.
        self._session.trust_env = False
        self.control_endpoint = control_endpoint
        self.calls = RemoteCalls(self)
        self.console = RemoteConsole(self)
        self.faults = RemoteFaults(self)

    @property
    def endpoint(self) -> str:
        """Host and port of ECS and STS."""
        return str(self.ask("GET", "/health")["ecs"])

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


class RemoteCalls:
    """CallLog by HTTP."""

    def __init__(self, control: Control) -> None:
        self._control = control

    @property
    def entries(self) -> list[Call]:
        """All calls, oldest first."""
        return [Call(**call) for call in self._control.ask("GET", "/calls")["calls"]]

    def count(self, action: str | None = None) -> int:
        """How many calls there were, of one action or of all."""
        return sum(1 for call in self.entries if action in (None, call.action))

    def by_action(self) -> dict[str, int]:
        """How many calls there were of each action."""
        return dict(Counter(call.action for call in self.entries))

    def reset(self) -> None:
        """Forget all calls."""
        self._control.ask("POST", "/calls/reset")


class RemoteConsole:
    """Console by HTTP; see there for what each act does."""

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
        """The IDs of the accounts that the image is shared with, sorted."""
        return list(self._act("shared_accounts", region, image_id))

    def delete_image(self, region: str, image_id: str) -> None:
        """Unshare an image from everyone and delete it."""
        self._act("delete_image", region, image_id)

    def deprecate(self, region: str, image_id: str) -> None:
        """Deprecate an image that is not shared."""
        self._act("deprecate", region, image_id)

    def undeprecate(self, region: str, image_id: str) -> None:
        """Make a deprecated image Available again."""
        self._act("undeprecate", region, image_id)

    def set_share_quota(self, account: str, accounts_an_image: int) -> None:
        """Let each image of the account be shared with so many accounts."""
        self._act("set_share_quota", account, accounts_an_image)

    def set_shared_images_quota(self, account: str, images: int | None) -> None:
        """Let so many images of the account be shared; None: any number."""
        self._act("set_shared_images_quota", account, images)

    def set_copy_seconds(self, seconds: float) -> None:
        """Let each copy started from now on take so long."""
        self._act("set_copy_seconds", seconds)

    def create_image(self, region: str, owner: str = "owner", **fields: Any) -> str:
        """Make an image and say its ID."""
        return str(self._act("create_image", region, owner, **fields))


class RemoteFaults:
    """Faults by HTTP; see there for what each setting does."""

    def __init__(self, control: Control) -> None:
        self._control = control

    def add(self, *, kind: FaultKind, action: str = "*", **details: Any) -> FaultRule:
        """Put a fault in force."""
        return FaultRule(**self._control.ask("POST", "/faults/add", {"kind": kind, "action": action, **details}))

    def admit_per_second(self, calls: float | None) -> None:
        """Limit each account's calls; None: no limit."""
        self._control.ask("PUT", "/faults", {"admit_per_second": calls})

    def clear(self) -> None:
        """No faults, no limit, no latency, no lag."""
        self._control.ask("POST", "/faults/clear")

    def snapshot(self) -> dict[str, Any]:
        """All settings and rules."""
        return self._control.ask("GET", "/faults")

    @property
    def latency_ms(self) -> float:
        """What is added to every call."""
        return float(self.snapshot()["latency_ms"])

    @latency_ms.setter
    def latency_ms(self, value: float) -> None:
        self._control.ask("PUT", "/faults", {"latency_ms": value})

    @property
    def visibility_lag_s(self) -> float:
        """How long a write of shares takes to be seen."""
        return float(self.snapshot()["visibility_lag_s"])

    @visibility_lag_s.setter
    def visibility_lag_s(self, value: float) -> None:
        self._control.ask("PUT", "/faults", {"visibility_lag_s": value})
