"""Say compiled rules as terms: lists of the name of an operation and of what it is applied to, for quick evaluation.

``src/native/terms.h`` says what the operations do.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from .cel import FUNCTIONS

Term = list[Any]
_VARIABLES = ("self", "item", "root", "")  # the last one is for the evaluation itself
_SELF, _ROOT = 0, 2
_COMPARISONS: dict[type[ast.cmpop], str] = {ast.Eq: "equal", ast.In: "in", ast.Lt: "less", ast.LtE: "at_most"}
_OPPOSITES: dict[type[ast.cmpop], str] = {ast.NotEq: "equal", ast.NotIn: "in"}
_REVERSED: dict[type[ast.cmpop], str] = {ast.Gt: "less", ast.GtE: "at_most"}
_ARITHMETIC: dict[type[ast.operator], str] = {ast.Add: "add", ast.Sub: "subtract"}
_LOOPS = {"all": "all", "any": "any", "sum": "count"}


def term(  # noqa: C901, PLR0911, PLR0912 - one return for each form of expression
    node: ast.expr, variables: tuple[str, ...] = _VARIABLES
) -> Term:
    """Return the term for an expression in Python, as rules are compiled to; ``unknown`` for what no operation does."""
    match node:
        case ast.Constant(value=value):
            return ["constant", value]
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int(value) | float(value))):
            return ["constant", -value]
        case ast.Name(id=name):
            return ["variable", variables.index(name)]
        case ast.Subscript(value=above, slice=ast.Constant(value=step)):
            return ["member" if isinstance(step, str) else "entry", step, term(above, variables)]
        case ast.BoolOp(op=operator, values=values):
            return ["and" if isinstance(operator, ast.And) else "or", *_all(values, variables)]
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return ["not", term(operand, variables)]
        case ast.IfExp(test=test, body=body, orelse=otherwise):
            return ["if", *_all([test, body, otherwise], variables)]
        case ast.Compare(left=left, ops=[operator], comparators=[right]):
            return _comparison(type(operator), term(left, variables), _known(term(right, variables)))
        case ast.BinOp(left=left, op=operator, right=right) if type(operator) in _ARITHMETIC:
            return [_ARITHMETIC[type(operator)], *_all([left, right], variables)]
        case ast.List(elts=items) | ast.Set(elts=items):
            return ["list", *_all(items, variables)]
        case ast.ListComp(elt=element, generators=[each]):
            return _loop("each", element, each, variables)
        case ast.Call(func=ast.Name(id=name), args=[ast.GeneratorExp(elt=element, generators=[each])]):
            return _loop(_LOOPS[name], element, each, variables)
        case ast.Call(func=ast.Name(id=name), args=arguments) if name in {"len", "float", *FUNCTIONS}:
            return [name, *_all(arguments, variables)]
        case ast.Call(func=ast.Attribute(value=subject, attr="startswith"), args=arguments):
            return ["starts_with", *_all([subject, *arguments], variables)]
    return ["unknown"]


def _all(nodes: list[ast.expr], variables: tuple[str, ...]) -> list[Term]:
    return [term(node, variables) for node in nodes]


def _known(found: Term) -> Term:
    """Mark a list that is made in a loop but does not depend on an entry, so that it is made once."""
    if found[0] != "each":
        return found
    free = {name for name in _read(found) if name < found[1]}
    if free <= {_ROOT}:
        return ["known", _ROOT, found]
    return ["known", _SELF, found] if free <= {_SELF, _ROOT} else found


def _read(found: Term) -> Iterator[int]:
    """Yield the numbers of the variables that a term reads."""
    if found[0] == "variable":
        yield found[1]
    for part in found:
        if isinstance(part, list):
            yield from _read(part)


def _comparison(operator: type[ast.cmpop], left: Term, right: Term) -> Term:
    if operator in _COMPARISONS:
        return [_COMPARISONS[operator], left, right]
    if operator in _REVERSED:
        return [_REVERSED[operator], right, left]
    return ["not", [_OPPOSITES[operator], left, right]] if operator in _OPPOSITES else ["unknown"]


def _loop(name: str, element: ast.expr, each: ast.comprehension, variables: tuple[str, ...]) -> Term:
    inner = (*variables, ast.unparse(each.target))
    condition = term(each.ifs[0], inner) if each.ifs else ["constant", True]
    return [name, len(variables), term(each.iter, variables), condition, term(element, inner)]
