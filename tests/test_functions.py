"""The functions that rules call are the same in all languages."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
import reference
from payloads import ROOT
from specgen import functions
from specgen.cel import FUNCTIONS
from specgen.checker import check_functions
from specgen.evaluation import evaluate_rule
from specgen.expressions import OPERATIONS
from specgen.source import SpecError
from webex_connect_messaging_spec import functions as copied

TABLE: list[dict[str, Any]] = json.loads((ROOT / "generated" / "functions.json").read_text(encoding="utf-8"))
OF_CEL = {"string"}  # which is one of CEL's own functions


def test_the_functions_of_javascript_are_those_of_python() -> None:
    text = (ROOT / "src" / "javascript" / "functions.mjs").read_text(encoding="utf-8")
    names = set(re.findall(r'(?:celFunc|overloads)\("(\w+)"', text))
    missing, surplus = set(FUNCTIONS) - OF_CEL - names, names - set(FUNCTIONS)
    assert missing == set(), "define them in src/javascript/functions.mjs"
    assert surplus == set(), (
        "define them in scripts/specgen/functions.py, or take them out of src/javascript/functions.mjs"
    )


def test_the_operations_of_the_accelerator_are_those_that_the_generator_prints() -> None:
    sources = [path.read_text(encoding="utf-8") for path in (ROOT / "src" / "native").glob("*.[ch]")]
    tables = [table for text in sources for table in re.findall(r"OPERATIONS\[\] = \{(.*?)\n\};", text, re.DOTALL)]
    names = {name for table in tables for name in re.findall(r'\{"(\w+)"', table)}
    missing = OPERATIONS - names  # the accelerator has others for itself, to which it rewrites some of these
    assert missing == set(), "add them to the table in src/native/expression.c, or take them out of scripts/specgen"
    assert set(FUNCTIONS) - names == set(), "add them to the table in src/native/expression.c"


def test_the_table_has_entries_for_each_function() -> None:
    assert {entry["function"] for entry in TABLE} == set(FUNCTIONS)


@pytest.mark.parametrize("entry", TABLE, ids=json.dumps)
def test_a_function_gives_what_the_table_says(entry: dict[str, Any]) -> None:
    name, arguments, result = entry["function"], entry["arguments"], entry["result"]
    assert getattr(functions, name)(*arguments) == result
    assert hasattr(copied, name), f"no rule calls {name}; take it out of scripts/specgen/functions.py, or add the rule"
    assert getattr(copied, name)(*arguments) == result
    parameters = ", ".join(f"self[{index}]" for index in range(len(arguments)))
    variables = {"self": arguments, "item": None, "root": result}
    # What the Python binding of the engine hands over ends at a NUL, and its objects have no order.
    if "\\u0000" not in json.dumps(entry) and not any(isinstance(part, dict) and len(part) > 1 for part in arguments):
        assert reference.holds(f"{name}({parameters}) == root", variables)
    assert evaluate_rule(f"{name}({parameters}) == root", variables)


ENTRIES = tuple(TABLE)


@pytest.mark.parametrize(
    ("entries", "words"),
    [
        ((*ENTRIES, {"function": "missing", "arguments": [""], "result": 0}), "missing'; define it in scripts/specgen/functions.py"),
        ((*ENTRIES, {"function": "utf8_size", "arguments": [5], "result": 0}), "functions.py raises AttributeError"),
        ((*ENTRIES, {"function": "utf8_size", "arguments": ["a"], "result": 2}), "functions.py gives 1"),
        (tuple(entry for entry in ENTRIES if entry["function"] != "unique"), "'unique' gives for empty input"),
        (tuple(entry for entry in ENTRIES if entry["arguments"][0] != ""), "gives for empty input"),
        (tuple(entry for entry in ENTRIES if json.dumps(entry).isascii() and "\\u" not in json.dumps(entry)), "beyond ASCII"),
    ],
)  # fmt: skip
def test_the_table_is_checked(entries: tuple[Any, ...], words: str) -> None:
    with pytest.raises(SpecError, match=r"^spec/functions\.yaml#") as caught:
        check_functions(entries)
    assert words in str(caught.value)


def test_a_function_without_a_docstring_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(functions.unique, "__doc__", None)
    with pytest.raises(SpecError, match=r"^scripts/specgen/functions\.py: give unique a docstring"):
        check_functions(ENTRIES)
