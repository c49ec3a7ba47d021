"""Turn what Python callers pass into plain JSON values, as ``json.dumps`` would, and find what is none."""

from __future__ import annotations

import json
import marshal
import math
from collections.abc import Iterator
from decimal import Decimal
from enum import Enum
from typing import Any

from webex_connect_messaging_spec.pointers import pointer

from .record import Records, not_json

MAX_DEPTH = 1000
"""Of values in values; no parser reads a text that is nested much deeper."""
TOO_DEEP = not_json("Not a JSON value that can be validated. It is nested too deeply.")
_MAX_EXPONENT = 400  # of a decimal; a double holds no number that is as large
_MAX_WRAPPED = 10  # what stands for what stands for a value
_MAX_BYTES = 1_000_000  # of the pointers of all that is reported
_MAX_LENGTH = 80  # of the name of a type in a message
_JSON_TYPES = (str, int, float, dict, list, tuple, type(None))


class _Frame:
    """A container that is being copied."""

    __slots__ = ("copy", "entries", "source", "step")

    def __init__(self, source: Any) -> None:
        self.source = source
        self.step: str | int = 0
        self.copy: Any = {} if isinstance(source, dict) else []
        self.entries: Iterator[tuple[Any, Any]] = (
            iter([*dict.items(source)]) if isinstance(source, dict) else enumerate([*items_of(source)])
        )

    def add(self, value: Any) -> None:
        if isinstance(self.copy, dict):
            self.copy[self.step] = value
        else:
            self.copy.append(value)


class _Copier:
    """Copies one value, without recursion and with pointers only for what is reported."""

    def __init__(self) -> None:
        self.problems: Records = []
        self._frames: list[_Frame] = []
        self._open: set[int] = set()  # ids of the containers around, to notice cycles
        self._bytes = 0

    def copy(self, value: Any) -> Any:
        """Return the copy; it is of no use when there are problems."""
        root = self._enter(value)
        while self._frames and self._bytes <= _MAX_BYTES:
            self._step()
        return root

    def _step(self) -> None:
        frame = self._frames[-1]
        for step, value in frame.entries:
            if isinstance(frame.source, dict):
                name = self._name(step)
                if name is None:
                    continue
                frame.step = name
            else:
                frame.step = step
            before = len(self._frames)
            frame.add(self._enter(value))
            if len(self._frames) != before or self._bytes > _MAX_BYTES:
                return
        self._leave()

    def _enter(self, value: Any) -> Any:
        """Return a scalar, or an empty container whose entries follow."""
        try:
            value = _unwrapped(value)
        except Exception as error:  # it may run any code of the caller
            self._report(f"To read it raised {_type_name(error)}.")
            return None
        if not issubclass(type(value), (dict, list, tuple)):
            return self._scalar(value)
        if len(self._frames) > MAX_DEPTH or id(value) in self._open:
            if id(value) in self._open:
                self._report("It contains itself.")
            else:
                self.problems.append(TOO_DEEP)
            self._frames.clear()  # for what is left may have no end
            return None
        frame = _Frame(value)
        self._frames.append(frame)
        self._open.add(id(value))
        return frame.copy

    def _leave(self) -> None:
        self._open.discard(id(self._frames.pop().source))

    def _scalar(self, value: Any) -> Any:
        kind = type(value)  # isinstance would believe a mock, or a proxy
        if value is None or kind is bool:
            return value
        if issubclass(kind, str):
            return self._string(str.__str__(value))
        if issubclass(kind, (int, float)):
            return self._number(int.__index__(value) if issubclass(kind, int) else float.__float__(value))
        self._report(f"Expected a JSON value, got one of type {_type_name(value)}.")
        return None

    def _string(self, text: str) -> str:
        if _has_surrogates(text):
            self._report("The string holds half of a surrogate pair, which no UTF-8 can carry.")
        return text

    def _number(self, number: float) -> float:
        try:
            is_finite = math.isfinite(number)
        except OverflowError:  # it is an integer that no double holds, of which parsers make infinity
            is_finite = False
        if not is_finite:
            self._report("JSON has no such number.")
        return number

    def _name(self, name: Any) -> str | None:
        try:
            text = _name_of(name)
        except Exception:  # it may run any code of the caller
            self._report(f"Expected a string for the name of a property, got {_type_name(name)}.", of_name=True)
            return None
        if _has_surrogates(text):
            self._report("The name of a property holds half of a surrogate pair.", of_name=True)
            return None
        if text in self._frames[-1].copy:  # one of the two is no str, or tells itself from others in its own way
            self._report("Two names of properties stand for the same string.", of_name=True)
            return None
        return text

    def _report(self, reason: str, of_name: bool = False) -> None:
        """Note what is wrong with the value that is being looked at, or with a name in the innermost object."""
        frames = self._frames[:-1] if of_name else self._frames
        at = pointer(tuple(frame.step for frame in frames))
        self._bytes += len(at)
        self.problems.append(not_json(f"Not a JSON value. {reason}", at, len(self.problems)))


