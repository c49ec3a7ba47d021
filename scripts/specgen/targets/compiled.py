"""Print the rules compiled to Python: a function for each that is not short, and functions that walk a value."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ..cel import VARIABLES, negated
from ..guards import guarded
from ..model import Spec
from ..naming import constant
from ..planner import Rule
from ..pythonic import Pythonic, anchored
from ..templates import filled
from ..trees import call, call_method, either, source
from .openapi import HEADER
from .walks import Walks

_LONG = 110  # characters of a condition that is no longer written out where it applies
_LONG_GUARD = 90


def compiled_rules(spec: Spec) -> dict[str, str]:
    """Return the module of the compiled rules."""
    rules = [rule for rule in spec.rules if rule.expression != "false"]
    compiled = CompiledRules(rules)
    walks = Walks(spec.nodes, {rule.name: compiled.violation(rule) for rule in rules})
    functions = [*filter(None, map(compiled.function, rules)), *walks.functions(spec.roots)]
    blocks = [*compiled.definitions(), *functions]
    used = sorted({name for rule in rules for name in rule.compiled.functions})
    imports = f"from .functions import {', '.join(used)}" if used else ""
    return {"compiled.py": filled("compiled.py.txt", header=HEADER, imports=imports, functions="\n\n\n".join(blocks))}


class CompiledRules:
    """Prints single rules."""

    def __init__(self, rules: list[Rule]) -> None:
        """Name the patterns of all rules."""
        self._lists: dict[str, str] = {}
        self._patterns: dict[str, str] = {}
        for rule in rules:
            for number, pattern in enumerate(rule.compiled.patterns):
                name = f"{constant(rule.name)}_PATTERN{f'_{number + 1}' if number else ''}"
                self._patterns.setdefault(pattern, name)

    def definitions(self) -> list[str]:
        """Return the definitions of the patterns, and of the lists that rules look up."""
        patterns = [f"{name} = re.compile({anchored(pattern)!r}, re.ASCII)" for pattern, name in self._patterns.items()]
        return ["\n".join(patterns), *(f"def {name}{text}" for text, name in self._lists.items())]

    def violation(self, rule: Rule) -> ast.expr:
        """Return when a rule is violated: conditions that are cheap and short, and a call where it is more."""
        guards, rest = self._parts(rule)
        if rest:
            guards = [*guards, call(rule.name, *map(ast.Name, _arguments(rest)))]
        return guarded(negated(either(guards)))

    def function(self, rule: Rule) -> str:
        """Return the function of a rule; nothing if it is written out where it applies."""
        _, rest = self._parts(rule)
        if not rest:
            return ""
        arguments = ", ".join(f"{name}: {'Violated' if name == 'violated' else 'Any'}" for name in _arguments(rest))
        *exceptions, condition = rest
        lines = [f"def {rule.name}({arguments}) -> bool:"]
        for exception in exceptions:
            lines += [f"    if {source(exception)}:", "        return True"]
        return "\n".join([*lines, *_verdict(condition)])

    def _parts(self, rule: Rule) -> tuple[list[ast.expr], list[ast.expr]]:
        """Return what is written out, and what is a function."""
        lists: list[str] = []

        def cached(variable: str, values: ast.expr) -> ast.expr:
            made = (
                ast.SetComp(values.elt, values.generators) if isinstance(values, ast.ListComp) else call("set", values)
            )
            text = f"({variable}: Any, violated: Violated) -> set[Any]:\n    return {source(made)}\n"
            name = self._lists.setdefault(text, f"_{rule.name}_values{f'_{len(lists) + 1}' if lists else ''}")
            lists.append(name)
            return call_method(ast.Name("violated"), "cached", ast.Name(name), ast.Name(variable))

        pythonic = Pythonic(self._patterns, cached)
        parts = [pythonic.rewrite(part) for part in (*rule.compiled.exceptions, rule.compiled.condition)]
        if _is_short(parts, _LONG):
            return parts, []
        count = 0
        while _is_short(parts[: count + 1], _LONG_GUARD):
            count += 1
        return parts[:count], parts[count:]


def _is_short(parts: list[ast.expr], limit: int) -> bool:
    has_loop = any(
        isinstance(part, ast.GeneratorExp) or (isinstance(part, ast.Name) and part.id == "violated")
        for whole in parts
        for part in ast.walk(whole)
    )
    return not has_loop and len(source(either(parts))) <= limit


def _arguments(parts: list[ast.expr]) -> list[str]:
    names = {node.id for part in parts for node in ast.walk(part) if isinstance(node, ast.Name)}
    return [name for name in (*VARIABLES, "violated") if name in names]


def _verdict(node: ast.expr) -> Iterator[str]:
    """Yield the statements that give the verdict of a rule; a search through a list is a loop."""
    match node:
        case ast.BoolOp(op=ast.And(), values=[*before, ast.Call(func=ast.Name(id="any" | "all")) as last]):
            for part in before:
                yield from (f"    if {source(negated(part))}:", "        return False")
            yield from _verdict(last)
        case ast.Call(func=ast.Name(id="any" | "all" as name), args=[ast.GeneratorExp(generators=[loop]) as each]):
            yield f"    for {source(loop.target)} in {source(loop.iter)}:"
            yield f"        if {source(each.elt if name == 'any' else negated(each.elt))}:"
            yield f"            return {name == 'any'}"
            yield f"    return {name == 'all'}"
        case _:
            yield f"    return {source(node)}"
