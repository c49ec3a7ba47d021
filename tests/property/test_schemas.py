"""What hypothesis-jsonschema makes of a schema is accepted, wherever it can make anything of it.

It ignores conditions and takes minutes for whole requests and long for any values, so it is given the components that
have neither.
"""

from __future__ import annotations

from typing import Any

import jsonschema_rs
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis_jsonschema import from_schema
from reference import SPEC, exported_form
from specgen.model import walk


def definitions() -> dict[str, Any]:
    return {name: schema for kind in SPEC.kinds for name, schema in exported_form(kind)["$defs"].items()}


def is_plain(schema: Any) -> bool:
    entries = schema.get("additionalProperties")
    holds_any_values = isinstance(entries, dict) and "type" not in entries
    return not holds_any_values and not any(
        key in node for node in walk(schema) for key in ("$ref", "if", "oneOf", "pattern")
    )


PLAIN = {name: schema for name, schema in definitions().items() if is_plain(schema)}
ACCEPTS = {name: jsonschema_rs.Draft202012Validator(schema).is_valid for name, schema in PLAIN.items()}


def test_there_are_plain_components() -> None:
    assert {"SmsExtras", "TemplateParameters", "CorrelationId"} <= set(PLAIN)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.one_of([st.tuples(st.just(name), from_schema(schema)) for name, schema in PLAIN.items()]))
def test_what_hypothesis_jsonschema_generates_is_accepted(built: tuple[str, Any]) -> None:
    name, value = built
    assert ACCEPTS[name](value)
