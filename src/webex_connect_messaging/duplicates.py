"""Find members that a JSON text names twice, of which parsers silently keep one."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator

import orjson

from .violation import Path, Violation

_SPACE = b" \t\r\n"


class _Repeated(dict[str, object]):
    """An object in whose text these names occur more than once."""

    names: tuple[str, ...] = ()


def find(data: bytes | str, payload: object) -> list[tuple[Path, Violation]]:
    """Return a violation for each repeated name, with its place; ``payload`` is what the text was parsed to."""
    text = data.encode() if isinstance(data, str) else bytes(data)
    if _has_as_many_names(text, payload):
        return []
    try:
        parsed = json.loads(text, object_pairs_hook=_read, parse_int=len, parse_float=len)
    except RecursionError:
        return [((), Violation("", "json", "error", "Not a JSON value. It is nested too deeply."))]
    return list(_violations(parsed))


def _has_as_many_names(text: bytes, payload: object) -> bool:
    r"""Tell, at the cost of writing the payload again, whether no name was lost in parsing.

    Every name ends in a quote and a colon, and so may a text that holds a quote; but text keeps its share in both
    forms, unless the original writes a character as \u00XX, which only a closer look can tell.
    """
    if b"\\u00" in text:
        return False
    try:
        again = orjson.dumps(payload)
    except orjson.JSONEncodeError:  # it writes less deeply than it reads
        return False
    return text.translate(None, _SPACE).count(b'":') == again.translate(None, _SPACE).count(b'":')


def _read(pairs: list[tuple[str, object]]) -> _Repeated:
    found = _Repeated(pairs)
    if len(found) != len(pairs):
        found.names = tuple(name for name, count in Counter(name for name, _ in pairs).items() if count > 1)
    return found


def _violations(value: object) -> Iterator[tuple[Path, Violation]]:
    pending: list[tuple[object, Path]] = [(value, ())]
    while pending:
        value, path = pending.pop()
        if isinstance(value, _Repeated):
            for name in value.names:
                message = f"The member {name!r} stands here more than once; give it once, or one value is lost."
                yield path, Violation("", "duplicate_member", "error", message)
            pending += [(item, (*path, name)) for name, item in reversed(value.items())]
        elif isinstance(value, list):
            pending += [(item, (*path, index)) for index, item in reversed([*enumerate(value)])]
