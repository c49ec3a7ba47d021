"""Put cheap tests before costly ones in compiled rules, where these can only hold if the cheap ones do."""

from __future__ import annotations

import ast

from .trees import call

_BYTES = 4  # of a character in UTF-8, at most


def guarded(violation: ast.expr) -> ast.expr:
    """Return when a rule is violated, tested as cheaply as may be."""
    found: ast.expr = _Guards().visit(violation)
    return found


class _Guards(ast.NodeTransformer):
    def visit_Compare(self, node: ast.Compare) -> ast.expr:
        match node:
            case ast.Compare(
                left=ast.Call(func=ast.Name(id="utf8_size"), args=[text]),
                ops=[ast.Gt()],
                comparators=[ast.Constant(value=int(limit))],
            ):
                size = call("len", text)
                return _and(ast.Compare(size, [ast.Gt()], [ast.Constant(limit // _BYTES)]), node)
        return node

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.expr:
        """Leave what is negated: there, a guard would be no guard."""
        return node

    def visit_GeneratorExp(self, node: ast.GeneratorExp) -> ast.expr:
        return node

    def visit_ListComp(self, node: ast.ListComp) -> ast.expr:
        return node


def _and(guard: ast.expr, node: ast.expr) -> ast.expr:
    return ast.BoolOp(ast.And(), [guard, node])
