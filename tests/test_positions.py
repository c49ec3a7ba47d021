"""Where records stand in a text."""

from __future__ import annotations

import json
from typing import Any

import pytest
from payloads import EXAMPLES

from webex_connect_messaging.positions import located
from webex_connect_messaging.record import Record
from webex_connect_messaging.scan import scan

TEXT = """ {
\t"é": [1, {"a/b": "\\" }", "~": [ ]} , "x:]"],
  "é\\n" : {"": null}, "twice": 1, "twice": [true]
}
"""


def find(text: str, pointers: list[str]) -> list[tuple[int, int]]:
    """Return line and column of each pointer."""
    data = text.encode()
    offsets = scan(data, pointers).offsets
    records = [Record(offsets[pointer], pointer, "json", None, "") for pointer in pointers]
    found = {item.violation.pointer: (item.line, item.column) for item in located([*records], data)}
    return [found[pointer] for pointer in pointers]


@pytest.mark.parametrize(
    ("pointer", "position"),
    [
        ("", (1, 2)), ("/é", (2, 2)), ("/é/0", (2, 8)), ("/é/1", (2, 11)), ("/é/1/a~1b", (2, 12)), ("/é/1/~0", (2, 27)),
        ("/é/2", (2, 39)), ("/é\n", (3, 3)), ("/é\n/", (3, 12)), ("/twice", (3, 35)), ("/twice/0", (3, 45)),
        ("/none", (1, 2)), ("/é/7", (2, 2)), ("/é/0/deeper", (2, 8)), ("/é/1/~0/0", (2, 27)),
    ],
)  # fmt: skip
def test_a_pointer_leads_to_a_name_or_an_item(pointer: str, position: tuple[int, int]) -> None:
    assert find(TEXT, [pointer]) == [position]


def test_an_earlier_value_of_a_name_that_stands_twice_has_no_position() -> None:
    assert find('{"a": {"b": 1}, "a": {"c": 1}}', ["/a/b", "/a/c"]) == [(1, 17), (1, 23)]


def pointers(value: Any, above: str = "") -> list[tuple[str, Any]]:
    """Return every value below a value, with the pointer to it."""
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    steps = [(f"{above}/{str(name).replace('~', '~0').replace('/', '~1')}", item) for name, item in entries]
    return [(above, value), *(found for step, item in steps for found in pointers(item, step))]


@pytest.mark.parametrize("indent", [None, 2])
def test_every_value_of_an_example_is_found(indent: int | None) -> None:
    for example in EXAMPLES.values():
        text = json.dumps(example, indent=indent, ensure_ascii=indent is None)
        lines = text.split("\n")
        values = dict(pointers(example))
        for (pointer, value), (line, column) in zip(values.items(), find(text, [*values]), strict=True):
            rest = "\n".join([lines[line - 1][column - 1 :], *lines[line:]])
            step = pointer.rpartition("/")[2].replace("~1", "/").replace("~0", "~")
            if pointer and not step.isdigit():
                found, end = json.JSONDecoder().raw_decode(rest)
                assert found == step
                rest = rest[end:].lstrip(" :\n")
            assert json.JSONDecoder().raw_decode(rest)[0] == value
