"""The control path: a separate port, where another process reads calls, sets faults and uses the console.

    GET  /health                     {"ecs": "127.0.0.1:..."}
    GET  /seed                       the seed, as JSON
    GET  /calls                      {"calls": [...]}
    POST /calls/reset
    GET  /faults                     settings and rules, with how often each matched and hit
    PUT  /faults                     {"latency_ms": 20, "page_size_cap": null, ...}: FaultSettings, "admit_per_second"
    POST /faults/add                 a FaultRule: {"kind": "throttle", "action": "DescribeImages", "times": 3}
    POST /faults/clear
    POST /console/ACT                {"args": [...], "kwargs": {...}}, for each method of Console; gives {"result": ...}
    POST /reset

A refusal by ECS's own rules is a 409 with code, message and status; a mistake in the request a 400 with `error`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from .console import Console
from .errors import EcsError
from .fault_settings import SETTINGS
from .offline import Ecs

_CONSOLE_ACTS = frozenset(name for name in vars(Console) if not name.startswith("_"))


def control_app(ecs: Ecs, where: Mapping[str, str]) -> Starlette:
    """The ASGI app of the control path; `where` has the address and protocol of the APIs."""

    def route(path: str, method: str, act: Callable[[Any, Request], Any]) -> Route:
        return Route(path, _endpoint(act), methods=[method])

    def console(body: dict[str, Any], request: Request) -> Any:
        act = request.path_params["act"]
        if act not in _CONSOLE_ACTS:
            raise ValueError(f"no act {act!r} in the console; there are {', '.join(sorted(_CONSOLE_ACTS))}")
        return {"result": getattr(ecs.console, act)(*body.get("args", ()), **body.get("kwargs", {}))}

    def settings(body: dict[str, Any], request: Request) -> Any:
        unknown = body.keys() - {*SETTINGS, "admit_per_second"}
        if unknown:
            raise ValueError(f"no setting {sorted(unknown)[0]!r}")
        checked = {name: setting.check(body[name]) for name, setting in SETTINGS.items() if name in body}
        if "admit_per_second" in body:
            ecs.faults.admit_per_second(body["admit_per_second"])
        for name, value in checked.items():
            setattr(ecs.faults, name, value)
        return ecs.faults.snapshot()

    def nothing(act: Callable[[], None]) -> Callable[[Any, Request], Any]:
        def run(body: Any, request: Request) -> Any:
            act()
            return {}

        return run

    return Starlette(
        routes=[
            route("/health", "GET", lambda body, request: dict(where)),
            route("/seed", "GET", lambda body, request: ecs.seed.model_dump(mode="json")),
            route("/calls", "GET", lambda body, request: {"calls": [asdict(call) for call in ecs.calls.entries]}),
            route("/calls/reset", "POST", nothing(ecs.calls.reset)),
            route("/faults", "GET", lambda body, request: ecs.faults.snapshot()),
            route("/faults", "PUT", settings),
            route("/faults/add", "POST", lambda body, request: asdict(ecs.faults.add(**body))),
            route("/faults/clear", "POST", nothing(ecs.faults.clear)),
            route("/console/{act}", "POST", console),
            route("/reset", "POST", nothing(ecs.reset)),
        ]
    )


def _endpoint(act: Callable[[Any, Request], Any]) -> Callable[[Request], Awaitable[Response]]:
    async def handle(request: Request) -> Response:
        try:
            body: Any = {}
            if request.method != "GET":
                # A page in a browser can post to loopback, but not JSON without a preflight request, which fails.
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
