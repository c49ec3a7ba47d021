"""Print the quick test for what has neither errors nor warnings: schemas made for verdicts, and what they cannot say.

Most documents are flawless, and whoever checks them does not want to wait. A flawless schema holds the exported schema
and those rules that JSON Schema can express. It explains nothing, so its unions are ``anyOf``, which stops at the first
member that fits. What it refuses need not have a flaw, but is looked at closely.
"""

from __future__ import annotations

import ast
import itertools
import re
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from .cel import FUNCTIONS, negated
from .model import Json, Node, Rule, Spec, name_of
from .print_json_schema import reference
from .print_openapi import HEADER
from .print_rules import Walk, call, constant, is_loop, snake
from .source import CONDITION

_SCHEMAS = '''
"""The schemas of what has neither errors nor warnings, each imported when it is asked for; for verdicts only.

They hold the rules that JSON Schema can express; the functions of ``rest`` hold the others. What is refused here may
still have no flaw.
"""

from __future__ import annotations

import importlib
from typing import Any


def load(name: str) -> Any:
    """Return the schema of that name, one of ``schemas.NAMES``."""
    return importlib.import_module(f"{__name__}.{name}").SCHEMA
'''
_REST = '''
"""What flawless schemas cannot say: the rules that a value which such a schema has accepted may still break.

The functions are those of ``rules`` without the rules that the schemas hold.
"""

from __future__ import annotations

from typing import Any

from ..functions import {functions}
from ..rules import {rules}
'''
_ASSERTIONS = {"type", "const", "enum", "pattern", "required", "uniqueItems"} | {
    f"{word}{noun}" for word in ("min", "max") for noun in ("Length", "Items", "Properties", "imum")
}


def flawless_files(spec: Spec) -> dict[str, str]:
    """Return the modules of the package ``flawless``."""
    nodes = rest(spec)
    walk = Rest(nodes, spec.roots)
    functions = [walk.function(name) for name in nodes if walk.has_function(name)]
    used = (*sorted(walk.called), "Found", "Path", *(constant(rule) for rule in spec.rules))
    head = f"# {HEADER}{_REST.format(functions=', '.join(FUNCTIONS), rules=', '.join(used))}"
    files = {"flawless/__init__.py": f"# {HEADER}{_SCHEMAS}"}
    files["flawless/rest.py"] = "\n\n\n".join([head, *functions]) + "\n"
    for name, schema in _schemas(spec).items():
        files[f"flawless/{name}.py"] = f'# {HEADER}\n"""What is flawless: {name}."""\n\nfrom typing import Any\n\n'
        files[f"flawless/{name}.py"] += f"SCHEMA: Any = {schema!r}\n"
    return files


class Rest(Walk):
    """Prints functions that apply the rules where they stand. They are long rather than many: each call takes time."""

    def __init__(self, nodes: dict[str, Node], roots: set[str]) -> None:
        """Count where each component is used, to write out those that are used once."""
        super().__init__(nodes)
        self._roots = roots
        self._uses = Counter(name for node in nodes.values() for name in _used(node))
        self.called: set[str] = set()  # rules that are called, not written out

    def has_function(self, component: str) -> bool:
        """Tell whether a component has a function of its own."""
        node = self._nodes[component]
        return component in self._roots or (self._uses[component] > 1 and node != Node(rules=node.rules))

    def function(self, component: str) -> str:
        """Return the function for a component, in which no question is asked twice in a row."""
        return "\n".join(_merged(super().function(component).split("\n")))

    def _check(self, rule: Rule, values: dict[str, str], at: str, depth: int) -> Iterator[str]:
        pad, code = "    " * depth, rule.compiled
        parts = _parts_of(rule)[len(_first(rule)) :]
        whole = _Placed(values, _fixed(rule)).visit(_any_of(parts))
        match whole:
            case ast.Call(func=ast.Name(id="all"), args=[ast.GeneratorExp(elt=element, generators=[each])]):
                yield f"{pad}for {ast.unparse(each.target)} in {ast.unparse(each.iter)}:"
                yield f"{pad}    if {ast.unparse(negated(element))}:"
                yield self._broken(rule, at, depth + 2)
                yield f"{pad}        break"
                return
        broken = ast.unparse(negated(whole))
        if code.patterns or any(map(is_loop, ast.walk(whole))):
            self.called.add(rule.name)
            broken = f"not {call(rule, values)}"
        yield f"{pad}if {broken}:"
        yield self._broken(rule, at, depth + 1)

    def _ahead(self, rule: Rule, value: str, depth: int) -> tuple[list[str], int]:
        """Ask once what is the same for all entries, and make once the lists that are."""
        placed = _Placed({"self": value}, {})
        lines = []
        for part in _first(rule):
            lines.append(f"{'    ' * depth}if {ast.unparse(negated(placed.visit(part)))}:")
            depth += 1
        for text, name in _fixed(rule).items():
            lines.append(f"{'    ' * depth}{name} = {ast.unparse(placed.visit(ast.parse(text, mode='eval').body))}")
        return lines, depth

    def _property(self, name: str, value: str, depth: int) -> tuple[list[str], str]:
        local = f"{re.sub(r'[^A-Za-z0-9]', '_', name)}_{depth}"
        return [f"{'    ' * depth}{local} = {value}[{name!r}]"], local

    def _call(self, component: str, value: str, at: str, depth: int) -> Iterator[str]:
        if self.has_function(component):
            yield f"{'    ' * depth}visit_{snake(component)}({value}, {at}, root, found)"
        else:
            yield from self._lines(self._nodes[component], value, at, depth)


