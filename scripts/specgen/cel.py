"""Compile the part of the Common Expression Language that the rules use into Python; refuse the rest."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from celpy.celparser import CELParseError, CELParser
from lark import Token, Tree

from . import functions
from .caching import with_cached_lists
from .trees import call, call_method, either

VARIABLES = ("self", "item", "root")
FUNCTIONS = tuple(name for name, _ in inspect.getmembers(functions, inspect.isfunction) if not name.startswith("_"))
_COMPARISONS: dict[str, ast.cmpop] = {
    "relation_lt": ast.Lt(),
    "relation_le": ast.LtE(),
    "relation_gt": ast.Gt(),
    "relation_ge": ast.GtE(),
    "relation_eq": ast.Eq(),
    "relation_ne": ast.NotEq(),
    "relation_in": ast.In(),
}
_ARITHMETIC: dict[str, ast.operator] = {
    "addition_add": ast.Add(),
    "addition_sub": ast.Sub(),
}
_BUILTINS = {"size": "len", "double": "float"}
_METHODS = {"startsWith": "startswith", "endsWith": "endswith"}
_OPPOSITES: dict[type[ast.cmpop], ast.cmpop] = {
    ast.In: ast.NotIn(),
    ast.NotIn: ast.In(),
    ast.Eq: ast.NotEq(),
    ast.NotEq: ast.Eq(),
    ast.Is: ast.IsNot(),
    ast.IsNot: ast.Is(),
}
_SIZES = {"len", "utf8_size", "json_size", "occurrences"}
_OPPOSITE_SIZES: dict[type[ast.cmpop], ast.cmpop] = {  # of numbers that may be no numbers (NaN), these are none
    ast.Lt: ast.GtE(),
    ast.LtE: ast.Gt(),
    ast.Gt: ast.LtE(),
    ast.GtE: ast.Lt(),
}


class UnsupportedExpressionError(Exception):
    """An expression that is no CEL, or more of it than the compiler knows."""


@dataclass(frozen=True)
class Compiled:
    """A rule as syntax trees of Python: it holds where one of the exceptions, or else the condition, is true.

    Three functions stand for what Python writes otherwise: ``has(value[name])``, ``matches(text, pattern)``, and
    ``cached(variable, values)`` around a list that depends on that variable only and is looked up repeatedly.
    """

    exceptions: tuple[ast.expr, ...]
    condition: ast.expr
    variables: tuple[str, ...]
    functions: tuple[str, ...]
    patterns: tuple[str, ...]  # the arguments of matches(), as CEL has them

    @property
    def whole(self) -> ast.expr:
        """Return the rule as one expression."""
        return either([*self.exceptions, self.condition])


def compile_rule(expression: str, is_repeated: bool = False) -> Compiled:
    """Compile one rule; ``is_repeated`` says that it is evaluated for each of several items."""
    compiler = _Compiler()
    try:
        tree: Any = CELParser().parse(expression)
    except CELParseError as error:
        raise UnsupportedExpressionError(f"not an expression of CEL: {error}") from error
    node = with_cached_lists(compiler.expression(tree, ()), is_repeated)
    parts = node.values if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.Or) else [node]
    *exceptions, condition = parts
    return Compiled(
        exceptions=tuple(exceptions),
        condition=condition,
        variables=tuple(name for name in VARIABLES if name in compiler.variables),
        functions=tuple(name for name in FUNCTIONS if name in compiler.functions),
        patterns=tuple(dict.fromkeys(compiler.patterns)),
    )


def negated(node: ast.expr) -> ast.expr:
    """Return the opposite of an expression, as one would write it."""
    match node:
        case ast.Compare(left=left, ops=[operator], comparators=right) if type(operator) in _OPPOSITES:
            return ast.Compare(left, [_OPPOSITES[type(operator)]], right)
        case ast.Compare(left=ast.Call(func=ast.Name(id=name)) as left, ops=[operator], comparators=right) if (
            name in _SIZES
        ):
            return ast.Compare(left, [_OPPOSITE_SIZES[type(operator)]], right)
        case ast.BoolOp(op=operator, values=values):
            return ast.BoolOp(
                ast.And() if isinstance(operator, ast.Or) else ast.Or(), [negated(value) for value in values]
            )
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return operand
    return ast.UnaryOp(ast.Not(), node)


class _Compiler:
    """Turns a syntax tree of CEL into one of Python."""

    def __init__(self) -> None:
        self.variables: set[str] = set()
        self.functions: set[str] = set()
        self.patterns: list[str] = []

    def expression(self, tree: Any, bound: tuple[str, ...]) -> ast.expr:
        """Compile a node; ``bound`` are the variables of the macros around it."""
        while len(tree.children) == 1 and tree.data not in ("literal", "ident", "list_lit", "map_lit", "ident_arg"):
            tree = tree.children[0]
        kind = str(tree.data)
        handler: Callable[[Any, tuple[str, ...]], ast.expr] | None = getattr(self, f"_{kind}", None)
        if handler is None:
            raise UnsupportedExpressionError(f"the compiler does not know {kind!r}")
        return handler(tree, bound)

    def _expr(self, tree: Any, bound: tuple[str, ...]) -> ast.expr:
        test, body, orelse = (self.expression(child, bound) for child in tree.children)
        return ast.IfExp(test, body, orelse)

    def _conditionalor(self, tree: Any, bound: tuple[str, ...]) -> ast.expr:
        return self._boolean(ast.Or(), tree, bound)

    def _conditionaland(self, tree: Any, bound: tuple[str, ...]) -> ast.expr:
        return self._boolean(ast.And(), tree, bound)

    def _boolean(self, operator: ast.boolop, tree: Any, bound: tuple[str, ...]) -> ast.expr:
        values: list[ast.expr] = []
        for child in tree.children:
            value = self.expression(child, bound)
            same = isinstance(value, ast.BoolOp) and type(value.op) is type(operator)
            values += value.values if same and isinstance(value, ast.BoolOp) else [value]
        return ast.BoolOp(operator, values)

    def _relation(self, tree: Any, bound: tuple[str, ...]) -> ast.expr:
        head, right = tree.children
        left = self.expression(head.children[0], bound)
        return ast.Compare(left, [_COMPARISONS[str(head.data)]], [self.expression(right, bound)])

    def _addition(self, tree: Any, bound: tuple[str, ...]) -> ast.expr:
        head, right = tree.children
        operator = _ARITHMETIC.get(str(head.data))
        if operator is None:
            raise UnsupportedExpressionError(f"the compiler does not know {head.data!r}")
        return ast.BinOp(self.expression(head.children[0], bound), operator, self.expression(right, bound))

    def _unary(self, tree: Any, bound: tuple[str, ...]) -> ast.expr:
        operator, operand = tree.children
        value = self.expression(operand, bound)
        if operator.data == "unary_neg":
            if not isinstance(value, ast.Constant) or not isinstance(value.value, int | float):
                raise UnsupportedExpressionError("only a number that is written out has a sign")
            return ast.Constant(-value.value)
        return negated(value)

    def _literal(self, tree: Any, _bound: tuple[str, ...]) -> ast.expr:
        text = str(tree.children[0])
        words = {"true": True, "false": False, "null": None}
        return ast.Constant(words[text] if text in words else ast.literal_eval(text))

    def _list_lit(self, tree: Any, bound: tuple[str, ...]) -> ast.expr:
        items = tree.children[0].children if tree.children else []
        return ast.List([self.expression(item, bound) for item in items])

    def _ident(self, tree: Any, bound: tuple[str, ...]) -> ast.expr:
        name = str(tree.children[0])
        if name not in bound:
            if name not in VARIABLES:
                raise UnsupportedExpressionError(f"there is no variable {name!r}, only {', '.join(VARIABLES)}")
            self.variables.add(name)
        return ast.Name(name)

    def _member_dot(self, tree: Any, bound: tuple[str, ...]) -> ast.expr:
        value, name = tree.children
        return ast.Subscript(self.expression(value, bound), ast.Constant(str(name)))

    def _member_index(self, tree: Any, bound: tuple[str, ...]) -> ast.expr:
        value, index = tree.children
        step = self.expression(index, bound)
        if not isinstance(step, ast.Constant) or not isinstance(step.value, int | str):
            raise UnsupportedExpressionError("an index is written out, such as self[0] or self['name']")
        return ast.Subscript(self.expression(value, bound), step)

    def _ident_arg(self, tree: Any, bound: tuple[str, ...]) -> ast.expr:
        """Compile a call such as ``has(self.text)`` or ``size(self)``."""
        name = str(tree.children[0])
        arguments = [self.expression(child, bound) for child in _arguments(tree)]
        if name == "has":
            (selected,) = arguments
            if not isinstance(selected, ast.Subscript) or _innermost(_arguments(tree)[0]).data != "member_dot":
                raise UnsupportedExpressionError(
                    "has() takes a property, such as has(self.text); else use 'name' in self"
                )
            return call("has", selected)
        if name in FUNCTIONS:
            self.functions.add(name)
            return call(name, *arguments)
        builtin = _BUILTINS.get(name)
        if builtin is None:
            raise UnsupportedExpressionError(
                f"there is no function {name!r}; define it in scripts/specgen/functions.py, or write one of "
                f"{', '.join(sorted({*FUNCTIONS, *_BUILTINS, 'has'}))}"
            )
        return call(builtin, *arguments)

    def _member_dot_arg(self, tree: Any, bound: tuple[str, ...]) -> ast.expr:
        """Compile a call on a value, such as ``self.matches(r'…')``, or a macro, such as ``self.all(x, …)``."""
        value, token = tree.children[:2]
        name = str(token)
        if name in ("all", "exists", "exists_one", "map", "filter"):
            return self._macro(name, self.expression(value, bound), tree, bound)
        subject = self.expression(value, bound)
        arguments = [self.expression(child, bound) for child in _arguments(tree)]
        if name == "size":
            return call("len", subject)
        if name == "contains":
            return ast.Compare(arguments[0], [ast.In()], [subject])
        if name == "matches":
            return self._matches(subject, arguments[0])
        if name in _METHODS:
            return call_method(subject, _METHODS[name], *arguments)
        raise UnsupportedExpressionError(f"there is no method {name!r}")

    def _matches(self, subject: ast.expr, pattern: ast.expr) -> ast.expr:
        if not isinstance(pattern, ast.Constant) or not isinstance(pattern.value, str):
            raise UnsupportedExpressionError("matches() takes a pattern written out")
        self.patterns.append(pattern.value)
        return call("matches", subject, pattern)

    def _macro(self, name: str, values: ast.expr, tree: Any, bound: tuple[str, ...]) -> ast.expr:
        variable_tree, body_tree = _arguments(tree)
        variable = _identifier(variable_tree)
        body = self.expression(body_tree, (*bound, variable))
        target = ast.Name(variable)
        if name == "map":
            match values:  # filter(x, …).map(x, …) is one list
                case ast.ListComp(elt=ast.Name(id=chosen), generators=[only]) if chosen == variable and only.ifs:
                    return ast.ListComp(body, [only])
            return ast.ListComp(body, [ast.comprehension(target, values, [], 0)])
        if name == "filter":
            return ast.ListComp(ast.Name(variable), [ast.comprehension(target, values, [body], 0)])
        if name == "exists_one":
            count = ast.GeneratorExp(ast.Constant(1), [ast.comprehension(target, values, [body], 0)])
            return ast.Compare(call("sum", count), [ast.Eq()], [ast.Constant(1)])
        each = ast.GeneratorExp(body, [ast.comprehension(target, values, [], 0)])
        return call({"all": "all", "exists": "any"}[name], each)


def _arguments(tree: Any) -> list[Any]:
    last = tree.children[-1]
    return list(last.children) if isinstance(last, Tree) and last.data == "exprlist" else []


def _innermost(tree: Any) -> Any:
    while len(tree.children) == 1 and isinstance(tree.children[0], Tree):
        tree = tree.children[0]
    return tree


def _identifier(tree: Any) -> str:
    while isinstance(tree, Tree) and len(tree.children) == 1:
        tree = tree.children[0]
    if not isinstance(tree, Token) or tree.type != "IDENT":
        raise UnsupportedExpressionError("a macro takes the name of its variable first")
    return str(tree)
