"""Every schema can be satisfied, with the least that it asks for and with all that it allows."""

from __future__ import annotations

from typing import Any

import jsonschema_rs
import pytest
from hypothesis import HealthCheck, given, settings
from reference import SPEC, openapi_form

from .strategies import components


@pytest.mark.parametrize("size", ["minimal", "maximal"])
@pytest.mark.parametrize("name", SPEC.schemas)
def test_a_schema_is_satisfied_by_what_is_built_from_it(name: str, size: str) -> None:
    accepts = jsonschema_rs.Draft202012Validator(openapi_form(name)).is_valid
    built: list[Any] = []

    @settings(max_examples=5, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
    @given(components(name, size))
    def law(value: Any) -> None:
        assert accepts(value), value
        built.append(value)

    law()
    assert built
