"""Count and render violations for the command; for lines, this runs in the worker processes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from ..positions import Located
from . import forms
from .checking import Run

Form = Literal["text", "records", "documents", "github", "sarif"]
_RENDERERS: dict[Form, type[forms.Renderer]] = {
    "text": forms.Text,
    "records": forms.Records,
    "documents": forms.Documents,
    "github": forms.Annotations,
    "sarif": forms.Results,
}


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
    """What to report of an input."""

    file: str
    form: Form
    strict: bool
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

    def report_document(self, violations: list[Located]) -> Report:
        """Return the report on a file that is one document."""
        renderer = _RENDERERS[self.form](self.file, is_line=False)
        counts = Counts(1)
        valid = counts.add_violations(violations, self.strict)
        output = renderer.render(valid, violations) if violations or self.form == "documents" else b""
        return Report(1, [Summary(1, counts, _template([output]), [item.line for item in violations])])

    def report_problem(self, reason: str, line: int | None) -> bytes:
        """Return what is written about an input that could not be read, or not from a line on."""
        return _RENDERERS[self.form](self.file, is_line=False).problem(reason, line)

    def _summarize(self, runs: Iterator[Run], before: int) -> Summary:
        """Summarize the lines up to the end or, if there is a limit of errors, up to the next invalid line."""
        renderer = _RENDERERS[self.form](self.file, is_line=True)
        counts, checked, number = Counts(), 0, before
        output: list[bytes] = []
        numbers: list[int] = []
        for size, not_blank, violations in runs:
            number += size
            checked += not_blank
            if violations:
                valid = counts.add_violations(violations, self.strict)
                output.append(renderer.render(valid, violations))
                numbers += [number] * (renderer.own_marks + len(violations))
                if not valid and self.max_errors is not None:
                    break
        counts.checked = checked
        return Summary(number - before, counts, _template(output), numbers)


def _template(output: list[bytes]) -> bytes:
    return b"".join(output).replace(b"%", b"%%").replace(forms.MARK, b"%d")
