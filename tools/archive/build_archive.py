"""Make the plugin's archive, for machines without Python: called by `make plugin-archive`.

dist/pulumi-resource-alicloud-image-share-v<version>-<system>-<machine>.tar.gz, for this system and machine, as
`pulumi plugin install resource alicloud-image-share <version> --file <archive>` wants it: the program and what it loads
in a folder beside it. A single file that held all would be unpacked at each start.
"""

from __future__ import annotations

import gzip
import os
import platform
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
from importlib.metadata import version
from pathlib import Path

HERE = Path(__file__).resolve().parent
DIST = HERE.parent.parent / "dist"
DISTRIBUTION = "pulumi-alicloud-image-share"
PROGRAM = "pulumi-resource-alicloud-image-share"
PACKAGE = "pulumi_alicloud_image_share"
# Pulumi's words for machines.
MACHINES = {"x86_64": "amd64", "AMD64": "amd64", "aarch64": "arm64"}
# What libraries would use if it were there: for notebooks, debuggers, windows, building and tests.
NOT_NEEDED = ("IPython", "debugpy", "ecs_emulator", "pip", "pkg_resources", "pydoc", "pytest", "setuptools", "tkinter")
# How packages came into the environment that this was made in: says where that was, and nobody needs it.
TRACES = ("INSTALLER", "RECORD", "REQUESTED", "direct_url.json", "uv_cache.json")
# The same bytes from the same sources: of the order of sets, and of times.
REPRODUCIBLE = {"PYTHONHASHSEED": "0", "SOURCE_DATE_EPOCH": "315532800"}


def build(folder: Path) -> Path:
    """Let PyInstaller make the program in a folder, and return where it is."""
    command = [
        *(sys.executable, "-m", "PyInstaller", "--onedir", "--noconfirm", "--log-level", "WARN", "--strip"),
        *("--name", PROGRAM, "--distpath", str(folder / "dist"), "--workpath", str(folder), "--specpath", str(folder)),
        *("--collect-data", PACKAGE, "--copy-metadata", DISTRIBUTION),
        *(part for name in NOT_NEEDED for part in ("--exclude-module", name)),
        str(HERE / "plugin.py"),
    ]
    subprocess.run(command, env={**os.environ, **REPRODUCIBLE}, stdin=subprocess.DEVNULL, check=True)
    return folder / "dist" / PROGRAM


def pack(folder: Path, archive: Path) -> None:
    """Pack what is in a folder: in order, of nobody and of no time."""
    with (
        archive.open("wb") as file,
        gzip.GzipFile("", "wb", 9, file, mtime=0) as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as tar,
    ):
        for path in sorted(path for path in folder.rglob("*") if path.name not in TRACES):
            tar.add(path, str(path.relative_to(folder)), recursive=False, filter=_anonymous)


def _anonymous(item: tarfile.TarInfo) -> tarfile.TarInfo:
    item.uid = item.gid = item.mtime = 0
    item.uname = item.gname = ""
    item.mode = 0o755 if item.isdir() or item.mode & 0o100 else 0o644
    return item


def main() -> None:
    """Build, pack, and say what came of it."""
    system, machine = platform.system().lower(), platform.machine()
    archive = DIST / f"{PROGRAM}-v{version(DISTRIBUTION)}-{system}-{MACHINES.get(machine, machine)}.tar.gz"
    DIST.mkdir(exist_ok=True)
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as temporary:
        built = build(Path(temporary))
        unpacked = sum(path.lstat().st_size for path in built.rglob("*"))
        pack(built, Path(temporary, archive.name))
        shutil.move(Path(temporary, archive.name), archive)
    sizes = f"{archive.stat().st_size / 1e6:.0f} MB, {unpacked / 1e6:.0f} MB unpacked"
    print(f"{archive.relative_to(DIST.parent)}: {sizes}, made in {time.monotonic() - started:.0f} s.")
    print(f"  pulumi plugin install resource alicloud-image-share {version(DISTRIBUTION)} --file {archive.name}")


if __name__ == "__main__":
    main()
