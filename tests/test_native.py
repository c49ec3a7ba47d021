"""The native module judges as JSON Schema and the rules have it, says when it is unsure, and refuses what it cannot use."""

from __future__ import annotations

import gc
import json
import sys
from typing import Any

import jsonschema_rs
import orjson
import pytest
from payloads import EXAMPLES
from webex_connect_messaging_spec.automata import AUTOMATA

from webex_connect_messaging import _native, native, validate_json
from webex_connect_messaging.validation import skip_flawless_lines

VALUES: list[Any] = [
    *(
        None,
        True,
        False,
        0,
        1,
        -1,
        1.0,
        0.5,
        2**53 - 1,
        "",
        "a",
        "é",
        "€",
        "😀",
        "ab",
        "abc",
        [],
        [1],
        ["a", "a"],
        ["a", "b"],
    ),
    *(
        [1, 1.0],
        [True, 1],
        [None],
        [[]],
        {},
        {"a": 1},
        {"a": "x"},
        {"b": 1},
        {"a": 1, "b": 2},
        {"a": {"a": 1}},
        {"c": []},
    ),
]
SCHEMAS: list[Any] = [
    *({"type": kind} for kind in ("object", "array", "string", "integer", "number", "boolean", "null")),
    *({"const": value} for value in (None, True, 1, 0.5, "a", "é")),
    {"enum": ["a", 1, None]},
    {"required": ["a", "b"]},
    *({f"{bound}{noun}": 1} for bound in ("min", "max") for noun in ("Properties", "Items", "Length", "imum")),
    {"properties": {"a": {"type": "integer"}}},
    {"properties": {"a": {"type": "string"}}, "additionalProperties": False},
    {"properties": {"a": True}, "additionalProperties": {"type": "integer"}},
    {"additionalProperties": True},
    {"items": {"type": "integer"}},
    {"contains": {"const": "b"}},
    {"uniqueItems": True},
    {"allOf": [{"required": ["a"]}, {"minProperties": 2}]},
    {"anyOf": [{"required": ["a"]}, {"type": "string"}]},
    {"oneOf": [{"required": ["a"]}, {"required": ["b"]}]},
    {"not": {"required": ["a"]}},
    {"if": {"required": ["a"]}, "then": {"required": ["b"]}, "else": {"type": "string"}},
    {"$ref": "#/$defs/Nested"},
    {"items": {"$ref": "#/$defs/Nested"}},
]
DEFINITIONS = {"Nested": {"type": "object", "properties": {"a": {"anyOf": [{"const": 1}, {"$ref": "#/$defs/Nested"}]}}}}


def judge(schema: Any, definitions: dict[str, Any] = DEFINITIONS, patterns: Any = AUTOMATA) -> _native.Judge:
    return _native.Schemas(definitions, patterns).judge(schema)


@pytest.mark.parametrize("schema", SCHEMAS, ids=json.dumps)
def test_a_keyword_accepts_what_another_validator_accepts(schema: Any) -> None:
    accepts = jsonschema_rs.Draft202012Validator({**schema, "$defs": DEFINITIONS}).is_valid
    found = judge(schema)
    expected = [accepts(value) for value in VALUES]
    refused = [found.broken_rules(value) is None for value in VALUES]
    unsure = [found.errors(value) is None for value in VALUES]
    assert [not item for item in refused] == [item and not doubt for item, doubt in zip(expected, unsure, strict=True)]
    assert [value for value, doubt in zip(VALUES, unsure, strict=True) if doubt] in ([], [[True, 1], [[]]], [[True, 1]])


def test_errors_name_place_keyword_and_schema() -> None:
    schema = {"properties": {"a/b": {"items": {"type": "integer"}}}, "required": ["c"], "additionalProperties": False}
    found = judge(schema).errors({"x": 1, "a/b": [1, "two"]})
    assert found is not None
    assert sorted(found, key=lambda error: (error[0], error[2])) == [
        (b"", "", "additionalProperties", schema, "x"),
        (b"", "", "required", schema, "c"),
        (bytes([0, 0, 0, 1, 0, 0, 0, 1]), "/a~1b/1", "type", {"type": "integer"}, "two"),
    ]


