"""Open the inputs that hold lines, compressed or not."""

from __future__ import annotations

import contextlib
import gzip
import importlib
import os
import stat
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO, Protocol

_SUFFIXES = (".jsonl", ".ndjson")


class UnreadableError(Exception):
    """An input that cannot be read, or not to its end."""


class Readable(Protocol):
    """Anything that bytes can be read from, such as an open file or a ``Source``."""

    def read(self, size: int, /) -> bytes:
        """Return the next bytes; none at the end."""


class Source:
    """An input of lines, decompressed while it is read."""

    def __init__(self, name: str, raw: BinaryIO | None = None) -> None:
        """Open the file unless it is given; a name that ends in ``.gz`` or ``.zst`` says that it is compressed."""
        self.name = name
        decompress, self._errors = _decompressor(name)
        self._is_named = raw is None
        try:
            self._raw = Path(name).open("rb") if raw is None else raw  # noqa: SIM115 - see close()
        except OSError as error:
            raise UnreadableError(f"{name}: {error.strerror}.") from error
        self._stream = decompress(self._raw)

    @property
    def status(self) -> os.stat_result:
        """The status of the file, which tells it from another file of the same name."""
        return os.fstat(self._raw.fileno())

    @property
    def size(self) -> int | None:
        """The size of the file in bytes, as it is stored; None when it is unknown."""
        return self.status.st_size or None

    @property
    def position(self) -> int:
        """How many of these bytes have been read."""
        return self._raw.tell()

    @property
    def is_plain(self) -> bool:
        """Whether another process can read the same bytes: a named, regular file that is not compressed."""
        return self._is_named and self._stream is self._raw and stat.S_ISREG(self.status.st_mode)

    def skip_to(self, position: int) -> None:
        """Continue at a position of a plain file."""
        self._raw.seek(position)

    def close(self) -> None:
        """Close the file."""
        self._raw.close()

    def read(self, size: int) -> bytes:
        """Return the next bytes, decompressed; none at the end."""
        try:
            data: bytes = self._stream.read(size)
        except self._errors as error:
            raise UnreadableError(f"{self.name}: {error}.") from error
        return data


def is_lines(name: str) -> bool:
    """Tell by its name whether a file holds a document on each line."""
    return name.removesuffix(".gz").removesuffix(".zst").endswith(_SUFFIXES)


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
    raise UnreadableError(
        f"{name}: this Python cannot decompress it; run: pip install 'webex-connect-messaging[zstd]'."
    )
