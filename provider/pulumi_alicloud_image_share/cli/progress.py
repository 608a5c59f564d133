"""Shows how far an audit is, on a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn


class Steps:
    """A bar that grows as steps are done."""

    def __init__(self, bar: Progress) -> None:
        """Draw nothing yet."""
        self._bar = bar
        self._task = bar.add_task("Looking at images", total=None)
        self._total = 0

    def expect(self, steps: int) -> None:
        """So many more steps are to be done."""
        self._total += steps
        self._bar.update(self._task, total=self._total)

    def advance(self) -> None:
        """A step is done."""
        self._bar.advance(self._task)

    def say(self, text: str) -> None:
        """Tell something, above the bar."""
        self._bar.console.print(text, markup=False, highlight=False)


@contextmanager
def steps_on(console: Console) -> Iterator[Steps]:
    """Steps on a console; what is no terminal is shown nothing but what is said."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        yield Steps(bar)