@pytest.mark.parametrize(
    "schema",
    [
        {"format": "date"},
        {"pattern": "^unknown$"},
        {"const": {}},
        {"enum": [[]]},
        {"type": "text"},
        {"uniqueItems": False},
    ],
    ids=str,
)
def test_what_it_does_not_know_makes_it_unsure(schema: Any) -> None:
    assert judge(schema).errors("a") is None
    assert judge(schema).broken_rules("a") is None


class Text(str):
    """A text, but none that a parser makes."""


@pytest.mark.parametrize(
    "value", [{1: 2}, "\ud800", {"\ud800": 1}, float("nan"), 1e400, (1,), {1}, Text("a"), b"a", complex(1)], ids=repr
)
def test_what_no_json_has_makes_it_unsure(value: Any) -> None:
    assert judge({"maxLength": 3}).errors(value) is None
    assert judge({"maxLength": 3}).broken_rules(value) is None


@pytest.mark.parametrize("value", [2**53, -(2**80), 1e300])
def test_numbers_that_a_double_may_not_hold_make_it_unsure(value: float) -> None:
    assert judge({"maximum": 5}).errors(value) is None
    assert judge({"const": 5}).errors(value) is None


def test_deep_nesting_makes_it_unsure_instead_of_crashing() -> None:
    value: dict[str, Any] = {"a": 1}
    for _ in range(100_000):
        value = {"a": value}
    assert judge({"$ref": "#/$defs/Nested"}).errors(value) is None
    loop: list[Any] = []
    loop.append(loop)
    assert judge({"$ref": "#/$defs/List"}, {"List": {"items": {"$ref": "#/$defs/List"}}}).errors(loop) is None


EACH_ITEM = ["each", 4, ["variable", 1], ["constant", True], ["variable", 4]]
MALFORMED: list[Any] = [
    *(
        ["known", 0, EACH_ITEM],
        ["known", 1, EACH_ITEM],
        ["known", 2, ["list", ["known", 0, ["list", ["constant", 1]]]]],
        ["known", 2, ["each", 4, ["variable", 0], ["constant", True], ["list"]]],
    ),
    *(
        ["variable", 4],
        ["variable", -1],
        ["variable", 0.5],
        ["variable", "self"],
        ["variable"],
        ["variable", 0, ["list"]],
    ),
    *(
        ["not"],
        ["equal", ["constant", 1]],
        ["constant"],
        ["member", 1, ["variable", 0]],
        ["entry", -1, ["variable", 0]],
    ),
    *(
        ["any", 5, ["list"], ["constant", True], ["constant", True]],
        ["any", 4, ["variable", 4], ["constant", True], ["list"]],
    ),
]


@pytest.mark.parametrize(
    ("schema", "error"),
    [
        ({"$ref": "#/$defs/Missing"}, KeyError),
        ({"$ref": ""}, KeyError),
        ({"required": [f"member{number}" for number in range(65)]}, ValueError),
        ({"maxLength": "5"}, TypeError),
        ({"$ref": 1.5}, TypeError),
        ({"$ref": "12345678Nested"}, KeyError),
        ({"items": 5}, TypeError),
        ({"allOf": [None]}, TypeError),
        ({"required": "a"}, TypeError),
        ({"properties": []}, TypeError),
        ({"x-rules": [["RULE", [None] * 17, ["constant", True]]]}, ValueError),
        *(({"x-rules": [["RULE", [], term]]}, ValueError) for term in MALFORMED),
        ({"x-rules": [["RULE", []]]}, TypeError),
        ({"x-rules": [["RULE", [1], ["constant", True]]]}, TypeError),
    ],
    ids=str,
)
def test_a_schema_that_cannot_be_compiled_is_an_error(schema: Any, error: type[Exception]) -> None:
    with pytest.raises(error):
        judge(schema)


