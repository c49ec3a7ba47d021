"""Where a JSON Pointer leads into a text."""

from __future__ import annotations

import json
from typing import Any

import pytest
from payloads import EXAMPLES

from webex_connect_messaging.positions import Positions

TEXT = """ {
\t"é": [1, {"a/b": "\\" }", "~": [ ]} , "x:]"],
  "é\\n" : {"": null}, "twice": 1, "twice": [true]
}
"""


@pytest.mark.parametrize(
    ("pointer", "position"),
    [
        ("", (1, 2)), ("/é", (2, 2)), ("/é/0", (2, 8)), ("/é/1", (2, 11)), ("/é/1/a~1b", (2, 12)), ("/é/1/~0", (2, 27)),
        ("/é/2", (2, 39)), ("/é\n", (3, 3)), ("/é\n/", (3, 12)), ("/twice", (3, 35)), ("/twice/0", (3, 45)),
        ("/none", (1, 2)), ("/é/7", (2, 2)), ("/é/0/deeper", (2, 8)), ("/é/1/~0/0", (2, 27)),
    ],
)  # fmt: skip
def test_a_pointer_leads_to_a_name_or_an_entry(pointer: str, position: tuple[int, int]) -> None:
    assert Positions(TEXT).find(pointer) == position


@pytest.mark.parametrize(
    "text",
    ["", "{", '{"a"', '{"a":', '{"a": 1', "[", "[1,", "[1 2]", '{"a" 1}', "nonsense", '"', '{"a": "', "[[]", "{1}"],
)
@pytest.mark.parametrize("pointer", ["", "/a", "/a/b", "/0", "/1", "/0/0"])
def test_what_is_not_json_has_positions_within_it(text: str, pointer: str) -> None:
    line, column = Positions(text).find(pointer)
    assert line == 1
    assert 1 <= column <= len(text) + 1


def pointers(value: Any, above: str = "") -> list[tuple[str, Any]]:
    """Return every value below a value, with the pointer to it."""
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    steps = [(f"{above}/{str(name).replace('~', '~0').replace('/', '~1')}", item) for name, item in entries]
    return [(above, value), *(found for step, item in steps for found in pointers(item, step))]


@pytest.mark.parametrize("name", EXAMPLES)
@pytest.mark.parametrize("indent", [None, 2])
def test_every_value_of_an_example_is_found(name: str, indent: int | None) -> None:
    text = json.dumps(EXAMPLES[name], indent=indent, ensure_ascii=indent is None)
    lines = text.split("\n")
    positions = Positions(text)
    for pointer, value in pointers(EXAMPLES[name]):
        line, column = positions.find(pointer)
        rest = "\n".join([lines[line - 1][column - 1 :], *lines[line:]])
        step = pointer.rpartition("/")[2].replace("~1", "/").replace("~0", "~")
        if pointer and not step.isdigit():
            found, end = json.JSONDecoder().raw_decode(rest)
            assert found == step
            rest = rest[end:].lstrip(" :\n")
        assert json.JSONDecoder().raw_decode(rest)[0] == value
