"""Put cheap tests before costly ones in compiled rules, where these can only hold if the cheap ones do."""

from __future__ import annotations

import ast
import functools
import re
import sys
from collections.abc import Mapping

_BYTES = 4  # of a character in UTF-8, at most


def guarded(violation: ast.expr, patterns: Mapping[str, str]) -> ast.expr:
    """Return when a rule is violated, tested as cheaply as may be; patterns are given by their names."""
    unprintable = {name for name, pattern in patterns.items() if _is_unprintable(pattern)}
    found: ast.expr = _Guards(unprintable).visit(violation)
    return found


class _Guards(ast.NodeTransformer):
    def __init__(self, unprintable: set[str]) -> None:
        self._unprintable = unprintable

    def visit_Compare(self, node: ast.Compare) -> ast.expr:
        match node:
            case ast.Compare(
                left=ast.Call(func=ast.Name(id="utf8_size"), args=[text]),
                ops=[ast.Gt()],
                comparators=[ast.Constant(value=int(limit))],
            ):
                size = ast.Call(ast.Name("len"), [text], [])
                return _and(ast.Compare(size, [ast.Gt()], [ast.Constant(limit // _BYTES)]), node)
            case ast.Compare(
                left=ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="search"), args=[text]),
                ops=[ast.IsNot()],
            ) if name in self._unprintable:
                is_printable = ast.Call(ast.Attribute(text, "isprintable"), [], [])
                return _and(ast.UnaryOp(ast.Not(), is_printable), node)
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


@functools.cache
def _is_unprintable(pattern: str) -> bool:
    """Tell whether a pattern is a class of characters of which none is printable."""
    if not re.fullmatch(r"\[[^\]]*\]", pattern):
        return False
    every = "".join(map(chr, range(sys.maxunicode + 1)))
    return not any(character.isprintable() for character in re.findall(pattern, every, re.ASCII))