def test_a_schema_without_end_is_an_error() -> None:
    schema: dict[str, Any] = {}
    schema["not"] = schema
    term: list[Any] = ["not"]
    term.append(term)
    for endless in (schema, {"x-rules": [["RULE", [], term]]}):
        with pytest.raises(RecursionError):
            judge(endless)


def test_schemas_of_which_one_could_not_be_compiled_are_of_no_use() -> None:
    schemas = _native.Schemas({"Half": {"type": "object", "maxLength": "5"}}, {})
    for schema in ({"$ref": "#/$defs/Half"}, {}):
        with pytest.raises(TypeError):
            schemas.judge(schema)


@pytest.mark.parametrize(
    "automaton",
    [
        (b"\0\2", b"\0", b"\1"),
        (b"\0\0", b"\1", b"\1"),
        (b"", b"", b""),
        (b"\0\0", b"\0\0\0", b"\1\1"),
        (b"\1\0", b"\0", b"\1"),
        (b"\0\0", b"\0", b"\7"),
        (b"\0\0", bytes(256), b"\1"),
        (b"\0\0", bytes(300 * 255), bytes(300)),
    ],
    ids=lambda parts: str([part[:3] for part in parts]),
)
def test_an_automaton_that_leads_nowhere_is_an_error(automaton: tuple[bytes, bytes, bytes]) -> None:
    with pytest.raises(ValueError, match="automaton"):
        judge({"pattern": "x"}, {}, {"x": automaton})


