"""Check JSON Lines, one document on each line, of any number: in bounded memory and on all cores."""

from __future__ import annotations

import contextlib
import gzip
import importlib
import multiprocessing
import os
import signal
import stat
import threading
import zlib
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from itertools import chain, islice
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, Protocol

from .positions import Located, located
from .validation import Kind, skip_flawless_lines, validate_json
from .violation import Violation

SUFFIXES = (".jsonl", ".ndjson")
LONGEST_LINE = 10_000_000
"""Bytes; a longer line is not read. The largest request that keeps to the limits has less than a tenth of it."""
_CHUNK = 1 << 18  # bytes that are read at once; for more it takes longer to get memory
_SENT = 1 << 20  # bytes that are sent to a worker at once; fewer take longer, and more take memory
_PART = 1 << 22  # bytes that a worker reads by itself before it reports


class UnreadableError(Exception):
    """An input that cannot be read, or not to its end."""


class Readable(Protocol):
    """What bytes can be read from, such as an open file or a ``Source``."""

    def read(self, size: int, /) -> bytes:
        """Return the next bytes; none at the end."""


class Line(NamedTuple):
    """A line in which something was found."""

    number: int
    place: int
    """Which one it is among the checked lines of its batch, from 1."""
    found: list[Located]

    def below(self, before: int) -> Line:
        """Return the same with the number that it has below so many lines, also in what was found."""
        number = before + self.number
        return Line(number, self.place, [item._replace(line=number) for item in self.found])


class Batch(NamedTuple):
    """What was found in a number of lines that follow each other; empty lines are not counted."""

    checked: int
    lines: list[Line]


class Part(NamedTuple):
    """Some bytes of a file; to them belong the lines that begin there."""

    name: str
    status: os.stat_result
    start: int
    size: int

    def chunks(self) -> Iterator[bytes]:
        """Yield the lines, a number at a time, without the last line break and without the end of too long a line."""
        try:
            with Path(self.name).open("rb") as file:
                if not os.path.samestat(os.fstat(file.fileno()), self.status):
                    raise UnreadableError(f"{self.name}: Another file took its place while it was read.")
                stop = min(self.start + self.size, self.status.st_size)
                begin = _next_line(file, self.start, self.size)
                if begin < stop:
                    end = _next_line(file, stop, LONGEST_LINE)
                    file.seek(begin)
                    yield from _chunks(_Beginning(file, end - begin), _CHUNK)
        except OSError as error:
            raise UnreadableError(f"{self.name}: {error.strerror}.") from error


class _Beginning:
    """So many bytes of what a file still holds."""

    def __init__(self, file: BinaryIO, size: int) -> None:
        self._file = file
        self._left = size

    def read(self, size: int) -> bytes:
        data = self._file.read(min(size, self._left))
        self._left -= len(data)
        return data


def _next_line(file: BinaryIO, place: int, most: int) -> int:
    """Return where the first line begins from a place on, or, if it is not within so many bytes, where these end."""
    if place == 0:
        return 0
    file.seek(place - 1)  # a line break here says that one begins at the place
    return place - 1 + len(file.readline(1 + most))


class Source:
    """An input of lines, packed or not."""

    def __init__(self, name: str, raw: BinaryIO | None = None) -> None:
        """Open the file of that name, unless it is open; it is packed where its name ends in ``.gz`` or ``.zst``."""
        self.name = name
        unpack, self._errors = _unpacker(name)
        self._is_named = raw is None
        try:
            self._raw = Path(name).open("rb") if raw is None else raw  # noqa: SIM115 - see close()
        except OSError as error:
            raise UnreadableError(f"{name}: {error.strerror}.") from error
        self._stream = unpack(self._raw)

    @property
    def size(self) -> int | None:
        """The bytes of the file, packed as it is, if it has an end that is known."""
        return os.fstat(self._raw.fileno()).st_size or None

    @property
    def position(self) -> int:
        """How many of these bytes were read."""
        return self._raw.tell()

    @property
    def is_plain(self) -> bool:
        """Whether another process could read the same: it has a name and an end, and is not packed."""
        plain = self._is_named and self._stream is self._raw
        return plain and stat.S_ISREG(os.fstat(self._raw.fileno()).st_mode)

    def parts(self, size: int) -> Iterator[Part]:
        """Yield the parts of a plain file, each of that size, in place of its bytes."""
        status = os.fstat(self._raw.fileno())
        for start in range(0, status.st_size, size):
            self._raw.seek(min(start + size, status.st_size))
            yield Part(self.name, status, start, size)

    def close(self) -> None:
        """Read no more."""
        self._raw.close()

    def read(self, size: int) -> bytes:
        """Return the next bytes, unpacked; none at the end."""
        try:
            data: bytes = self._stream.read(size)
        except self._errors as error:
            raise UnreadableError(f"{self.name}: {error}.") from error
        return data


