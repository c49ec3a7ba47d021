"""Mark the lists that a rule looks up repeatedly, so that each is made once: both printers go by these marks."""

from __future__ import annotations

import ast
import inspect

from . import functions
from .trees import call

VARIABLES = ("self", "root")  # of which a list may be cached
_LISTS = {
    name
    for name, function in inspect.getmembers(functions, inspect.isfunction)
    if str(inspect.signature(function).return_annotation).startswith("list")
}


def with_cached_lists(node: ast.expr, is_repeated: bool) -> ast.expr:
    """Wrap each list on the right of ``in`` that is made anew each time but depends on one variable only.

    A list of the root is cached always, for a rule is evaluated for many values in one document; a list of ``self``
    where the rule looks it up more than once: in a loop, or for several items.
    """
    marked: ast.expr = _Marker(is_repeated).visit(node)
    return marked


class _Marker(ast.NodeTransformer):
    def __init__(self, is_repeated: bool) -> None:
        self._is_repeated = is_repeated

    def visit_Compare(self, node: ast.Compare) -> ast.expr:
        self.generic_visit(node)
        if isinstance(node.ops[0], ast.In | ast.NotIn) and _makes_list(node.comparators[0]):
            read = _free_variables(node.comparators[0])
            for variable in VARIABLES:
                if read == {variable} and (variable == "root" or self._is_repeated):
                    node.comparators = [call("cached", ast.Name(variable), *node.comparators)]
        return node

    def visit_ListComp(self, node: ast.ListComp) -> ast.expr:
        return self._loop(node)

    def visit_GeneratorExp(self, node: ast.GeneratorExp) -> ast.expr:
        return self._loop(node)

    def _loop(self, node: ast.ListComp | ast.GeneratorExp) -> ast.expr:
        (each,) = node.generators
        each.iter = self.visit(each.iter)
        outside, self._is_repeated = self._is_repeated, True
        node.elt = self.visit(node.elt)
        each.ifs = [self.visit(condition) for condition in each.ifs]
        self._is_repeated = outside
        return node


def _makes_list(node: ast.expr) -> bool:
    match node:
        case ast.Call(func=ast.Name(id=name)):
            return name in _LISTS
    return isinstance(node, ast.ListComp)


def _free_variables(node: ast.expr) -> set[str]:
    """Return the variables that an expression reads, but for those of its own loops."""
    names = {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}
    called = {part.func.id for part in ast.walk(node) if isinstance(part, ast.Call) and isinstance(part.func, ast.Name)}
    own = {ast.unparse(part.target) for part in ast.walk(node) if isinstance(part, ast.comprehension)}
    return names - called - own
