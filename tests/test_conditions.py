"""Rules in JSON Schema: they may refuse more than the rule, but never accept what breaks it."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from jsonschema_rs import Draft202012Validator
from specgen import sites
from specgen.cel import compile_rule

OBJECTS: list[Any] = [
    {"a": a, "b": b}
    for a, b in itertools.product(
        ["", "x", "xy\n", "é" * 3, "y" * 9, ["x"], ["y"] * 3, {"x": "y"}, {"x": "z"}, {}, True, 3],
        ["x", "é", "x" * 5, []],
    )
] + [{}, {"a": "x"}, {"b": "y"}]
CONDITIONS = [
    "has(self.a)", "!has(self.a)", "has(self.a) && has(self.b)", "!has(self.a) || has(self.b)", "!(has(self.a) || has(self.b))",
    "!has(self.a) || self.a == 'x'", "!has(self.a) || self.a != 'x'", "!has(self.a) || self.a in ['x', '']", "!has(self.a) || !(self.a in ['x', ''])",
    "!has(self.a) || 'x' in self.a", "!has(self.a) || !('x' in self.a)", "!has(self.a) || self.a.contains('x')", "'a' in self", "!('a' in self)",
    "!has(self.a) || has(self.a.x) && self.a.x == 'y'",
]  # fmt: skip
TEXTS = [
    "!has(self.b) || self.b.matches('^x')", "!has(self.b) || !self.b.matches('^x$')", "!has(self.b) || size(self.b) <= 0", "!has(self.b) || size(self.b) >= 1",
    "!has(self.b) || utf8_size(self.b) <= 1", "!has(self.b) || utf8_size(self.b) <= 4", "!has(self.b) || !(utf8_size(self.b) <= 1)",
]  # fmt: skip


def verdict(rule: str, value: Any) -> bool | None:
    """Apply a rule; nothing if it has no meaning for the types of a value."""
    if "has(self.a.x)" in rule and not isinstance(value.get("a", {}), dict):
        return None
    try:
        return sites.holds(rule, {"self": value})
    except (KeyError, TypeError, AttributeError):
        return None


@pytest.mark.parametrize("rule", [*CONDITIONS, *TEXTS])
def test_what_a_schema_accepts_keeps_the_rule(rule: str) -> None:
    schema = compile_rule(rule).schema
    verdicts = [(value, verdict(rule, value)) for value in OBJECTS]
    assert {True, False} <= {holds for _, holds in verdicts}
    if schema is None:
        assert "!(utf8_size" in rule
        return
    accepts = Draft202012Validator(schema).is_valid
    assert [value for value, holds in verdicts if holds is False and accepts(value)] == []
    assert [value for value, holds in verdicts if holds and not accepts(value)] == [] or "utf8_size" in rule


@pytest.mark.parametrize(
    "rule", ["self.a == self.b", "size(self.a) == size(self.b)", "self.a.all(x, x == 1)", "size(item) <= 3"]
)
def test_what_json_schema_cannot_say_has_no_schema(rule: str) -> None:
    assert compile_rule(rule).schema is None