RULES: list[tuple[Any, Any, bool | None]] = [
    (["constant", True], {}, True),
    (["in", ["constant", "a"], ["variable", 0]], {"a": 1}, True),
    (["in", ["constant", "a"], ["variable", 0]], "cat", True),
    (["in", ["constant", "a"], ["variable", 0]], ["b"], False),
    (["in", ["member", "a", ["variable", 0]], ["variable", 0]], {"a": "b", "c": 1}, False),
    (["in", ["member", "b", ["variable", 0]], ["list"]], {}, None),
    (["all", 4, ["variable", 0], ["equal", ["variable", 4], ["constant", "a"]], ["constant", False]], ["b"], True),
    (["any", 4, ["variable", 0], ["equal", ["variable", 4], ["constant", "a"]], ["constant", True]], ["b"], False),
    (["equal", ["member", "a", ["variable", 0]], ["constant", 1]], {"a": 1.0}, True),
    (["equal", ["member", "a", ["variable", 0]], ["constant", 1]], {"a": True}, None),
    (["equal", ["member", "a", ["variable", 0]], ["constant", 1]], {}, None),
    (["equal", ["entry", 1, ["variable", 0]], ["constant", "b"]], ["a", "b"], True),
    (["equal", ["entry", 2, ["variable", 0]], ["constant", "b"]], ["a", "b"], None),
    (["less", ["constant", "a"], ["constant", "ab"]], None, True),
    (["at_most", ["len", ["variable", 0]], ["constant", 2]], "é€", True),
    (["at_most", ["utf8_size", ["variable", 0]], ["constant", 4]], "é€", False),
    (["equal", ["string", ["variable", 0]], ["constant", "3"]], 3.0, True),
    (["equal", ["string", ["variable", 0]], ["constant", "true"]], True, True),
    (["equal", ["string", ["variable", 0]], ["constant", "0.5"]], 0.5, None),
    (["equal", ["float", ["variable", 0]], ["constant", 2.5]], "+2.50", True),
    (["equal", ["float", ["variable", 0]], ["constant", 2.5]], "2_5", None),
    (["equal", ["float", ["variable", 0]], ["constant", 2.5]], "", None),
    (["equal", ["add", ["variable", 0], ["constant", "é"]], ["constant", "aé"]], "a", True),
    (["equal", ["add", ["variable", 0], ["constant", 1]], ["constant", 3]], 2, True),
    (["equal", ["subtract", ["variable", 0], ["constant", 1]], ["constant", 1]], 2, True),
    (
        ["equal", ["total", ["each", 4, ["variable", 0], ["constant", True], ["variable", 4]]], ["constant", 3]],
        [1, 2],
        True,
    ),
    (["unique", ["each", 4, ["variable", 0], ["constant", True], ["variable", 4]]], ["a", "b", "a"], False),
    (
        [
            "unique",
            ["each", 4, ["variable", 0], ["not", ["equal", ["variable", 4], ["constant", "a"]]], ["variable", 4]],
        ],
        ["a", "b", "a"],
        True,
    ),
    (["all", 4, ["variable", 0], ["constant", True], ["equal", ["variable", 4], ["constant", "a"]]], {"a": 1}, True),
    (["any", 4, ["variable", 0], ["constant", True], ["equal", ["variable", 4], ["constant", "a"]]], ["b"], False),
    (
        [
            "equal",
            ["count", 4, ["variable", 0], ["equal", ["variable", 4], ["constant", "a"]], ["constant", 1]],
            ["constant", 2],
        ],
        ["a", "a"],
        True,
    ),
    (
        ["equal", ["len", ["addresses", ["variable", 0]]], ["constant", 3]],
        [{"a": ["x", "y"], "b": "z"}, {"a": ["x"]}],
        True,
    ),
    (["equal", ["len", ["flatten", ["list", ["variable", 0], ["variable", 0]]]], ["constant", 4]], ["x", "y"], True),
    (
        ["equal", ["len", ["smart_links", ["variable", 0]]], ["constant", 2]],
        {"{{link_1}}": ["{{{link_a-b}}}", "{{link_}}"]},
        True,
    ),
    (["equal", ["occurrences", ["variable", 0], ["constant", "aa"]], ["constant", 2]], "aaaaa", True),
    (["starts_with", ["variable", 0], ["constant", "ab"]], "abc", True),
    (["if", ["constant", False], ["constant", True], ["constant", False]], None, False),
    (["equal", ["total", ["list", *[["constant", 1]] * 3]], ["constant", 3]], None, None),
    (["equal", ["len", ["addresses", ["variable", 0]]], ["constant", 0]], [[]], None),
    (["in", ["constant", "y"], ["addresses", ["variable", 0]]], [{"a": ["x"], "b": "z"}, {"a": ["y"]}], True),
    (["in", ["constant", "z"], ["addresses", ["variable", 0]]], [{"a": ["x"], "b": "z"}], False),
    (["known", 0, ["list"]], None, None),
    (["unknown"], None, None),
    ([], None, None),
]


@pytest.mark.parametrize(("term", "value", "expected"), RULES, ids=str)
def test_a_term_is_what_it_says(term: Any, value: Any, expected: bool | None) -> None:
    found = judge({"x-rules": [["RULE", [], term]]}).broken_rules(value)
    assert found == {True: (), False: (("", "RULE"),), None: None}[expected]


@pytest.mark.parametrize(
    "value", [{"a": [1, -20, 0.5, None, True, '\n\0\x7f"\\/é€😀'], "": {}}, [], {}, [[0.1, 1e14]], {"a": 1.0}]
)
def test_the_size_of_json_is_that_which_a_writer_gives(value: Any) -> None:
    size = len(orjson.dumps(value))
    term = ["equal", ["json_size", ["variable", 0]], ["constant", size]]
    assert judge({"x-rules": [["RULE", [], term]]}).broken_rules(value) == ()


def test_a_broken_rule_is_told_where_it_is() -> None:
    rule = ["RULE", ["a", None, "b~"], ["equal", ["variable", 1], ["constant", 1]]]
    schema = {"properties": {"x": {"items": {"x-rules": [rule]}}}}
    value = {"x": [{}, {"a": [{"b~": 1}, {"b~": 2}, {}]}]}
    assert judge(schema).broken_rules(value) == (("/x/1/a/1/b~0", "RULE"),)


