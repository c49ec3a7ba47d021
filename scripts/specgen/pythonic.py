"""Write the syntax tree of a rule as one writes Python."""

from __future__ import annotations

import ast
import copy
import re
from collections.abc import Callable, Mapping

from .cel import negated
from .trees import call, call_method

_FEW = 3  # texts that are compared one by one


def anchored(pattern: str) -> str:
    r"""Write a pattern of CEL for ``re``, in which ``$`` also matches before a line break at the end."""
    return re.sub(r"(?<!\\)\$$", r"\\Z", pattern)


class Pythonic(ast.NodeTransformer):
    """Turns ``has``, ``matches`` and ``cached`` into Python; the tree that is given stays as it is."""

    def __init__(self, patterns: Mapping[str, str], cached: Callable[[str, ast.expr], ast.expr]) -> None:
        """Remember the names of compiled patterns and what to write for a cached list, given its variable."""
        self._patterns = patterns
        self._cached = cached

    def rewrite(self, node: ast.expr) -> ast.expr:
        """Return an expression in Python."""
        rewritten: ast.expr = self.visit(copy.deepcopy(node))
        return rewritten

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
                search = call_method(ast.Name(self._patterns[pattern]), "search", subject)
                return ast.Compare(search, [ast.IsNot()], [ast.Constant(None)])
            case ast.Call(func=ast.Name(id="sum"), args=[ast.GeneratorExp(generators=[each])]) if _counts_tests(each):
                return call("sum", each.iter)
            case ast.Call(
                func=ast.Name(id="len"), args=[ast.Call(func=ast.Name(id="flatten"), args=[ast.ListComp() as lists])]
            ):
                return call("sum", ast.ListComp(call("len", lists.elt), lists.generators))
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


def _counts_tests(each: ast.comprehension) -> bool:
    """Tell whether a loop only asks how many of some comparisons hold, which Python adds up."""
    match each:
        case ast.comprehension(target=ast.Name(id=name), iter=ast.List(elts=items), ifs=[ast.Name(id=test)]):
            return name == test and all(isinstance(item, ast.Compare) for item in items)
    return False
