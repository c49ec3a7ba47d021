"""The accelerator evaluates each operation of rules, or says that it is undecided."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from expressions import ROOT, SELF, Expression, X, cached, compiled, loop, member, operation, rule, ruled

from webex_connect_messaging import _native

A, B = member("a"), member("b")
IS_A = operation("equal", X, "a")
MISSING = member("missing")
PAIR = loop("each", SELF, X)
NOT_A = operation("not", IS_A)


def equal(one: Any, other: Any) -> Expression:
    return operation("equal", one, other)


# Expressions, what they are evaluated for, and what comes of it: None if it is undecided.
EVALUATIONS: list[tuple[Expression, Any, bool | None]] = [
    (["constant", True], {}, True),
    (["constant", 1], {}, None),
    (["constant", [True]], {}, None),
    (SELF, True, True),
    (["variable", 1], False, False),
    (ROOT, "a", None),
    (A, {"a": True}, True),
    (A, {"a": 1}, None),
    (A, {}, None),
    (A, [True], None),
    (member("a", A), {"a": {"a": False}}, False),
    (member("a", A), {"a": 1}, None),
    (["item", 1, SELF], [False, True], True),
    (["item", 2, SELF], [False, True], None),
    (["item", 0, SELF], {"a": True}, None),
    *((operation("and", *parts), None, all(parts)) for parts in ([], [True], [True, False], [False, True])),
    *((operation("or", *parts), None, any(parts)) for parts in ([], [False], [True, False], [False, True])),
    *((operation(name, MISSING, name == "or"), {}, None) for name in ("and", "or")),
    *((operation(name, name == "or", MISSING), {}, name == "or") for name in ("and", "or")),
    *((operation("not", SELF), value, expected) for value, expected in ((True, False), (False, True), (0, None))),
    (operation("if", SELF, True, MISSING), True, True),
    (operation("if", SELF, MISSING, False), False, False),
    (operation("if", SELF, True, True), 1, None),
    *((equal(SELF, 1), value, expected) for value, expected in ((1, True), (1.0, True), (2, False), ("1", False))),
    *((equal(SELF, 1), value, None) for value in (True, [1], {"a": 1})),
    *((equal(SELF, None), value, value is None) for value in (None, "", 0)),
    *((equal(SELF, True), value, value is True) for value in (True, False, "true")),
    *((equal(SELF, "abcdefgh"), value, value == "abcdefgh") for value in ("abcdefgh", "abcdefgx", "abc", "é")),
    *((equal(SELF, "é"), value, value == "é") for value in ("é", "e", "è")),
    (equal(A, MISSING), {"a": 1}, None),
    *((operation("less", *parts), None, expected) for parts, expected in (((1, 2), True), ((2, 2), False), ((3, 2), False))),
    *((operation("less", *parts), None, expected) for parts, expected in ((("a", "ab"), True), (("b", "ab"), False))),
    *((operation("less", *parts), None, expected) for parts, expected in ((("z", "é"), True), (("a", "a"), False))),
    *((operation("at_most", *parts), None, expected) for parts, expected in (((2, 2.0), True), (("b", "a"), False))),
    *((operation(name, 1, "a"), None, None) for name in ("less", "at_most", "subtract", "add", "starts_with")),
    (operation("in", "a", SELF), {"a": 1}, True),
    (operation("in", "a", SELF), {"b": 1}, False),
    (operation("in", "a", SELF), "cat", True),
    (operation("in", "", SELF), "cat", True),
    (operation("in", "cat", SELF), "ca", False),
    (operation("in", "a", SELF), ["b"], False),
    (operation("in", "a", SELF), ["b", 1, "a"], True),
    (operation("in", "a", SELF), [["a"]], None),
    (operation("in", "a", SELF), 5, None),
    (operation("in", 1, SELF), [2, 1.0], True),
    (operation("in", 1, SELF), {"a": 1}, None),
    (operation("in", 1, SELF), "1", None),
    (operation("in", A, SELF), {"a": "b", "c": 1}, False),
    (operation("in", MISSING, ["list"]), {}, None),
    (operation("in", "a", A), {"a": {"a": 1}}, True),
    *((operation("in", SELF, operation("list", *"abc")), value, value in "abc") for value in "abcd"),
    (operation("in", SELF, operation("list", *"abc")), 1, None),
    (operation("in", SELF, operation("list", "a", 1)), 1, True),
    (equal(operation("add", SELF, "é"), "aé"), "a", True),
    (equal(operation("add", SELF, 1), 3), 2, True),
    (equal(operation("string", operation("add", SELF, 1.0)), "3"), 2, True),
    (equal(operation("add", SELF, 1), 3), 2**53 - 1, None),
    (equal(operation("len", operation("add", SELF, operation("list", 1))), 3), ["a", []], True),
    (equal(operation("subtract", SELF, 0.5), 1.5), 2, True),
    *((operation("starts_with", SELF, "ab"), value, value.startswith("ab")) for value in ("abc", "ab", "a", "xab")),
    *((operation("ends_with", SELF, "ab"), value, value.endswith("ab")) for value in ("cab", "ab", "b", "abx")),
    (operation("ends_with", SELF, "ab"), 5, None),
    *((equal(operation("len", SELF), 2), value, len(value) == 2) for value in ("é€", "abc", [1, 2], [], {"a": 1, "b": 2})),
    (equal(operation("len", SELF), 2), 2, None),
    *((equal(operation("utf8_size", SELF), 5), value, len(value.encode()) == 5) for value in ("é€", "abc")),
    (equal(operation("utf8_size", SELF), 5), [1], None),
    *((equal(operation("string", SELF), text), value, True) for value, text in ((3, "3"), (3.0, "3"), (-7, "-7"), ("a", "a"))),
    *((equal(operation("string", SELF), text), value, True) for value, text in ((True, "true"), (False, "false"))),
    *((equal(operation("string", SELF), "a"), value, None) for value in (0.5, None, [1])),
    *((equal(operation("float", SELF), 2.5), value, True) for value in (2.5, "2.5", "+2.50", "02.5")),
    *((equal(operation("float", SELF), -0.5), value, True) for value in ("-.5", "-0.5")),
    *((equal(operation("float", SELF), 7), value, True) for value in ("7", "7.", 7)),
    *((equal(operation("float", SELF), 1), value, None) for value in ("2_5", "", ".", "1e0", " 1", "1.1.", "--1", "." + "1" * 16, "9" * 32, None)),
    *((equal(operation("total", SELF), 3), value, expected) for value, expected in (([1, 2], True), ([3.0], True), ([], False))),
    *((equal(operation("total", SELF), 3), value, None) for value in ([1, 1, 1], ["3"], 3)),
    *((operation("unique", SELF), value, expected) for value, expected in ((["a", "b"], True), (["a", "a"], False), ([], True))),
    *((operation("unique", SELF), value, None) for value in ("ab", [True, 1], [[1], [1]])),
    *((operation("unique", SELF), [*map(str, range(200)), extra], extra != "7") for extra in ("7", "x", "")),
    (operation("unique", loop("each", SELF, X, NOT_A)), ["a", "b", "a"], True),
    (loop("all", SELF, False, IS_A), ["b"], True),
    (loop("all", SELF, IS_A), {"a": 1}, True),
    (loop("all", SELF, IS_A), ["a", "b"], False),
    (loop("all", SELF, X), [True, 1], None),
    (loop("all", SELF, X), [False, 1], False),
    (loop("any", SELF, True, IS_A), ["b"], False),
    (loop("any", SELF, IS_A), ["b", "a", 5], True),
    (loop("any", SELF, X), [1, True], None),
    *((loop(name, SELF, True, X), [1], None) for name in ("all", "any", "each", "count")),
    *((loop(name, SELF, True), 5, None) for name in ("all", "any", "each", "count")),
    (equal(loop("count", SELF, 1, IS_A), 2), ["a", "b", "a"], True),
    (equal(loop("count", SELF, 1), 2), {"a": 1, "b": 1}, True),
    (equal(loop("count", SELF, MISSING), 1), ["a"], None),
    (operation("in", "b", PAIR), {"a": 0, "b": 1}, True),
    (["all", 4, SELF, ["constant", True], ["any", 5, X, ["constant", True], equal(["variable", 5], 1)]], [[0, 1], [1]], True),
    (["all", 4, SELF, ["constant", True], ["any", 5, X, ["constant", True], equal(["variable", 5], 1)]], [[0], [1]], False),
    (equal(operation("len", operation("addresses", SELF)), 3), [{"a": ["x", "y"], "b": "z"}, {"a": ["x"]}], True),
    (operation("in", "z", operation("addresses", SELF)), [{"a": ["x"], "b": "z"}], False),
    *((operation("in", "z", operation("addresses", SELF)), value, None) for value in ([[1]], {"a": 1}, "z")),
    (equal(operation("len", operation("flatten", operation("list", SELF, SELF))), 4), ["x", "y"], True),
    *((operation("in", 1, operation("flatten", SELF)), value, None) for value in ([1], {"a": [1]})),
    (equal(operation("len", operation("smart_links", SELF)), 2), {"{{link_1}}": ["{{{link_a-b}}}", "{{link_}}", "{{link_é}}"]}, True),
    (operation("in", "a_-9", operation("smart_links", SELF)), "{{link_{{link_a_-9}}{{link_x", True),
    *((operation("in", "x", operation("smart_links", SELF)), value, False) for value in ("{{link_x}", "{{link_x", "{{link_", "")),
    (operation("in", "x", operation("smart_links", SELF)), 5, None),
    (equal(operation("occurrences", SELF, "aa"), 2), "aaaaa", True),
    (equal(operation("occurrences", SELF, "€"), 2), "€a€", True),
    (equal(operation("occurrences", SELF, "aa"), 0), "", True),
    *((equal(operation("occurrences", SELF, wanted), 0), "a", None) for wanted in ("", 1)),
    *((["matches", "^DOUBLE_", SELF], value, expected) for value, expected in (("DOUBLE_é", True), ("aDOUBLE_", False), (5, None))),
    (cached(0, SELF), True, True),
    (operation("in", "a", cached(0, SELF)), "a", True),
]  # fmt: skip


@pytest.mark.parametrize(("expression", "value", "expected"), EVALUATIONS, ids=lambda part: str(part)[:70])
def test_an_operation_is_evaluated(expression: Expression, value: Any, expected: bool | None) -> None:
    records: dict[bool | None, Any] = {True: [], False: [(0, "", "RULE", "rule", None)], None: None}
    validator = ruled(expression)
    assert _native.check_value(value, validator) == records[expected]
    assert _native.check_text(orjson.dumps(value), validator) == records[expected]


@pytest.mark.parametrize(
    "value",
    [{"a": [1, -20, 0.5, None, True, False, '\n\0\x7f"\\/é€😀' * 3], "": {}}, [], {}, [[0.1, 1e14]], {"a": 1.0}],
)
def test_the_size_of_json_is_that_which_a_writer_gives(value: Any) -> None:
    size = len(orjson.dumps(value))
    validator = ruled(operation("equal", operation("json_size", SELF), size))
    assert _native.check_value(value, validator) == _native.check_text(orjson.dumps(value), validator) == []


def test_the_size_of_numbers_that_writers_do_not_agree_on_is_undecided() -> None:
    validator = ruled(operation("less", operation("json_size", SELF), 100))
    for value in ([1e-7], {"a": 1e15}, 5, "a"):
        assert _native.check_value(value, validator) is None


@pytest.mark.parametrize(
    "expression",
    [
        *(["variable", -1], ["variable", 16], ["variable", 0.5], ["variable", "self"], ["variable", 2**64]),
        *(["variable", 0, ["list"]], ["constant", "\ud800"], ["constant", 10**400], ["constant", 1, SELF]),
        *(["not"], ["not", SELF, SELF], ["equal", SELF], ["property", 1, SELF], ["property", "a"]),
        *(["item", -1, SELF], ["item", 2**31, SELF], ["item", "0", SELF], ["matches", SELF]),
        *(["unknown"], [], [5], ["unknown", SELF], [["list"]], ["cached", 0], ["list", True], ["list", None]),
        *(["any", 16, SELF, SELF, SELF], ["any", -1, SELF, SELF, SELF], ["any", 4, SELF, SELF]),
        ["in", SELF, ["list", ["constant", "\ud800"]]],
    ],
    ids=str,
)  # fmt: skip
def test_a_malformed_expression_is_an_error(expression: Expression) -> None:
    with pytest.raises((OverflowError, TypeError, ValueError)):
        ruled(expression)


def test_loops_may_not_be_nested_without_end() -> None:
    expression: Expression = ["constant", True]
    for variable in range(15, 3, -1):
        expression = ["all", variable, SELF, ["constant", True], expression]
    assert _native.check_value([1, 2], ruled(expression)) == []
    for variable in range(16, 3, -1):
        expression = ["all", variable, SELF, ["constant", True], ["constant", True] if variable == 16 else expression]
    with pytest.raises(ValueError, match="malformed"):
        ruled(expression)


ALL = member("all", ROOT)
LONG = "c" * 2000
JOINED = loop("each", ALL, operation("add", X, "x"))
LISTS = loop("each", ALL, operation("list", X, operation("add", X, "x")))


@pytest.mark.parametrize(
    ("wanted", "array"),
    [
        (SELF, cached(2, ALL)),
        (operation("add", SELF, "x"), cached(2, JOINED)),
        (operation("add", SELF, "x"), operation("flatten", cached(2, LISTS))),
        (SELF, cached(2, operation("add", ALL, operation("list", 1)))),
    ],
    ids=str,
)
def test_an_array_is_cached_for_its_own_document(wanted: Expression, array: Expression) -> None:
    """Strings that were made in scratch memory last as long as the array."""
    validator = compiled({"properties": {"some": {"items": {"x-rules": [rule(operation("in", wanted, array))]}}}})
    documents: list[Any] = [
        {"all": [*"hgfedab"], "some": [*"ba", LONG, *"bcabdefgh"]},
        {"all": [*"wvu"], "some": [*"uw", LONG, *"vbuvw"]},
        {"all": [LONG, "x"], "some": [LONG, "x", "y", LONG, "z"]},
        {"all": [], "some": []},
    ]
    for document in [*documents, *documents]:
        violated = ["/some/2", "/some/4"] if document["some"] else []
        for found in (
            _native.check_value(document, validator),
            _native.check_text(orjson.dumps(document), validator),
            _native.check_value([document], ("kind", {None: validator})),
            _native.check_lines(orjson.dumps(document), 0, 10_000, validator)[3] or [],
        ):
            assert [pointer.removeprefix("/0") for _, pointer, *_ in found or []] == violated


def test_an_array_is_cached_for_each_self() -> None:
    within = rule(operation("in", ["variable", 1], cached(0, loop("each", A, X))), ["b", None])
    validator = compiled({"items": {"x-rules": [within]}})
    document = [{"a": [*"ab"], "b": [*"abc"]}, {"a": [*"c"], "b": [*"ac"]}, {"a": [1, "b"], "b": [1, "b", 2]}]
    for found in (_native.check_value(document, validator), _native.check_text(orjson.dumps(document), validator)):
        assert [pointer for _, pointer, *_ in found or []] == ["/0/b/2", "/1/b/0", "/2/b/2"]