def test_a_rule_that_is_broken_in_a_branch_that_is_left_does_not_count() -> None:
    broken = {"x-rules": [["RULE", [], ["constant", False]]]}
    definitions = {"Left": {"allOf": [broken, {"required": ["a"]}]}, "Taken": {}}
    schema = {"anyOf": [{"$ref": "#/$defs/Left"}, {"$ref": "#/$defs/Taken"}]}
    assert judge(schema, definitions).broken_rules({}) == ()
    assert judge(schema, definitions).broken_rules({"a": 1}) == (("", "RULE"),)


def test_rules_are_no_errors_wherever_they_stand() -> None:
    broken = {"x-rules": [["RULE", [], ["constant", False]]]}
    for schema in (broken, {"anyOf": [broken]}, {"if": broken}, {"contains": broken}, {"not": {"not": broken}}):
        assert judge(schema).errors([1]) == []


def test_a_rule_that_is_broken_in_an_entry_that_does_not_count_is_not_told() -> None:
    entry = {"allOf": [{"x-rules": [["RULE", [], ["constant", False]]]}, {"type": "string"}]}
    assert judge({"contains": entry}).broken_rules([7, "x"]) == (("/1", "RULE"),)


class Name:
    """A name that equals others only as long as it is not watched."""

    watched = False

    def __hash__(self) -> int:
        return hash("b")

    def __eq__(self, _other: object) -> bool:
        assert not self.watched, "somebody asked"
        return False


def test_names_that_are_no_texts_are_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    term = ["equal", ["member", "b", ["member", "m", ["variable", 2]]], ["constant", 1]]
    found = judge({"x-rules": [["RULE", [], term], ["RULE", ["m", "b"], term]]})
    value = {"m": {Name(): 1, "b": 1}}
    monkeypatch.setattr(Name, "watched", True)
    assert found.broken_rules(value) is None
    assert found.broken_rules({"m": {"b": 1}}) == ()


def test_references_that_lead_to_themselves_end() -> None:
    itself = {"$ref": "#/$defs/Itself"}
    for union in ("anyOf", "oneOf", "allOf"):
        assert judge(itself, {"Itself": {union: [itself, itself]}}).broken_rules(1) is None
        assert judge(itself, {"Itself": {union: [itself, itself]}}).errors(1) is None


def test_a_list_that_is_kept_is_that_of_its_own_document() -> None:
    known = ["known", 2, ["each", 4, ["member", "all", ["variable", 2]], ["constant", True], ["variable", 4]]]
    schema = {"properties": {"some": {"items": {"x-rules": [["RULE", [], ["in", ["variable", 0], known]]]}}}}
    found = judge(schema)
    assert found.broken_rules({"all": ["a", "b"], "some": ["b", "a", "c"]}) == (("/some/2", "RULE"),)
    assert found.broken_rules({"all": ["c"], "some": ["c", "a"]}) == (("/some/1", "RULE"),)