def _merged(lines: list[str]) -> Iterator[str]:
    """Leave out what repeats, within a block, the question before or the value that a name has already."""
    asked: dict[int, str] = {}  # the latest question by indentation
    named: dict[int, dict[str, str]] = {}  # the values of names by indentation
    for line in lines:
        text = line.lstrip()
        indent = len(line) - len(text)
        name, _, value = text.partition(" = ") if text.split(" ", 2)[1:2] == ["="] else ("", "", "")
        if asked.get(indent) == line or (value and named.get(indent, {}).get(name) == value):
            continue
        for known in (asked, named):
            for level in [level for level in known if level > indent]:
                del known[level]
        asked[indent] = line if text.startswith("if ") else ""
        if value:
            named.setdefault(indent, {})[name] = value
        yield line


class _Placed(ast.NodeTransformer):
    """Puts the values of a place, and the names of lists that are made ahead, into the expression of a rule."""

    def __init__(self, values: dict[str, str], fixed: dict[str, str]) -> None:
        self._values = values
        self._fixed = fixed

    def visit_ListComp(self, node: ast.ListComp) -> ast.expr:
        """Replace a list by its name."""
        name = self._fixed.get(ast.unparse(node))
        return ast.Name(name) if name else self.generic_visit(node)  # type: ignore[return-value] # as its result is the node

    def visit_Name(self, node: ast.Name) -> ast.expr:
        """Replace a variable."""
        return ast.parse(self._values.get(node.id, node.id), mode="eval").body


def _parts_of(rule: Rule) -> list[ast.expr]:
    """Return the alternatives of a rule, one of which has to hold."""
    return [ast.parse(text, mode="eval").body for text in (*rule.compiled.exceptions, rule.compiled.condition)]


def _first(rule: Rule) -> list[ast.expr]:
    """Return the alternatives that a rule names first, as far as they do not depend on the entry."""
    parts = _parts_of(rule) if rule.each else []
    return list(itertools.takewhile(lambda part: not _names(part, "item"), parts))


def _fixed(rule: Rule) -> dict[str, str]:
    """Return the lists, by their expression, that each entry is looked up in, and names for them."""
    compared = [node for part in _parts_of(rule) for node in ast.walk(part) if isinstance(node, ast.Compare)]
    lists = [node.comparators[0] for node in compared if rule.each and not _names(node.comparators[0], "item")]
    return {ast.unparse(node): f"known_{_last_member(node)}" for node in lists if isinstance(node, ast.ListComp)}


def _last_member(node: ast.expr) -> str:
    return re.sub(r"\W", "_", [str(part.value) for part in ast.walk(node) if isinstance(part, ast.Constant)][-1])


def _names(node: ast.expr, name: str) -> bool:
    return any(isinstance(part, ast.Name) and part.id == name for part in ast.walk(node))


def _any_of(parts: list[ast.expr]) -> ast.expr:
    return ast.BoolOp(ast.Or(), parts) if len(parts) > 1 else parts[0]


