"""`python -m ecs_emulator`: an ECS on loopback until it is interrupted."""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import threading
from pathlib import Path

from .extra import without_extra

try:
    from .registry import product_names
    from .seed import RoleSeed, SeedError
    from .server import Emulator
    from .stack_settings import stack_commands
except ModuleNotFoundError as error:
    sys.exit(without_extra(error))

CA_VARIABLES = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS")
"""The variables that name a CA to trust: for Go, Pulumi's plugins and OpenSSL; Python's SDK; Node.js."""


def main(argv: list[str] | None = None) -> int:
    """Run until SIGINT or SIGTERM. Returns 0, or 2 if the seed is invalid or a port is in use."""
    options = _parser().parse_args(argv)
    stopping = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopping.set())
    try:
        emulator = Emulator(
            options.seed,
            latency_ms=options.latency_ms,
            copy_seconds=options.copy_seconds,
            strict=not options.lenient,
            port=options.port,
            control_port=options.control_port,
            tls=options.tls,
        )
        emulator.start()
    except SeedError as error:
        print(f"ecs_emulator: {error}", file=sys.stderr)
        return 2
    except OSError as error:
        ports = f"{options.port or 'any port'} and {options.control_port or 'any port'}"
        print(f"ecs_emulator: can't listen on 127.0.0.1, {ports}: {error.strerror}", file=sys.stderr)
        return 2
    try:
        print(_greeting(emulator), flush=True)
        if options.ready_file is not None:
            _write_ready_file(options.ready_file, emulator)
        stopping.wait()
    finally:
        emulator.stop()
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m ecs_emulator",
        description="An Alibaba Cloud ECS, with VPC, Auto Scaling and STS beside it, to run on this machine. "
        "It listens on 127.0.0.1 only, and reaches nothing.",
        epilog="Every AccessKey that it prints is made up. The seed's format is in the docstring of ecs_emulator.seed.",
    )
    parser.add_argument("--port", type=_port, default=0, help="of ECS and the others (default: one that is free)")
    parser.add_argument("--control-port", type=_port, default=0, help="of the control path (default: one that is free)")
    parser.add_argument(
        "--tls",
        action="store_true",
        help="speak HTTPS instead of HTTP (not on the control path), with a certificate made at start: "
        "it prints the file of its CA, for SSL_CERT_FILE and the like",
    )
    parser.add_argument(
        "--seed", type=Path, metavar="FILE.yaml", help="accounts and images to start with (default: the built-in ones)"
    )
    parser.add_argument(
        "--latency-ms", type=_not_negative, default=0.0, metavar="N", help="added to every call (default: %(default)s)"
    )
    parser.add_argument(
        "--copy-seconds",
        type=_not_negative,
        default=3.0,
        metavar="N",
        help="how long an image that is copied or made is Creating (default: %(default)s)",
    )
    parser.add_argument(
        "--lenient",
        action="store_true",
        help="leave parameters that an action does not honour aside, instead of refusing them; /calls lists them",
    )
    parser.add_argument(
        "--ready-file",
        type=Path,
        metavar="PATH",
        help='written when ready: {"ecs": ..., "control": ..., "pid": ...}, with --tls "ca_file" too',
    )
    return parser


def _port(text: str) -> int:
    number = int(text)
    if not 0 <= number <= 65535:
        raise argparse.ArgumentTypeError(f"{number} is no port")
    return number


def _not_negative(text: str) -> float:
    number = float(text)
    if not number >= 0:
        raise argparse.ArgumentTypeError(f"{text} is less than 0")
    return number


def _greeting(emulator: Emulator) -> str:
    lines = [
        f"{', '.join(name.upper() for name in product_names())}   {emulator.protocol.lower()}://{emulator.endpoint}",
        f"control              http://{emulator.control_endpoint}",
        *_trust(emulator),
        "",
        "Point Pulumi at it:",
        *stack_commands(emulator.endpoint, emulator.protocol),
        "",
        "Accounts (AccessKey ID, secret):",
    ]
    lines += [f"  {a.name:<10} {a.id}  {a.access_key_id}  {a.access_key_secret}" for a in emulator.seed.accounts]
    if consumers := emulator.seed.consumers:
        ids = [account.id for account in consumers.accounts()]
        lines += [f"  and {len(ids)} more, {ids[0]} to {ids[-1]}"] if ids else []
    users = [(account, user) for account in emulator.seed.accounts for user in account.ram_users]
    if users:
        lines += ["", "RAM users (AccessKey ID, secret):"]
        lines += [f"  {f'{a.name}/{u.name}':<18} {u.access_key_id}  {u.access_key_secret}" for a, u in users]
    roles = [(account, role) for account in emulator.seed.accounts for role in account.roles]
    if roles:
        lines += ["", "Roles, and the accounts that they trust:"]
        lines += [f"  {a.role_arn(r.name):<48} {', '.join(r.trusted)}{_external_id(r)}" for a, r in roles]
    golden = [image for image in emulator.seed.images if image.key == "golden"]
    lines += ["", *(f"Golden image: {image.id} of {image.owner} in {image.region}" for image in golden)]
    return "\n".join(lines).rstrip()


def _trust(emulator: Emulator) -> list[str]:
    """The lines that make clients trust its certificate; empty without TLS."""
    if emulator.protocol == "HTTP":
        return []
    return ["", "Let clients trust it:", *(f"  export {name}={emulator.ca_file}" for name in CA_VARIABLES)]


def _external_id(role: RoleSeed) -> str:
    return f", with the external ID {role.external_id}" if role.external_id else ""


def _write_ready_file(path: Path, emulator: Emulator) -> None:
    ready: dict[str, object] = {"ecs": emulator.endpoint, "control": emulator.control_endpoint, "pid": os.getpid()}
    if emulator.protocol == "HTTPS":
        ready["ca_file"] = str(emulator.ca_file)
    # Atomically: a script may be polling for it.
    draft = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    draft.write_text(json.dumps(ready) + "\n", encoding="utf-8")
    draft.replace(path)


if __name__ == "__main__":
    sys.exit(main())
