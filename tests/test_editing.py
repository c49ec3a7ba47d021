"""Fixes are applied to texts as they are to values, and the rest of the text stays as it is."""

from __future__ import annotations

import json
from typing import Any

import pytest

from webex_connect_messaging import Violation
from webex_connect_messaging.editing import fix_text
from webex_connect_messaging.fixing import apply_fixes

TEXT = """{
  "a" : 1.10,
\t"b":[2 , 3],"c":{ },
  "d":{"x":"\\u00e9", "y": 1e400}
}
"""


def violations(*operations: dict[str, Any]) -> list[Violation]:
    return [Violation("", "type", "error", "", [operation]) for operation in operations]


@pytest.mark.parametrize(
    ("operation", "old", "new"),
    [
        ({"op": "remove", "path": "/a"}, '\n  "a" : 1.10,', ""),
        ({"op": "remove", "path": "/b/0"}, "[2 , 3]", "[ 3]"),
        ({"op": "remove", "path": "/b/1"}, "[2 , 3]", "[2]"),
        ({"op": "remove", "path": "/d"}, ',\n  "d":{"x":"\\u00e9", "y": 1e400}', ""),
        ({"op": "remove", "path": "/d/y"}, ', "y": 1e400', ""),
        ({"op": "replace", "path": "/a", "value": "1.1"}, "1.10", '"1.1"'),
        ({"op": "replace", "path": "/a", "value": [1.1]}, "1.10", "[1.10]"),
        ({"op": "replace", "path": "/a", "value": [1.2]}, "1.10", "[1.2]"),
        ({"op": "replace", "path": "/d/x", "value": ["é"]}, '"\\u00e9"', '["\\u00e9"]'),
        ({"op": "move", "from": "/a", "path": "/A"}, '"a"', '"A"'),
        ({"op": "move", "from": "/a", "path": "/é\n"}, '"a"', '"é\\n"'),
        ({"op": "move", "from": "/d/x", "path": "/c/x"}, None, '"c":{"x": "\\u00e9"}'),
        ({"op": "move", "from": "/d/x", "path": "/x"}, None, '  "d":{ "y": 1e400},\n  "x":"\\u00e9"\n}'),
        ({"op": "add", "path": "/c~1d", "value": {}}, None, '1e400},\n  "c/d":{}\n}'),
    ],
)
def test_only_what_a_fix_touches_changes(operation: dict[str, Any], old: str | None, new: str) -> None:
    fixed = fix_text(TEXT, violations(operation))
    assert json.loads(fixed) == apply_fixes(json.loads(TEXT), violations(operation))
    if old is None:
        assert new in fixed
    else:
        assert fixed == TEXT.replace(old, new, 1)


def test_a_text_without_fixes_is_returned_as_it_is() -> None:
    assert fix_text(TEXT, [Violation("", "type", "error", "", None)]) is TEXT
    assert fix_text("[" * 5000 + "]" * 5000, violations({"op": "remove", "path": "/0"})).count("[") == 5000


def test_a_document_may_be_wrapped_with_what_stands_around_it() -> None:
    assert (
        fix_text(' {"a": 1.0}\n', violations({"op": "replace", "path": "", "value": [{"a": 1.0}]})) == ' [{"a": 1.0}]\n'
    )


def test_the_last_fix_is_applied_first() -> None:
    outer, inner = {"op": "move", "from": "/A", "path": "/a"}, {"op": "move", "from": "/A/B", "path": "/A/b"}
    assert fix_text('{"A": {"B": 1}}', violations(outer, inner)) == '{"a": {"b": 1}}'


def test_of_a_name_that_stands_twice_the_last_one_counts() -> None:
    assert (
        fix_text('{"a": 1, "a": 2}', violations({"op": "replace", "path": "/a", "value": "2"})) == '{"a": 1, "a": "2"}'
    )


def test_a_renamed_property_replaces_another_of_that_name() -> None:
    assert fix_text('{"a": 1, "b": 2}', violations({"op": "move", "from": "/b", "path": "/a"})) == '{ "a": 2}'
