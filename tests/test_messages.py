"""What is wrong in words."""

from __future__ import annotations

import tracemalloc
from typing import Any

import pytest
from payloads import EXAMPLES

from webex_connect_messaging import validate
from webex_connect_messaging.messages import describe
from webex_connect_messaging.record import Record

TEXT = EXAMPLES["sms/text"]


def message(keyword: str, schema: dict[str, Any], subject: Any) -> str:
    return describe([Record(0, "", keyword, {keyword: schema.pop("=", None), **schema}, subject)])[0][2]


@pytest.mark.parametrize(
    ("keyword", "value", "subject", "expected"),
    [
        ("type", "string", 5, "Expected a string, got 5."),
        ("type", "boolean", "yes", 'Expected a boolean, got "yes".'),
        ("type", "integer", {}, "Expected an integer, got an object."),
        ("type", "object", [1], "Expected an object, got an array."),
        ("type", "number", None, "Expected a number, got null."),
        ("type", "array", True, "Expected an array, got true."),
        ("minLength", 1, "", "Give at least 1 character; it has 0."),
        ("maxLength", 2, "abc", "Shorten it to at most 2 characters; it has 3."),
        ("minItems", 2, [1], "Give at least 2 items; there is 1."),
        ("maxItems", 1, [1, 2], "Give at most 1 item; there are 2."),
        ("minProperties", 1, {}, "Give at least 1 property; there are 0."),
        ("maxProperties", 2, dict.fromkeys("abc"), "Give at most 2 properties; there are 3."),
        ("required", ["a"], "a", "Add the property 'a'."),
        ("enum", ["email", 5], "emial", 'Expected one of "email", 5, got "emial"; did you mean \'email\'?'),
        ("enum", ["a", 5], None, 'Expected one of "a", 5, got null.'),
        ("const", 5, 6.5, "Expected 5, got 6.5."),
        ("pattern", "^a$", "b", 'Write it like a match of ^a$, not "b".'),
        ("maximum", 5, 6, "Expected at most 5, got 6."),
        ("minimum", 5, 4, "Expected at least 5, got 4."),
        ("uniqueItems", True, [1, 1], "Give each item once."),
        ("anyOf", [{"required": ["a"]}, {"required": ["b"]}], {}, "Give at least one of 'a', 'b'."),
        ("oneOf", [{"required": ["a"]}, {"required": ["b"]}], {}, "Give exactly one of 'a', 'b'."),
        ("oneOf", [{"type": "integer"}, {"type": "string"}], [], "Expected an integer or a string, got an array."),
        ("not", {"required": ["a"]}, {"a": 1}, "Leave out 'a' here."),
        ("not", {"const": "otp"}, "otp", 'Expected another value than "otp".'),
        ("contains", {"const": "safari"}, [], 'Add the item "safari".'),
        ("contains", {"properties": {"a": {"const": 1}}}, [], "Add an item with 'a' = 1."),
    ],
)
def test_a_keyword_has_its_message(keyword: str, value: Any, subject: Any, expected: str) -> None:
    assert message(keyword, {"=": value}, subject) == expected


def test_an_unknown_property_is_told_with_the_known_ones() -> None:
    schema = {"=": False, "properties": {"senderid": {}, "text": {}}}
    assert message("additionalProperties", {**schema}, "zz") == "Unknown property 'zz'; known here: senderid, text."
    assert message("additionalProperties", {**schema}, "senderId") == (
        "Unknown property 'senderId'; did you mean 'senderid'?"
    )
    assert message("additionalProperties", {"=": False}, "a") == "Unknown property 'a'."


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        ("a", "The property 'a' occurs more than once here. Keep one, or all values but the last are lost."),
        (1, "1 more object names a property twice. Name each property once."),
        (2500, "2,500 more objects name a property twice. Name each property once."),
    ],
)
def test_duplicates_have_a_message(subject: Any, expected: str) -> None:
    assert describe([Record(0, "", "duplicate_member", None, subject)])[0][2] == expected


def test_long_names_and_values_are_shortened() -> None:
    found = validate({**TEXT, "n" * 1000: 1, "icmessage": "v" * 1000})
    assert all(len(item.message) < 500 for item in found)
    assert f"'{'n' * 79}…'" in found[0].message
    assert found[1].message.endswith(f', got "{"v" * 78}….')


def test_what_is_kept_between_payloads_is_bounded() -> None:
    def refuse(number: int, size: int) -> None:
        name = f"{number}".ljust(size, "x")
        validate({**TEXT, name: 1, "deliverychannel": name})
        validate({**TEXT, name: 1})

    for number in range(1100):
        refuse(number, 70)
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        for number in range(300):
            refuse(-number, 200_000)
        for number in range(1100):
            refuse(-number, 75)
        kept = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()
    assert kept < 1_000_000
