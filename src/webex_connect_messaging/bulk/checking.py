"""Check the lines of a chunk or part; this runs in the worker processes."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import NamedTuple

from ..positions import Located, located
from ..validation import Kind, skip_flawless_lines, validate_json
from ..violation import Violation
from .splitting import MAX_LINE_LENGTH, Part

_TOO_LONG = Violation(
    "",
    "json",
    "error",
    f"The line has more than {MAX_LINE_LENGTH:,} bytes and was not parsed. Write one document on each line.",
)


class Run(NamedTuple):
    """Lines that follow each other, of which only the last one may have violations."""

    size: int
    """How many lines there are, blank ones included."""
    checked: int
    """How many of them are not blank."""
    violations: list[Located]
    """The violations of the last line; empty when it has none."""


def check_chunk(chunk: Part | bytes, kind: Kind | None) -> Iterator[Run]:
    """Yield runs of lines that are all lines of the chunk together."""
    chunks = (chunk,) if isinstance(chunk, bytes) else chunk.chunks()
    return chain.from_iterable(_runs(data, kind) for data in chunks)


def _runs(data: bytes, kind: Kind | None) -> Iterator[Run]:
    start = size = checked = 0
    while True:
        skipped, start = skip_flawless_lines(data, start, MAX_LINE_LENGTH, kind)
        size, checked = size + skipped, checked + skipped
        if start > len(data):
            yield Run(size, checked, [])
            return
        end = data.find(b"\n", start)
        line = data[start : end if end >= 0 else len(data)]
        start += len(line) + 1
        size += 1
        if line and not line.isspace():
            checked += 1
            violations = _violations(line, kind)
            if violations:
                yield Run(size, checked, violations)
                size = checked = 0


def _violations(line: bytes, kind: Kind | None) -> list[Located]:
    if len(line) > MAX_LINE_LENGTH:
        return [Located(_TOO_LONG, 1, 1)]
    violations = validate_json(line, kind)
    return list(located(violations, line)) if violations else []
