"""Print the cross-field rules: as plain data, and compiled to Python."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator

from . import functions
from .model import Node, Rule, Spec, applied
from .print_openapi import HEADER, json_text

_PREAMBLE = '''
"""The cross-field rules, compiled from the specification.

``visit_*`` functions walk a value that its schema has accepted and add what is wrong to ``found``: a path, as nested
pairs of the path above and the last step, and the rule that is broken there.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, NamedTuple

{imports}


class Rule(NamedTuple):
    """A cross-field rule, or a deprecation (whose id is ``deprecated``)."""

    id: str
    level: str
    message: str
    pointer: tuple[str, ...]
    """Where it is reported, below the value that it governs."""
    expression: str
    """The rule in CEL; true when it holds."""
    source: str
    errata: tuple[str, ...]


Path = Any
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
    names = ", ".join(_upper(rule.name) for rule in spec.rules)
    blocks.append(f"RULES: tuple[Rule, ...] = ({names},)")
    blocks += [_function(rule) for rule in spec.rules if rule.expression != "false"]
    blocks += [_visit(spec, name) for name, node in spec.nodes.items() if node != Node()]
    return {"rules.py": "\n\n\n".join(blocks) + "\n", "functions.py": _functions(used)}


def _imports(used: set[str]) -> str:
    return f"from .functions import {', '.join(sorted(used))}" if used else ""


def _functions(used: set[str]) -> str:
    sources = [inspect.getsource(getattr(functions, name)) for name in sorted(used)]
    imports = [f"import {name}" for name in ("json", "re") if any(f"{name}." in text for text in sources)]
    head = [f"# {HEADER}", '"""The functions that rules call beside those of CEL."""', ""]
    head += ["from __future__ import annotations", "", *imports, "from typing import Any", "", "Json = Any", "", ""]
    return "\n".join(head) + "\n\n\n".join(sources)


def _constant(rule: Rule) -> str:
    steps = tuple(_steps(rule.pointer))
    fields = (rule.id, rule.level, rule.message, steps, rule.expression, rule.source, rule.errata)
    return f"{_upper(rule.name)} = Rule({', '.join(map(repr, fields))})"


def _function(rule: Rule) -> str:
    code = rule.compiled
    lines, names = [], {}
    for index, pattern in enumerate(code.patterns):
        names[f"PATTERN_{index}"] = f"{_upper(rule.name)}_PATTERN" + ("" if index == 0 else f"_{index}")
        lines.append(f"{names[f'PATTERN_{index}']} = re.compile({pattern!r}, re.ASCII)")
    if lines:
        lines += ["", ""]
    lines.append(f"def {rule.name}({', '.join(f'{name}: Any' for name in code.variables)}) -> bool:")
    for exception in code.exceptions:
        lines += [f"    if {exception}:", "        return True"]
    lines.append(f"    return {code.condition}")
    text = "\n".join(lines)
    for placeholder, name in names.items():
        text = re.sub(rf"\b{placeholder}\b", name, text)
    return text


def _visit(spec: Spec, component: str) -> str:
    head = f"def visit_{snake(component)}(self: Any, at: Path, root: Any, found: Found) -> None:"
    doc = f'    """Apply the rules of {component} and of what it holds."""'
    body = _lines(spec.nodes[component], "self", "at", 1)
    return "\n".join([head, doc, *body])


def _lines(node: Node, value: str, at: str, depth: int) -> Iterator[str]:
    """Yield the statements for a node whose value and path are the given expressions."""
    pad = "    " * depth
    for rule in node.rules:
        yield from _statements(rule, value, at, depth)
    if node.component:
        yield f"{pad}visit_{snake(node.component)}({value}, {at}, root, found)"
    for name, required, child in node.properties:
        inner = depth if required else depth + 1
        if not required:
            yield f"{pad}if {name!r} in {value}:"
        yield from _lines(child, f"{value}[{name!r}]", f"({at}, {name!r})", inner)
    if node.items:
        yield f"{pad}for index{depth}, item{depth} in enumerate({value}):"
        yield from _lines(node.items, f"item{depth}", f"({at}, index{depth})", depth + 1)
    if node.values:
        yield f"{pad}for key{depth}, item{depth} in {value}.items():"
        yield from _lines(node.values, f"item{depth}", f"({at}, key{depth})", depth + 1)
    if node.tag:
        yield f"{pad}match {value}[{node.tag!r}]:"
        for tag, component in node.members:
            yield f"{pad}    case {tag!r}:"
            yield f"{pad}        visit_{snake(component)}({value}, {at}, root, found)"
    for kind, child in node.choices:
        yield f"{pad}if isinstance({value}, {_PYTHON_TYPES[kind]}):"
        yield from _lines(child, value, at, depth + 1)


def _statements(rule: Rule, value: str, at: str, depth: int) -> Iterator[str]:
    pad = "    " * depth
    if rule.expression == "false":
        yield f"{pad}found.append(({at}, {_upper(rule.name)}))"
        return
    arguments = {"self": value, "item": value, "root": "root"}
    target, where = value, at
    for number, step in enumerate(_steps(rule.each or "")):
        if step == "*":
            name = f"{depth}_{number}"
            yield f"{pad}for index{name}, item{name} in enumerate({target}):"
            target, where, pad = f"item{name}", f"({where}, index{name})", pad + "    "
        else:
            yield f"{pad}if {step!r} in {target}:"
            target, where, pad = f"{target}[{step!r}]", f"({where}, {step!r})", pad + "    "
    arguments["item"] = target
    called = ", ".join(arguments[name] for name in rule.compiled.variables)
    yield f"{pad}if not {rule.name}({called}):"
    yield f"{pad}    found.append(({where}, {_upper(rule.name)}))"


_PYTHON_TYPES = {
    "object": "dict",
    "array": "list",
    "string": "str",
    "boolean": "bool",
    "integer": "(int, float)",
    "number": "(int, float)",
}


def _steps(pointer: str) -> list[str]:
    return [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]]


def snake(name: str) -> str:
    """Write a component's name as Python writes functions."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).replace("-", "_").lower()


def _upper(name: str) -> str:
    return snake(name).upper()
