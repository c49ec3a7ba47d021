"""Split inputs at line ends: into chunks that are in memory, and into parts that worker processes read."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple

from .sources import Readable, Source, UnreadableError, changed

MAX_LINE_LENGTH = 10_000_000
"""Bytes; a longer line is not parsed. The largest request within the limits has less than a tenth of it."""
CHUNK_SIZE = 1 << 18  # bytes; larger chunks take longer to allocate
PART_SIZE = 1 << 20  # bytes; what a worker process checks at once, so that what it reports fits the cache


class Part(NamedTuple):
    """A range of a plain file, for a worker process to read; the lines that start in the range belong to it."""

    name: str
    status: os.stat_result
    start: int
    size: int

    def chunks(self) -> Iterator[bytes]:
        """Yield the lines of the part as ``split`` does."""
        try:
            with Path(self.name).open("rb") as file:
                if not os.path.samestat(os.fstat(file.fileno()), self.status):
                    raise UnreadableError("Another file took its place while it was read.", self.name)
                stop = min(self.start + self.size, self.status.st_size)
                begin = _next_line_start(file, self.start, self.size)
                if begin < stop:
                    end = _next_line_start(file, stop, MAX_LINE_LENGTH)
                    file.seek(begin)
                    yield from split(_Range(file, end - begin), CHUNK_SIZE)
                size = os.fstat(file.fileno()).st_size
                if size < self.status.st_size:
                    raise UnreadableError(changed(self.status.st_size, size), self.name)
        except OSError as error:
            raise UnreadableError(f"{error.strerror}.", self.name) from error


def parts(source: Source, size: int) -> Iterator[Part]:
    """Yield the parts of a plain file from where it stands, each of that size, and move the source along."""
    status = source.status
    for start in range(source.position, status.st_size, size):
        source.skip_to(min(start + size, status.st_size))
        yield Part(source.name, status, start, size)


def split(source: Readable, size: int) -> Iterator[bytes]:
    """Split a stream after line ends into chunks of about that size.

    Lines longer than ``MAX_LINE_LENGTH`` are truncated to one byte more, so that memory stays bounded.
    """
    rest = b""
    while data := source.read(size):
        end = data.rfind(b"\n") + 1
        if end == 0:
            rest += data[: MAX_LINE_LENGTH + 1 - len(rest)]
            continue
        first = data.find(b"\n")
        yield rest + data[: min(first, MAX_LINE_LENGTH + 1 - len(rest))] + data[first:end] if rest else data[:end]
        rest = data[end:]
    if rest:
        yield rest


class _Range:
    """The next bytes of a file, up to a number of them."""

    def __init__(self, file: BinaryIO, size: int) -> None:
        self._file = file
        self._left = size

    def read(self, size: int) -> bytes:
        data = self._file.read(min(size, self._left))
        self._left -= len(data)
        return data


def _next_line_start(file: BinaryIO, offset: int, limit: int) -> int:
    """Return the offset of the next line start, searching at most ``limit`` bytes."""
    if offset == 0:
        return 0
    file.seek(offset - 1)  # a line end here means that a line starts at the offset
    return offset - 1 + len(file.readline(1 + limit))
