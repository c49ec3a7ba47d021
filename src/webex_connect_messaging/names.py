"""Carry the names of members through jsonschema-rs, whose paths leave out empty ones and have 7 for 007 and +7."""

from __future__ import annotations

import re
from typing import Any

import orjson

_MARK = "\0"
_UNCLEAR = re.compile(r"\+?[0-9]*|\0.*", re.DOTALL)
_MAY_BE_UNCLEAR = re.compile(rb'"(?:\+?[0-9]*":|\\u0000)')


def marked(payload: object) -> object:
    """Return a payload with a mark before each name that a path would not tell as it is."""
    try:
        is_clear = not _MAY_BE_UNCLEAR.search(orjson.dumps(payload))
    except TypeError:  # it holds what orjson does not write, such as numbers of more than 64 bits
        is_clear = False
    return payload if is_clear else _marked(payload)


def original(name: Any) -> Any:
    """Return a step of a path as it is in the payload."""
    return name.removeprefix(_MARK) if isinstance(name, str) else name


def _marked(value: object) -> object:
    if isinstance(value, dict):
        return {_with_mark(name): _marked(item) for name, item in value.items()}
    return [_marked(item) for item in value] if isinstance(value, list) else value


def _with_mark(name: Any) -> Any:
    return _MARK + name if isinstance(name, str) and _UNCLEAR.fullmatch(name) else name