ANYTHING = judge({})
READ: list[Any] = [
    *('{"a":1,"b":{"a":[{"a":2}]}}', ' {\t"a" : [ 1 , 2 ] ,\r\n"b" : { } } ', "[]", "[[],{}]", '"\x7f"'),
    *("true", "false", "null", "0", "-1", "1.5", "-0.0", "1e2", "1E+2", "12.5e-1", str(2**53 - 1)),
    *('""', r'"\"\\\/\b\f\n\r\t"', r'"\u0000\u007f\u0080\u07ff\u0800\uFFFF\ud83d\uDE00"', '"é€😀\u07ff\U0010ffff"'),
    *(r'"12345678\n12345678é\t"', r'{"\u0061":1,"b":2}', "[" * 40 + "1" + "]" * 40, f'"{"x" * 999_998}"'),
    json.dumps({f"name{number}": number for number in range(256)}),
]
NOT_JSON: list[Any] = [
    *(
        "",
        " ",
        "{",
        "}",
        "[",
        "]",
        "[1",
        "[1,]",
        "[,1]",
        "[1 2]",
        "[1}",
        '{"a":1,}',
        '{"a" 1}',
        '{"a"}',
        "{1:2}",
        "{a:1}",
    ),
    *("01", "-", "-01", "1.", ".5", "1e", "1e+", "1.e1", "+1", "0x1", "NaN", "Infinity", "1 1", "1,", '{"a":1]'),
    *("nul", "nulll", "tru", "falsey", "True", "'a'", '"a', '"', '"\\', r'"\x"', r'"\u12"', r'"\u12g4"', r'"\u 123"'),
    *('"\n"', '"\x00"', '"\x1f"', '"12345678\x0112345678"', "\x00", "1\x00", "\ufeff1", "\x0b1", "\xa01"),
    *(
        b'"\xff"',
        b'"\x80"',
        b'"\xc0\x80"',
        b'"\xc1\xbf"',
        b'"\xc3"',
        b'"\xe0\x9f\xbf"',
        b'"\xe2\x82"',
        b'"\xe2\x82a"',
        b'"\xf0\x9f\x98a"',
        b'"\xe2\x28\xa1"',
    ),
    *(
        b'"\xed\xa0\x80"',
        b'"\xf0\x8f\xbf\xbf"',
        b'"\xf0\x9f\x98"',
        b'"\xf4\x90\x80\x80"',
        b'"\xf5\x80\x80\x80"',
        b"\xc3\xa9",
    ),
]
UNSURE: list[Any] = [
    *('{"a":1,"a":2}', '{"a":1,"b":2,"a":3}', '[{"b":{"a":1,"\\u0061":1}}]', '{"":1,"":2}'),
    *(r'"\ud800"', r'"\udc00"', r'"\ud800a"', r'"\ud800\n"', r'"\ud800\u0041"', r'"\ud800\ud800"', r'"\ud800\ue000"'),
    *("-0", str(2**53), str(-(2**80)), "1" * 400, "1e300", "1e400", "0." + "1" * 70),
    *("[" + "1," * 499_979 + "[" * 39 + "t", "[" * 41 + "1" + "]" * 41, "[" * 100_000, f'"{"x" * 999_999}"'),
    json.dumps({f"name{number}": number for number in range(257)}),
]


LONG = "c" * 200
ALL = ["member", "all", ["variable", 2]]
JOINED = ["each", 4, ALL, ["constant", True], ["add", ["variable", 4], ["constant", "x"]]]
LISTS = ["each", 4, ALL, ["constant", True], ["list", ["variable", 4], ["add", ["variable", 4], ["constant", "x"]]]]


@pytest.mark.parametrize(
    ("wanted", "known"),
    [
        (["variable", 0], ["known", 2, ALL]),
        (["add", ["variable", 0], ["constant", "x"]], ["known", 2, JOINED]),
        (["add", ["variable", 0], ["constant", "x"]], ["flatten", ["known", 2, LISTS]]),
    ],
    ids=str,
)
def test_only_what_stays_is_kept(wanted: Any, known: Any) -> None:
    found = judge({"properties": {"some": {"items": {"x-rules": [["RULE", [], ["in", wanted, known]]]}}}})
    broken = (("/some/2", "RULE"), ("/some/4", "RULE"))
    for value in ({"all": [*"ab"], "some": [*"ba", LONG, *"bc"]}, {"all": [*"uvw"], "some": [*"uw", LONG, *"vb"]}):
        assert found.broken_rules(value) == _native.broken_rules(orjson.dumps(value), found) == broken


