"""Print the quick test for what has no errors: schemas made for verdicts, with the rules beside them.

Most documents have no errors, and whoever checks them does not want to wait. A flawless schema holds the exported
schema and the rules: those that JSON Schema can express as a part of it, the others as terms. It explains nothing, so
its unions are ``anyOf``, which stops at the first member that fits. What it refuses need not have a flaw, but is looked
at closely.
"""

from __future__ import annotations

import ast
from typing import Any

from ..automata import automaton
from ..model import Json, Node, Rule, Spec, json_type, name_of, walk
from ..source import CONDITION
from ..terms import term
from .json_schema import reference, schemas
from .openapi import HEADER
from .rules import constant, steps

_SCHEMAS = '''
"""The schemas of what has no errors, each imported when it is asked for; for quick verdicts only.

They hold the rules that JSON Schema can express. Of the others, ``x-rules`` has the name, the steps to where they apply
(``None`` leads to all entries) and the term that must be true. What is refused here may still have no flaw.
"""

from __future__ import annotations

import importlib
from typing import Any


def load(name: str) -> Any:
    """Return the schema of a channel, a response or a notification."""
    return importlib.import_module(f"{__name__}.{name}").SCHEMA
'''
_PATTERNS = '''
"""The patterns of all schemas as automata."""

AUTOMATA: dict[str, tuple[bytes, bytes, bytes]] = {automata!r}
"""By pattern: where a class of characters begins and its number, in pairs, of which the last holds for all others too;
for each state, from 0, the next one by class; and whether a text may end there. The states from which no way leads on
come last."""
'''
_ASSERTIONS = {"type", "const", "enum", "pattern", "required", "uniqueItems"} | {
    f"{word}{noun}" for word in ("min", "max") for noun in ("Length", "Items", "Properties", "imum")
}


def flawless_files(spec: Spec) -> dict[str, str]:
    """Return the modules of the package ``flawless``, and the automata of all patterns."""
    found = _schemas(spec)
    files = {"flawless/__init__.py": f"# {HEADER}{_SCHEMAS}"}
    for name, schema in found.items():
        files[f"flawless/{name}.py"] = f'# {HEADER}\n"""What is flawless: {name}."""\n\nfrom typing import Any\n\n'
        files[f"flawless/{name}.py"] += f"SCHEMA: Any = {schema!r}\n"
    patterns = {node["pattern"] for node in walk([found, schemas(spec)]) if isinstance(node.get("pattern"), str)}
    automata = {pattern: automaton(pattern) for pattern in sorted(patterns)}
    return files | {"automata.py": f"# {HEADER}{_PATTERNS.format(automata=automata)}"}


def _schemas(spec: Spec) -> dict[str, Json]:
    """Return the flawless schemas by name: of each kind and of each channel."""
    found = {kind: _schema(spec, [root]) for kind, root in spec.kinds.items()}
    del found["request"]  # its channels have schemas of their own, and without one of them it has a flaw
    for channel in spec.channels:
        found[channel.name] = _schema(spec, [component for _, component in channel.members])
    return found


def _schema(spec: Spec, roots: list[str]) -> Json:
    root = _any([reference(name) for name in roots])
    used = spec.reached(roots)
    definitions = {
        name: _convert(schema, spec.nodes[name], spec) for name, schema in spec.schemas.items() if name in used
    }
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **root, "$defs": definitions}


def _convert(schema: Json, node: Node, spec: Spec) -> Json:
    """Return the assertions of a schema, with the rules that stand beside it."""
    converted: dict[str, Any] = {key: value for key, value in schema.items() if key in _ASSERTIONS}
    if "const" in schema or "enum" in schema:
        converted.pop("type", None)
    if "$ref" in schema:
        converted |= reference(name_of(schema["$ref"]))
    if "properties" in schema:
        nodes = {name: child for name, _, child in node.properties}
        converted["properties"] = {
            name: _convert(child, nodes.get(name, Node()), spec) for name, child in schema["properties"].items()
        }
    for key, inner in (("items", node.items), ("additionalProperties", node.values)):
        if key in schema:
            child = schema[key]
            converted[key] = _convert(child, inner or Node(), spec) if isinstance(child, dict) else child
    if "oneOf" in schema:
        choices = dict(node.choices)
        below = [choices.get(json_type(branch, spec.schemas), Node()) for branch in schema["oneOf"]]
        converted |= _any([_convert(*pair, spec) for pair in zip(schema["oneOf"], below, strict=True)])
    asked = [rule.compiled.schema for rule in node.rules if _is_expressed(rule)]
    if "if" in schema:
        always = schema["if"] == {"type": "object"}
        asked.append(schema["then"] if always else {key: schema[key] for key in CONDITION if key in schema})
    records = [_record(rule) for rule in node.rules if not _is_expressed(rule)]
    return _joined(converted, asked) | ({"x-rules": records} if records else {})


def _is_expressed(rule: Rule) -> bool:
    """Tell whether JSON Schema can say a rule; one that is always broken is better reported at once."""
    return rule.compiled.schema not in (None, False)


def _record(rule: Rule) -> Json:
    parts = [ast.parse(text, mode="eval").body for text in (*rule.compiled.exceptions, rule.compiled.condition)]
    whole = ast.BoolOp(ast.Or(), parts) if len(parts) > 1 else parts[0]
    return [constant(rule), [None if step == "*" else step for step in steps(rule.each or "")], term(whole)]


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
