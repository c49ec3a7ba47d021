"""Count and render violations for the command; for lines, this runs in the worker processes."""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

import orjson

from ..positions import Located
from ..violation import Violation
from .checking import Run

Form = Literal["text", "json"]

# A worker cannot know how many lines go before its part, so it renders a mark in place of each line number.
# A mark is a byte that neither form has elsewhere: JSON escapes it, and so does render_text().
_MARK = b"\0"
_TEXT_MARK = _MARK.decode()
_JSON_MARK = orjson.Fragment(_MARK)
_MAX_CACHED_LENGTH = 1000  # characters of a pointer; rules and messages are short


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
        rules, errors = self.rules, 0
        for violation, _, _ in violations:
            key = violation[1:3]
            rules[key] += 1
            if strict or key[1] == "error":
                errors += 1
        if errors:
            self.errors += errors
            self.invalid += 1
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


class Summary(NamedTuple):
    """The counts of lines that follow each other, and what is written about them."""

    size: int
    """How many lines there are, blank ones included."""
    counts: Counts
    template: bytes
    """The output, with ``%d`` in place of each line number."""
    numbers: list[int]
    """The line numbers, counted from the start of the chunk."""

    def output(self, before: int) -> bytes:
        """Return the output after that many other lines."""
        return self.template % tuple([before + number for number in self.numbers])


class Report(NamedTuple):
    """The summaries of a chunk of lines: one, or, if there is a limit of errors, one up to each invalid line."""

    size: int
    summaries: list[Summary]
    before: int = 0
    """How many lines go before the chunk."""

    def below(self, before: int) -> Report:
        """Return the report as it is after that many other lines."""
        return self._replace(before=before)


class Reporter(NamedTuple):
    """What to report of the lines of an input."""

    file: str
    form: Form
    strict: bool
    only_invalid: bool
    max_errors: int | None

    def report(self, runs: Iterator[Run]) -> Report:
        """Return the report on the lines of a chunk; lines after the last error of the limit are left out."""
        summaries: list[Summary] = []
        size = errors = 0
        is_complete = False
        while not is_complete:
            summary = self._summarize(runs, size)
            summaries.append(summary)
            size, errors = size + summary.size, errors + summary.counts.errors
            is_complete = self.max_errors is None or not summary.counts.errors or errors >= self.max_errors
        return Report(size, summaries)

    def _summarize(self, runs: Iterator[Run], before: int) -> Summary:
        """Summarize the lines up to the end or, if there is a limit of errors, up to the next invalid line."""
        form = (_JsonLines if self.form == "json" else _TextLines)(self.file)
        counts, checked, number = Counts(), 0, before
        output: list[bytes] = []
        numbers: list[int] = []
        for size, not_blank, violations in runs:
            number += size
            checked += not_blank
            if violations:
                valid = counts.add_violations(violations, self.strict)
                if not (valid and self.only_invalid):
                    output.append(form.render(valid, violations))
                    numbers += [number] * (form.own_marks + len(violations))
                if not valid and self.max_errors is not None:
                    break
        counts.checked = checked
        template = b"".join(output).replace(b"%", b"%%").replace(_MARK, b"%d")
        return Summary(number - before, counts, template, numbers)


class _TextLines:
    """Renders each violation as a line of text, with a mark in place of the line number."""

    own_marks = 0

    def __init__(self, file: str) -> None:
        self._file = file

    def render(self, _valid: bool, violations: list[Located]) -> bytes:
        text = "".join([render_text(self._file, item, _TEXT_MARK) for item in violations])
        return text.encode(errors="backslashreplace")


class _JsonLines:
    """Renders each line with violations as a line of JSON, with marks in place of the line number."""

    own_marks = 1  # beside one for each violation

    def __init__(self, file: str) -> None:
        start = b'{"file":%b,"line":%b,"valid":' % (orjson.dumps(file), _MARK)
        self._starts = (start + b'false,"violations":[', start + b'true,"violations":[')

    def render(self, valid: bool, violations: list[Located]) -> bytes:
        items = [b"%b%d}" % (_start(violation), column) for violation, _, column in violations]
        return b"%b%b]}\n" % (self._starts[valid], b",".join(items))


def _json_start(pointer: str, rule: str, level: str, message: str) -> bytes:
    """Render a violation without a fix as JSON up to its column, with a mark in place of the line number."""
    return _render_start({"pointer": pointer, "rule": rule, "level": level, "message": message, "fix": None})


def _render_start(violation: dict[str, object]) -> bytes:
    plain = {**violation, "line": _JSON_MARK}
    return orjson.dumps(plain)[:-1] + b',"column":'


def _start(violation: Violation) -> bytes:
    if violation.fix is not None:
        return _render_start(violation._asdict())
    return (_cached_start if len(violation[0]) < _MAX_CACHED_LENGTH else _json_start)(*violation[:4])


_cached_start = functools.lru_cache(1024)(_json_start)  # the lines of a file share their mistakes


def render_text(file: str, located: Located, line: int | str) -> str:
    """Render a violation and its position as a line of text."""
    (pointer, rule, level, message, _), _, column = located
    rest = f"{column}: {level} {rule}: {message} ({pointer})\n"
    return f"{file}:{line}:{rest if _TEXT_MARK not in rest else rest.replace(_TEXT_MARK, '?')}"


def to_plain(located: Located) -> dict[str, object]:
    """Return a violation and its position as they are written as JSON."""
    violation, line, column = located
    return {**violation._asdict(), "line": line, "column": column}