@pytest.mark.parametrize(
    ("term", "value"),
    [
        (["equal", ["len", ["smart_links", ["variable", 0]]], ["constant", 0]], [Text("{{link_1}}")]),
        (["equal", ["len", ["addresses", ["variable", 0]]], ["constant", 0]], [{"a": (1,)}]),
        (["at_most", ["json_size", ["variable", 0]], ["constant", 9]], [Text("a")]),
        (["unique", ["variable", 0]], [Text("a")]),
    ],
    ids=str,
)
def test_a_term_is_unsure_of_what_no_json_has(term: Any, value: Any) -> None:
    assert judge({"x-rules": [["RULE", [], term]]}).broken_rules(value) is None


@pytest.mark.parametrize("text", READ, ids=lambda text: repr(text[:40]))
def test_a_text_is_read(text: str) -> None:
    orjson.loads(text)
    for data in (text, text.encode()):
        assert _native.broken_rules(data, ANYTHING) == ()
        assert _native.names_members_once(data)


@pytest.mark.parametrize(
    "character", [*"\0\x1f\x7f\x80\u07ff\u0800\ud7ff\ue000\uffff", *map(chr, (0x10000, 0x10FFFF))], ids=ascii
)
def test_a_character_may_be_written_as_itself_or_as_an_escape(character: str) -> None:
    for value in (character, f"{character}12345678{character}", f"1234567{character}12345678"):
        found = judge({"const": value, "maxLength": len(value)})
        assert _native.broken_rules(json.dumps(value), found) == ()
        assert _native.broken_rules(f'"{value}"', found) == (() if character >= " " else None)
        assert _native.broken_rules(json.dumps(value), judge({"maxLength": len(value) - 1})) is None


@pytest.mark.parametrize("text", [*NOT_JSON, *UNSURE], ids=lambda text: repr(text[:40]))
def test_a_text_that_is_wrong_or_rare_is_left_to_others(text: str | bytes) -> None:
    assert _native.broken_rules(text, ANYTHING) is None
    assert not _native.names_members_once(text)


@pytest.mark.parametrize("text", NOT_JSON, ids=lambda text: repr(text[:40]))
def test_what_is_no_json_is_none_for_another_parser(text: str | bytes) -> None:
    with pytest.raises(orjson.JSONDecodeError):
        orjson.loads(text)


@pytest.mark.parametrize("text", [None, 1, bytearray(b"1"), "\ud800", "1".encode("utf-16")], ids=repr)
def test_what_is_no_text_is_left_to_others(text: Any) -> None:
    assert _native.broken_rules(text, ANYTHING) is None
    assert not _native.names_members_once(text)


@pytest.mark.parametrize(("term", "value", "expected"), RULES, ids=str)
def test_a_term_is_the_same_of_a_text(term: Any, value: Any, expected: bool | None) -> None:
    found = _native.broken_rules(orjson.dumps(value), judge({"x-rules": [["RULE", [], term]]}))
    assert found == {True: (), False: (("", "RULE"),), None: None}[expected]


@pytest.mark.parametrize("schema", SCHEMAS, ids=json.dumps)
def test_a_keyword_is_the_same_of_a_text(schema: Any) -> None:
    found = judge(schema)
    for value in VALUES:
        assert _native.broken_rules(orjson.dumps(value), found) == found.broken_rules(value)


def test_the_judge_of_a_text_may_depend_on_a_member() -> None:
    judges: native.Judges = (
        "kind",
        {"é": judge({"maxProperties": 1}), "b": judge({"x-rules": [["RULE", ["~/"], ["constant", False]]]})},
    )
    assert _native.broken_rules('{"kind":"é"}', judges) == ()
    assert _native.broken_rules('{"kind":"\\u00e9"}', judges) == ()
    assert _native.broken_rules('{"kind":"é","a":1}', judges) is None
    assert _native.broken_rules('{"~/":1,"kind":"b"}', judges) == (("/~0~1", "RULE"),)
    for text in ("{}", "[]", '{"kind":1}', '{"kind":"c"}', '{"kin":"b"}'):
        assert _native.broken_rules(text, judges) is None
    wrong: Any
    for wrong in (None, ("kind",), ("kind", None), (b"kind", {}), ["kind", {}]):
        with pytest.raises(TypeError):
            _native.broken_rules("{}", wrong)
        with pytest.raises(TypeError):
            _native.skip_flawless_lines(b"{}", 0, 10, wrong)
    with pytest.raises(TypeError):
        _native.broken_rules("{}")  # type: ignore[call-arg] # on purpose


