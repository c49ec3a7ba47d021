"""Validate lines, each of which is a document: print while they are read, show progress, sum up."""

from __future__ import annotations

import contextlib
import sys
from collections import Counter
from collections.abc import Iterable
from typing import IO, NamedTuple

import click

from ..bulk import Source, UnreadableError, reduce_lines
from ..bulk.reports import Counts, Form, Report, Reporter
from ..kinds import Kind
from . import printing
from .progress import ProgressDisplay

_INTERRUPTED = 130  # the exit code that shells report for a program ended by Ctrl-C


class Options(NamedTuple):
    """The options of the command that matter to lines."""

    kind: Kind | None
    form: Form
    strict: bool
    jobs: int
    output: IO[bytes] | None
    max_errors: int | None

    def reporter(self, name: str, errors: int) -> Reporter:
        """Return the reporter for a file, after that many errors."""
        form = self.form if self.output is None else "json"
        limit = None if self.max_errors is None else self.max_errors - errors
        return Reporter(click.format_filename(name), form, self.strict, self.output is not None, limit)


def validate_lines(names: Iterable[str], options: Options) -> int:
    """Check the lines of files and return the exit code."""
    counts, code, remark = Counts(), 0, ""
    with contextlib.closing(ProgressDisplay(counts)) as display:
        try:
            for name in names:
                if _validate(name, options, counts, display):
                    remark = f"stopped after {printing.count(counts.errors, 'error')}: "
                    break
        except KeyboardInterrupt:
            code, remark = _INTERRUPTED, "interrupted: "
        except UnreadableError as error:
            code = 2
            click.echo(f"Error: {error}", err=True)
    if counts.checked or code != 2:
        _sum_up(counts, remark, sys.stderr if options.form == "json" else sys.stdout)
    return code or int(counts.invalid > 0)


def _validate(name: str, options: Options, counts: Counts, display: ProgressDisplay) -> bool:
    """Check the lines of a file and return whether to stop."""
    source = Source(name, sys.stdin.buffer if name == "-" else None)
    reporter = options.reporter(name, counts.errors)
    reports = reduce_lines(source, reporter.report, options.kind, options.jobs)
    with contextlib.closing(source), contextlib.closing(reports):
        display.begin(source)
        return any(_add(report, options, counts, display) for report in reports)


def _add(report: Report, options: Options, counts: Counts, display: ProgressDisplay) -> bool:
    """Add a report to the counts, write its output and return whether to stop."""
    for summary in report.summaries:
        counts.add(summary.counts)
        _write(summary.output(report.before), options, display)
        if options.max_errors is not None and counts.errors >= options.max_errors:
            return True
    display.update()
    return False


def _write(output: bytes, options: Options, display: ProgressDisplay) -> None:
    if not output:
        return
    if options.output is not None:
        options.output.write(output)
    elif options.form == "json":
        click.echo(output.decode(), nl=False)
    else:
        printing.write(output.decode(), display.console)


def _sum_up(counts: Counts, remark: str, file: IO[str]) -> None:
    rules: Counter[str] = Counter()
    for (rule, _), number in counts.rules.items():
        rules[rule] += number
    for rule, number in rules.most_common():
        click.echo(f"{number:>8} {rule}", file=file)
    click.echo(f"{remark}{printing.totals(counts, 'line')}", file=file)
