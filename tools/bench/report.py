"""Writes what was measured as tables and a chart: `make bench`."""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import matplotlib

matplotlib.use("svg")

from matplotlib import pyplot
from tabulate import tabulate

_BEGIN: Final = "<!-- figures: `make bench RECORD=1` writes them -->"
_END: Final = "<!-- end of figures -->"
_BASE: Final = {"dynamic": "dynamic", "plugin": "plugin", "plugin, -p 64": "plugin"}
"""Whose empty program each frontend's figures begin at."""
_COLOURS: Final = {
    "dynamic": "#8a6fb0",
    "plugin": "#2f7fb8",
    "plugin, -p 64": "#58a6d6",
    "engine alone": "#9aa5b1",
    "peer": "#d0743c",
}

Result = Mapping[str, Any]


def least_seconds(result: Result, frontend: str, operation: str) -> float:
    """The least that is possible: the calls of one image one after the other, all images side by side."""
    a_call = (result["latency_ms"] + result["emulator_ms"]) / 1000
    return float(result["empty"][_BASE[frontend]] + result["least_calls"][operation] * a_call)


def tables(result: Result) -> Iterator[str]:
    """The tables, as Markdown."""
    start, machine = result["plugin_start"], result["machine"]
    yield (
        f"Measured {result['when']} on {machine['processors']} processors, Python {machine['python']}, Pulumi's SDK "
        f"{machine['pulumi']}; a call of ECS takes {result['latency_ms']} ms, and {result['emulator_ms']} ms in the "
        "emulator. An empty program's `pulumi up` takes "
        + " and ".join(f"{seconds:.1f} s ({frontend})" for frontend, seconds in result["empty"].items())
        + f". The plugin answers {start['answers_seconds']:.2f} s after its start, in {start['memory_mib']:.0f} MiB."
    )
    for images, frontends in result["images"].items():
        plural = "image" if images == "1" else "images"
        yield f"### {images} {plural}, 50 accounts each"
        operations = list(next(iter(frontends.values())))
        rows = [
            [f"**{operation}**", *(_cell(figures.get(operation)) for figures in frontends.values())]
            for operation in operations
        ]
        yield tabulate(rows, headers=["seconds / calls / MiB", *frontends], tablefmt="github")
    if "peer" in next(iter(result["images"].values()), {}):
        yield "### Times as fast as the peer, and times fewer calls"
        yield tabulate(
            list(_against_the_peer(result)), headers=["images", "operation", *_BASE, "calls"], tablefmt="github"
        )
    yield "### Times the least that is possible, first up"
    rows = [
        [
            images,
            *(
                f"{figures[frontend]['first up']['seconds'] / least_seconds(result, frontend, 'first up'):.1f}"
                for frontend in _BASE
            ),
        ]
        for images, figures in result["images"].items()
        if set(_BASE) <= set(figures)
    ]
    yield tabulate(rows, headers=["images", *_BASE], tablefmt="github")
    if result["unchanged"]["frontends"]:
        yield f"### {result['unchanged']['shares']} shares of which nothing changes"
        rows = [[frontend, _cell(figures)] for frontend, figures in result["unchanged"]["frontends"].items()]
        yield tabulate(rows, headers=["", "seconds / calls / MiB"], tablefmt="github")


def _cell(figures: Mapping[str, float] | None) -> str:
    if figures is None:
        return "–"
    memory = f"{figures['memory_mib']:.0f}" if figures["memory_mib"] else "–"
    return f"{figures['seconds']:.1f} / {figures['calls']} / {memory}"


def _against_the_peer(result: Result) -> Iterator[list[str]]:
    for images, frontends in result["images"].items():
        peer = frontends.get("peer")
        if peer is None:
            continue
        for operation in ("first up", "no change"):
            faster = [
                f"{peer[operation]['seconds'] / frontends[frontend][operation]['seconds']:.1f}" for frontend in _BASE
            ]
            calls = frontends["plugin"][operation]["calls"]
            yield [images, operation, *faster, f"{peer[operation]['calls'] / calls:.1f}" if calls else "none at all"]


def draw(result: Result, file: Path) -> None:
    """Draw the seconds of each operation at the most images, on a scale of tens."""
    images, frontends = max(result["images"].items(), key=lambda item: int(item[0]))
    operations = list(next(iter(frontends.values())))
    matplotlib.rcParams.update({"svg.hashsalt": "figures", "svg.fonttype": "none", "font.family": "sans-serif"})
    figure, axes = pyplot.subplots(figsize=(9, 4), layout="constrained")
    width = 0.8 / len(frontends)
    for number, (frontend, figures) in enumerate(frontends.items()):
        places = [place + (number - (len(frontends) - 1) / 2) * width for place in range(len(operations))]
        seconds = [figures[operation]["seconds"] for operation in operations if operation in figures]
        bars = axes.bar(places[: len(seconds)], seconds, width, label=frontend, color=_COLOURS[frontend])
        axes.bar_label(bars, fmt="%.1f", fontsize=7, padding=1)
    axes.set_yscale("log")
    axes.set_ylabel("seconds")
    axes.set_xticks(range(len(operations)), operations)
    axes.set_title(f"{images} images, 50 accounts each, {result['latency_ms']} ms a call")
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False, ncols=len(frontends), fontsize=8, loc="upper center", bbox_to_anchor=(0.5, -0.08))
    figure.savefig(file, metadata={"Date": None})


def record(text: str, page: Path) -> None:
    """Put the tables into a page, in place of those that it has."""
    old = page.read_text(encoding="utf-8")
    pattern = re.compile(f"{re.escape(_BEGIN)}.*{re.escape(_END)}", re.DOTALL)
    if not pattern.search(old):
        raise ValueError(f"{page} has no place for figures")
    page.write_text(pattern.sub(lambda _: f"{_BEGIN}\n\n{text}\n\n{_END}", old), encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("figures", type=Path, help="the file that was measured, JSON")
    parser.add_argument("--chart", type=Path, required=True, help="the file for the chart, SVG")
    parser.add_argument("--page", type=Path, help="the page to put the tables into")
    chosen = parser.parse_args()
    result = json.loads(chosen.figures.read_text())
    text = "\n\n".join(tables(result))
    print(text)
    draw(result, chosen.chart)
    if chosen.page:
        record(text, chosen.page)


if __name__ == "__main__":
    main()
