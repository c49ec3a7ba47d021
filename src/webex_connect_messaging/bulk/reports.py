"""Count and render violations for the command; for lines, this runs in the worker processes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import chain
from typing import Literal, NamedTuple

import orjson

from ..positions import Located
from .checking import Run

Form = Literal["text", "json"]

# A worker cannot know how many lines go before its part. It renders a mark in place of each line number.
# A mark is a byte that neither form has elsewhere: JSON escapes it, and so does render_text().
_MARK = "\0"
_JSON_MARK = orjson.Fragment(_MARK.encode())


@dataclass
class Counts:
    """How many documents were checked, and what was found in them."""

    checked: int = 0
    invalid: int = 0
    errors: int = 0
    """Errors, and with ``--strict`` warnings, too."""
    rules: Counter[tuple[str, str]] = field(default_factory=Counter)
    """How often each rule was violated, by its id and level."""

    def add_violations(self, violations: Iterable[Located], strict: bool) -> bool:
        """Count the violations of a document and return whether it is valid."""
        errors = 0
        for violation, _, _ in violations:
            key = violation.rule, violation.level
            self.rules[key] = self.rules.get(key, 0) + 1
            errors += strict or violation.level == "error"
        self.errors += errors
        self.invalid += errors > 0
        return not errors

    def add(self, other: Counts) -> None:
        """Add other counts."""
        self.checked += other.checked
        self.invalid += other.invalid
        self.errors += other.errors
        self.rules.update(other.rules)

    @property
    def levels(self) -> Counter[str]:
        """How many violations of each level there are."""
        levels: Counter[str] = Counter()
        for (_, level), number in self.rules.items():
            levels[level] += number
        return levels


@dataclass
class Summary:
    """The counts of lines that follow each other, and what is written about them."""

    counts: Counts = field(default_factory=Counts)
    output: bytes = b""
    numbers: list[int] = field(default_factory=list)
    """The line number for each mark in the output."""

    def numbered(self, before: int) -> Summary:
        """Return the same with line numbers in the output, after that many other lines."""
        texts = self.output.split(_MARK.encode())
        numbers = [b"%d" % (before + number) for number in self.numbers]
        return Summary(self.counts, b"".join(chain.from_iterable(zip(texts, [*numbers, b""], strict=True))))


class Report(NamedTuple):
    """The summaries of a chunk of lines: one, or, if there is a limit of errors, one up to each invalid line."""

    size: int
    summaries: list[Summary]

    def below(self, before: int) -> Report:
        """Return the report as it is after that many other lines."""
        return self._replace(summaries=[summary.numbered(before) for summary in self.summaries])


class Reporter(NamedTuple):
    """What to report of the lines of an input."""

    file: str
    form: Form
    strict: bool
    only_invalid: bool
    max_errors: int | None

    def report(self, runs: Iterable[Run]) -> Report:
        """Return the report on the lines of a chunk; lines after the last error of the limit are left out."""
        size = errors = 0
        writers = [_Writer(self)]
        for run in runs:
            size += run.size
            errors += writers[-1].add(size, run)
            if self.max_errors is not None and errors:
                if errors >= self.max_errors:
                    break
                writers.append(_Writer(self))
        return Report(size, [writer.summary() for writer in writers])


class _Writer:
    """Makes a summary."""

    def __init__(self, reporter: Reporter) -> None:
        self._reporter = reporter
        self._counts = Counts()
        self._output: list[bytes] = []
        self._numbers: list[int] = []

    def add(self, number: int, run: Run) -> int:
        """Add a run that ends with the line of that number and return the errors in it."""
        reporter, counts, before = self._reporter, self._counts, self._counts.errors
        counts.checked += run.checked
        if run.violations:
            valid = counts.add_violations(run.violations, reporter.strict)
            if not (valid and reporter.only_invalid):
                self._render(number, valid, run.violations)
        return counts.errors - before

    def _render(self, number: int, valid: bool, violations: list[Located]) -> None:
        if self._reporter.form == "json":
            self._output.append(_json_line(self._reporter.file, valid, violations))
            self._numbers += [number] * (1 + len(violations))
        else:
            lines = [render_text(self._reporter.file, item, _MARK) for item in violations]
            self._output.append("".join(lines).encode(errors="backslashreplace"))
            self._numbers += [number] * len(violations)

    def summary(self) -> Summary:
        return Summary(self._counts, b"".join(self._output), self._numbers)


def render_text(file: str, located: Located, line: int | str) -> str:
    """Render a violation and where it stands as a line of text."""
    violation, _, column = located
    rest = f"{column}: {violation.level} {violation.rule}: {violation.message} ({violation.pointer})\n"
    if _MARK in rest:
        rest = rest.replace(_MARK, r"\0")
    return f"{file}:{line}:{rest}"


def to_plain(located: Located, line: object) -> dict[str, object]:
    """Return a violation and where it stands as JSON has it."""
    violation, _, column = located
    return {
        "pointer": violation.pointer,
        "rule": violation.rule,
        "level": violation.level,
        "message": violation.message,
        "line": line,
        "column": column,
    }


def _json_line(file: str, valid: bool, violations: list[Located]) -> bytes:
    plain = [to_plain(item, _JSON_MARK) for item in violations]
    record = {"file": file, "line": _JSON_MARK, "valid": valid, "violations": plain}
    return orjson.dumps(record, option=orjson.OPT_APPEND_NEWLINE)
