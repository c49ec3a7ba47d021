"""Validate lines, each of which is a document: print as they are read, show the progress, sum up."""

from __future__ import annotations

import contextlib
import json
import sys
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, NamedTuple

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Column

from ..bulk import Batch, Line, Source, UnreadableError, check_lines
from ..validation import Kind
from .printing import count, record, show

_INTERRUPTED = 130  # what shells report of a program that Ctrl-C has ended
_SECONDS_BETWEEN_NOTES = 10.0


class Options(NamedTuple):
    """What the command was asked for."""

    kind: Kind | None
    form: str
    strict: bool
    jobs: int
    output: IO[str] | None
    max_errors: int | None


@dataclass
class Tally:
    """What was found so far."""

    checked: int = 0
    refused: int = 0
    errors: int = 0
    levels: Counter[str] = field(default_factory=Counter)
    rules: Counter[str] = field(default_factory=Counter)


def validate_lines(names: Iterable[str], options: Options) -> int:
    """Check the lines of files and return the exit code."""
    tally, code, remark = Tally(), 0, ""
    with contextlib.closing(Watch(tally)) as watch:
        try:
            for name in names:
                if _validate(name, options, tally, watch):
                    remark = f"stopped after {count(tally.errors, 'error')}: "
                    break
        except KeyboardInterrupt:
            code, remark = _INTERRUPTED, "interrupted: "
        except UnreadableError as error:
            code = 2
            click.echo(f"Error: {error}", err=True)
    if tally.checked or code != 2:
        _sum_up(tally, remark, sys.stderr if options.form == "json" else sys.stdout)
    return code or int(tally.refused > 0)


def _validate(name: str, options: Options, tally: Tally, watch: Watch) -> bool:
    """Check the lines of a file and tell whether to stop."""
    source = Source(name, sys.stdin.buffer if name == "-" else None)
    batches = check_lines(source, options.kind, options.jobs)
    with contextlib.closing(source), contextlib.closing(batches):
        watch.begin(source)
        return any(_take(name, batch, options, tally, watch) for batch in batches)


def _take(name: str, batch: Batch, options: Options, tally: Tally, watch: Watch) -> bool:
    """Print and count what was found and tell whether to stop."""
    for line in batch.lines:
        errors = sum(options.strict or item.violation.level == "error" for item in line.found)
        tally.errors += errors
        tally.refused += errors > 0
        tally.levels.update(item.violation.level for item in line.found)
        tally.rules.update(item.violation.rule for item in line.found)
        _put(name, line, errors == 0, options, watch.console)
        if options.max_errors is not None and tally.errors >= options.max_errors:
            tally.checked += line.place
            return True
    tally.checked += batch.checked
    watch.look()
    return False


def _put(name: str, line: Line, valid: bool, options: Options, console: Console) -> None:
    """Print a line's violations, or write them to the report that was asked for."""
    if options.output is None and options.form == "text":
        for item in line.found:
            show(console, name, item)
    elif not valid or options.output is None:
        violations = [record(item) for item in line.found]
        report = {"file": name, "line": line.number, "valid": valid, "violations": violations}
        click.echo(json.dumps(report, ensure_ascii=False), file=options.output)


def _sum_up(tally: Tally, remark: str, file: IO[str]) -> None:
    for rule, number in tally.rules.most_common():
        click.echo(f"{number:>8} {rule}", file=file)
    valid = tally.checked - tally.refused
    levels = f"{count(tally.levels['error'], 'error')}, {count(tally.levels['warning'], 'warning')}"
    click.echo(f"{remark}{valid} of {count(tally.checked, 'line')} valid, {levels}", file=file)


class Watch:
    """Shows a person how far the work is; whoever keeps a log gets a note now and then."""

    def __init__(self, tally: Tally) -> None:
        """Show a bar on a terminal."""
        self._tally = tally
        self._begun = self._noted = time.monotonic()
        self._source: Source | None = None
        stderr = Console(stderr=True)
        self._bar = Progress(
            TextColumn("{task.description}", table_column=Column(no_wrap=True, max_width=20, overflow="ellipsis")),
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
        # Where both are the same terminal, rich has to know what is printed above its bar.
        self.console = stderr if stderr.is_terminal and sys.stdout.isatty() else Console(soft_wrap=True)

        self._bar.start()

    def close(self) -> None:
        """Take the bar away."""
        self._bar.stop()

    def begin(self, source: Source) -> None:
        """Turn to the next file."""
        for task in self._bar.task_ids:
            self._bar.remove_task(task)
        self._source = source
        self._bar.add_task(Path(source.name).name, total=source.size, figures="")

    def look(self) -> None:
        """Show how far it is."""
        now = time.monotonic()
        rate = int(self._tally.checked / max(now - self._begun, 1e-9))
        figures = f"{self._tally.checked:,} lines, {rate:,} a second, {count(self._tally.errors, 'error')}"
        if self._source is not None and not self._bar.disable:
            (task,) = self._bar.task_ids
            self._bar.update(task, completed=self._source.position, figures=figures, refresh=True)
        elif now - self._noted > _SECONDS_BETWEEN_NOTES:
            self._noted = now
            click.echo(figures, err=True)
