"""Duplicate names in a text."""

from __future__ import annotations

import json
import tracemalloc
from typing import Any

import orjson
import pytest

from webex_connect_messaging import validate_json
from webex_connect_messaging.pure import PureEngine
from webex_connect_messaging.scan import has_unique_names, scan


def duplicates(text: str) -> list[tuple[int, str, Any]]:
    return [(record[0], record[1], record[4]) for record in scan(text.encode(), ()).duplicates]


def test_a_duplicate_is_reported_where_the_name_stands_for_the_second_time() -> None:
    text = '{"é": 1, "a": [{"b/": 1, "b\\u002f": 1, "b/": 2}], "a": 3}'
    places = [text.encode().index(name) for name in (b'"b\\u002f"', b'"a": 3')]
    assert duplicates(text) == [(places[0], "/a/0", "b/"), (places[1], "", "a")]


@pytest.mark.parametrize(
    "text",
    [
        '{"a": "\\":"}',
        '{"a": {"a": [{"a": "a"}]}}',
        '"\\\\"',
        '{"\\\\": "\\\\\\"", "": ""}',
        "[]",
        '{"\\u0022": "\\u0022"}',
    ],
)
def test_a_text_of_unique_names_has_no_duplicates(text: str) -> None:
    assert has_unique_names(text.encode(), json.loads(text))
    assert duplicates(text) == []


@pytest.mark.parametrize(
    "text", ['{"a": 1, "a": ":"}', '{"a": 1, "\\u0061": "\\""}', '[{"\\\\": 1, "\\\\": 1}]', '{"": "", "": ""}']
)
def test_a_name_that_stands_twice_is_noticed(text: str) -> None:
    assert not has_unique_names(text.encode(), json.loads(text))
    assert len(duplicates(text)) == 1


def test_what_is_nested_very_deeply_is_scanned() -> None:
    text = b'{"a":' * 900 + b"1" + b"}" * 900
    assert not has_unique_names(text, orjson.loads(text))
    assert scan(text, ()).duplicates == []


def test_too_many_pointers_are_only_counted() -> None:
    found = duplicates('{"' + "n" * 300_000 + '": [' + ", ".join(['{"a": 1, "a": 2, "b": 1, "b": 2}'] * 10) + "]}")
    assert [(len(pointer) > 300_000, subject) for _, pointer, subject in found] == [
        (True, "a"), (True, "b"), (True, "a"), (False, 9)
    ]  # fmt: skip


TEXTS = {
    "a long name above many duplicates": '{"' + "n" * 96_000 + '":[' + ",".join(['{"a":1,"a":2}'] * 7_000) + "]}",
    "900 arrays in each other": "[" * 900 + ",".join(["1"] * 160_000) + "]" * 900,
    "900 arrays around duplicates": "[" * 900 + ",".join(['{"a":1,"a":2}'] * 16_000) + "]" * 900,
}


@pytest.mark.parametrize("name", TEXTS)
def test_a_text_takes_linear_memory(name: str) -> None:
    tracemalloc.start()
    try:
        PureEngine().check_text(TEXTS[name], "request")
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 60 * len(TEXTS[name])


@pytest.mark.usefixtures("engine")
def test_the_omitted_objects_are_told() -> None:
    found = validate_json(TEXTS["a long name above many duplicates"])
    assert sum(item.rule == "duplicate_member" for item in found) < 15
    assert any("more objects name a property twice" in item.message for item in found)
