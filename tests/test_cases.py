"""Every example and every case earns exactly the violations that are written beside it."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from payloads import EXAMPLES, Case, cases, kind_of
from webex_connect_messaging_spec.rules import RULES

from webex_connect_messaging import validate

CASES = list(cases())


def reports(payload: Any, kind: Any) -> list[str]:
    return [f"{item.level} {item.rule} {item.pointer}".rstrip() for item in validate(payload, kind)]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_case_earns_exactly_its_violations(case: Case) -> None:
    assert reports(case.payload, case.kind) == case.reports


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_has_no_errors(name: str) -> None:
    assert [line for line in reports(EXAMPLES[name], kind_of(name)) if line.startswith("error")] == []


def test_names_of_cases_are_unique() -> None:
    assert [name for name, count in Counter(case.name for case in CASES).items() if count > 1] == []


@pytest.mark.parametrize("rule", {rule.id for rule in RULES})
def test_every_rule_is_broken_by_a_case(rule: str) -> None:
    assert any(line.split()[1] == rule for case in CASES for line in case.reports)
