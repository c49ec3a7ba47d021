"""Write the syntax tree of a rule as one writes Python."""

from __future__ import annotations

import ast
import copy
import functools
import re
from collections.abc import Callable, Mapping
from typing import Any

from . import functions
from .cel import FUNCTIONS, compile_rule, negated

_FEW = 3  # texts that are compared one by one


def anchored(pattern: str) -> str:
    r"""Write a pattern of CEL for ``re``, in which ``$`` also matches before a line break at the end."""
    return re.sub(r"(?<!\\)\$$", r"\\Z", pattern)


class Lowering(ast.NodeTransformer):
    """Turns ``has``, ``matches`` and ``cached`` into Python; the tree that is given stays as it is."""

    def __init__(self, patterns: Mapping[str, str], cached: Callable[[str, ast.expr], ast.expr]) -> None:
        """Remember the names of compiled patterns and what to write for a cached list, given its variable."""
        self._patterns = patterns
        self._cached = cached

    def lower(self, node: ast.expr) -> ast.expr:
        """Return an expression in Python."""
        lowered: ast.expr = self.visit(copy.deepcopy(node))
        return lowered

    def visit_Call(self, node: ast.Call) -> ast.expr:
        """Write the functions that Python does not have."""
        match node:
            case ast.Call(func=ast.Name(id="cached"), args=[ast.Name(id=variable), values]):
                return self._cached(variable, self.visit(values))
        self.generic_visit(node)
        match node:
            case ast.Call(func=ast.Name(id="has"), args=[ast.Subscript(value=value, slice=name)]):
                return ast.Compare(name, [ast.In()], [value])
            case ast.Call(func=ast.Name(id="matches"), args=[subject, ast.Constant(value=str(pattern))]):
                search = ast.Call(ast.Attribute(ast.Name(self._patterns[pattern]), "search"), [subject], [])
                return ast.Compare(search, [ast.IsNot()], [ast.Constant(None)])
            case ast.Call(func=ast.Name(id="sum"), args=[ast.GeneratorExp(generators=[each])]) if _counts_truths(each):
                return _call("sum", each.iter)
            case ast.Call(
                func=ast.Name(id="len"), args=[ast.Call(func=ast.Name(id="flatten"), args=[ast.ListComp() as lists])]
            ):
                return _call("sum", ast.ListComp(_call("len", lists.elt), lists.generators))
        return node

    def visit_ListComp(self, node: ast.ListComp) -> ast.expr:
        """Go through the lists of a list in two loops."""
        self.generic_visit(node)
        match node.generators:
            case [
                ast.comprehension(iter=ast.Call(func=ast.Name(id="flatten"), args=[ast.ListComp() as lists])) as each
            ]:
                inner = ast.comprehension(each.target, lists.elt, each.ifs, 0)
                return ast.ListComp(node.elt, [*lists.generators, inner])
        return node

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.expr:
        """Negate what was written, such as ``not in``."""
        self.generic_visit(node)
        return negated(node.operand)

    def visit_Compare(self, node: ast.Compare) -> ast.expr:
        """Look texts up in a set where they would be compared with many."""
        self.generic_visit(node)
        match node.ops, node.comparators:
            case [ast.In() | ast.NotIn()], [ast.List(elts=items)] if len(items) > _FEW:
                if all(isinstance(item, ast.Constant) and isinstance(item.value, str) for item in items):
                    node.comparators = [ast.Set(items)]
        return node


def _call(name: str, *arguments: ast.expr) -> ast.Call:
    return ast.Call(ast.Name(name), list(arguments), [])


def _counts_truths(each: ast.comprehension) -> bool:
    """Tell whether a loop only asks how many of some comparisons hold, which Python adds up."""
    match each:
        case ast.comprehension(target=ast.Name(id=name), iter=ast.List(elts=items), ifs=[ast.Name(id=test)]):
            return name == test and all(isinstance(item, ast.Compare) for item in items)
    return False


def source(node: ast.AST) -> str:
    """Return the text of a tree; ``ast.unparse`` alone would put needless parentheses into alternatives."""
    return ast.unparse(ast.fix_missing_locations(_Alternatives().visit(copy.deepcopy(node))))


class _Alternatives(ast.NodeTransformer):
    """Writes ``and`` and ``or`` out; the formatter removes the outer parentheses."""

    def visit_BoolOp(self, node: ast.BoolOp) -> ast.expr:
        """Return the text in place of the node."""
        self.generic_visit(node)
        word = " and " if isinstance(node.op, ast.And) else " or "
        parts = [f"({ast.unparse(part)})" if isinstance(part, ast.IfExp) else ast.unparse(part) for part in node.values]
        return ast.Name(f"({word.join(parts)})")


def holds(expression: str, variables: dict[str, Any]) -> bool:
    """Evaluate a rule as it is compiled."""
    code, scope = _evaluable(expression)
    return bool(eval(code, {**scope, **variables}))  # noqa: S307 - what the compiler made


@functools.cache
def _evaluable(expression: str) -> tuple[Any, dict[str, Any]]:
    rule = compile_rule(expression)
    names = {pattern: f"PATTERN_{index}" for index, pattern in enumerate(rule.patterns)}
    lowered = Lowering(names, lambda _, values: values).lower(rule.whole)
    scope: dict[str, Any] = {name: getattr(functions, name) for name in FUNCTIONS}
    scope |= {name: re.compile(anchored(pattern), re.ASCII) for pattern, name in names.items()}
    for node in ast.walk(lowered):
        if isinstance(node, ast.Name | ast.Attribute | ast.Subscript | ast.List):
            node.ctx = ast.Load()
    for node in ast.walk(lowered):
        if isinstance(node, ast.comprehension) and isinstance(node.target, ast.Name):
            node.target.ctx = ast.Store()
    return compile(ast.fix_missing_locations(ast.Expression(lowered)), expression, "eval"), scope