def test_a_line_ends_where_it_ends() -> None:
    for data in (b'{"a":\n1}', b"[1\n]", b'"a\n"', b"1\x00\n1", b"tru\ne"):
        assert _native.skip_flawless_lines(data, 0, 100, ANYTHING) == (0, 0)
    assert _native.skip_flawless_lines(b"1\r\n 2 \n3", 0, 100, ANYTHING) == (3, 9)
    assert _native.skip_flawless_lines(b"1\n\n2", 0, 100, ANYTHING) == (1, 2)


def test_flawless_lines_are_skipped_up_to_the_first_that_is_not() -> None:
    lines = [orjson.dumps(EXAMPLES["sms/text"]), orjson.dumps(EXAMPLES["voice/prompt"])] * 2
    data = b"\n".join([*lines, b'{"deliverychannel":"sms"}', *lines])
    assert validate_json(lines[0]) == validate_json(lines[1]) == []
    assert skip_flawless_lines(data, 0, 10_000, None) == (4, data.index(b'{"deliverychannel":"sms"}'))
    assert skip_flawless_lines(data, 0, len(lines[0]) - 1, "request") == (0, 0)
    assert skip_flawless_lines(b"\n".join(lines), 0, 10_000, "request") == (4, len(b"\n".join(lines)) + 1)
    assert skip_flawless_lines(b"", 0, 10, "response") == (0, 0)
    assert skip_flawless_lines(lines[0].replace(b"{", b'{"appid":"","appid":"",', 1), 0, 10_000, None) == (0, 0)
    warned = orjson.dumps(EXAMPLES["messenger/airline-itinerary"])
    assert [item.level for item in validate_json(warned)] == ["warning"]
    assert skip_flawless_lines(warned, 0, 10_000, None) == (0, 0)


def test_nothing_is_mixed_up_when_garbage_is_collected() -> None:
    found = judge({"additionalProperties": {"x-rules": [["RULE", [], ["constant", False]]]}})
    text, other = (json.dumps({f"{letter}{number}": number for number in range(40)}) for letter in "é€")
    expected = _native.broken_rules(text, found)
    thresholds, calls = gc.get_threshold(), []

    def read(*_: Any) -> None:
        calls.append(_native.broken_rules(other, ANYTHING))

    gc.callbacks.append(read)
    gc.set_threshold(1)
    try:
        assert all(_native.broken_rules(text, found) == expected for _ in range(50))
    finally:
        gc.set_threshold(*thresholds)
        gc.callbacks.remove(read)
    assert calls
    assert gc.isenabled()


def test_nothing_is_kept_of_what_was_judged() -> None:
    key, value = "".join(["some", "-key"]), object()
    payload = {key: [value, "text" * 10]}
    counts = [sys.getrefcount(item) for item in (payload, value, None)]
    found = judge({"properties": {"some-key": {"type": "array"}}, "x-rules": [["RULE", [], ["constant", False]]]})
    for _ in range(100):
        assert found.broken_rules(payload) == (("", "RULE"),)
        assert found.errors(payload) == []
    assert [sys.getrefcount(item) for item in (payload, value)] == counts[:2]
    other = "".join(["some-", "key"])
    assert found.errors({other: []}) == []
    assert (sys.getrefcount(key), sys.getrefcount(other)) == (3, 3)  # the payload holds one, and the module the other
    del found
    assert (sys.getrefcount(key), sys.getrefcount(other)) == (3, 2)
