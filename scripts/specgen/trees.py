"""Build and write syntax trees of Python."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterable


def call(function: str | ast.expr, *arguments: ast.expr) -> ast.Call:
    """Return a call of a function, by its name."""
    return ast.Call(ast.Name(function) if isinstance(function, str) else function, list(arguments), [])


def call_method(value: ast.expr, name: str, *arguments: ast.expr) -> ast.Call:
    """Return a call of a method of a value."""
    return call(ast.Attribute(value, name), *arguments)


def either(parts: Iterable[ast.expr]) -> ast.expr:
    """Return alternatives as one expression; a single one stays as it is."""
    first, *others = parts
    return ast.BoolOp(ast.Or(), [first, *others]) if others else first


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
