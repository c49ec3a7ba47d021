"""Print the stand-alone JSON Schemas: no OpenAPI keywords, and unions as if/then, so that errors name the property."""

from __future__ import annotations

from typing import Any

from ..model import Spec
from ..schemas import name_of, walk
from ..source import BATCH, CONDITION
from ..types import Json, json_type
from .openapi import HEADER, json_text

_DEFINITIONS = "#/$defs/"
_NESTED = ("if", "then", "else", "not", "contains", "items", "additionalProperties")
_LISTED = ("allOf", "anyOf", "oneOf")


def schemas(spec: Spec) -> dict[str, Json]:
    """Return every exported schema by name: one for each kind, for batches and for each channel."""
    return {name: export(spec, name, root) for name, root in roots(spec).items()}


def roots(spec: Spec) -> dict[str, Json]:
    """Return what each exported schema says of the whole document."""
    found = {kind: reference(root) for kind, root in {**spec.kinds, BATCH: spec.batch}.items()}
    for channel in spec.channels:
        members = dict(channel.members)
        found[channel.name] = _union(spec.tag, members) if len(members) > 1 else reference(*members.values())
    return found


def schema_files(spec: Spec) -> dict[str, str]:
    """Return the files of the exported schemas."""
    return {f"schemas/{name}.schema.json": json_text(schema) for name, schema in schemas(spec).items()}


def export(spec: Spec, name: str, root: Json) -> Json:
    """Return a stand-alone schema: a root and the components that it leads to."""
    used = spec.reachable(node["$ref"].removeprefix(_DEFINITIONS) for node in walk(root) if "$ref" in node)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:webex-connect-messaging:v1:{name}",
        "$comment": HEADER,
        "title": f"{spec.document['info']['title']}: {name}",
        **root,
        "$defs": {component: _convert(schema, spec) for component, schema in spec.schemas.items() if component in used},
    }


def reference(component: str) -> Json:
    """Return a reference to a component from within a stand-alone schema."""
    return {"$ref": _DEFINITIONS + component}


def _union(tag: str, members: dict[str, str]) -> Json:
    """Return the if/then form of a tagged union."""
    return {
        "type": "object",
        "required": [tag],
        "properties": {tag: {"enum": list(members)}},
        "allOf": [
            {
                "if": {"type": "object", "required": [tag], "properties": {tag: {"const": value}}},
                "then": reference(component),
            }
            for value, component in members.items()
        ],
    }


def _choice(branches: list[Json], spec: Spec) -> Json:
    """Return the if/then form of a union whose members differ in their JSON type."""
    types = [{"type": json_type(branch, spec.schemas)} for branch in branches]
    full = [_convert(branch, spec) for branch in branches]
    conditions = [
        {"if": kind, "then": branch} for kind, branch in zip(types, full, strict=True) if set(branch) != {"type"}
    ]
    return {"oneOf": types, **({"allOf": conditions} if conditions else {})}


def _convert(schema: Json, spec: Spec) -> Json:
    """Return a schema without what only OpenAPI or this project knows."""
    converted: dict[str, Any] = {}
    for key, value in schema.items():
        # The values of enum and const imply their type; saying both would report one mistake twice.
        implied = key == "type" and ("enum" in schema or "const" in schema)
        if key.startswith("x-") or key == "discriminator" or implied:
            continue
        if key == "$ref":
            converted |= reference(name_of(value))
        elif key == "properties":
            converted[key] = {name: _convert(child, spec) for name, child in value.items()}
        elif key == "oneOf" and "discriminator" in schema:
            mapping = {tag: name_of(to) for tag, to in schema["discriminator"]["mapping"].items()}
            converted |= _union(schema["discriminator"]["propertyName"], mapping)
        elif key == "oneOf":
            converted |= _choice(value, spec)
        elif key in ("items", "additionalProperties") and isinstance(value, dict):
            converted[key] = _convert(value, spec)
        elif key not in CONDITION:
            converted[key] = value
    if "if" in schema:
        converted |= _conditions({key: _condition(schema[key]) for key in CONDITION if key in schema})
    return converted


def _conditions(condition: Json) -> Json:
    """Let conditions speak of objects only, so that a value of another type is reported once, as such."""
    if condition["if"] == {"type": "object"}:
        return condition
    return {"if": {"type": "object"}, "then": condition}


def _condition(condition: Json) -> Json:
    """Name every required property under properties too, as Ajv's strict mode wants it."""
    converted = dict(condition)
    for key in _NESTED:
        if key in condition:
            converted[key] = _condition(condition[key])
    for key in _LISTED:
        if key in condition:
            converted[key] = [_condition(part) for part in condition[key]]
    properties = {name: _condition(part) for name, part in condition.get("properties", {}).items()}
    properties |= {name: True for name in condition.get("required", ()) if name not in properties}
    if properties:
        converted["properties"] = properties
    return converted
