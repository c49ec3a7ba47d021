"""Show progress: a bar on a terminal, a note now and then in a log."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Column

from ..bulk import Source
from ..bulk.reports import Counts
from ..escaping import escape, shown_name
from . import printing
from .outputs import complain

_SECONDS_BETWEEN_NOTES = 10.0


class ProgressDisplay:
    """Shows how much of the current file has been read, on standard error."""

    def __init__(self, counts: Counts) -> None:
        """Start the bar, if standard error is a terminal."""
        self._counts = counts
        self._start = self._last_note = time.monotonic()
        self._source: Source | None = None
        stderr = printing.console(stderr=True)
        self._bar = Progress(
            TextColumn(
                "{task.description}", markup=False, table_column=Column(no_wrap=True, max_width=20, overflow="ellipsis")
            ),
            BarColumn(bar_width=10),
            TextColumn("{task.fields[figures]}"),
            TimeRemainingColumn(),
            console=stderr,
            auto_refresh=False,
            transient=True,
            redirect_stdout=False,
            redirect_stderr=False,
            disable=not stderr.is_terminal,
        )
        # When both are the same terminal, rich must print what goes above its bar.
        self.console = stderr if stderr.is_terminal and sys.stdout.isatty() else printing.console()
        self._bar.start()

    def close(self) -> None:
        """Remove the bar."""
        if not self._bar.disable:  # before 14.3, rich writes an empty line in place of a bar
            self._bar.stop()

    def begin(self, source: Source) -> None:
        """Start with the next file."""
        for task in self._bar.task_ids:
            self._bar.remove_task(task)
        self._source = source
        self._bar.add_task(escape(shown_name(Path(source.name).name)), total=source.size, figures="")

    def update(self) -> None:
        """Show the position in the file and the counts."""
        now = time.monotonic()
        rate = int(self._counts.checked / max(now - self._start, 1e-9))
        figures = f"{self._counts.checked:,} lines, {rate:,} a second, {printing.count(self._counts.errors, 'error')}"
        if self._source is not None and not self._bar.disable:
            (task,) = self._bar.task_ids
            self._bar.update(task, completed=self._source.position, figures=figures, refresh=True)
        elif now - self._last_note > _SECONDS_BETWEEN_NOTES:
            self._last_note = now
            complain(figures)
