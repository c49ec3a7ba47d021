"""The fixes of violations can be applied."""

from __future__ import annotations

from typing import Any

import pytest
from payloads import EXAMPLES

from webex_connect_messaging import Violation, fix
from webex_connect_messaging.fixing import apply_fixes

SMS = EXAMPLES["sms/text"]


def patched(document: Any, *operations: dict[str, Any]) -> Any:
    return apply_fixes(document, [Violation("", "type", "error", "", [operation]) for operation in operations])


def test_a_valid_payload_is_returned_as_it_is() -> None:
    assert fix(SMS) == SMS
    assert fix(SMS) is not SMS


def test_what_is_no_json_value_is_left() -> None:
    assert fix({"a": object()}) == {"a": None}


@pytest.mark.parametrize(
    ("operation", "expected"),
    [
        ({"op": "remove", "path": "/b/0"}, {"a": 1, "b": []}),
        ({"op": "replace", "path": "/b/0", "value": 3}, {"a": 1, "b": [3]}),
        ({"op": "replace", "path": "", "value": 3}, 3),
        ({"op": "add", "path": "/c~1d", "value": {}}, {"a": 1, "b": [2], "c/d": {}}),
        ({"op": "move", "from": "/b", "path": "/a"}, {"a": [2]}),
        ({"op": "move", "from": "/b/0", "path": "/c"}, {"a": 1, "b": [], "c": 2}),
    ],
)
def test_operations_of_a_patch_are_applied(operation: dict[str, Any], expected: Any) -> None:
    document = {"a": 1, "b": [2]}
    assert patched(document, operation) == expected
    assert document == {"a": 1, "b": [2]}


def test_a_renamed_property_keeps_its_place() -> None:
    found = patched({"a": 1, "b": 2, "c": 3}, {"op": "move", "from": "/b", "path": "/d"})
    assert list(found) == ["a", "d", "c"]


def test_the_last_fix_is_applied_first() -> None:
    outer, inner = {"op": "move", "from": "/A", "path": "/a"}, {"op": "move", "from": "/A/B", "path": "/A/b"}
    assert patched({"A": {"B": 1}}, outer, inner) == {"a": {"b": 1}}
