"""Parts of rules that no vector needs are found and described."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from checks import mutants, rule_parts
from payloads import ROOT
from specgen.cel import compile_rule
from specgen.model import read

WHOLE = "(not has(self['a']) or (has(self['b']) and self['b'] == 1))"
SPEC = read(ROOT / "spec")


def spec_of(rule: str) -> Any:
    """Return a specification of one component with one rule, as far as its parts go."""
    compiled = compile_rule(rule)
    schema = {"type": "object", "x-rules": [{"id": "a_rule", "rule": rule, "level": "error"}]}
    return SimpleNamespace(schemas={"A": schema}, rules=[SimpleNamespace(id="a_rule", compiled=compiled)])


def undetected(rule: str, documents: list[Any]) -> list[str]:
    spec = spec_of(rule)
    detector = rule_parts.Detector(spec, (("A", document) for document in documents))
    return [str(part).partition(" without ")[2] for part in rule_parts.parts(spec) if not detector.detects(part)]


@pytest.mark.parametrize(
    ("documents", "expected"),
    [
        ([], [WHOLE, "not has(self['a'])", "(has(self['b']) and self['b'] == 1)", "has(self['b'])", "self['b'] == 1"]),
        ([{"a": 1, "b": 2}], [WHOLE, "not has(self['a'])", "(has(self['b']) and self['b'] == 1)", "has(self['b'])"]),
        ([{"a": 1, "b": 2}, {"b": 2}], ["(has(self['b']) and self['b'] == 1)", "has(self['b'])"]),
        ([{"a": 1, "b": 2}, {"b": 2}, {"a": 1, "b": 1}], ["has(self['b'])"]),
        ([{"a": 1, "b": 2}, {"b": 2}, {"a": 1, "b": 1}, {"a": 1}], []),
    ],
)
def test_a_part_of_a_rule_needs_a_document_whose_verdict_depends_on_it(
    documents: list[Any], expected: list[str]
) -> None:
    assert undetected("!has(self.a) || has(self.b) && self.b == 1", documents) == expected


def test_a_survivor_is_described_with_its_place_and_the_file_of_its_cases() -> None:
    part = next(rule_parts.parts(SPEC))
    text = mutants.describe(SPEC, part)
    assert text.startswith(f"{part.rule.place}/rule: rule id {part.rule.id} without ")
    assert "spec/cases/" in text
    mutant = next(mutants.mutants(SPEC))
    assert "spec/cases/" in mutants.describe(SPEC, mutant)
    rule = next(mutant for mutant in mutants.mutants(SPEC) if mutant.rule)
    assert rule.rule is not None
    assert mutants.describe(SPEC, rule).startswith(f"{rule.rule.place}: no vector violates the rule ")