def _used(node: Node) -> Iterator[str]:
    """Yield the components to which a node leads, once for each place."""
    yield from ([node.component] if node.component else [])
    yield from (name for _, name in node.members)
    below = [child for _, _, child in node.properties] + [child for _, child in node.choices]
    for child in (*below, node.items, node.values):
        yield from _used(child) if child else ()


def rest(spec: Spec) -> dict[str, Node]:
    """Return the nodes with only those rules that the flawless schemas leave out: of roots, and where there are any."""
    nodes = {name: _open(node, lambda _name: True) for name, node in spec.nodes.items()}
    useful: set[str] = set()
    while True:
        found = {name for name, node in nodes.items() if _open(node, useful.__contains__) != Node()}
        if found == useful:
            return {name: _open(node, found.__contains__) for name, node in nodes.items() if name in found | spec.roots}
        useful = found


def _open(node: Node, useful: Callable[[str], bool]) -> Node:
    properties = ((name, required, _open(child, useful)) for name, required, child in node.properties)
    choices = ((kind, _open(child, useful)) for kind, child in node.choices)
    items, values = (None if child is None else _open(child, useful) for child in (node.items, node.values))
    members = tuple((tag, name) for tag, name in node.members if useful(name))
    return Node(
        rules=tuple(rule for rule in node.rules if rule.compiled.schema in (None, False)),
        component=node.component if node.component and useful(node.component) else None,
        properties=tuple(found for found in properties if found[2] != Node()),
        items=items if items != Node() else None,
        values=values if values != Node() else None,
        tag=node.tag if members else None,
        members=members,
        choices=tuple(found for found in choices if found[1] != Node()),
    )


def _schemas(spec: Spec) -> dict[str, Json]:
    """Return the flawless schemas by name: of each kind and of each channel."""
    found = {kind: _schema(spec, [root]) for kind, root in spec.kinds.items()}
    # A request of no known channel is never flawless, and one of a known channel has that channel's schema.
    found["request"] = False
    for channel in spec.channels:
        found[channel.name] = _schema(spec, [component for _, component in channel.members])
    return found


def _schema(spec: Spec, roots: list[str]) -> Json:
    root = _any([reference(name) for name in roots])
    rules = {rule.id: rule.compiled.schema for rule in spec.rules if rule.compiled.schema not in (None, False)}
    used = spec.reached(roots)
    definitions = {name: _convert(schema, rules) for name, schema in spec.schemas.items() if name in used}
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **root, "$defs": definitions}


def _convert(schema: Json, rules: dict[str, Json]) -> Json:
    """Return the assertions of a schema, with those of the rules that stand beside it."""
    converted: dict[str, Any] = {key: value for key, value in schema.items() if key in _ASSERTIONS}
    if "const" in schema or "enum" in schema:
        converted.pop("type", None)
    if "$ref" in schema:
        converted |= reference(name_of(schema["$ref"]))
    if "properties" in schema:
        converted["properties"] = {name: _convert(child, rules) for name, child in schema["properties"].items()}
    for key in ("items", "additionalProperties"):
        if key in schema:
            child = schema[key]
            converted[key] = _convert(child, rules) if isinstance(child, dict) else child
    if "oneOf" in schema:
        converted |= _any([_convert(branch, rules) for branch in schema["oneOf"]])
    asked = [rules[record["id"]] for record in schema.get("x-rules", ()) if record["id"] in rules]
    if "if" in schema:
        always = schema["if"] == {"type": "object"}
        asked.append(schema["then"] if always else {key: schema[key] for key in CONDITION if key in schema})
    return _joined(converted, asked)


def _joined(schema: Json, asked: list[Json]) -> Json:
    """Add conditions to a schema: as keywords of its own if it has no such keywords, or else beside each other."""
    joined, beside = dict(schema), []
    for part in (inner for condition in asked for inner in _parts(condition)):
        if joined.keys().isdisjoint({*part, "allOf"}) and "properties" not in part:
            joined |= part
        else:
            beside.append(part)
    return {**joined, "allOf": beside} if beside else joined


def _parts(condition: Json) -> list[Json]:
    if set(condition) != {"allOf"}:
        return [condition]
    return [part for inner in condition["allOf"] for part in _parts(inner)]


def _any(branches: list[Json]) -> Json:
    return branches[0] if len(branches) == 1 else {"anyOf": branches}
