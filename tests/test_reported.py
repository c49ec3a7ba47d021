"""Every reported payload has the violations that its report expects; to turn a report into a test, add it to ``reported.json``."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from payloads import ROOT

from webex_connect_messaging import validate, validate_json

REPORTS: list[Any] = json.loads((ROOT / "tests" / "reported.json").read_text(encoding="utf-8"))
VECTORS = json.loads((ROOT / "generated" / "schemas" / "vectors.schema.json").read_text(encoding="utf-8"))
PARTS = VECTORS["items"]["properties"]
FORM = {
    "type": "array",
    "minItems": 1,
    "items": {
        "type": "object",
        "additionalProperties": False,
        "required": ["about", "kind", "violations"],
        "oneOf": [{"required": ["payload"]}, {"required": ["text"]}],
        "properties": {
            "about": {"type": "string", "pattern": r"\.$"},
            "kind": PARTS["kind"],
            "payload": True,
            "text": {"type": "string"},
            "violations": PARTS["violations"],
        },
    },
}


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize("report", REPORTS, ids=[report["about"] for report in REPORTS])
def test_a_reported_payload_has_the_expected_violations(report: Any) -> None:
    validator, given = (validate_json, report["text"]) if "text" in report else (validate, report["payload"])
    found = validator(given, report["kind"])
    assert [{"pointer": item.pointer, "rule": item.rule, "level": item.level} for item in found] == report["violations"]


def test_the_reports_have_the_documented_form() -> None:
    Draft202012Validator(FORM).validate(REPORTS)
    assert [about for about, count in Counter(report["about"] for report in REPORTS).items() if count > 1] == []


@pytest.mark.parametrize("change", [{"about": "No full stop"}, {"text": "{}"}, {"kind": "letter"}, {"more": 1}])
def test_a_report_of_another_form_is_refused(change: dict[str, Any]) -> None:
    assert not Draft202012Validator(FORM).is_valid([{**REPORTS[0], **change}])
