"""Find the inputs: files, the files in folders, and standard input."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from ..bulk import Source, UnreadableError, is_document, is_lines


class Input(NamedTuple):
    """An input, or a place where one should be."""

    name: str
    is_lines: bool
    problem: str | None = None
    """Why it cannot be read, if that is known beforehand."""

    def open(self) -> Source:
        """Open it. Raises ``UnreadableError``."""
        if self.problem is not None:
            raise UnreadableError(self.problem, self.name)
        if self.name != "-":
            return Source(self.name)
        if sys.stdin is None:
            raise UnreadableError("Standard input is closed.", self.name)
        return Source(self.name, sys.stdin.buffer)

    @property
    def status(self) -> os.stat_result | None:
        """The status of the file, if there is one."""
        return _status(0 if self.name == "-" else self.name)


def find_inputs(names: Iterable[str], lines: bool) -> Iterator[Input]:
    """Yield the files, and those in folders in the order of their names."""
    for name in names:
        if not _is(stat.S_ISDIR, name):
            yield Input(name, lines or is_lines(name))
            continue
        found = sorted(_inputs_in(name, lines), key=lambda item: Path(item.name).parts)
        yield from found or [Input(name, False, "There are no *.json and no *.jsonl files in this folder.")]


def _inputs_in(folder: str, lines: bool) -> Iterator[Input]:
    """Yield the files in a folder and below, through links, too; each folder is visited once."""
    failed: list[OSError] = []
    visited: set[tuple[int, int]] = set()
    for place, folders, files in os.walk(folder, onerror=failed.append, followlinks=True):
        status = Path(place).stat()
        is_new = (status.st_dev, status.st_ino) not in visited
        visited.add((status.st_dev, status.st_ino))
        if not is_new:
            folders.clear()
            continue
        for name in [*folders, *files]:
            if is_lines(name) or is_document(name):
                yield _found(str(Path(place, name)), lines)
    for error in failed:
        yield Input(str(error.filename), False, f"{error.strerror}.")


def _found(name: str, lines: bool) -> Input:
    """Return an input that was found in a folder; what is no file would be waited for."""
    problem = None
    if _is(stat.S_ISDIR, name):
        problem = "It is a folder, not a file."
    elif _status(name) is not None and not _is(stat.S_ISREG, name):
        problem = "It is not a regular file. Name it to read it all the same."
    return Input(name, lines or is_lines(name), problem)


def _is(kind: Callable[[int], bool], name: str) -> bool:
    status = _status(name)
    return status is not None and kind(status.st_mode)


def _status(name: str | int) -> os.stat_result | None:
    """Return the status of a file, or nothing where opening it will say why there is none."""
    try:
        return os.stat(name)  # noqa: PTH116 - to Path, an empty name is the current folder
    except OSError:
        return None
