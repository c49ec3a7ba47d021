"""What pages say of the conditions of a schema."""

from __future__ import annotations

from typing import Any

import pytest
from sitegen.conditions import sentences

OBJECT = {"type": "object"}


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({"type": "object"}, []),
        (
            {"if": OBJECT, "then": {"anyOf": [{"required": ["a"]}, {"required": ["b", "c"]}]}},
            ["`a` is given or (`b` is given and `c` is given)."],
        ),
        (
            {"if": OBJECT, "then": {"oneOf": [{"required": ["a"]}, {"required": ["b"]}]}},
            ["Exactly one of these holds: `a` is given; `b` is given."],
        ),
        (
            {"if": {"properties": {"a": {"enum": ["1", "2"]}}}, "then": {"required": ["b"]}},
            ["If `a` is absent or `a` is one of `1`, `2`, then `b` is given."],
        ),
        (
            {"if": {"required": ["a"], "properties": {"a": {"const": True}}}, "else": {"not": {"required": ["b"]}}},
            ["If `a` is absent or `a` is not `true`, then `b` is absent."],
        ),
        (
            {
                "if": {"not": {"required": ["a"], "properties": {"a": {"properties": {"b": {"minLength": 1}}}}}},
                "then": {"required": ["c"]},
            },
            ["If `a` is absent or `a.b` is empty, then `c` is given."],
        ),
        (
            {"if": OBJECT, "then": {"required": ["a"], "properties": {"a": {"not": {"const": False}}}}},
            ["`a` is given and `a` is not `false`."],
        ),
        (
            {"if": OBJECT, "then": {"allOf": [{"required": ["a"]}, {"not": {"anyOf": [{"required": ["b"]}]}}]}},
            ["`a` is given.", "`b` is absent."],
        ),
        (
            {"if": {"required": ["a"]}, "then": {"properties": {"b": {"contains": {"required": ["c"]}}}}},
            ["If `a` is given, then `b` is absent or an entry of `b` is such that `c` is given."],
        ),
        (
            {"if": {"required": ["a"]}, "then": {"allOf": [{"if": {"required": ["b"]}, "then": {"required": ["c"]}}]}},
            ["Where `a` is given: if `b` is given, then `c` is given."],
        ),
        (
            {"if": OBJECT, "then": {"required": ["a"], "properties": {"a": {"pattern": "^A", "maxItems": 2}}}},
            ["`a` matches `^A` and `a` has at most 2 entries."],
        ),
        (
            {"if": OBJECT, "then": {"required": ["a"], "properties": {"a": {"multipleOf": 3}}}},
            ['`a` fits `{"multipleOf": 3}`.'],
        ),
        (
            {"if": OBJECT, "then": {"anyOf": [{"required": [f"a_long_name_{number}"]} for number in range(20)]}},
            ["A further condition, too long for a sentence, stands in the schema."],
        ),
    ],
)
def test_conditions_are_said_in_words(schema: Any, expected: list[str]) -> None:
    assert sentences(schema) == expected
