"""What must hold of every answer of the validation, whatever it was given."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any
from unittest.mock import patch

import orjson

from webex_connect_messaging import Kind, Violation, is_valid, native, validate, validate_json, validation

KINDS: tuple[Kind, ...] = ("request", "response", "notification")


def hold(data: bytes, kind: Kind) -> list[Violation]:
    """Validate any bytes as a document of a kind, assert the laws of the answer, and return it."""
    found = validate_json(data, kind)
    assert found == validate_json(data, kind), "the same text is judged alike"
    try:
        payload = orjson.loads(data)
    except orjson.JSONDecodeError:
        assert [(item.pointer, item.rule) for item in found] == [("", "json")]
        return found
    assert len(set(found)) == len(found), "nothing is said twice"
    positions = [position(payload, item.pointer) for item in found]
    assert positions == sorted(positions), "violations come in document order"
    assert [item for item in found if item.rule != "duplicate_member"] == validate(payload, kind)
    with without_native_module():
        assert validate_json(data, kind) == found, "both ways lead to the same"
    assert is_valid(payload, kind) == all(item.level == "warning" for item in validate(payload, kind))
    return found


@contextlib.contextmanager
def without_native_module() -> Iterator[None]:
    """Judge the longer way, as where there was no compiler."""
    nothing: dict[str, Any] = {}
    unsure = dict.fromkeys(KINDS, native.NOTHING)
    judge = validation._judge.__wrapped__  # which remembers nothing
    with (
        patch.multiple(
            native,
            _module=native.NOTHING,
            broken_rules=native.NOTHING.broken_rules,
            names_members_once=native.NOTHING.names_members_once,
            skip_flawless_lines=native.NOTHING.skip_flawless_lines,
        ),
        patch.multiple(validation, _CHANNELS=nothing, _KINDS=unsure, _judge=judge),
    ):
        yield


def position(payload: Any, pointer: str) -> list[int]:
    """Say where in a document a pointer leads, as the number of each step among its neighbours."""
    steps = [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]]
    found = []
    for step in steps:
        number = list(payload).index(step) if isinstance(payload, dict) else int(step)
        payload = payload[step] if isinstance(payload, dict) else payload[number]
        found.append(number)
    return found
