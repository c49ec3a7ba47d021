"""The accelerator checks values as JSON Schema and the rules have it, or says that it is undecided."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

import jsonschema_rs
import orjson
import pytest
from expressions import ROOT, compiled, loop, member, operation, rule, ruled

from webex_connect_messaging import _native

VALUES: list[Any] = [
    *(None, True, False, 0, 1, -1, 1.0, 0.5, 2**53 - 1, "", "a", "é", "€", "😀", "ab", "abc", "abcdefgh"),
    *([], [1], ["a", "a"], ["a", "b"], [1, 1.0], [None], [*"abcdefghij"], [*"abcdefghia"], [1, "a", 1]),
    *({}, {"a": 1}, {"a": "x"}, {"b": 1}, {"a": 1, "b": 2}, {"a": {"a": 1}}, {"c": []}, {"a": {"b": {"a": 2}}}),
    *({"kind": "x"}, {"kind": "y", "a": 1}, {"kind": "x", "a": 1}, {"kind": "z"}, {"kind": 1}),
]
UNDECIDED_BY_UNIQUE_ITEMS: list[Any] = [[True, 1], [[], []], [{}, 1, {}], [*range(101)]]


def tagged(**branches: Any) -> list[Any]:
    """Return the branches of an allOf among which the value of one property chooses."""
    return [
        {"if": {"type": "object", "properties": {"kind": {"const": tag}}, "required": ["kind"]}, "then": schema}
        for tag, schema in branches.items()
    ]


SCHEMAS: list[Any] = [
    *({"type": kind} for kind in ("object", "array", "string", "integer", "number", "boolean", "null")),
    *({"const": value} for value in (None, True, 1, 0.5, "a", "é", "abcdefgh")),
    {"enum": ["a", 1, None]},
    {"enum": [*"abcdefghij"]},
    {"required": ["a", "b"]},
    *({f"{bound}{noun}": 1} for bound in ("min", "max") for noun in ("Properties", "Items", "Length", "imum")),
    {"minimum": 0.5, "maximum": 1e15},
    {"properties": {"a": {"type": "integer"}, "b": {"maximum": 1}}},
    {"properties": {"a": {"type": "string"}}, "additionalProperties": False},
    {"properties": {"a": True}, "additionalProperties": {"type": "integer"}},
    {"additionalProperties": True, "required": ["c"]},
    {"items": {"type": "integer"}},
    {"items": {"enum": ["a"]}},
    {"contains": {"const": "b"}},
    {"uniqueItems": True},
    {"uniqueItems": False},
    {"pattern": "^[0-9]+$"},
    {"allOf": [{"required": ["a"]}, {"minProperties": 2}]},
    {"anyOf": [{"required": ["a"]}, {"type": "string"}]},
    {"oneOf": [{"required": ["a"]}, {"required": ["b"]}]},
    {"oneOf": [True, {"type": "object"}]},
    {"not": {"required": ["a"]}},
    {"not": {"required": ["a"], "additionalProperties": False}},
    {"anyOf": [False, {"contains": {"type": "string"}}]},
    {"if": {"required": ["a"]}, "then": {"required": ["b"]}, "else": {"type": "string"}},
    *(
        {"if": {"type": kind}, "then": {"maxProperties": 1, "maximum": 0, "maxLength": 1}}
        for kind in ("object", "integer")
    ),
    *({"if": {"type": kind}, "then": {"maximum": 0, "pattern": "^[0-9]+$"}} for kind in ("number", "string")),
    *({"if": condition, "then": {"type": "string"}, "else": {"type": "object"}} for condition in (True, False)),
    {"if": {"type": "string"}, "then": {"enum": ["a"]}},
    {"if": {"type": "object"}, "then": {"type": "array"}},
    {"$ref": "#/$defs/Nested"},
    {"items": {"$ref": "#/$defs/Nested"}, "properties": {"b": {"$ref": "#/$defs/Nested"}}},
    {"allOf": tagged(x={"required": ["a"]}, y={"required": ["b"]})},
    {"allOf": [*tagged(x={"required": ["a"]}), *tagged(x={"required": ["b"]})]},
    {"allOf": [*tagged(x={"required": ["a"]}), {"required": ["c"]}]},
    {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "any", "description": "any", "examples": [1]},
]
DEFINITIONS = {"Nested": {"type": "object", "properties": {"a": {"anyOf": [{"const": 1}, {"$ref": "#/$defs/Nested"}]}}}}


def placed(records: list[tuple[Any, ...]] | None) -> set[tuple[str, str]] | None:
    """Return where something is wrong, and by which keyword."""
    return None if records is None else {(pointer, keyword) for _, pointer, keyword, _, _ in records}


def expected_errors(schema: Any, value: Any) -> set[tuple[str, str]]:
    """Return the same from another validator."""
    errors = jsonschema_rs.Draft202012Validator({**schema, "$defs": DEFINITIONS}).iter_errors(value)
    return {("".join(f"/{step}" for step in error.instance_path), str(error.schema_path[-1])) for error in errors}


@pytest.mark.parametrize("schema", SCHEMAS, ids=lambda schema: json.dumps(schema)[:80])
def test_a_keyword_refuses_what_another_validator_refuses(schema: Any) -> None:
    validator = compiled(schema, DEFINITIONS)
    for value in VALUES:
        found = _native.check_value(value, validator)
        assert placed(found) == expected_errors(schema, value), value
        read = _native.check_text(orjson.dumps(value), validator)
        assert found is not None
        assert read is not None
        assert sorted(map(repr, (item[1:] for item in read))) == sorted(map(repr, (item[1:] for item in found)))
        assert validator is not None


def test_a_pattern_matches_the_whole_of_a_string() -> None:
    validator = compiled({"pattern": "a"}, None, {"a": (b"\0\0a\1b\0", b"\0\1\1\1", b"\0\1")})
    for value, is_valid in {"a": True, "ba": True, "": False, "é€😀": False, "é€😀a": True}.items():
        assert (_native.check_value(value, validator) == []) is is_valid


def test_values_that_cannot_be_told_apart_by_type_are_undecided() -> None:
    for value in UNDECIDED_BY_UNIQUE_ITEMS:
        assert _native.check_value(value, compiled({"uniqueItems": True})) is None
        assert _native.check_value(value, compiled({"not": {"uniqueItems": True}})) is None
    assert _native.check_value([*map(str, range(1000)), "7"], compiled({"uniqueItems": True})) != []


def test_a_record_holds_order_pointer_keyword_schema_and_subject() -> None:
    inner = {"type": "integer"}
    schema = {"properties": {"a/~b": {"items": inner}}, "required": ["c"], "additionalProperties": False}
    value, text = {"x": 1, "a/~b": [1, "two"]}, b' {"x": 1, "a/~b": [1, "two"]}'
    for order, found in (
        ([0, 0, 6], _native.check_value(value, compiled(schema))),
        ([1, 1, 22], _native.check_text(text, compiled(schema))),
    ):
        assert sorted(found or [], key=lambda record: (record[0], record[2])) == [
            (order[0], "", "additionalProperties", schema, "x"),
            (order[1], "", "required", schema, "c"),
            (order[2], "/a~1~0b/1", "type", inner, "two"),
        ]
        assert all(item[3] is schema or item[3] is inner for item in found or [])


def test_the_order_of_a_property_is_that_of_its_name() -> None:
    validator = compiled({"additionalProperties": {"additionalProperties": {"type": "null"}}})
    value = {"a": {}, "b": {"c": [0, [1]], "é": None, "d": "x"}}
    assert [record[0] for record in _native.check_value(value, validator) or []] == [5, 12]
    text = json.dumps(value)
    found = _native.check_text(text, validator) or []
    assert [text.encode()[order:][:3] for order, *_ in found] == [b'"c"', b'"d"']
    assert [record[1] for record in found] == ["/b/c", "/b/d"]


@pytest.mark.parametrize(
    "value",
    [*("text", "é", "", 0, -5, 1.5, 1.0, True, None), [], [1, [{}]], {"a": {"b": ["😀"]}, "": 1}],
    ids=repr,
)
def test_the_subject_is_the_value_itself(value: Any) -> None:
    validator = compiled({"properties": {"x": {"not": {}}}})
    for found in (
        _native.check_value({"x": value}, validator),
        _native.check_text(json.dumps({"x": value}), validator),
    ):
        assert [(repr(subject), pointer) for _, pointer, _, _, subject in found or []] == [(repr(value), "/x")]


@pytest.mark.parametrize(
    "schema",
    [
        *({"format": "date"}, {"pattern": "^unknown$"}, {"const": {}}, {"enum": [[]]}, {"type": "text"}),
        *({"const": 2**53}, {"patternProperties": {}}, {"items": False}),
    ],
    ids=str,
)
def test_an_unknown_keyword_is_undecided(schema: Any) -> None:
    value = ["a"] if "items" in schema else "a"
    assert _native.check_value(value, compiled(schema)) is None
    assert _native.check_text(json.dumps(value), compiled(schema)) is None
    assert _native.check_value({"b": value}, compiled({"properties": {"a": schema}})) == []


class Text(str):
    """A string, but none that a parser makes."""


class Dict(dict[str, int]):
    """An object, but none that a parser makes."""


class Name:
    """A name that equals others only as long as it is not watched."""

    watched = False

    def __hash__(self) -> int:
        return hash("b")

    def __eq__(self, _other: object) -> bool:
        assert not self.watched, "somebody asked"
        return False


class Pair(NamedTuple):
    """A tuple of its own class."""

    first: int
    second: int


LOOP: list[Any] = []
LOOP.append(LOOP)
DEEP: dict[str, Any] = {}
for _ in range(100_000):
    DEEP = {"a": DEEP}


@pytest.mark.parametrize(
    "value",
    [
        *(
            {1: 2},
            "\ud800",
            {"\ud800": 1},
            {"a": "a\udfff"},
            Pair(1, 2),
            {1},
            Text("a"),
            Dict(a=1),
            {Text("a"): 1},
            b"a",
        ),
        *(complex(1), float("nan"), float("inf"), 1e300, 2**53, -(2**53), 2**63, -(2**80), Name(), {Name(): 1}),
    ],
    ids=lambda value: ascii(value)[:20],
)
def test_what_no_parser_makes_is_undecided_wherever_it_stands(value: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Name, "watched", True)
    for document in (value, [value], {"a": {"b": [1, value]}}):
        assert _native.check_value(document, compiled({})) is None


def test_a_tuple_is_an_array() -> None:
    schema = compiled({"items": {"type": "string"}, "maxItems": 2})
    for items in (("a", 5), ["a", 5], ("a", (), "b")):
        assert placed(_native.check_value(items, schema)) == placed(_native.check_text(json.dumps(items), schema))
    assert _native.check_value((), compiled({"type": "array"})) == []
    records = _native.check_value(((1,),), compiled({"items": {"type": "string"}}))
    assert records is not None
    assert records[0][4] == [1]


def test_deep_nesting_is_undecided() -> None:
    for document in (LOOP, DEEP):
        assert _native.check_value(document, compiled({})) is None
    nested = json.loads("[" * 65 + "]" * 65)
    assert _native.check_value(nested, compiled({})) == _native.check_text(json.dumps(nested), compiled({})) == []
    assert _native.check_value([nested], compiled({})) is _native.check_text(json.dumps([nested]), compiled({})) is None


def test_references_without_end_are_undecided() -> None:
    itself = {"$ref": "#/$defs/Itself"}
    for schema in (itself, *({union: [itself, itself]} for union in ("anyOf", "oneOf", "allOf"))):
        assert _native.check_value(1, compiled(itself, {"Itself": schema})) is None
    tree = compiled({"$ref": "#/$defs/Tree"}, {"Tree": {"items": {"$ref": "#/$defs/Tree"}, "type": "array"}})
    assert placed(_native.check_value([[], [[], [1]]], tree)) == {("/1/1/0", "type")}


def test_a_bound_that_a_double_may_not_hold_is_undecided() -> None:
    for bound in (2**53, 1e300, -(2**80)):
        assert _native.check_value(5, compiled({"maximum": bound})) is None
        assert _native.check_value("5", compiled({"minimum": bound})) == []


def test_a_schema_without_end_is_an_error() -> None:
    schema: dict[str, Any] = {}
    schema["not"] = schema
    expression: list[Any] = ["not"]
    expression.append(expression)
    for endless in (schema, {"x-rules": [rule(expression)]}):
        with pytest.raises(RecursionError):
            compiled(endless)


def test_a_violated_rule_is_reported_at_its_pointer() -> None:
    expression = operation("equal", ["variable", 1], 1)
    validator = compiled(
        {"properties": {"x": {"items": {"x-rules": [rule(expression, ["a", None, "b~"], ["c", "/"])]}}}}
    )
    value = {"x": [{}, {"a": [{"b~": 1}, {"b~": 2}, {}, 3]}, {"a": {"b~": 2}}]}
    assert _native.check_value(value, validator) == [(11, "/x/1/a/1/b~0/c/~1", "RULE", "rule", None)]
    items = ruled(["constant", False], [], ["a", "1", "b", "0"])
    assert _native.check_value({"a": [0, {"b": 5}]}, items) == [(5, "/a/1/b/0", "RULE", "rule", None)]
    assert _native.check_text('{"a": [0, {"b": 5}]}', items) == [(11, "/a/1/b/0", "RULE", "rule", None)]


def test_rules_count_only_where_the_schema_refuses_nothing() -> None:
    violated = {"x-rules": [rule(["constant", False])]}
    schema = {"properties": {"a": violated, "b": {"type": "string"}}}
    for document, pointers in (({"a": 1, "b": 2}, ["/b"]), ({"b": 2, "a": 1}, ["/b"]), ({"a": 1, "b": ""}, ["/a"])):
        found = _native.check_value(document, compiled(schema))
        assert [record[1] for record in found or []] == pointers
    undecided = {"properties": {"a": {"x-rules": [rule(["constant", None])]}, "b": {"type": "string"}}}
    assert placed(_native.check_value({"a": 1, "b": 2}, compiled(undecided))) == {("/b", "type")}
    assert _native.check_value({"a": 1, "b": ""}, compiled(undecided)) is None
    assert _native.check_value([1], compiled({"anyOf": [violated]})) == []  # no branch has rules that count


def test_validators_may_be_chosen_by_a_property() -> None:
    class Mapping(dict[str | None, _native.Validator]):
        def __missing__(self, key: str | None) -> _native.Validator:
            return compiled({"not": True, "title": "".join([str(key), "!"])})

    validators = ("kind", Mapping({"é": compiled({"maxProperties": 1}), "b": ruled(["constant", False], [], ["~/"])}))
    titled = {"é": [], "b": [("/~0~1", "RULE")], "c": [("", "not")]}
    for kind, expected in titled.items():
        for found in (
            _native.check_value({"kind": kind}, validators),
            _native.check_text(json.dumps({"kind": kind}), validators),
            _native.check_text(json.dumps({"kind": kind}, ensure_ascii=False).encode(), validators),
            _native.check_lines(orjson.dumps({"kind": kind}), 0, 100, validators)[3] or [],
        ):
            assert [record[1:3] for record in found or []] == expected
            assert [record[3] for record in found or [] if expected == titled["c"]] in (
                [],
                [{"not": True, "title": "c!"}],
            )
    for document in ({}, {"kind": 1}, 5, "kind", None, {"kin": "b"}):
        found = _native.check_value(document, validators)
        assert [record[3]["title"] for record in found or []] == ["None!"]
    documents = [{"kind": "b"}, {"kind": "é"}, [], {"kind": "c"}]
    assert [record[:3] for record in _native.check_value(documents, validators) or []] == [
        (1, "/0/~0~1", "RULE"),
        (7, "/2", "not"),
        (8, "/3", "not"),
    ]
    alone = [record[1] for record in _native.check_value(documents, compiled({"items": {"not": {}}})) or []]
    assert alone == ["/0", "/1", "/2", "/3"]


def test_rules_of_an_item_of_a_root_array_take_the_item_as_root() -> None:
    validators: _native.Validators = (
        "kind",
        {"a": ruled(operation("equal", member("n", ROOT), ["cached", 2, member("n", ROOT)]))},
    )
    assert _native.check_value([{"kind": "a", "n": 1}, {"kind": "a", "n": 2}], validators) == []
    within = ruled(operation("in", member("n"), ["cached", 2, loop("each", member("all", ROOT), ["variable", 4])]))
    found = _native.check_value(
        [{"kind": "a", "n": 1, "all": [1]}, {"kind": "a", "n": 1, "all": [2]}], ("kind", {"a": within})
    )
    assert [record[1] for record in found or []] == ["/1"]


@pytest.mark.parametrize(
    "wrong", [None, ("kind",), ("kind", None), (b"kind", {}), ["kind", {}], ("\ud800", {})], ids=ascii
)
def test_validators_of_another_type_are_an_error(wrong: Any) -> None:
    for call in (
        lambda: _native.check_value({"kind": 1}, wrong),
        lambda: _native.check_text("{}", wrong),
        lambda: _native.check_lines(b"{}", 0, 10, wrong),
    ):
        with pytest.raises((TypeError, UnicodeEncodeError)):
            call()


def test_an_error_of_a_mapping_escapes() -> None:
    for document in ({"kind": "a"}, [{"kind": "a"}]):
        with pytest.raises(KeyError):
            _native.check_value(document, ("kind", {}))
        with pytest.raises(TypeError, match="no Validator"):
            _native.check_text(json.dumps(document), ("kind", {"a": 5}))  # type: ignore[dict-item] # on purpose


def test_a_call_with_other_arguments_is_an_error() -> None:
    validator = compiled({})
    calls: dict[Any, list[Any]] = {
        _native.check_value: [(), (1,), (1, validator, 1)],
        _native.check_text: [(), ("",), ("", validator, 1)],
        _native.check_lines: [(b"", 0, 1), ("", 0, 1, validator), (b"", "0", 1, validator)],
        _native.Validator: [(), ([],), ([], 0, 1), (5, 0), ([], "0")],
    }
    for function, tuples in calls.items():
        for arguments in tuples:
            with pytest.raises(TypeError):
                function(*arguments)
    with pytest.raises(TypeError):
        type("Inheriting", (_native.Validator,), {})


class Found(NamedTuple):
    """A violated rule, as the accelerator finishes it."""

    pointer: str
    rule: str
    level: str
    message: str
    fix: None


def finishing(record: Any = ("b", "warning", "B", "more")) -> _native.Validator:
    """Compile a schema of two rules, neither of which holds: one of each item, then one of the root."""
    items = [record, "b", [None], [], ["constant", False]]
    root = [("a", "error", "A"), "a", [], [], ["constant", False]]
    return compiled({"x-rules": [items, root], "maxItems": 2})


def test_violated_rules_are_finished_and_sorted() -> None:
    expected = [Found("", "a", "error", "A", None), *(Found(f"/{i}", "b", "warning", "B", None) for i in (0, 1))]
    for found in (
        _native.check_value([1, 2], finishing(), Found),
        _native.check_text("[1, 2]", finishing(), Found),
    ):
        assert found == expected
        assert [type(item) for item in found] == [Found] * 3
    assert _native.check_value([], finishing(("b", "error", "B")), Found) == expected[:1]


def test_of_what_else_is_found_there_are_records() -> None:
    for text, count in (("[1, 2, 3]", 1), ('[{"a": 1, "a": 2}]', 3)):  # an error, a name that stands twice
        assert _native.check_text(text, finishing(), Found) == _native.check_text(text, finishing())
        assert len(_native.check_text(text, finishing()) or ()) == count
    batch: Any = ("kind", {None: finishing()})
    assert _native.check_value([[1], [2]], batch, Found) == _native.check_value([[1], [2]], batch)
    assert _native.check_value([2**53], finishing(), Found) is None


@pytest.mark.parametrize("record", ["b", ("b", "warning"), ("b", 5, "B"), (5, "warning", "B"), ("b", "warning", None)])
def test_what_cannot_be_finished_is_no_crash(record: Any) -> None:
    try:
        found = _native.check_value([1, 2], finishing(record), Found)
    except TypeError:
        return
    assert found is not None
    assert [item[1:3] for item in found[1:]] == [record[:2]] * 2


@pytest.mark.parametrize("kind", [list, 5, None, Found("", "", "", "", None)])
def test_only_tuples_are_finished(kind: Any) -> None:
    with pytest.raises(TypeError):
        _native.check_value([], finishing(), kind)
    with pytest.raises(TypeError):
        _native.check_value([], finishing(), Found, 1)  # type: ignore[call-overload] # one too many
