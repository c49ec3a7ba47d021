"""Search for texts that violate the laws of ``validate_json``, guided by code coverage: ``nox -s atheris``."""

from __future__ import annotations

import contextlib
import random
import sys
from pathlib import Path

import atheris
import orjson

CORPUS = Path(__file__).resolve().parent.parent / "corpus"

with atheris.instrument_imports(include=["webex_connect_messaging", "webex_connect_messaging_spec"]):
    import laws
    from fuzz.mutator import change_value, write

    # Import what is imported on first use, so that it is instrumented.
    for text in CORPUS.iterdir():
        for kind in laws.KINDS:
            laws.hold(text.read_bytes(), kind)


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
            payload = [orjson.loads(data)]
            change_value(payload, chance)
            return write(payload[0], chance)[:size]
    return bytes(atheris.Mutate(data, size))


if __name__ == "__main__":
    atheris.Setup(sys.argv, check, custom_mutator=mutate)
    atheris.Fuzz()
