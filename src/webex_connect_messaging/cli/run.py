"""Check inputs one after the other, report while they are read, and account for each of them."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Generator, Iterator
from typing import NamedTuple, Protocol

from ..bulk import Source, UnreadableError
from ..bulk.reports import Counts, Form, Report, Reporter
from ..escaping import shown_name
from ..kinds import Kind
from . import printing
from .framing import Frame
from .inputs import Input
from .outputs import complain
from .progress import ProgressDisplay
from .stopping import Signals, Stopped

_NOTHING = "There is nothing in it to check. To allow that, use --allow-empty."


class Options(NamedTuple):
    """What to check and to report."""

    kind: Kind | None
    form: Form
    strict: bool
    max_errors: int | None = None
    from_line: int = 1
    allow_empty: bool = False


class Process(Protocol):
    """What is done with an input."""

    def __call__(self, source: Source, reporter: Reporter, *, is_lines: bool) -> Generator[Report, None, None]:
        """Read it, and yield reports on what is in it; none if there is nothing in it."""


class Run:
    """Checks inputs. Each one is read fully, in part or not at all; what is not read is said."""

    def __init__(self, process: Process, options: Options, frame: Frame, signals: Signals) -> None:
        """Start with nothing."""
        self._process = process
        self._options = options
        self._frame = frame
        self._signals = signals
        self.files, self.lines = Counts(), Counts()
        self.problems: list[tuple[str, str]] = []
        """The names of inputs that were not read, or only in part, and why."""
        self._in_part = self._not_read = 0
        self._remark = ""
        self._code = 0

    def check(self, inputs: list[Input], display: ProgressDisplay) -> None:
        """Check the inputs until all are read, there are too many errors, or a signal comes."""
        for index, item in enumerate(inputs):
            try:
                is_complete = self._check(item, display)
            except Stopped as stopped:
                self._remark, self._code, is_complete = f"{stopped.word}: ", stopped.code, False
            if not is_complete:
                self._not_read += len(inputs) - index - 1
                break
        self._frame.finish({rule for counts in (self.files, self.lines) for rule, _ in counts.rules}, self.problems)

    @property
    def code(self) -> int:
        """The exit code."""
        return self._code or (2 if self.problems else int(self.files.invalid + self.lines.invalid > 0))

    def summary(self) -> str:
        """Return the last lines of the output."""
        rules = Counter[str]()
        for (rule, _), number in self.lines.rules.items():
            rules[rule] += number
        text = "".join(f"{number:>8} {rule}\n" for rule, number in rules.most_common())
        totals = [
            printing.totals(counts, word)
            for counts, word in ((self.files, "file"), (self.lines, "line"))
            if counts.checked
        ]
        if not totals and (self._remark or not self.problems):
            totals = [printing.totals(self.files, "file")]
        if totals:
            not_read = ((self._not_read, "not read"), (self._in_part, "read in part"))
            end = ", ".join(f"{printing.count(number, 'input')} {how}" for number, how in not_read if number)
            totals[-1] = f"{self._remark}{totals[-1]}{f'; {end}' if end else ''}"
        return text + "".join(f"{line}\n" for line in totals)

    @property
    def _errors(self) -> int:
        return self.files.errors + self.lines.errors

    def _check(self, item: Input, display: ProgressDisplay) -> bool:
        """Check an input and return whether to go on."""
        counts = self.lines if item.is_lines else self.files
        checked, limit, line = counts.checked, self._options.max_errors, self._options.from_line
        reporter = self._reporter(item)
        try:
            for report in self._signals.interruptible(self._reports(item, reporter, display)):
                for summary in report.summaries:
                    counts.add(summary.counts)
                    self._frame.write(summary.output(report.before))
                    line += summary.size
                    if limit is not None and self._errors >= limit:
                        self._remark = f"stopped after {printing.count(self._errors, 'error')}: "
                        self._in_part += item.is_lines
                        return False
                if item.is_lines:
                    display.update()
            if counts.checked == checked and not self._options.allow_empty:
                self._note(item, _NOTHING, self._options.from_line, reporter)
        except (UnreadableError, MemoryError) as error:
            reason = error.reason if isinstance(error, UnreadableError) else "There is not enough memory to read it."
            self._note(item, reason, line, reporter)
        except Stopped:
            self._note(item, "It was not read to its end.", line, reporter)
            raise
        return True

    def _note(self, item: Input, reason: str, line: int, reporter: Reporter) -> None:
        """Say that an input was not read, or not from a line on."""
        is_in_part = line > self._options.from_line
        if is_in_part:
            reason = f"{reason} The lines from {line} on were not checked."
        self._in_part += is_in_part
        self._not_read += not is_in_part
        name = shown_name(item.name)
        self.problems.append((name, reason))
        complain(f"Error: {name}: {reason}")
        self._frame.write(reporter.report_problem(reason, line if is_in_part else None))

    def _reporter(self, item: Input) -> Reporter:
        limit = None if self._options.max_errors is None else self._options.max_errors - self._errors
        return Reporter(shown_name(item.name), self._options.form, self._options.strict, limit)

    def _reports(self, item: Input, reporter: Reporter, display: ProgressDisplay) -> Iterator[Report]:
        with contextlib.closing(item.open()) as source:
            if item.is_lines:
                display.begin(source)
            reports = self._process(source, reporter, is_lines=item.is_lines)
            with contextlib.closing(reports):
                yield from reports
