"""Print rules as expressions for the accelerator: lists of an operation, perhaps a constant, and its parts.

``src/native/expression.c`` says what each operation does.
"""

from __future__ import annotations

import ast
from typing import Any

from .cel import FUNCTIONS, UnsupportedExpressionError

Expression = list[Any]
_VARIABLES = ("self", "item", "root", "")  # the last one is for the evaluation itself
_COMPARISONS: dict[type[ast.cmpop], str] = {ast.Eq: "equal", ast.In: "in", ast.Lt: "less", ast.LtE: "at_most"}
_OPPOSITES: dict[type[ast.cmpop], str] = {ast.NotEq: "equal", ast.NotIn: "in"}
_REVERSED: dict[type[ast.cmpop], str] = {ast.Gt: "less", ast.GtE: "at_most"}
_ARITHMETIC: dict[type[ast.operator], str] = {ast.Add: "add", ast.Sub: "subtract"}
_LOOPS = {"all": "all", "any": "any", "sum": "count"}
_METHODS = {"startswith": "starts_with", "endswith": "ends_with"}
OPERATIONS = {
    *("constant", "variable", "property", "item", "cached", "list", "and", "or", "not", "if", "each", "matches"),
    *(*_COMPARISONS.values(), *_ARITHMETIC.values(), *_LOOPS.values(), *_METHODS.values(), "len", "float"),
    *FUNCTIONS,
}


def expression(node: ast.expr) -> Expression:
    """Return a compiled rule as an expression."""
    return _expression(node, _VARIABLES)


def _expression(  # noqa: C901, PLR0911, PLR0912 - one return for each form of syntax
    node: ast.expr, variables: tuple[str, ...]
) -> Expression:
    match node:
        case ast.Constant(value=value):
            return ["constant", value]
        case ast.Name(id=name):
            return ["variable", variables.index(name)]
        case ast.Subscript(value=above, slice=ast.Constant(value=step)):
            return ["property" if isinstance(step, str) else "item", step, _expression(above, variables)]
        case ast.BoolOp(op=operator, values=values):
            return ["and" if isinstance(operator, ast.And) else "or", *_all(values, variables)]
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return ["not", _expression(operand, variables)]
        case ast.IfExp(test=test, body=body, orelse=otherwise):
            return ["if", *_all([test, body, otherwise], variables)]
        case ast.Compare(left=left, ops=[operator], comparators=[right]):
            return _comparison(type(operator), *_all([left, right], variables))
        case ast.BinOp(left=left, op=operator, right=right) if type(operator) in _ARITHMETIC:
            return [_ARITHMETIC[type(operator)], *_all([left, right], variables)]
        case ast.List(elts=items):
            return ["list", *_all(items, variables)]
        case ast.ListComp(elt=element, generators=[each]):
            return _loop("each", element, each, variables)
        case ast.Call(func=ast.Name(id=name), args=[ast.GeneratorExp(elt=element, generators=[each])]):
            return _loop(_LOOPS[name], element, each, variables)
        case ast.Call(func=ast.Name(id=name), args=arguments):
            return _call(name, arguments, variables)
        case ast.Call(func=ast.Attribute(value=subject, attr=name), args=arguments) if name in _METHODS:
            return [_METHODS[name], *_all([subject, *arguments], variables)]
    raise UnsupportedExpressionError(f"no operation of the accelerator says {ast.unparse(node)}")


def _all(nodes: list[ast.expr], variables: tuple[str, ...]) -> list[Expression]:
    return [_expression(node, variables) for node in nodes]


def _call(name: str, arguments: list[ast.expr], variables: tuple[str, ...]) -> Expression:
    match name, arguments:
        case "has", [ast.Subscript(value=value, slice=step)]:
            return ["in", *_all([step, value], variables)]
        case "matches", [subject, ast.Constant(value=pattern)]:
            return ["matches", pattern, _expression(subject, variables)]
        case "cached", [ast.Name(id=variable), values]:
            return ["cached", variables.index(variable), _expression(values, variables)]
    if name not in OPERATIONS:
        raise UnsupportedExpressionError(f"the accelerator has no operation {name!r}")
    return [name, *_all(arguments, variables)]


def _comparison(operator: type[ast.cmpop], left: Expression, right: Expression) -> Expression:
    if operator in _COMPARISONS:
        return [_COMPARISONS[operator], left, right]
    if operator in _REVERSED:
        return [_REVERSED[operator], right, left]
    return ["not", [_OPPOSITES[operator], left, right]]


def _loop(name: str, element: ast.expr, each: ast.comprehension, variables: tuple[str, ...]) -> Expression:
    inner = (*variables, ast.unparse(each.target))
    condition = _expression(each.ifs[0], inner) if each.ifs else ["constant", True]
    return [name, len(variables), _expression(each.iter, variables), condition, _expression(element, inner)]
