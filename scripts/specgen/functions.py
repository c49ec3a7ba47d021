"""The functions that rules may call beside those of CEL; the projection takes in those that the rules use.

Each is pure, takes JSON values and says in its first line what another implementation must do.
"""

from __future__ import annotations

import json
import re
from typing import Any

import orjson

LINK = re.compile(r"\{\{link_([A-Za-z0-9_-]+)\}\}")
UNPRINTABLE = re.compile(
    "[\0-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ue000-\uf8ff\ufdd0-\ufdef\ufff9-\ufffb\ufffe\uffff\U000f0000-\U0010ffff]"
)


def utf8_size(text: str) -> int:
    """Count the bytes of a string in UTF-8."""
    return len(text) if text.isascii() else len(text.encode())


def json_size(value: Any) -> int:
    """Count the bytes of a value as compact JSON in UTF-8, without escaping what need not be."""
    try:
        return len(orjson.dumps(value))
    except TypeError:  # it writes no integers of more than 64 bits
        return len(_text(value).encode())


def smart_links(value: Any) -> list[str]:
    """List the N of each ``{{link_N}}`` in a string, or in all strings of a value, in order."""
    if isinstance(value, str):
        return LINK.findall(value) if "{{link_" in value else []
    try:
        data = orjson.dumps(value)
    except TypeError:
        return LINK.findall(_text(value))
    return LINK.findall(data.decode()) if b"{{link_" in data else []


def addresses(destination: Any) -> list[str]:
    """List the addresses of each item of a destination array, which are those of its longest array."""
    found: list[str] = []
    for item in destination:
        longest: Any = ()
        for value in item.values():
            if isinstance(value, (list, tuple)) and len(value) > len(longest):
                longest = value
        found += longest
    return found


def flatten(lists: list[list[Any]]) -> list[Any]:
    """Join the lists of a list to one."""
    return [value for values in lists for value in values]


def is_printable(text: str) -> bool:
    """Tell whether a string has no control, separator of lines, override of direction, private or invalid character.

    Namely none of U+0000 to U+001F, U+007F to U+009F, U+2028 to U+202E, U+2066 to U+2069, U+E000 to U+F8FF, U+FDD0 to
    U+FDEF, U+FFF9 to U+FFFB, U+FFFE, U+FFFF, and none from U+F0000.
    """
    return text.isprintable() or not UNPRINTABLE.search(text)


def unique(values: list[Any]) -> bool:
    """Tell whether no value of a list of strings occurs twice."""
    return len(values) == len(set(values))


def occurrences(text: str, part: str) -> int:
    """Count how often a part that is not empty occurs in a string, without overlaps."""
    return text.count(part)


def string(value: Any) -> str:
    """Write a value as CEL's ``string`` does: an integer has no decimal point."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def total(values: list[float]) -> float:
    """Add up a list of numbers; an empty list gives 0.0."""
    return float(sum(values))


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
