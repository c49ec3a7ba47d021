"""Find the line and column at which a JSON Pointer leads into a text."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from .violation import Violation

Position = tuple[int, int]  # line and column, from 1; columns count characters
_SPACE = re.compile(r"[ \t\r\n]*")
_STRING = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)
_BRACKET = re.compile(rf"{_STRING.pattern}|[\[\]{{}}]", re.DOTALL)  # texts are matched so as to skip what they hold
_SCALAR = re.compile(r"[^ \t\r\n,\]}]*")


class Located(NamedTuple):
    """A violation and where its text stands."""

    violation: Violation
    line: int
    column: int


def located(violations: Iterable[Violation], data: bytes) -> Iterator[Located]:
    """Yield violations with the places of what they speak of in a text."""
    positions = Positions(data.decode(errors="replace"))
    for violation in violations:
        yield Located(violation, *positions.find(violation.pointer))


class Positions:
    """The places of the values of a JSON text; of what is not JSON, only the place where it begins can be told.

    No more of the text is read than leads to what is asked for. Where a name stands twice, its first place is told.
    """

    def __init__(self, text: str) -> None:
        """Remember the text."""
        self._text = text
        self._known: dict[int, dict[str, tuple[int, int]]] = {}  # by where an object or array starts
        self._unread: dict[int, Iterator[tuple[str, tuple[int, int]]]] = {}

    def find(self, pointer: str) -> Position:
        """Return where the value stands, or its name if it has one; as near as can be, if there is none."""
        place = value = self._after_space(0)
        for part in pointer.split("/")[1:]:
            found = self._entry(value, part.replace("~1", "/").replace("~0", "~"))
            if found is None:
                break
            place, value = found
        return self._text.count("\n", 0, place) + 1, place - self._text.rfind("\n", 0, place)

    def _entry(self, start: int, step: str) -> tuple[int, int] | None:
        """Return the place of an entry of the object or array that starts there, and that of its value."""
        known = self._known.setdefault(start, {})
        if step not in known:
            for name, found in self._unread.setdefault(start, self._entries(start)):
                known.setdefault(name, found)
                if name == step:
                    break
        return known.get(step)

    def _entries(self, start: int) -> Iterator[tuple[str, tuple[int, int]]]:
        read = {"{": self._members, "[": self._items}.get(self._text[start : start + 1])
        return read(start) if read else iter(())

    def _members(self, start: int) -> Iterator[tuple[str, tuple[int, int]]]:
        place = self._after_space(start + 1)
        while (name := _STRING.match(self._text, place)) is not None:
            value = self._after_space(self._after_space(name.end()) + 1)
            yield json.loads(name[0]), (place, value)
            place = self._after_space(self._after_space(self._end(value)) + 1)

    def _items(self, start: int) -> Iterator[tuple[str, tuple[int, int]]]:
        place, index = self._after_space(start + 1), 0
        while self._text[place : place + 1] not in ("", "]"):
            yield str(index), (place, place)
            end = self._after_space(self._end(place))
            if self._text[end : end + 1] != ",":
                break
            place, index = self._after_space(end + 1), index + 1

    def _end(self, start: int) -> int:
        """Return where the value that starts there ends."""
        if self._text[start : start + 1] not in ("{", "["):
            match = _STRING.match(self._text, start) or _SCALAR.match(self._text, start)
            return match.end() if match else start
        depth = 0
        for bracket in _BRACKET.finditer(self._text, start):
            depth += {"{": 1, "[": 1, "}": -1, "]": -1}.get(bracket[0], 0)
            if depth == 0:
                return bracket.end()
        return len(self._text)

    def _after_space(self, start: int) -> int:
        match = _SPACE.match(self._text, start)
        return match.end() if match else start
