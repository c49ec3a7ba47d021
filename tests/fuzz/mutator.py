"""Changes of documents that leave JSON behind, for the fuzzers."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Iterator
from typing import Any

import laws
from webex_connect_messaging_spec import schemas

ODD: list[Any] = [None, True, 0, -1, 5.0, 1e300, 2**64, "", "é\u2028", "{{link_5}}", [], {}, [[]], {"": {}}]
BYTES = [b"%c" % byte for byte in b'"\\{}[]:,.-+eEu019 \n\0atrue\x80\xc3\xed\xf0']


def change_value(payload: list[Any], chance: random.Random, odd: list[Any] = ODD) -> None:
    """Change a name or a value somewhere below a list."""
    locations = list(_locations(payload))
    parent, step = chance.choice(locations)
    other, other_step = chance.choice(locations)
    if isinstance(parent, dict) and chance.random() < 0.5:
        parent[chance.choice(WORDS)] = parent.pop(step)
    else:
        parent[step] = chance.choice([copy.deepcopy(other[other_step]), chance.choice(odd), chance.choice(WORDS)])


def change_bytes(text: bytes, chance: random.Random) -> bytes:
    """Remove bytes somewhere in a text, or add some, perhaps from elsewhere in it."""
    at, start = (chance.randint(0, len(text)) for _ in "ab")
    added = chance.choice(
        [b"", chance.choice(BYTES), chance.choice(BYTES), text[start : start + chance.randint(0, 40)]]
    )
    return text[:at] + added + text[at + chance.choice([0, 0, 1, 2, 20]) :]


def write(payload: Any, chance: random.Random) -> bytes:
    """Write a value as a JSON text, with characters as they are or as escapes."""
    return json.dumps(payload, ensure_ascii=chance.random() < 0.5).encode(errors="replace")


def _locations(value: Any) -> Iterator[tuple[Any, Any]]:
    """Yield every value below a value, as its parent and the step to it."""
    pending = [value]
    while pending:
        parent = pending.pop()
        for step in list(parent) if isinstance(parent, dict) else range(len(parent)):
            yield parent, step
            if isinstance(parent[step], (dict, list)):
                pending.append(parent[step])


def _words(schema: Any) -> Iterator[str]:
    """Yield the names and values of a schema."""
    if isinstance(schema, dict):
        for key, value in schema.items():
            if key == "properties":
                yield from value
            if key in ("const", "enum"):
                yield from [value] if key == "const" else value
            yield from _words(value)
    elif isinstance(schema, list):
        for item in schema:
            yield from _words(item)


WORDS = sorted({word for kind in laws.KINDS for word in map(str, _words(schemas.load(kind)))})
