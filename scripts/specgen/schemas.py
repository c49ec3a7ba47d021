"""Go through the schemas of the flat document."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from .source import SCHEMAS
from .types import Json


def name_of(reference: str) -> str:
    """Return the component that a flat reference names."""
    return reference.removeprefix(SCHEMAS)


def walk(node: Json) -> Iterator[Json]:
    """Yield every mapping below a node, itself first."""
    if isinstance(node, dict):
        yield node
        for value in node.values():
            yield from walk(value)
    elif isinstance(node, list):
        for item in node:
            yield from walk(item)


def references(schema: Json) -> list[str]:
    """Return the components that a schema names."""
    return [name_of(node["$ref"]) for node in walk(schema) if isinstance(node.get("$ref"), str)]


def reachable(schemas: Mapping[str, Json], names: Iterable[str]) -> set[str]:
    """Return the components to which these lead, themselves included."""
    found: set[str] = set()
    pending = list(names)
    while pending:
        name = pending.pop()
        if name not in found:
            found.add(name)
            pending += references(schemas[name])
    return found


def descendants(schema: Json, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], Json]]:
    """Yield a schema and all schemas below it, each with its path."""
    yield path, schema
    for step, child in children(schema):
        yield from descendants(child, (*path, *step))


def children(schema: Json) -> Iterator[tuple[tuple[str | int, ...], Json]]:
    """Yield the schemas directly below a schema, each with its path; conditions are not schemas of their own."""
    for name, child in schema.get("properties", {}).items():
        yield ("properties", name), child
    for index, child in enumerate(schema.get("oneOf", ())):
        yield ("oneOf", index), child
    for key in ("items", "additionalProperties"):
        if isinstance(schema.get(key), dict):
            yield (key,), schema[key]
