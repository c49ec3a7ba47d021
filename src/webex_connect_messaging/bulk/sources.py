"""Open the inputs of the command, compressed or not; this is the only place that reads them."""

from __future__ import annotations

import contextlib
import gzip
import importlib
import os
import re
import stat
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from ..encoding import recognize

_LINES, _DOCUMENT = (".jsonl", ".ndjson"), ".json"
_EMPTY = re.compile(rb"\s*(\[\s*\]\s*)?")
_BLOCK = 1 << 20  # bytes


class UnreadableError(Exception):
    """An input that cannot be read, or not to its end."""

    def __init__(self, reason: str, name: str = "") -> None:
        """Keep the reason, a sentence, and the name of the input."""
        super().__init__(reason, name)  # exceptions are pickled by their arguments
        self.reason = reason
        self.name = name

    def __str__(self) -> str:
        """Return the name and the reason."""
        return f"{self.name}: {self.reason}" if self.name else self.reason


class Readable(Protocol):
    """Anything that bytes can be read from, such as an open file or a ``Source``."""

    def read(self, size: int, /) -> bytes:
        """Return the next bytes; none at the end."""


class Source:
    """An input, decompressed while it is read.

    Whatever is wrong with it is an ``UnreadableError``; all that can be read before that is returned first. A regular
    file is read as it is when it is opened, and ``check_unchanged`` tells whether it stayed so.
    """

    def __init__(self, name: str, raw: BinaryIO | None = None) -> None:
        """Open the file unless it is given; a name that ends in ``.gz`` or ``.zst`` says that it is compressed."""
        self.name = name
        decompress, self._errors = _decompressor(name)
        self._is_named = raw is None
        try:
            self._raw = Path(name).open("rb") if raw is None else raw  # noqa: SIM115 - see close()
            self.status = os.fstat(self._raw.fileno())
        except OSError as error:
            raise UnreadableError(f"{error.strerror}.", name) from error
        self._stream = decompress(self._raw)
        self._is_compressed = self._stream is not self._raw
        self._next = b""  # was read ahead
        self._count = 0
        self._failure: UnreadableError | None = None

    @property
    def size(self) -> int | None:
        """The size of the file in bytes, as it is stored; None when it is unknown."""
        return self.status.st_size or None

    @property
    def position(self) -> int:
        """How many of these bytes have been read."""
        return self._raw.tell() if stat.S_ISREG(self.status.st_mode) else self._count

    @property
    def is_plain(self) -> bool:
        """Whether another process can read the same bytes: a named, regular file that is not compressed."""
        return self._is_named and not self._is_compressed and stat.S_ISREG(self.status.st_mode)

    def skip_to(self, position: int) -> None:
        """Continue at a position of a plain file."""
        self._next = b""
        self._raw.seek(position)

    def close(self) -> None:
        """Close the file, unless it was given."""
        if self._is_named:
            self._raw.close()

    def read(self, size: int) -> bytes:
        """Return the next bytes, decompressed; none at the end."""
        pieces, self._next = [self._next], b""
        missing = size - len(pieces[0])
        try:
            while missing > 0 and self._failure is None and (piece := self._read_once(missing)):
                pieces.append(piece)
                missing -= len(piece)
        except self._errors as error:  # what was read before it is worth checking
            reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
            self._failure = UnreadableError(f"{reason.rstrip('.')}.", self.name)
        data = b"".join(pieces)
        self._count += len(data)
        if self._failure is not None and not data:
            raise self._failure
        return data

    def read_document(self) -> bytes:
        """Return all of it."""
        data = b"".join(iter(lambda: self.read(_BLOCK), b""))
        self.check_unchanged()
        return data

    def start_at(self, line: int) -> None:
        """Skip the lines before that one.

        Raises ``UnreadableError`` when there are no others, or the first bytes show that this is not UTF-8.
        """
        self._next = self.read(4)
        if (other := recognize(self._next)) is not None:
            raise UnreadableError(f"It is not UTF-8; it looks like {other}. No line was checked.", self.name)
        left, offset = line - 1, 0
        while left:
            data = self.read(_BLOCK)
            if not data:
                raise UnreadableError(
                    f"It has only {line - 1 - left:,} line ends; there is no line {line:,}.", self.name
                )
            lines = data.count(b"\n")
            if lines < left:
                left, offset = left - lines, offset + len(data)
                continue
            start = 0
            for _ in range(left):
                start = data.index(b"\n", start) + 1
            left, offset, self._next = 0, offset + start, data[start:]
        if self.is_plain:
            self.skip_to(offset)

    def check_unchanged(self) -> None:
        """Raise ``UnreadableError`` if a regular file was written to since it was opened."""
        if not stat.S_ISREG(self.status.st_mode):
            return
        now = os.fstat(self._raw.fileno())
        if (now.st_size, now.st_mtime_ns) != (self.status.st_size, self.status.st_mtime_ns):
            raise UnreadableError(changed(self.status.st_size, now.st_size), self.name)

    def _read_once(self, size: int) -> bytes:
        """Return what one call delivers, so that an error in the next one loses nothing."""
        if not self._is_compressed and stat.S_ISREG(self.status.st_mode):
            size = min(size, self.status.st_size - self._raw.tell())  # not what is appended meanwhile
        data: bytes = self._stream.read1(size) if size > 0 else b""
        return data


def changed(before: int, now: int) -> str:
    """Say that a file was changed while it was read, given its sizes in bytes."""
    how = f"from {before:,} to {now:,} bytes" if before != now else "its size stayed the same"
    return f"It was changed while it was read ({how})."


def is_empty(data: bytes) -> bool:
    """Tell whether a text holds no document: it is blank, or an empty list."""
    return _EMPTY.fullmatch(data) is not None


def is_compressed(name: str) -> bool:
    """Tell by its name whether a file is compressed."""
    return _uncompressed(name) != name


def is_lines(name: str) -> bool:
    """Tell by its name whether a file holds a document on each line."""
    return _uncompressed(name).endswith(_LINES)


def is_document(name: str) -> bool:
    """Tell by its name whether a file holds one document."""
    return _uncompressed(name).endswith(_DOCUMENT)


def _uncompressed(name: str) -> str:
    return name.removesuffix(".gz").removesuffix(".zst")


def _decompressor(name: str) -> tuple[Callable[[BinaryIO], Any], tuple[type[Exception], ...]]:
    """Return the function that wraps a stream in its decompressor, and the errors that damaged data raises."""
    errors: tuple[type[Exception], ...] = (OSError, EOFError, zlib.error)
    if name.endswith(".gz"):
        return lambda raw: gzip.GzipFile(fileobj=raw), errors
    if not name.endswith(".zst"):
        return lambda raw: raw, errors
    for module in ("compression.zstd", "backports.zstd"):  # the first one is part of Python 3.14
        with contextlib.suppress(ModuleNotFoundError):
            zstd: Any = importlib.import_module(module)
            return zstd.ZstdFile, (*errors, zstd.ZstdError)
    raise UnreadableError("This Python cannot decompress it; run: pip install 'webex-connect-messaging[zstd]'.", name)
