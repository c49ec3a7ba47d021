"""The compiler of rules agrees with Google's CEL engine on every construct that it takes."""

from __future__ import annotations

import ast
from typing import Any

import pytest
from reference import holds
from specgen.cel import UnsupportedExpressionError, compile_rule
from specgen.evaluation import evaluate_rule
from specgen.pythonic import Pythonic
from specgen.trees import source

VALUE: dict[str, Any] = {
    "text": "Hi {{link_5}}, é",
    "count": 3,
    "price": 2.5,
    "whole": 5.0,
    "list": ["a", "b", "b"],
    "rows": [{"id": "1", "n": 1}, {"id": "2", "n": 2}],
    "OTT-Messaging": {"on": True},
    "line": "abc\n",
}
EXPRESSIONS = [
    "has(self.text)", "!has(self.none)", "has(self['OTT-Messaging'].on)", "!has(self['OTT-Messaging'].off)",
    "self.count == 3", "self.count != 4", "self.count < 4 && self.count <= 3", "self.count > 3 || self.count >= 3",
    "self.count + 1 == 4", "self.count - 1 == 2", "-3 < self.count",
    "double(self.count) + 0.5 == 3.5", "double('2.5') == self.price", "self['OTT-Messaging'].on", "!self['OTT-Messaging'].on",
    "size(self.text) == 16", "self.text.size() == 16", "size(self.list) == 3", "utf8_size(self.text) == 17",
    "'a' in self.list", "!('c' in self.list)", "'text' in self", "self.text in ['x', self.text]", "'x' in []",
    "self.list.all(x, x != 'c')", "self.list.all(x, x == 'a')", "self.list.exists(x, x == 'b')", "self.list.exists(x, x == 'z')",
    "self.list.exists_one(x, x == 'a')", "self.list.exists_one(x, x == 'b')", "size(self.list.filter(x, x == 'b')) == 2",
    "self.rows.map(r, r.id) == ['1', '2']", "self.rows.all(r, self.rows.exists(s, s.n >= r.n))", "unique(self.list)",
    "unique(self.rows.map(r, r.id))", "smart_links(self.text) == ['5']", "smart_links(self) == ['5']", "json_size(self.rows) == 35",
    "string(self.count) == '3'", "string(self.count == 3) == 'true'", "string(self.whole) == '5'", "string(self.price) == '2.5'", "string(self.text) == self.text",
    "self.text.startsWith('Hi')", "self.text.endsWith('é')", "self.text.contains('link')", "self.text.matches('^Hi')",
    "self.line.matches('^abc$')", "self.line.matches(r'c\\n$')", "self.text.matches(r'\\{\\{link_[0-9]+\\}\\}')",
    "self.count == 3 ? true : false", "(self.count == 4 ? 1 : 2) == 2", "self.count == 4 || self.count == 3 || false", "true", "false",
    "self.whole == 5", "self.text != ''", "null == null", "self.rows[0].n == 1",
]  # fmt: skip


VARIABLES = {"self": VALUE, "item": VALUE, "root": VALUE}


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_a_compiled_expression_agrees_with_the_engine(expression: str) -> None:
    assert evaluate_rule(expression, VARIABLES) == holds(expression, VARIABLES)


def test_the_expressions_are_not_all_alike() -> None:
    verdicts = [evaluate_rule(expression, VARIABLES) for expression in EXPRESSIONS]
    assert {True, False} == set(verdicts)


@pytest.mark.parametrize(
    "expression",
    [
        "", "self.", "self.count * 2 == 6", "self.count / 2 == 1", "self.count % 2 == 1", "-self.count == -3", "self[self.text]", "unknown(self)", "self.unknown()", "other == 1", "{'a': 1} == self",
        "has(self)", "has(self['text'])", "self.text.matches(self.text)", "timestamp(self.text) > timestamp(self.line)", "self.all(1, true)", "dyn(1) == 1",
    ],
)  # fmt: skip
def test_what_the_compiler_does_not_know_is_refused(expression: str) -> None:
    with pytest.raises(UnsupportedExpressionError):
        compile_rule(expression)


def test_alternatives_become_early_returns() -> None:
    code = compile_rule("!has(self.a) || self.b == 1 || self.a == 2")
    python = [
        source(Pythonic({}, lambda _, values: values).rewrite(part)) for part in (*code.exceptions, code.condition)
    ]
    assert python == ["'a' not in self", "self['b'] == 1", "self['a'] == 2"]


@pytest.mark.parametrize(
    ("rule", "is_repeated", "variables"),
    [
        ("self.id in self.rows.map(row, row.id)", False, []),
        ("item in self.rows.map(row, row.id)", True, ["self"]),
        ("self.ids.all(id, id in self.rows.map(row, row.id))", False, ["self"]),
        ("self in root.rows.map(row, row.id)", False, ["root"]),
        ("self.ids.all(id, id in smart_links(root))", False, ["root"]),
        ("item in self.rows", True, []),
        ("self.ids.all(id, self.rows.exists(row, id in row.parts.map(part, part.id)))", False, []),
        ("item in self.rows.filter(row, row.of == root.of)", True, []),
    ],
)
def test_a_list_that_is_looked_up_repeatedly_is_cached(rule: str, is_repeated: bool, variables: list[str]) -> None:
    marked = [
        source(node.args[0])
        for node in ast.walk(compile_rule(rule, is_repeated).whole)
        if isinstance(node, ast.Call) and source(node.func) == "cached"
    ]
    assert marked == variables
