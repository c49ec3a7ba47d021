"""What is wrong in words."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import tracemalloc
from typing import Any

import pytest
from payloads import EXAMPLES, ROOT

from webex_connect_messaging import validate, validate_json
from webex_connect_messaging.messages import _TEMPLATES, describe
from webex_connect_messaging.record import Record

TEXT = EXAMPLES["sms/text"]
MESSAGES: list[tuple[str, Any, Any, str]] = [  # keyword, value, subject, message
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
]
DUPLICATE = "The property 'a' occurs more than once here. Keep one, or all values but the last are lost."
NOT_JSON = "Not JSON: reason."
SUGGESTION = re.compile(r"(?:; (?:did you mean '.*'\?|known here: .*\.)|\.)$")  # which the two find in different ways
SCRIPT = """
import { readFileSync } from "node:fs";
import { duplicateProperty, explain, notJson } from "./src/javascript/messages.mjs";
const errors = JSON.parse(readFileSync(0, "utf8"));
console.log(JSON.stringify([duplicateProperty("a"), notJson("reason"), ...errors.map(explain)]));
"""
needs_node = pytest.mark.skipif(shutil.which("node") is None, reason="Node.js is missing")


def message(keyword: str, schema: dict[str, Any], subject: Any) -> str:
    return describe([Record(0, "", keyword, {keyword: schema.pop("=", None), **schema}, subject)])[0][2]


@pytest.mark.parametrize(("keyword", "value", "subject", "expected"), MESSAGES)
def test_a_keyword_has_its_message(keyword: str, value: Any, subject: Any, expected: str) -> None:
    assert message(keyword, {"=": value}, subject) == expected


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize("text", ["", "{", "[1,]", '"\\ud800"', b"\xff"])
def test_input_that_is_not_json_is_called_so(text: str | bytes) -> None:
    (found,) = validate_json(text)
    assert found.rule == "json"
    assert found.message.startswith(NOT_JSON.partition("reason")[0])


def test_every_keyword_is_tested() -> None:
    assert {keyword for keyword, *_ in MESSAGES} | {"additionalProperties"} == set(_TEMPLATES), "add it to MESSAGES"


def test_the_keywords_of_javascript_are_those_of_python() -> None:
    text = (ROOT / "src" / "javascript" / "messages.mjs").read_text(encoding="utf-8")
    (handlers,) = re.findall(r"^const HANDLERS = \{$(.*?)^\};$", text, re.DOTALL | re.MULTILINE)
    names = set(re.findall(r"^  (\w+)[:(]", handlers, re.MULTILINE))
    missing, surplus = set(_TEMPLATES) - names, names - set(_TEMPLATES)
    assert missing == set(), "word them in src/javascript/messages.mjs, too"
    assert surplus == set(), "word them in src/webex_connect_messaging/messages.py, too"


@needs_node
def test_the_messages_of_javascript_are_those_of_python() -> None:
    unknown = ("additionalProperties", False, "b", "Unknown property 'b'.")
    rows = [*MESSAGES, unknown]
    errors = [
        {
            "keyword": keyword,
            "schema": value,
            "data": subject,
            "parentSchema": {keyword: value},
            "params": {"missingProperty": subject, "additionalProperty": subject},
        }
        for keyword, value, subject, _ in rows
    ]
    command = ["node", "--input-type=module", "--eval", SCRIPT]
    done = subprocess.run(command, cwd=ROOT, input=json.dumps(errors), capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"src/javascript/messages.mjs: {done.stderr}"
    found = [SUGGESTION.sub("", text) for text in json.loads(done.stdout)]
    expected = [SUGGESTION.sub("", text) for text in (DUPLICATE, NOT_JSON, *(row[3] for row in rows))]
    assert found == expected, "src/javascript/messages.mjs and src/webex_connect_messaging/messages.py differ"


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
        ("a", DUPLICATE),
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
