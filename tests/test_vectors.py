"""Every vector and every example has exactly the violations that are written for it, with every engine."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import laws
import pytest
from engines import ENGINES
from jsonschema import Draft202012Validator
from payloads import EXAMPLES, ROOT, VECTORS, kind_of, read_vectors
from webex_connect_messaging_spec.rules import RULES

from webex_connect_messaging import is_valid, validate, validate_json
from webex_connect_messaging.pure import PureEngine

FILES = sorted((ROOT / "generated" / "vectors").glob("*.json"))
compares_engines = pytest.mark.skipif(len(ENGINES) < 2, reason="the accelerator is not built")
each_file = pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])


def read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def reports(payload: Any, kind: Any) -> list[dict[str, str]]:
    return [{"pointer": item.pointer, "rule": item.rule, "level": item.level} for item in validate(payload, kind)]


def unordered(violations: list[dict[str, str]]) -> Counter[tuple[str, ...]]:
    return Counter(tuple(violation.values()) for violation in violations)


def numbers(value: Any) -> Iterator[float]:
    if isinstance(value, (int, float)):
        yield abs(value)
    elif isinstance(value, (dict, list)):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from numbers(inner)


@pytest.mark.usefixtures("engine")
@each_file
def test_a_vector_has_exactly_its_violations(path: Path) -> None:
    for vector in read_vectors(path):
        payload, kind = vector["payload"], vector["kind"]
        assert unordered(reports(payload, kind)) == unordered(vector["violations"]), vector["id"]
        assert is_valid(payload, kind) == vector["valid"], vector["id"]


@pytest.mark.usefixtures("engine")
@each_file
def test_the_text_of_a_vector_has_the_violations_of_the_vector(path: Path) -> None:
    for vector in read_vectors(path):
        payload, kind = vector["payload"], vector["kind"]
        assert validate_json(json.dumps(payload), kind) == validate(payload, kind), vector["id"]


@compares_engines
@each_file
def test_all_engines_make_the_same_records_of_a_vector(path: Path) -> None:
    for vector in read_vectors(path):
        payload, kind = vector["payload"], vector["kind"]
        of_value = [laws.comparable(_unplaced(engine.check_value(payload, kind))) for engine in ENGINES.values()]
        of_text = [laws.comparable(engine.check_text(json.dumps(payload), kind)) for engine in ENGINES.values()]
        assert all(found == of_value[0] for found in of_value), vector["id"]
        assert all(found == of_text[0] for found in of_text), vector["id"]


def _unplaced(records: Any) -> Any:
    """Leave out the order: in Python values, engines number different values."""
    return [(0, *record[1:]) for record in records]


@compares_engines
@each_file
def test_the_accelerator_decides_all_vectors_but_huge_numbers_and_an_empty_batch(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    undecided: list[Any] = []

    def note(_engine: PureEngine, value: Any, _kind: Any) -> list[Any]:
        undecided.append(value)
        return []

    monkeypatch.setattr(PureEngine, "check_any_value", note)
    for engine in (engine for engine in ENGINES.values() if engine.accelerated):
        for vector in read_vectors(path):
            undecided.clear()
            engine.check_value(vector["payload"], vector["kind"])
            is_odd = vector["payload"] == [] or max(numbers(vector["payload"]), default=0) >= 2**53
            assert bool(undecided) == is_odd, vector["id"]


@pytest.mark.usefixtures("engine")
def test_an_example_has_no_errors() -> None:
    for name, example in EXAMPLES.items():
        assert [item for item in reports(example, kind_of(name)) if item["level"] == "error"] == [], name


@each_file
def test_a_file_of_vectors_has_the_documented_form(path: Path) -> None:
    Draft202012Validator(read(ROOT / "generated" / "schemas" / "vectors.schema.json")).validate(read(path))
    assert [name for name, count in Counter(vector["id"] for vector in read(path)).items() if count > 1] == []


def test_every_rule_is_violated_by_a_vector() -> None:
    violated = {item["rule"] for vector in VECTORS.values() for item in vector["violations"]}
    assert {rule.id for rule in RULES} - violated == set()
