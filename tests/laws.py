"""What must hold of every answer of the validation, whatever it was given."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import orjson
from engines import ENGINES, using

from webex_connect_messaging import Kind, Violation, is_valid, validate, validate_json
from webex_connect_messaging.positions import located
from webex_connect_messaging.record import Records

KINDS: tuple[Kind, ...] = ("request", "response", "notification")


def hold(data: bytes, kind: Kind) -> list[Violation]:
    """Validate any bytes as a document of a kind, assert the laws of the answer, and return it."""
    answers = [_hold(data, kind, name) for name in ENGINES]
    assert all(answer == answers[0] for answer in answers), "every engine finds the same"
    found = [comparable(engine.check_text(data, kind)) for engine in ENGINES.values()]
    assert all(records == found[0] for records in found), "every engine makes the same records"
    return answers[0]


def _hold(data: bytes, kind: Kind, name: str) -> list[Violation]:
    with using(ENGINES[name]):
        found = validate_json(data, kind)
        assert found == validate_json(data, kind), "the same text gets the same answer"
        places = [(item.line, item.column) for item in located(ENGINES[name].check_text(data, kind), data)]
        assert places == sorted(places), "violations come in the order of the text"
        try:
            payload = orjson.loads(data)
        except orjson.JSONDecodeError:
            assert [(item.pointer, item.rule) for item in found] == [("", "json")]
            return found
        assert len(set(map(repr, found))) == len(found), "nothing is said twice"
        others = [item for item in found if item.rule != "duplicate_member"]
        positions = [position(payload, item.pointer) for item in others]
        if others == found:
            assert positions == sorted(positions), "violations come in document order"
        assert Counter(map(repr, others)) == Counter(map(repr, validate(payload, kind))), (
            "a text gets the answer of its value"
        )
        assert is_valid(payload, kind) == all(item.level == "warning" for item in others)
    return found


def comparable(records: Records) -> list[tuple[int, str, str, str, str]]:
    """Return records in a form in which those of any engine are equal; only the accelerator's schemas hold rules."""
    return sorted((order, at, keyword, _name(schema), repr(subject)) for order, at, keyword, schema, subject in records)


def _name(schema: Any) -> str:
    return json.dumps(_without_rules(schema), sort_keys=True) if isinstance(schema, dict) else repr(schema)


def _without_rules(schema: Any) -> Any:
    if isinstance(schema, dict):
        return {key: _without_rules(value) for key, value in schema.items() if key != "x-rules"}
    return [_without_rules(value) for value in schema] if isinstance(schema, list) else schema


def position(payload: Any, pointer: str) -> list[int]:
    """Say where in a document a pointer leads, as the number of each step among its neighbours."""
    steps = [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]]
    found = []
    for step in steps:
        number = list(payload).index(step) if isinstance(payload, dict) else int(step)
        payload = payload[step] if isinstance(payload, dict) else payload[number]
        found.append(number)
    return found
