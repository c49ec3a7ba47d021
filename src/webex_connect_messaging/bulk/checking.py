"""Check the lines of a chunk or part; this runs in the worker processes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from ..kinds import Kind
from ..positions import Located, located
from ..validation import check_lines
from ..violation import Violation
from .splitting import MAX_LINE_LENGTH, Part

_TOO_LONG = f"The line has more than {MAX_LINE_LENGTH:,} bytes and was not parsed. Write one document on each line."


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
    return (run for data in chunks for _, _, run in find_lines(data, kind))


def find_lines(data: bytes, kind: Kind | None) -> Iterator[tuple[int, int, Run]]:
    """Yield runs of lines that are all lines of the data together, and where the last line of each begins and ends."""
    size = checked = next_start = 0
    while True:
        skipped, start, end, records = check_lines(data, next_start, MAX_LINE_LENGTH, kind)
        size, checked = size + skipped, checked + skipped
        if start > len(data):
            yield len(data), len(data), Run(size, checked, [])
            return
        size, next_start = size + 1, end + 1
        if records is not None:
            yield start, end, Run(size, checked + 1, located(records, data[start:end]))
            size = checked = 0
        elif end - start > MAX_LINE_LENGTH:
            yield start, end, Run(size, checked + 1, [Located(Violation("", "json", "error", _TOO_LONG), 1, 1)])
            size = checked = 0
