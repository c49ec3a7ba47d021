"""Write to standard output and to the file of ``--output``; a failure is one error of one kind."""

from __future__ import annotations

import contextlib
import os
import shutil
import stat
import sys
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import IO, TYPE_CHECKING

import click
import orjson
from rich.console import Console

from ..escaping import escape, shown_name
from . import printing

if TYPE_CHECKING:
    from typing_extensions import Self


class UnwritableError(Exception):
    """An output that cannot be written; without a message if its reader just had enough."""


def complain(message: str) -> None:
    """Print a line on standard error, if that is possible."""
    note(f"{escape(message)}\n")


def note(text: str) -> None:
    """Print lines on standard error, if that is possible."""
    with contextlib.suppress(OSError):
        click.echo(text, err=True, nl=False)


class StandardOutput:
    """Standard output, written without delay."""

    def __init__(self) -> None:
        """Raise ``UnwritableError`` if it is closed."""
        if sys.stdout is None:
            raise UnwritableError("Standard output is closed.")
        self.console = printing.console()

    def write(self, data: bytes) -> None:
        """Write bytes."""
        self._guarded(lambda: sys.stdout.buffer.write(data))

    def write_text(self, text: str) -> None:
        """Write text; what the encoding of standard output does not have is escaped."""
        encoding = sys.stdout.encoding or "utf-8"
        if self.console.is_terminal:
            known = text.encode(encoding, "backslashreplace").decode(encoding)
            self._guarded(lambda: printing.write(known, self.console))
        else:
            self.write(text.encode(encoding, "backslashreplace"))

    def use_console(self, console: Console) -> None:
        """Let another console write to the terminal."""
        self.console = console

    @staticmethod
    def _guarded(write: Callable[[], object]) -> None:
        try:
            write()
            sys.stdout.flush()
        except OSError as error:
            # Python would try again at its exit, and fail.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            is_pipe = isinstance(error, BrokenPipeError)
            raise UnwritableError("" if is_pipe else f"Standard output: {error.strerror}.") from error


class OutputFile:
    """A file that is written beside its place and moved there at the end, so that it is never half of a report.

    What is no regular file, such as a pipe, is written as it is. To append, the file itself is written.
    """

    def __init__(self, name: str, append: bool) -> None:
        """Open it. Raises ``UnwritableError``."""
        self._name = name
        self._path = Path(os.path.realpath(name))
        self._temporary: Path | None = None
        self._is_cancelled = False
        try:
            self._file = self._open(append)
        except OSError as error:
            raise self._error(error) from error

    def write(self, data: bytes) -> None:
        """Write bytes."""
        try:
            self._file.write(data)
            if self._temporary is None:  # so that a crash loses little
                self._file.flush()
        except OSError as error:
            raise self._error(error) from error

    def begin_line(self) -> None:
        """End the last line of a file that is appended to, if it is not ended."""
        try:
            if size := self._file.seek(0, os.SEEK_END):
                self._file.seek(size - 1)
                if self._file.read(1) != b"\n":
                    self._file.write(b"\n")
        except OSError as error:
            raise self._error(error) from error

    def keep_before(self, file: str, line: int) -> None:
        """Remove all from the first record about that line of a file, or a later one, on; and half of a record."""
        try:
            self._file.seek(0)
            end = 0
            for text in self._file:
                if not text.endswith(b"\n") or _is_from(text, file, line):
                    break
                end += len(text)
            self._file.truncate(end)
        except OSError as error:
            raise self._error(error) from error

    def __enter__(self) -> Self:
        """Return this."""
        return self

    def __exit__(self, type_: object, *_: object) -> None:
        """Move the file into its place, or leave what was there before if something went wrong."""
        try:
            if type_ is None and not self._is_cancelled:
                self._file.flush()
                if self._temporary is not None:
                    os.fsync(self._file.fileno())
                    self._temporary.replace(self._path)
        except OSError as error:
            raise self._error(error) from error
        finally:
            with contextlib.suppress(OSError):
                self._file.close()
            if self._temporary is not None:
                self._temporary.unlink(missing_ok=True)

    def cancel(self) -> None:
        """Leave what was there before."""
        self._is_cancelled = True

    def _open(self, append: bool) -> IO[bytes]:
        exists = self._path.exists()
        if exists and not os.access(self._path, os.W_OK):
            raise PermissionError(0, "It cannot be written")
        if exists and not stat.S_ISREG(self._path.stat().st_mode):
            return self._path.open("wb")
        if append:
            return self._path.open("a+b")
        file = tempfile.NamedTemporaryFile(  # noqa: SIM115 - see finish()
            dir=self._path.parent, prefix=f".{self._path.name}.", suffix=".tmp", delete=False
        )
        self._temporary = Path(file.name)
        if exists:
            shutil.copymode(self._path, file.name)
        else:
            self._temporary.chmod(0o666 & ~_umask())
        return file

    def _error(self, error: OSError) -> UnwritableError:
        return UnwritableError(f"{shown_name(self._name)}: {error.strerror}.")


def is_same_file(name: str, statuses: Iterable[os.stat_result | None]) -> bool:
    """Tell whether a file is one of others, by whatever name."""
    try:
        status = Path(name).stat()
    except OSError:
        return False
    return stat.S_ISREG(status.st_mode) and any(item and os.path.samestat(item, status) for item in statuses)


def _is_from(text: bytes, file: str, line: int) -> bool:
    """Tell whether a record is about a line of a file, or a later one, or says that these were not read."""
    try:
        record = orjson.loads(text)
    except orjson.JSONDecodeError:
        return False
    if not isinstance(record, dict) or record.get("file") != file:
        return False
    return "error" in record or record.get("line", 0) >= line


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
