"""Print the cross-field rules: as plain data, and compiled to Python."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator

from .. import functions
from ..cel import negated
from ..model import Node, Rule, Spec, applied
from .openapi import HEADER, json_text

_PREAMBLE = '''
"""The cross-field rules, compiled from the specification.

``visit_*`` functions walk a value that its schema has accepted and add what is wrong to ``found``: the path of a value
and the rule that it breaks.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Literal, NamedTuple

{imports}


class Rule(NamedTuple):
    """A cross-field rule, or a deprecation (whose id is ``deprecated``)."""

    id: str
    level: Literal["error", "warning"]
    message: str
    pointer: tuple[str, ...]
    """Where it is reported, below the value that it governs."""
    expression: str
    """The rule in CEL; true when it holds."""
    source: str
    errata: tuple[str, ...]


Path = tuple[str | int, ...]
Found = list[tuple[Path, Rule]]
Visit = Callable[[Any, Path, Any, Found], None]
'''


def rules_file(spec: Spec) -> dict[str, str]:
    """Return the rules as data, with the schemas to which each is attached."""
    records = []
    for rule in spec.rules:
        if rule.id == "deprecated":
            continue
        record = {
            "id": rule.id,
            "schemas": [name for name, node in spec.nodes.items() if rule in applied(node)],
            "each": rule.each,
            "rule": rule.expression,
            "pointer": rule.pointer,
            "level": rule.level,
            "message": rule.message,
            "source": rule.source,
            "errata": list(rule.errata),
        }
        records.append({key: value for key, value in record.items() if value is not None})
    return {"rules.json": json_text(records)}


def python_rules(spec: Spec) -> dict[str, str]:
    """Return the modules of compiled rules and of the functions that they call."""
    used = {name for rule in spec.rules for name in rule.compiled.functions}
    blocks = [f"# {HEADER}{_PREAMBLE.format(imports=_imports(used))}"]
    blocks += [_constant(rule) for rule in spec.rules]
    names = ", ".join(constant(rule) for rule in spec.rules)
    blocks.append(f"RULES: tuple[Rule, ...] = ({names},)")
    blocks += [_function(rule) for rule in spec.rules if rule.expression != "false"]
    walk = Walk(spec.nodes)
    blocks += [walk.function(name) for name, node in spec.nodes.items() if node != Node() or name in spec.roots]
    return {"rules.py": "\n\n\n".join(blocks) + "\n", "functions.py": _functions(used)}


def _imports(used: set[str]) -> str:
    return f"from .functions import {', '.join(sorted(used))}" if used else ""


def _functions(used: set[str]) -> str:
    preamble = inspect.getsource(functions).partition("\ndef ")[0].split('"""')[2].strip()
    head = f'# {HEADER}\n"""The functions that rules call beside those of CEL."""\n\n{preamble}'
    private = [name for name, _ in inspect.getmembers(functions, inspect.isfunction) if name.startswith("_")]
    return "\n\n\n".join([head, *(inspect.getsource(getattr(functions, name)) for name in (*private, *sorted(used)))])


def _constant(rule: Rule) -> str:
    fields = (rule.id, rule.level, rule.message, tuple(steps(rule.pointer)), rule.expression, rule.source, rule.errata)
    return f"{constant(rule)} = Rule({', '.join(map(repr, fields))})"


def _function(rule: Rule) -> str:
    code = rule.compiled
    lines, names = [], {}
    for index, pattern in enumerate(code.patterns):
        names[f"PATTERN_{index}"] = f"{constant(rule)}_PATTERN" + ("" if index == 0 else f"_{index}")
        lines.append(f"{names[f'PATTERN_{index}']} = re.compile({pattern!r}, re.ASCII)")
    if lines:
        lines += ["", ""]
    lines.append(f"def {rule.name}({', '.join(f'{name}: Any' for name in code.variables)}) -> bool:")
    for exception in code.exceptions:
        lines += [f"    if {exception}:", "        return True"]
    lines += _verdict(ast.parse(code.condition, mode="eval").body)
    text = "\n".join(lines)
    for placeholder, name in names.items():
        text = re.sub(rf"\b{placeholder}\b", name, text)
    return text


def _verdict(node: ast.expr) -> Iterator[str]:
    """Yield the statements that give the verdict of a rule; a search through a list is a loop."""
    match node:
        case ast.BoolOp(op=ast.And(), values=[*before, ast.Call(func=ast.Name(id="any" | "all")) as last]):
            for part in before:
                yield from (f"    if {ast.unparse(negated(part))}:", "        return False")
            yield from _verdict(last)
        case ast.Call(func=ast.Name(id="any" | "all" as name), args=[ast.GeneratorExp(generators=[loop]) as each]):
            yield f"    for {ast.unparse(loop.target)} in {ast.unparse(loop.iter)}:"
            yield f"        if {ast.unparse(each.elt if name == 'any' else negated(each.elt))}:"
            yield f"            return {name == 'any'}"
            yield f"    return {name == 'all'}"
        case _:
            yield f"    return {ast.unparse(node)}"


class Walk:
    """Prints functions that walk a value and apply the rules of what it holds; these note each that is broken."""

    def __init__(self, nodes: dict[str, Node]) -> None:
        """Remember what there is to check in each component."""
        self._nodes = nodes

    def function(self, component: str) -> str:
        """Return the function for a component."""
        head = f"def visit_{snake(component)}(self: Any, at: Path, root: Any, found: Found) -> None:"
        doc = f'    """Apply the rules of {component} and of what it holds."""'
        return "\n".join([head, doc, *self._lines(self._nodes[component], "self", "at", 1)])

    def _lines(self, node: Node, value: str, at: str, depth: int) -> Iterator[str]:
        """Yield the statements for a node whose value and path are the given expressions."""
        pad = "    " * depth
        for rule in node.rules:
            yield from self._statements(rule, value, at, depth)
        if node.component:
            yield from self._call(node.component, value, at, depth)
        for name, required, child in node.properties:
            inner = depth if required else depth + 1
            if not required:
                yield f"{pad}if {name!r} in {value}:"
            yield from self._lines(child, f"{value}[{name!r}]", _below(at, repr(name)), inner)
        if node.items:
            yield self._loop(str(depth), value, depth)
            yield from self._lines(node.items, f"item{depth}", _below(at, f"index{depth}"), depth + 1)
        if node.values:
            yield f"{pad}for key{depth}, item{depth} in {value}.items():"
            yield from self._lines(node.values, f"item{depth}", _below(at, f"key{depth}"), depth + 1)
        if node.tag:
            yield f"{pad}match {value}[{node.tag!r}]:"
            for tag, component in node.members:
                yield f"{pad}    case {tag!r}:"
                yield from self._call(component, value, at, depth + 2)
        for kind, child in node.choices:
            yield f"{pad}if isinstance({value}, {_PYTHON_TYPES[kind]}):"
            yield from self._lines(child, value, at, depth + 1)

    def _statements(self, rule: Rule, value: str, at: str, depth: int) -> Iterator[str]:
        if rule.expression == "false":
            yield self._broken(rule, at, depth)
            return
        target, where = value, at
        for number, step in enumerate(steps(rule.each or "")):
            if step == "*":
                name = f"{depth}_{number}"
                yield self._loop(name, target, depth)
                target, where = f"item{name}", _below(where, f"index{name}")
            else:
                yield f"{'    ' * depth}if {step!r} in {target}:"
                target = f"{target}[{step!r}]"
                where = _below(where, repr(step))
            depth += 1
        yield f"{'    ' * depth}if not {_call(rule, {'self': value, 'item': target, 'root': 'root'})}:"
        yield self._broken(rule, where, depth + 1)

    def _broken(self, rule: Rule, at: str, depth: int) -> str:
        return f"{'    ' * depth}found.append(({at}, {constant(rule)}))"

    def _call(self, component: str, value: str, at: str, depth: int) -> Iterator[str]:
        node = self._nodes[component]
        if node == Node(rules=node.rules):
            yield from self._lines(node, value, at, depth)
        else:
            yield f"{'    ' * depth}visit_{snake(component)}({value}, {at}, root, found)"

    def _loop(self, name: str, value: str, depth: int) -> str:
        return f"{'    ' * depth}for index{name}, item{name} in enumerate({value}):"


def _below(at: str, step: str) -> str:
    """Return the expression for a path that is one step longer."""
    return f"({'*at' if at == 'at' else at[1:-1]}, {step})"


def _call(rule: Rule, values: dict[str, str]) -> str:
    """Return the call of a rule's function."""
    return f"{rule.name}({', '.join(values[name] for name in rule.compiled.variables)})"


_PYTHON_TYPES = {
    "object": "dict",
    "array": "list",
    "string": "str",
    "boolean": "bool",
    "integer": "(int, float)",
    "number": "(int, float)",
}


def steps(pointer: str) -> list[str]:
    """Return the steps of a JSON Pointer."""
    return [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]]


def snake(name: str) -> str:
    """Write a component's name as Python writes functions."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).replace("-", "_").lower()


def constant(rule: Rule) -> str:
    """Return the name of the constant that holds a rule."""
    return snake(rule.name).upper()
