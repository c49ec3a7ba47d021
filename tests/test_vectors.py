"""Every vector and every example earns exactly the violations that are written for it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

import laws
import pytest
from jsonschema import Draft202012Validator
from payloads import EXAMPLES, ROOT, VECTORS, kind_of
from webex_connect_messaging_spec import flawless, schemas
from webex_connect_messaging_spec.rules import RULES

from webex_connect_messaging import is_valid, native, validate, validate_json, validation


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


@pytest.mark.parametrize("name", VECTORS)
def test_a_vector_earns_exactly_its_violations(name: str) -> None:
    vector = VECTORS[name]
    assert unordered(reports(vector["payload"], vector["kind"])) == unordered(vector["violations"])
    assert is_valid(vector["payload"], vector["kind"]) == vector["valid"]


@pytest.mark.parametrize("name", VECTORS)
def test_a_vector_earns_the_same_without_the_native_module(name: str) -> None:
    payload, kind = VECTORS[name]["payload"], VECTORS[name]["kind"]
    with laws.without_native_module():
        slowly = validate(payload, kind)
    assert validate(payload, kind) == slowly == validate_json(json.dumps(payload), kind)


@pytest.mark.parametrize("name", VECTORS)
def test_the_native_module_is_sure_of_a_vector_without_huge_numbers(name: str) -> None:
    payload, kind = VECTORS[name]["payload"], VECTORS[name]["kind"]
    is_unsure = native.judge(schemas.load(validation._root(payload, kind).schema)).errors(payload) is None
    assert is_unsure == (max(numbers(payload), default=0) >= 2**53)


@pytest.mark.parametrize("name", VECTORS)
def test_the_native_module_judges_the_text_of_a_vector_as_it_judges_the_vector(name: str) -> None:
    payload, kind = VECTORS[name]["payload"], VECTORS[name]["kind"]
    root = validation._root(payload, kind).schema
    judge = native.judge(schemas.load(root) if root == "request" else flawless.load(root))
    assert native.broken_rules(json.dumps(payload), judge) == judge.broken_rules(payload)


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_has_no_errors(name: str) -> None:
    assert [item for item in reports(EXAMPLES[name], kind_of(name)) if item["level"] == "error"] == []


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_without_violations_is_flawless_at_a_glance(name: str) -> None:
    payload, kind = EXAMPLES[name], kind_of(name)
    broken = native.judge(flawless.load(validation._root(payload, kind).schema)).broken_rules(payload)
    assert (broken == ()) == (validate(payload, kind) == [])


@pytest.mark.parametrize("path", sorted((ROOT / "generated" / "vectors").glob("*.json")), ids=lambda path: path.stem)
def test_a_file_of_vectors_has_the_documented_form(path: Any) -> None:
    schema = json.loads((ROOT / "generated" / "schemas" / "vectors.schema.json").read_text(encoding="utf-8"))
    vectors = json.loads(path.read_text(encoding="utf-8"))
    Draft202012Validator(schema).validate(vectors)
    assert [name for name, count in Counter(vector["id"] for vector in vectors).items() if count > 1] == []


@pytest.mark.parametrize("rule", sorted({rule.id for rule in RULES}))
def test_every_rule_is_broken_by_a_vector(rule: str) -> None:
    assert any(item["rule"] == rule for vector in VECTORS.values() for item in vector["violations"])
