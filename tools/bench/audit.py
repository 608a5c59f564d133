"""Measures an audit of many images against the emulator, at several paces that it admits: `make bench-audit`.

The least that is possible is the calls that ECS needs to tell all of it, at the pace that is admitted.
"""

from __future__ import annotations

import argparse
import math
import os
import resource
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tabulate import tabulate

from ecs_emulator import Emulator

REGIONS: Final = ("ap-southeast-1", "cn-beijing", "cn-hangzhou", "cn-shanghai", "eu-central-1", "us-west-1")
ACCOUNTS: Final = [str(2000000000000001 + n) for n in range(50)]
_COMMAND: Final = (str(Path(sys.executable).parent / "image-share"), "audit", "--all-regions", "--format", "json")
_PAGE: Final = 100


@dataclass(frozen=True)
class Measured:
    """One audit.

    Attributes:
        admitted: Calls a second that the emulator admitted, None for all.
        seconds: Wall time.
        answered: Calls that were answered.
        refused: Calls that were throttled.
        memory_mib: The most memory that the command held, in MiB.
    """

    admitted: float | None
    seconds: float
    answered: int
    refused: int
    memory_mib: float

    def row(self, fewest: int) -> list[object]:
        """A row of the table.

        Args:
            fewest: The fewest calls that tell all of it.
        """
        least = fewest / self.admitted if self.admitted else None
        return [
            f"{self.admitted:g} a second" if self.admitted else "all",
            self.answered,
            self.refused,
            f"{self.seconds:.1f} s",
            f"{least:.1f} s" if least else "–",
            f"{self.seconds / least:.2f}" if least else "–",
            f"{self.memory_mib:.0f} MiB",
        ]


def least_calls(images: int, own_already: dict[str, int], shared_already: int) -> int:
    """The fewest calls that tell who can launch what.

    Args:
        images: How many images, spread evenly over the regions.
        own_already: How many others the account has, by region.
        shared_already: How many of these anybody else can launch.
    """
    pages = sum(
        math.ceil((images // len(REGIONS) + (n < images % len(REGIONS)) + own_already.get(region, 0)) / _PAGE) or 1
        for n, region in enumerate(REGIONS)
    )
    return 1 + 1 + pages + images + shared_already


def measure(images: int, admitted: float | None) -> Measured:
    """Audit so many images, each shared with 50 accounts."""
    with Emulator() as ecs:
        for number in range(images):
            region = REGIONS[number % len(REGIONS)]
            ecs.console.share(region, ecs.console.create_image(region), *ACCOUNTS)
        ecs.faults.admit_per_second(admitted)
        owner = ecs.account("owner")
        environment = {
            **os.environ,
            "ALIBABA_CLOUD_ACCESS_KEY_ID": owner.access_key_id,
            "ALIBABA_CLOUD_ACCESS_KEY_SECRET": owner.access_key_secret,
        }
        where = ["--endpoint", f"ecs={ecs.endpoint}", "--endpoint", f"sts={ecs.endpoint}", "--protocol", ecs.protocol]
        begin = time.perf_counter()
        done = subprocess.run([*_COMMAND, *where], env=environment, capture_output=True, text=True, check=False)
        seconds = time.perf_counter() - begin
        if done.returncode not in (0, 1):
            raise SystemExit(done.stderr)
        # The command is the only child that has ended by now, but for those of smaller audits before.
        memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        return Measured(admitted, seconds, ecs.calls.count() - ecs.calls.refused, ecs.calls.refused, memory)


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--images", type=int, default=2000)
    parser.add_argument("--admitted", type=float, nargs="*", default=[20, 50, 100])
    arguments = parser.parse_args()
    found = [measure(arguments.images, admitted) for admitted in (*arguments.admitted, None)]
    columns = ["ECS admits", "calls answered", "throttled", "wall time", "least", "times the least", "memory"]
    print(f"{arguments.images} images in {len(REGIONS)} regions, {len(ACCOUNTS)} accounts each.")
    # Of the emulator's own images, eight are in cn-hangzhou and one in cn-shanghai, and one is a community image.
    fewest = least_calls(arguments.images, {"cn-hangzhou": 8, "cn-shanghai": 1}, 1)
    print(f"The fewest calls: {fewest}.")
    print(tabulate([each.row(fewest) for each in found], columns, tablefmt="github"))


if __name__ == "__main__":
    main()
