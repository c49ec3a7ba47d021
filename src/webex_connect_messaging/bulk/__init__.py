"""Check JSON Lines, one document on each line, of any number: in bounded memory and on all cores."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable, Generator, Iterable, Iterator
from itertools import chain, islice
from typing import TYPE_CHECKING, NamedTuple, Protocol, TypeVar

from ..kinds import Kind
from ..positions import Located
from . import splitting
from .checking import Run, check_chunk
from .pool import map_in_order
from .sources import Readable, Source, UnreadableError, is_lines
from .splitting import MAX_LINE_LENGTH, Part

if TYPE_CHECKING:
    from typing_extensions import Self

__all__ = [
    "MAX_LINE_LENGTH",
    "Batch",
    "Line",
    "Readable",
    "Source",
    "UnreadableError",
    "check_lines",
    "is_lines",
    "reduce_lines",
]


class Line(NamedTuple):
    """A line with violations."""

    number: int
    violations: list[Located]


class Batch(NamedTuple):
    """The result for lines that follow each other."""

    size: int
    """How many lines there are, blank ones included."""
    checked: int
    """How many of them are not blank."""
    lines: list[Line]
    """The lines with violations."""

    def below(self, before: int) -> Batch:
        """Return the batch as it is after that many other lines."""
        return self._replace(lines=[_below(line, before) for line in self.lines])


class Reduced(Protocol):
    """What ``reduce_lines`` makes of the lines of a chunk, as if they were the first."""

    @property
    def size(self) -> int:
        """How many lines there are, blank ones included."""

    def below(self, before: int) -> Self:
        """Return the same as it is after that many other lines."""


R = TypeVar("R", bound=Reduced)


def check_lines(source: Readable, kind: Kind | None = None, jobs: int = 1) -> Generator[Batch, None, None]:
    """Yield the violations in the lines, batch by batch in their order.

    Without a kind, it is detected for each line. With several jobs, worker processes share the work; they import the
    main module, so a script that asks for them needs ``if __name__ == "__main__"``. A line that is not JSON, not UTF-8
    or longer than ``MAX_LINE_LENGTH`` has a violation like any other. To stop early, close the iterator.
    """
    return reduce_lines(source, _batch, kind, jobs)


def reduce_lines(
    source: Readable, reduce: Callable[[Iterator[Run]], R], kind: Kind | None, jobs: int
) -> Generator[R, None, None]:
    """Check lines and yield what a function makes of each chunk of them; it runs in the workers if there are any."""
    function = functools.partial(_reduce_chunk, reduce=reduce, kind=kind)
    chunks = _chunks(source, jobs)
    first = list(islice(chunks, 2))
    items = chain(first, chunks)
    is_alone = jobs == 1 or len(first) < 2
    results = (function(chunk) for chunk in items) if is_alone else map_in_order(function, items, jobs)
    before = 0
    with contextlib.closing(results):
        for result in results:
            yield result.below(before)
            before += result.size


def _chunks(source: Readable, jobs: int) -> Iterator[Part | bytes]:
    if jobs == 1:
        return splitting.split(source, splitting.CHUNK_SIZE)
    if isinstance(source, Source) and source.is_plain:
        return splitting.parts(source, splitting.PART_SIZE)
    return splitting.split(source, splitting.PART_SIZE)


def _reduce_chunk(chunk: Part | bytes, reduce: Callable[[Iterator[Run]], R], kind: Kind | None) -> R:
    return reduce(check_chunk(chunk, kind))


def _batch(runs: Iterable[Run]) -> Batch:
    lines: list[Line] = []
    size = checked = 0
    for run in runs:
        size, checked = size + run.size, checked + run.checked
        if run.violations:
            lines.append(_below(Line(0, run.violations), size))
    return Batch(size, checked, lines)


def _below(line: Line, before: int) -> Line:
    number = before + line.number
    return Line(number, [item._replace(line=number) for item in line.violations])
