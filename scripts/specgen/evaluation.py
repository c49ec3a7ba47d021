"""Evaluate rules as they are compiled to Python."""

from __future__ import annotations

import ast
import functools
import re
from collections.abc import Callable, Iterable
from typing import Any

from . import functions
from .cel import FUNCTIONS, compile_rule
from .pythonic import Pythonic, anchored
from .types import Json

Evaluate = Callable[[dict[str, Json]], bool]  # of the variables self, item and root


def evaluate_rule(expression: str, variables: dict[str, Json]) -> bool:
    """Tell whether a rule holds."""
    return _evaluable(expression)(variables)


@functools.cache
def _evaluable(expression: str) -> Evaluate:
    rule = compile_rule(expression)
    return evaluable(rule.whole, rule.patterns)


def evaluable(rule: ast.expr, patterns: Iterable[str]) -> Evaluate:
    """Return a function that evaluates a rule, given as a syntax tree and the patterns in it."""
    names = {pattern: f"PATTERN_{index}" for index, pattern in enumerate(patterns)}
    tree = Pythonic(names, lambda _, values: values).rewrite(rule)
    scope: dict[str, Any] = {name: getattr(functions, name) for name in FUNCTIONS}
    scope |= {name: re.compile(anchored(pattern), re.ASCII) for pattern, name in names.items()}
    for node in ast.walk(tree):
        if isinstance(node, ast.Name | ast.Attribute | ast.Subscript | ast.List):
            node.ctx = ast.Load()
    for node in ast.walk(tree):
        if isinstance(node, ast.comprehension) and isinstance(node.target, ast.Name):
            node.target.ctx = ast.Store()
    code = compile(ast.fix_missing_locations(ast.Expression(tree)), "rule", "eval")
    return lambda variables: bool(eval(code, {**scope, **variables}))  # noqa: S307 - what the compiler made
