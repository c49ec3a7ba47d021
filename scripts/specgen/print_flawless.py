"""Print the quick test for what has neither errors nor warnings: schemas made for verdicts, and what they cannot say.

Most documents are flawless, and whoever checks them does not want to wait. A flawless schema holds the exported schema
and those rules that JSON Schema can express. It explains nothing, so its unions are ``anyOf``, which stops at the first
member that fits. What it refuses need not have a flaw, but is looked at closely.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from .cel import FUNCTIONS, negated
from .model import Json, Node, Rule, Spec, name_of
from .print_json_schema import reference
from .print_openapi import HEADER
from .print_rules import Walk, call, is_loop, snake
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
"""What flawless schemas cannot say: whether a value that such a schema has accepted keeps the other rules too."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..functions import {functions}
from ..rules import ({rules})

Verdict = Callable[[Any, Any], bool]
'''
_ASSERTIONS = {"type", "const", "enum", "pattern", "required", "uniqueItems"} | {
    f"{word}{noun}" for word in ("min", "max") for noun in ("Length", "Items", "Properties", "imum")
}


def flawless_files(spec: Spec) -> dict[str, str]:
    """Return the modules of the package ``flawless``."""
    nodes = rest(spec)
    walk = Verdicts(nodes, spec.roots)
    functions = [walk.function(name) for name in nodes if walk.has_function(name)]
    head = f"# {HEADER}{_REST.format(functions=', '.join(FUNCTIONS), rules=', '.join(sorted(walk.called)))}"
    files = {"flawless/__init__.py": f"# {HEADER}{_SCHEMAS}"}
    files["flawless/rest.py"] = "\n\n\n".join([head, *functions]) + "\n"
    for name, schema in _schemas(spec).items():
        files[f"flawless/{name}.py"] = f'# {HEADER}\n"""What is flawless: {name}."""\n\nfrom typing import Any\n\n'
        files[f"flawless/{name}.py"] += f"SCHEMA: Any = {schema!r}\n"
    return files


class Verdicts(Walk):
    """Prints functions that stop at the first broken rule. They are long rather than many: each call takes its time."""

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
        """Return the function for a component."""
        head = f"def is_flawless_{snake(component)}(self: Any, root: Any) -> bool:"
        doc = f'    """Tell whether {component} and what it holds keep the rules that schemas cannot say."""'
        return "\n".join([head, doc, *self._lines(self._nodes[component], "self", "", 1), "    return True"])

    def _check(self, rule: Rule, values: dict[str, str], at: str, depth: int) -> Iterator[str]:
        pad, code = "    " * depth, rule.compiled
        parts = _parts_of(rule, of_item=True) if rule.each else _parts_of(rule)
        whole = _Placed(values).visit(_any_of(parts))
        match whole:
            case ast.Call(func=ast.Name(id="all"), args=[ast.GeneratorExp(elt=element, generators=[each])]):
                yield f"{pad}for {ast.unparse(each.target)} in {ast.unparse(each.iter)}:"
                yield f"{pad}    if {ast.unparse(negated(element))}:"
                yield self._broken(rule, at, depth + 2)
                return
        broken = ast.unparse(negated(whole))
        if code.patterns or any(map(is_loop, ast.walk(whole))):
            self.called.add(rule.name)
            broken = f"not {call(rule, values)}"
        yield f"{pad}if {broken}:"
        yield self._broken(rule, at, depth + 1)

    def _ahead(self, rule: Rule, value: str, depth: int) -> Iterator[str]:
        """Ask once what is the same for all entries."""
        parts = _parts_of(rule, of_item=False)
        if parts:
            yield f"{'    ' * depth}if {ast.unparse(_Placed({'self': value}).visit(negated(_any_of(parts))))}:"

    def _broken(self, _rule: Rule, _at: str, depth: int) -> str:
        return f"{'    ' * depth}return False"

    def _call(self, component: str, value: str, at: str, depth: int) -> Iterator[str]:
        pad, name = "    " * depth, snake(component)
        if self.has_function(component):
            yield f"{pad}if not is_flawless_{name}({value}, root):"
            yield f"{pad}    return False"
        elif value.isidentifier():
            yield from self._lines(self._nodes[component], value, at, depth)
        else:
            yield f"{pad}{name} = {value}"
            yield from self._lines(self._nodes[component], name, at, depth)

    def _loop(self, name: str, value: str, depth: int) -> str:
        return f"{'    ' * depth}for item{name} in {value}:"


class _Placed(ast.NodeTransformer):
    """Puts the values of a place into the expression of a rule."""

    def __init__(self, values: dict[str, str]) -> None:
        self._values = values

    def visit_Name(self, node: ast.Name) -> ast.expr:
        """Replace a variable."""
        return ast.parse(self._values.get(node.id, node.id), mode="eval").body


def _parts_of(rule: Rule, of_item: bool | None = None) -> list[ast.expr]:
    """Return the alternatives of a rule: all, or those that speak of the item, or those that do not."""
    texts = (*rule.compiled.exceptions, rule.compiled.condition)
    parts = [ast.parse(text, mode="eval").body for text in texts]
    return [part for part in parts if of_item is None or _names(part, "item") == of_item]


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
    deprecated = tuple(rule for rule in node.rules if rule.compiled.schema is False)
    if deprecated:
        return Node(rules=deprecated)
    properties = ((name, required, _open(child, useful)) for name, required, child in node.properties)
    choices = ((kind, _open(child, useful)) for kind, child in node.choices)
    items, values = (None if child is None else _open(child, useful) for child in (node.items, node.values))
    members = tuple((tag, name) for tag, name in node.members if useful(name))
    return Node(
        rules=tuple(rule for rule in node.rules if rule.compiled.schema is None),
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
