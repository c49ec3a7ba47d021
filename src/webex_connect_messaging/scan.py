"""Scan a JSON text once for duplicate names and for where values stand."""

from __future__ import annotations

import re
from collections.abc import Iterable
from json.decoder import scanstring  # type: ignore[attr-defined] # the scanner of strings is not in the stubs
from typing import Any, NamedTuple

import orjson
from webex_connect_messaging_spec.pointers import parse, pointer

from .record import Record

MAX_POINTER_BYTES = 1_000_000
"""Of the pointers of all objects that name a property twice; beyond, these are only counted."""
_STRUCTURE = re.compile(r'["{}\[\],]')
_SPACE = re.compile(r"[ \t\r\n]*")


class Scan(NamedTuple):
    """What was found in a text; offsets count bytes of UTF-8."""

    offsets: dict[str, int]
    """Where each wanted pointer leads; where it leads nowhere, the last value on its way."""
    duplicates: list[Record]


def has_unique_names(text: bytes, value: Any) -> bool:
    """Tell whether each object of a JSON text names each property once, given the value that was read from it.

    The text then has as many strings as the value; else, it has more. Where that is costly to know, this is false.
    """
    try:
        return _count_quotes(text) == _count_quotes(orjson.dumps(value))
    except orjson.JSONEncodeError:  # it is nested very deeply
        return False


def _count_quotes(text: bytes) -> int:
    """Count the quotation marks around the strings of a JSON text."""
    return (text.replace(b"\\\\", b"").replace(b'\\"', b"") if b"\\" in text else text).count(b'"')


def scan(text: bytes, pointers: Iterable[str]) -> Scan:
    """Scan a valid JSON text."""
    wanted = {pointer: parse(pointer) for pointer in pointers}
    scanner = _Scanner(text.decode(), wanted.values())
    scanner.run()
    found = {pointer: _resolve(scanner.root, steps) for pointer, steps in wanted.items()}
    duplicates = scanner.duplicates
    offsets = _byte_offsets(scanner.text, {*found.values(), *(record.order for record in duplicates)})
    return Scan(
        {pointer: offsets[place] for pointer, place in found.items()},
        [record._replace(order=offsets[record.order]) for record in duplicates],
    )


class _Place:
    """A value that is wanted, or on the way to one."""

    __slots__ = ("below", "offset")

    def __init__(self) -> None:
        self.offset = -1
        self.below: dict[str, _Place] = {}


def _resolve(place: _Place, steps: list[str]) -> int:
    """Return the offset of the last value on the way; an earlier value of a duplicate name does not count."""
    for step in steps:
        inner = place.below[step]
        if inner.offset < place.offset:
            break
        place = inner
    return place.offset


def _byte_offsets(text: str, places: set[int]) -> dict[int, int]:
    if text.isascii():
        return {place: place for place in places}
    offsets: dict[int, int] = {}
    before = size = 0
    for place in sorted(places):
        size += len(text[before:place].encode())
        before = place
        offsets[place] = size
    return offsets


class _Container:
    """An object or an array that is being read."""

    __slots__ = ("index", "is_omitted", "name", "names", "place")

    def __init__(self, is_object: bool, place: _Place | None) -> None:
        self.names: dict[str, bool] | None = {} if is_object else None  # whether each was reported
        self.name = ""
        self.index = 0
        self.is_omitted = False
        self.place = place


class _Scanner:
    """Reads a text from begin to end, without recursion."""

    def __init__(self, text: str, wanted: Iterable[list[str]]) -> None:
        self.text = text
        self.root = _Place()
        self.duplicates: list[Record] = []
        self._open: list[_Container] = []
        self._bytes = 0
        self._omitted = 0
        for steps in wanted:
            place = self.root
            for step in steps:
                place = place.below.setdefault(step, _Place())

    def run(self) -> None:
        """Read the text."""
        text, opened = self.text, self._open
        position = self.root.offset = _end_of_space(text, 0)
        place: _Place | None = self.root
        while (found := _STRUCTURE.search(text, position)) is not None:
            mark, position = found[0], found.end()
            if mark == '"':
                position = scanstring(text, position)[1]
            elif mark in "{[":
                opened.append(_Container(mark == "{", place if place is not None and place.below else None))
                position, place = self._entry(position)
            elif mark == ",":
                opened[-1].index += 1
                position, place = self._entry(position)
            else:
                opened.pop()
        if self._omitted:
            self.duplicates.append(Record(self.root.offset, "", "duplicate_member", None, self._omitted))

    def _entry(self, position: int) -> tuple[int, _Place | None]:
        """Read what stands before the value of an entry; return where that is and its place, if it is wanted."""
        container = self._open[-1]
        if container.names is None:
            if container.place is None:
                return position, None
            position, step = _end_of_space(self.text, position), str(container.index)
            start, is_entry = position, self.text[position] != "]"
        else:
            start = _end_of_space(self.text, position)
            if self.text[start] != '"':
                return start, None
            step, position = scanstring(self.text, start + 1)
            container.name, is_entry = step, True
            self._note(container, container.names, step, start)
        place = container.place.below.get(step) if container.place is not None and is_entry else None
        if place is not None:
            place.offset = start
        return position, place

    def _note(self, container: _Container, names: dict[str, bool], name: str, start: int) -> None:
        """Note a name; report it where it stands for the second time."""
        reported = names.get(name)
        names[name] = reported is not None
        if reported is not False:
            return
        if self._bytes <= MAX_POINTER_BYTES:
            at = pointer(item.index if item.names is None else item.name for item in self._open[:-1])
            self._bytes += len(at)
            if self._bytes <= MAX_POINTER_BYTES:
                self.duplicates.append(Record(start, at, "duplicate_member", None, name))
                return
        if not container.is_omitted:
            container.is_omitted = True
            self._omitted += 1


def _end_of_space(text: str, position: int) -> int:
    match = _SPACE.match(text, position)
    return match.end() if match else position
