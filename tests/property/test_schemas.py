"""What hypothesis-jsonschema makes of a schema is accepted, wherever it can make anything of it.

It ignores conditions and takes minutes for whole requests, so it is given the components that have none.
"""

from __future__ import annotations

from typing import Any

import jsonschema_rs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis_jsonschema import from_schema
from reference import SPEC, exported_form
from specgen.model import walk


def definitions() -> dict[str, Any]:
    return {name: schema for kind in SPEC.kinds for name, schema in exported_form(kind)["$defs"].items()}


def is_plain(schema: Any) -> bool:
    return not any(key in node for node in walk(schema) for key in ("$ref", "if", "oneOf", "pattern"))


PLAIN = {name: schema for name, schema in definitions().items() if is_plain(schema)}


def test_there_are_plain_components() -> None:
    assert {"SmsExtras", "TemplateParameters", "CorrelationId"} <= set(PLAIN)


@pytest.mark.parametrize("name", PLAIN)
def test_what_hypothesis_jsonschema_generates_is_accepted(name: str) -> None:
    validator = jsonschema_rs.Draft202012Validator(PLAIN[name])

    @settings(suppress_health_check=[HealthCheck.too_slow])
    @given(from_schema(PLAIN[name]))
    def law(value: Any) -> None:
        assert validator.is_valid(value)

    law()