def is_plain(value: Any) -> bool:
    """Tell whether a value is made of the types of JSON and of tuples, which serve as arrays.

    Two writers in C take less time than a loop. Each refuses what the other does not notice: values of other types than
    Python's own, and deep nesting; names that are no strings, and half surrogates.
    """
    import orjson  # noqa: PLC0415 - isolated interpreters cannot load it, and the accelerator needs none of this

    try:
        marshal.dumps(value)
        data = orjson.dumps(value)
    except (TypeError, ValueError):
        return False
    return b"null" not in data or _is_finite(value)


def _is_finite(value: Any) -> bool:
    """Tell whether there are only finite numbers, as which orjson writes the others ``null``."""
    if isinstance(value, dict):
        return all(map(_is_finite, value.values()))
    return (
        all(map(_is_finite, value))
        if isinstance(value, (list, tuple))
        else type(value) is not float or math.isfinite(value)
    )


def to_plain(value: Any) -> tuple[Any, Records]:
    """Return a copy made of the types of JSON alone, and what is no JSON value.

    What ``json.dumps`` takes counts as what it writes; also enumerations as their values, decimals as numbers, and
    dataclasses as ``to_dict`` of them. The value is not changed.
    """
    copier = _Copier()
    return copier.copy(value), copier.problems


def _unwrapped(value: Any) -> Any:
    """Return what stands for a value that is of no JSON type, or the value itself. It may raise anything."""
    for _ in range(_MAX_WRAPPED):
        kind = type(value)
        if issubclass(kind, _JSON_TYPES):
            return value
        if issubclass(kind, Enum):
            value = value.value
        elif issubclass(kind, Decimal):
            return _from_decimal(Decimal(value))  # which copies what is of a subclass
        elif hasattr(kind, "__dataclass_fields__"):  # as dataclasses.is_dataclass tells them
            from .codec import to_dict  # noqa: PLC0415 - to load dataclasses takes its time

            value = to_dict(value)
        else:
            return value
    raise RecursionError


def _from_decimal(value: Decimal) -> float:
    """Return the number that a parser makes of a decimal."""
    is_writable = value.is_finite() and value.adjusted() < _MAX_EXPONENT
    number: float = json.loads(str(value)) if is_writable else math.inf
    return number


def _name_of(value: Any) -> str:
    """Return the name of a property as ``json.dumps`` writes it. It may raise anything."""
    value = _unwrapped(value)
    if issubclass(type(value), str):
        return str.__str__(value)
    (name,) = json.loads(json.dumps({value: None}))
    return str(name)


def _type_name(value: Any) -> str:
    name: str = type.__dict__["__name__"].__get__(type(value))  # whatever its metaclass says
    return name[:_MAX_LENGTH]


def _has_surrogates(text: str) -> bool:
    if text.isascii():
        return False
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False


def items_of(values: Any) -> Iterator[Any]:
    """Return the items of a list or a tuple, whatever its class makes of iteration."""
    return list.__iter__(values) if isinstance(values, list) else tuple.__iter__(values)
