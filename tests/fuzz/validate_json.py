"""Search for texts that violate the laws of ``validate_json``, guided by code coverage: ``nox -s atheris``."""

from __future__ import annotations

import contextlib
import copy
import json
import random
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import atheris
import orjson

CORPUS = Path(__file__).resolve().parent.parent / "corpus"

with atheris.instrument_imports(include=["webex_connect_messaging", "webex_connect_messaging_spec"]):
    import laws
    from webex_connect_messaging_spec import schemas

    # Import what is imported on first use, so that it is instrumented.
    for text in CORPUS.iterdir():
        for kind in laws.KINDS:
            laws.hold(text.read_bytes(), kind)

ODD: list[Any] = [None, True, 0, -1, 5.0, 1e300, 2**64, "", "é\u2028", "{{link_5}}", [], {}, [[]], {"": {}}]


def check(data: bytes) -> None:
    """Check the laws for a text under every kind."""
    for kind in laws.KINDS:
        laws.hold(data, kind)


def mutate(data: bytes, size: int, seed: int) -> bytes:
    """Change some bytes or, in half of the cases, a value of a JSON text: changed bytes are seldom JSON."""
    chance = random.Random(seed)
    if chance.random() < 0.5:
        # Deeply nested values can be neither copied nor written.
        with contextlib.suppress(orjson.JSONDecodeError, RecursionError):
            return _changed([orjson.loads(data)], chance)[:size]
    return bytes(atheris.Mutate(data, size))


def _changed(payload: list[Any], chance: random.Random) -> bytes:
    locations = list(_locations(payload))
    parent, step = chance.choice(locations)
    other, other_step = chance.choice(locations)
    if isinstance(parent, dict) and chance.random() < 0.5:
        parent[chance.choice(WORDS)] = parent.pop(step)
    else:
        parent[step] = chance.choice([copy.deepcopy(other[other_step]), chance.choice(ODD), chance.choice(WORDS)])
    return json.dumps(payload[0], ensure_ascii=chance.random() < 0.5).encode(errors="replace")


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

if __name__ == "__main__":
    atheris.Setup(sys.argv, check, custom_mutator=mutate)
    atheris.Fuzz()