def is_lines(name: str) -> bool:
    """Tell by its name whether a file holds a document on each line."""
    return name.removesuffix(".gz").removesuffix(".zst").endswith(SUFFIXES)


def check_lines(source: Readable, kind: Kind | None = None, jobs: int = 1) -> Generator[Batch, None, None]:
    """Yield what is found in the lines, batch by batch in their order.

    Without a kind, the members of each line show what it holds. With several jobs, worker processes share the work;
    they import the main module, so a script that asks for them keeps ``if __name__ == "__main__"``. A line that is no
    JSON, no UTF-8 or longer than ``LONGEST_LINE`` has a violation like any other. To stop early, close the iterator.
    """
    chunks: Iterator[Part | bytes] = _chunks(source, _CHUNK if jobs == 1 else _SENT)
    if jobs > 1 and isinstance(source, Source) and source.is_plain:
        chunks = source.parts(_PART)  # what workers read by themselves need not be sent to them
    first = list(islice(chunks, 2))
    if jobs == 1 or len(first) < 2:
        results = (_check(data, kind) for data in chain(first, chunks))
    else:
        results = _check_in_processes(chain(first, chunks), kind, jobs)
    before = 0
    with contextlib.closing(results):
        for size, batch in results:
            yield batch._replace(lines=[line.below(before) for line in batch.lines])
            before += size


def _check_in_processes(
    chunks: Iterable[Part | bytes], kind: Kind | None, jobs: int
) -> Generator[tuple[int, Batch], None, None]:
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(jobs, context, initializer=signal.signal, initargs=(signal.SIGINT, signal.SIG_IGN))
    pending: deque[Future[tuple[int, Batch]]] = deque()
    try:
        with _without_interrupts():  # which a worker would not know yet how to ignore
            for _ in range(jobs):
                pool.submit(int)
        for data in chunks:
            pending.append(pool.submit(_check, data, kind))
            if len(pending) > 2 * jobs:
                yield pending.popleft().result()
        while pending:
            yield pending.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)


def _check(chunk: Part | bytes, kind: Kind | None) -> tuple[int, Batch]:
    """Check the lines of a chunk, as if it were the first, and say how many there are."""
    lines: list[Line] = []
    number, checked = 0, 0
    chunks = (chunk,) if isinstance(chunk, bytes) else chunk.chunks()
    for count, line in chain.from_iterable(_doubtful(data, kind) for data in chunks):
        number, checked = number + count, checked + count
        if line is not None:
            number += 1
        if line and not line.isspace():
            checked += 1
            found = _found(line, kind)
            if found:
                lines.append(Line(number, checked, found))
    return number, Batch(checked, lines)


def _doubtful(data: bytes, kind: Kind | None) -> Iterator[tuple[int, bytes | None]]:
    """Yield each line that may have violations and how many that have none go before it; those at the end have none."""
    place = 0
    while True:
        count, place = skip_flawless_lines(data, place, LONGEST_LINE, kind)
        if place > len(data):
            yield count, None
            return
        end = data.find(b"\n", place)
        line = data[place : end if end >= 0 else len(data)]
        place += len(line) + 1
        yield count, line


def _found(line: bytes, kind: Kind | None) -> list[Located]:
    if len(line) > LONGEST_LINE:
        message = f"The line has more than {LONGEST_LINE:,} bytes and was not read. Give one document on each line."
        return [Located(Violation("", "json", "error", message), 1, 1)]
    violations = validate_json(line, kind)
    return list(located(violations, line)) if violations else []


def _chunks(source: Readable, size: int) -> Iterator[bytes]:
    """Cut a stream between lines into chunks of about that size; too long a line loses its end."""
    rest = b""
    while data := source.read(size):
        end = data.rfind(b"\n")
        if end < 0:
            rest += data[: LONGEST_LINE + 1 - len(rest)]
            continue
        first = data.find(b"\n")
        yield rest + data[: min(first, LONGEST_LINE + 1 - len(rest))] + data[first:end] if rest else data[:end]
        rest = data[end + 1 :]
    if rest:
        yield rest


@contextlib.contextmanager
def _without_interrupts() -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    handler = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, handler)


def _unpacker(name: str) -> tuple[Callable[[BinaryIO], Any], tuple[type[Exception], ...]]:
    """Return what makes a stream of what is packed in another, and what that raises where it is damaged."""
    errors: tuple[type[Exception], ...] = (OSError, EOFError, zlib.error)
    if name.endswith(".gz"):
        return lambda raw: gzip.GzipFile(fileobj=raw), errors
    if not name.endswith(".zst"):
        return lambda raw: raw, errors
    for module in ("compression.zstd", "backports.zstd"):  # the first one is part of Python 3.14
        with contextlib.suppress(ModuleNotFoundError):
            zstd: Any = importlib.import_module(module)
            return zstd.ZstdFile, (*errors, zstd.ZstdError)
    raise UnreadableError(f"{name}: this Python cannot unpack it; run: pip install 'webex-connect-messaging[zstd]'.")
