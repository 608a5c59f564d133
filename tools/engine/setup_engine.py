"""Provide the Pulumi engine: `python tools/engine/setup_engine.py` (called by `make setup`; standard library only).

Three ways, tried in this order, or one alone with the setting ENGINE:

- `path`: a `pulumi` that is already on PATH, together with its language hosts for Python and YAML;
- `installer`: Pulumi's official installer, into `.engine/bin`;
- `modules`: a build from Pulumi's published Go modules (pinned in `cli/`, `python-host/` and `yaml-host/`), into
  `.engine/bin`. The build is kept in the user's cache folder, so that the next checkout has it at once. Its host for
  Python is of a time when hosts started no policy packs: `.engine/policy-bin` is the same engine without a host, which
  starts them another way.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

VERSION = "3.259.0"
CLI_PACKAGE = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
HOST_PACKAGE = "github.com/pulumi/pulumi/sdk/v3/python/cmd/pulumi-language-python"
YAML_HOST_PACKAGE = "github.com/pulumi/pulumi-yaml/cmd/pulumi-language-yaml"
SDK_MODULE = "github.com/pulumi/pulumi/sdk/v3"
# Files that belong beside the engine and are no Go programs: taken from the SDK's module folder.
SDK_FILES = ("python/cmd/pulumi-language-python-exec", "python/dist/pulumi-resource-pulumi-python")
# Starts a policy pack where there is no language host: of the same module as the host.
POLICY_SCRIPT = "python/dist/pulumi-analyzer-policy-python"
BUILD_FLAGS = ("-mod=readonly", "-trimpath", "-buildvcs=false")
CLI_LDFLAGS = f"-s -w -X {SDK_MODULE}/go/common/version.Version=v{VERSION}"
HOST_LDFLAGS = "-s -w"

INSTALLER = "https://get.pulumi.com/install.sh"
INSTALLER_SECONDS = 300

HERE = Path(__file__).resolve().parent
ENGINE = HERE.parent.parent / ".engine"
BIN = ENGINE / "bin"
POLICY_BIN = ENGINE / "policy-bin"
RECORD = ENGINE / "engine.json"
# What dynamic resources in Python, and programs in YAML, need beside `pulumi` itself.
COMPANIONS = ("pulumi-language-python", "pulumi-resource-pulumi-python", "pulumi-language-yaml")
# What policy packs need, without a language host beside it.
POLICY_PROGRAMS = ("pulumi", "pulumi-resource-pulumi-python", Path(POLICY_SCRIPT).name)

HELP = """
No Pulumi engine could be set up. Any one of these is enough; then run `make setup` again:
  1. Install Pulumi (https://www.pulumi.com/docs/install/), so that `pulumi` and its language hosts are on PATH.
  2. Let this machine reach https://get.pulumi.com: its installer is then used.
  3. Install Go {go} or later (https://go.dev/dl/): the engine is then built from its Go modules.
"""


class NotPossible(Exception):
    """A way to an engine that is closed; the text says why."""


def say(text: str) -> None:
    print(text, flush=True)


def pulumi_version(program: Path) -> str:
    """Ask a `pulumi` for its version, such as v3.259.0."""
    environment = {**os.environ, "PULUMI_SKIP_UPDATE_CHECK": "true"}
    try:
        done = subprocess.run(
            [program, "version"], env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NotPossible(f"{program} does not run: {error}") from None
    if done.returncode:
        raise NotPossible(f"{program} does not run: {done.stderr.strip()}")
    return done.stdout.strip()


# --- 1. A pulumi on PATH


def from_path() -> str:
    """Use the `pulumi` on PATH, wherever it is but in this checkout."""
    folders = [
        folder
        for folder in os.environ.get("PATH", "").split(os.pathsep)
        if folder and Path(folder) not in (BIN, POLICY_BIN)
    ]
    search = os.pathsep.join(folders)
    found = shutil.which("pulumi", path=search)
    if not found:
        raise NotPossible("there is no `pulumi` on PATH")
    beside = os.pathsep.join([str(Path(found).parent), str(Path(found).resolve().parent), search])
    missing = [name for name in COMPANIONS if not shutil.which(name, path=beside)]
    if missing:
        raise NotPossible(f"the `pulumi` on PATH ({found}) comes without {' and '.join(missing)}")
    version = pulumi_version(Path(found))
    forget()
    return f"{version}, found on PATH ({found})"


# --- 2. The official installer


def from_installer() -> str:
    """Run Pulumi's official installer into `.engine`."""
    if not shutil.which("curl"):
        raise NotPossible("Pulumi's installer needs curl")
    say(f"Asking Pulumi's official installer for Pulumi {VERSION} (given up after 5 seconds if it can't be reached).")
    with temporary_folder() as folder:
        script = folder / "install.sh"
        fetch = ["curl", "-fsSL", "--connect-timeout", "5", "--max-time", "20", "-o", str(script), INSTALLER]
        fetched = subprocess.run(fetch, stdin=subprocess.DEVNULL, capture_output=True, text=True)
        if fetched.returncode:
            raise NotPossible(f"Pulumi's installer can't be reached ({fetched.stderr.strip()})")
        options = ["--no-edit-path", "--install-root", str(folder / "root"), "--version", VERSION]
        run_logged(["sh", str(script), *options], "Pulumi's installer", timeout=INSTALLER_SECONDS)
        check_and_place(folder / "root" / "bin")
    record("installer", VERSION)
    return f"v{VERSION}, from Pulumi's official installer"


# --- 3. A build from the Go modules


def from_modules() -> str:
    """Build the engine from its Go modules, or take the same build from the user's cache."""
    needed = needed_go()
    go_version = installed_go(needed)
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "imageshare-engine"
    cache.mkdir(parents=True, exist_ok=True)
    built, yaml_host = (cache / cache_key(pins, go_version) for pins in (modules_pins(), yaml_host_pins()))
    with locked(built.with_suffix(".lock"), "The same engine is being built by another `make setup`: waiting for it."):
        fresh = not (built / "pulumi").exists()
        if fresh:
            build_modules(built)
        if not (built / Path(POLICY_SCRIPT).name).exists():
            add_policy_script(built)
        # On its own, so that a new version of one of the two lets the other be.
        if not yaml_host.exists():
            fresh = True
            build_yaml_host(yaml_host)
    with temporary_folder() as folder:
        shutil.copytree(built, folder / "bin")
        shutil.copytree(yaml_host, folder / "bin", dirs_exist_ok=True)
        check_and_place(folder / "bin")
    place_policy_bin()
    record("modules", all_pins())
    return f"v{VERSION}, " + ("built from its Go modules" if fresh else "built from its Go modules earlier (cached)")


def build_modules(target: Path) -> None:
    """Build the engine and its host for Python, as one folder."""
    say("Building the Pulumi engine from its Go modules: about 5 minutes the first time, no time afterwards.")
    with whole_or_not_at_all(target) as bin_folder:
        go_build("cli", CLI_PACKAGE, CLI_LDFLAGS, bin_folder / "pulumi")
        go_build("python-host", HOST_PACKAGE, HOST_LDFLAGS, bin_folder / "pulumi-language-python")
        listed = go("list", "-mod=readonly", "-m", "-f", "{{.Dir}}", SDK_MODULE, folder="cli")
        for name in SDK_FILES:
            copied = bin_folder / Path(name).name
            shutil.copyfile(Path(listed) / name, copied)
            copied.chmod(0o755)


def build_yaml_host(target: Path) -> None:
    say("Building Pulumi's language host for YAML: half a minute the first time, no time afterwards.")
    with whole_or_not_at_all(target) as bin_folder:
        go_build("yaml-host", YAML_HOST_PACKAGE, HOST_LDFLAGS, bin_folder / "pulumi-language-yaml")


@contextlib.contextmanager
def whole_or_not_at_all(target: Path) -> Iterator[Path]:
    """Give a folder to fill beside `target`, which gets that name only when it is whole."""
    with tempfile.TemporaryDirectory(prefix="building-", dir=target.parent) as temporary:
        folder = Path(temporary) / "bin"
        folder.mkdir()
        yield folder
        shutil.rmtree(target, ignore_errors=True)
        folder.rename(target)


def add_policy_script(built: Path) -> None:
    """Add what starts policy packs, in one step, to a build that may be of an earlier checkout, and in use."""
    downloaded = json.loads(go("mod", "download", "-json", SDK_MODULE, folder="python-host"))
    with tempfile.TemporaryDirectory(prefix="adding-", dir=built.parent) as temporary:
        copied = Path(temporary) / Path(POLICY_SCRIPT).name
        shutil.copyfile(Path(downloaded["Dir"]) / POLICY_SCRIPT, copied)
        copied.chmod(0o755)
        copied.rename(built / copied.name)


def go_environment() -> dict[str, str]:
    """The same build on every machine: no C compiler, no download of a Go toolchain, no settings of the user's."""
    environment = {**os.environ, "CGO_ENABLED": "0", "GOFLAGS": "", "GOTOOLCHAIN": "local", "GOWORK": "off"}
    environment.setdefault("HOME", str(Path.home()))
    return environment


def go(*arguments: str, folder: str) -> str:
    done = subprocess.run(
        ["go", *arguments],
        cwd=HERE / folder,
        env=go_environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise NotPossible(f"`go {arguments[0]}` failed: {done.stderr.strip()}")
    return done.stdout.strip()


def go_build(folder: str, package: str, ldflags: str, output: Path) -> None:
    command = ["go", "build", *BUILD_FLAGS, "-ldflags", ldflags, "-o", str(output), package]
    run_logged(command, f"building {output.name}", cwd=HERE / folder, environment=go_environment())


def needed_go() -> str:
    """The Go version that the go.mod files ask for, such as 1.26."""
    text = (HERE / "cli" / "go.mod").read_text(encoding="utf-8")
    found = re.search(r"^go (\S+)$", text, re.MULTILINE)
    assert found, "tools/engine/cli/go.mod names no Go version"
    return found.group(1)


def installed_go(needed: str) -> str:
    """The version of the Go on PATH, such as go1.26.8, if it is new enough."""
    if not shutil.which("go"):
        raise NotPossible(f"building the engine needs Go {needed} or later, and there is no `go` on PATH")
    # Asked outside of a module: there, an older Go answers instead of refusing the go.mod.
    done = subprocess.run(
        ["go", "env", "GOVERSION"],
        cwd=tempfile.gettempdir(),
        env=go_environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    version = done.stdout.strip()
    numbers = re.match(r"go(\d+)\.(\d+)", version)
    if not numbers:
        raise NotPossible(f"the `go` on PATH does not tell its version: {done.stderr.strip() or version}")
    if tuple(map(int, numbers.groups())) < tuple(map(int, needed.split(".")[:2])):
        raise NotPossible(f"building the engine needs Go {needed} or later, and the one on PATH is {version}")
    return version


def modules_pins() -> str:
    """Stands for what is pinned of the engine and its host for Python: changes when they have to be built again."""
    return pins_of(("cli", "python-host"), (VERSION, BUILD_FLAGS, CLI_LDFLAGS, HOST_LDFLAGS, SDK_FILES))


def yaml_host_pins() -> str:
    """The same for the host for YAML."""
    return pins_of(("yaml-host",), (BUILD_FLAGS, HOST_LDFLAGS))


def all_pins() -> str:
    return f"{modules_pins()} {yaml_host_pins()}"


def pins_of(folders: Sequence[str], settings: tuple[object, ...]) -> str:
    pins = hashlib.sha256()
    for folder in folders:
        for name in ("go.mod", "go.sum"):
            pins.update((HERE / folder / name).read_bytes())
    pins.update(repr(settings).encode())
    return pins.hexdigest()[:20]


def cache_key(pins: str, go_version: str) -> str:
    machine = f"{pins} {go_version} {platform.system()} {platform.machine()}"
    return hashlib.sha256(machine.encode()).hexdigest()[:20]


# --- Where all ways meet


def check_and_place(bin_folder: Path) -> None:
    """Make `bin_folder` the new `.engine/bin`, after a look at what is in it."""
    for name in ("pulumi", *COMPANIONS):
        if not os.access(bin_folder / name, os.X_OK):
            raise NotPossible(f"the engine came without {name}")
    version = pulumi_version(bin_folder / "pulumi")
    if version != f"v{VERSION}":
        raise NotPossible(f"the engine says it is {version}, and v{VERSION} was asked for")
    forget()
    bin_folder.rename(BIN)


def place_policy_bin() -> None:
    """Make `.engine/policy-bin`: links rather than symbolic ones, since `pulumi` looks beside itself for a host."""
    with temporary_folder() as folder:
        (folder / "bin").mkdir()
        for name in POLICY_PROGRAMS:
            try:
                os.link(BIN / name, folder / "bin" / name)
            except OSError:
                shutil.copy2(BIN / name, folder / "bin" / name)
        (folder / "bin").rename(POLICY_BIN)


def record(way: str, pins: str) -> None:
    RECORD.write_text(json.dumps({"way": way, "pins": pins}) + "\n", encoding="utf-8")


def forget() -> None:
    """Drop an engine of this checkout: away in one step, so that nobody meets half of it."""
    RECORD.unlink(missing_ok=True)
    for old in (BIN, POLICY_BIN):
        if old.exists():
            with temporary_folder() as folder:
                old.rename(folder / "old")


def in_place(ways: list[str]) -> str | None:
    """Name the engine that an earlier run left in `.engine/bin`, if it is what one of `ways` would give."""
    try:
        there = json.loads(RECORD.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    wanted = {"installer": VERSION, "modules": all_pins()}
    if there.get("way") not in ways or there.get("pins") != wanted.get(there["way"]):
        return None
    needed = [BIN / name for name in ("pulumi", *COMPANIONS)]
    if there["way"] == "modules":
        needed += [POLICY_BIN / name for name in POLICY_PROGRAMS]
    if not all(os.access(program, os.X_OK) for program in needed):
        return None
    return f"v{VERSION}, in .engine/bin already"


@contextlib.contextmanager
def temporary_folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="tmp-", dir=ENGINE) as folder:
        yield Path(folder)


@contextlib.contextmanager
def locked(path: Path, message: str) -> Iterator[None]:
    """Hold a lock between processes; say `message` when it has to be waited for."""
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(message)
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def run_logged(
    command: list[str],
    what: str,
    *,
    cwd: Path | None = None,
    environment: dict[str, str] | None = None,
    timeout: float | None = None,
) -> None:
    """Run a long command quietly; give a sign of life twice a minute, and its last lines if it fails."""
    started = time.monotonic()
    with tempfile.TemporaryFile("w+") as log:
        process = subprocess.Popen(
            command, cwd=cwd, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT
        )
        try:
            while True:
                try:
                    code = process.wait(timeout=30)
                    break
                except subprocess.TimeoutExpired:
                    seconds = round(time.monotonic() - started)
                    if timeout and seconds > timeout:
                        raise NotPossible(f"{what} took more than {timeout:.0f} seconds") from None
                    say(f"  ... {what}: {seconds // 60} min {seconds % 60:02} s")
        finally:
            process.kill()
            process.wait()
        if code:
            log.seek(0)
            last = "".join(f"    {line}" for line in log.readlines()[-15:])
            raise NotPossible(f"{what} failed:\n{last.rstrip()}")


WAYS: dict[str, Callable[[], str]] = {"path": from_path, "installer": from_installer, "modules": from_modules}


def main() -> int:
    choice = os.environ.get("ENGINE") or "auto"
    if choice not in ("auto", *WAYS):
        say(f"ENGINE={choice} is not known: use auto, {', '.join(WAYS)}.")
        return 2
    ways = list(WAYS) if choice == "auto" else [choice]
    ENGINE.mkdir(exist_ok=True)
    with locked(ENGINE / "lock", "Another `make setup` is at work in this checkout: waiting for it."):
        there = in_place(ways)
        for way in ways:
            try:
                say(f"Pulumi engine: {there if there and way != 'path' else WAYS[way]()}.")
                return 0
            except NotPossible as reason:
                if not there:
                    say(f"Pulumi engine, not by way of {way}: {reason}.")
    say(HELP.format(go=needed_go()))
    return 1


if __name__ == "__main__":
    sys.exit(main())
