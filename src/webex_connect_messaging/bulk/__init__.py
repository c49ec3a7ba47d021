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
from .sources import Readable, Source, UnreadableError, is_compressed, is_document, is_empty, is_lines
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
    "is_compressed",
    "is_document",
    "is_empty",
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

    Without a kind, it is detected for each line. With several jobs, worker processes share the work. A line that is not
    JSON, not UTF-8 or longer than ``MAX_LINE_LENGTH`` has a violation like any other. Where the source cannot be read
    any further, this raises what the source raises, or ``UnreadableError``, after the results for all lines before. To
    stop early, close the iterator.
    """
    return reduce_lines(source, _batch, kind, jobs)


def reduce_lines(
    source: Readable, reduce: Callable[[Iterator[Run]], R], kind: Kind | None, jobs: int, from_line: int = 1
) -> Generator[R, None, None]:
    """Check lines and yield what a function makes of each chunk of them; it runs in the workers if there are any.

    A ``Source`` is read from a line on; the lines before it count all the same.
    """
    function = functools.partial(_reduce_chunk, reduce=reduce, kind=kind)
    before = from_line - 1
    if isinstance(source, Source):
        source.start_at(from_line)
    failures: list[Exception] = []
    chunks = _until_failure(_chunks(source, jobs), failures)
    first = list(islice(chunks, 2))
    items = chain(first, chunks)
    is_alone = jobs == 1 or len(first) < 2
    results = map(function, items) if is_alone else map_in_order(function, items, jobs)
    with contextlib.ExitStack() as stack:
        if isinstance(results, Generator):
            stack.enter_context(contextlib.closing(results))
        for result in results:
            yield result.below(before)
            before += result.size
    for failure in failures:
        raise failure
    if isinstance(source, Source):
        source.check_unchanged()


def _until_failure(chunks: Iterator[Part | bytes], failures: list[Exception]) -> Iterator[Part | bytes]:
    """Yield the chunks that can be read, and keep the exception that ends them until their results are out."""
    try:
        yield from chunks
    except Exception as error:  # whatever a reader raises is raised again
        failures.append(error)


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
