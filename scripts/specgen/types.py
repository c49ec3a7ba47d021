"""The types of JSON values, as JSON Schema names them."""

from __future__ import annotations

from typing import Any

Json = Any
_TYPES: dict[str, type | tuple[type, ...]] = {
    "object": dict,
    "array": (list, tuple),
    "string": str,
    "boolean": bool,
    "integer": (int, float),
    "number": (int, float),
    "null": type(None),
}


def is_of_type(value: Json, name: str) -> bool:
    """Tell whether a JSON value has a type of JSON Schema; an integer has both number types."""
    if isinstance(value, bool):
        return name == "boolean"
    if name == "integer" and isinstance(value, float):
        return value.is_integer()
    return isinstance(value, _TYPES[name])


def python_types(name: str) -> str:
    """Return the types that ``isinstance`` takes for a type of JSON Schema."""
    types = _TYPES[name]
    return types.__name__ if isinstance(types, type) else f"({', '.join(one.__name__ for one in types)})"


def json_type(schema: Json, schemas: dict[str, Json]) -> str:
    """Return the JSON type of a schema, through a reference."""
    return str(schemas[schema["$ref"].rpartition("/")[2]]["type"] if "$ref" in schema else schema["type"])
