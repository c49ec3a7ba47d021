"""Find members that a JSON text names twice, of which parsers silently keep one."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator

from .violation import Path, Violation, pointer


class _Repeated(dict[str, object]):
    """An object in whose text these names occur more than once."""

    names: tuple[str, ...] = ()


def find(data: bytes | str) -> list[Violation]:
    """Return where a JSON text repeats a name."""
    try:
        parsed = json.loads(data, object_pairs_hook=_read, parse_int=len, parse_float=len)
    except RecursionError:
        message = "Nested too deeply to tell whether each member stands here once; nest it less deeply."
        return [Violation("", "duplicate_member", "error", message)]
    return list(_repeated(parsed))


def _read(pairs: list[tuple[str, object]]) -> _Repeated:
    found = _Repeated(pairs)
    if len(found) != len(pairs):
        found.names = tuple(name for name, count in Counter(name for name, _ in pairs).items() if count > 1)
    return found


def _repeated(value: object) -> Iterator[Violation]:
    pending: list[tuple[object, Path]] = [(value, ())]
    while pending:
        value, path = pending.pop()
        if isinstance(value, _Repeated):
            for name in value.names:
                message = f"The member {name!r} stands here more than once; give it once, or one value is lost."
                yield Violation(pointer(path), "duplicate_member", "error", message)
            pending += [(item, (*path, name)) for name, item in reversed(value.items())]
        elif isinstance(value, list):
            pending += [(item, (*path, index)) for index, item in reversed([*enumerate(value)])]
