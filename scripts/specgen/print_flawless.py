"""Print the quick test for what has neither errors nor warnings: schemas made for verdicts, and what they cannot say.

Most documents are flawless, and whoever checks them does not want to wait. A flawless schema holds the exported schema
and those rules that JSON Schema can express. It explains nothing, so its unions are ``anyOf``, which stops at the first
member that fits. What it refuses need not have a flaw, but is looked at closely.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .model import Json, Node, Spec, applied, name_of
from .print_json_schema import needed, reference
from .print_openapi import HEADER
from .print_rules import Walk
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

from ..rules import ({imports})

Verdict = Callable[[Any, Any], bool]
'''
_ASSERTIONS = {"type", "const", "enum", "pattern", "required", "uniqueItems"} | {
    f"{word}{noun}" for word in ("min", "max") for noun in ("Length", "Items", "Properties", "imum")
}


def flawless_files(spec: Spec) -> dict[str, str]:
    """Return the modules of the package ``flawless``."""
    nodes = rest(spec)
    used = sorted({rule.name for node in nodes.values() for rule in applied(node)})
    blocks = [f"# {HEADER}{_REST.format(imports=', '.join(used))}"]
    walk = Walk(nodes, verdict=True)
    blocks += [walk.function(name) for name in nodes]
    files = {"flawless/__init__.py": f"# {HEADER}{_SCHEMAS}", "flawless/rest.py": "\n\n\n".join(blocks) + "\n"}
    for name, schema in _schemas(spec).items():
        files[f"flawless/{name}.py"] = f'# {HEADER}\n"""What is flawless: {name}."""\n\nfrom typing import Any\n\n'
        files[f"flawless/{name}.py"] += f"SCHEMA: Any = {schema!r}\n"
    return files


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
    rules = {rule.id: rule.compiled.schema for rule in spec.rules if rule.compiled.schema is not None}
    definitions = {name: _convert(spec.schemas[name], rules) for name in spec.schemas if name in needed(spec, root)}
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **root, "$defs": definitions}


def _convert(schema: Json, rules: dict[str, Json]) -> Json:
    """Return the assertions of a schema, with those of the rules that stand beside it."""
    if "x-deprecated" in schema:
        return False
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
