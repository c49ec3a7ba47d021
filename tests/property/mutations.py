"""Changes that break a valid document in one known way."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from reference import SPEC
from specgen.locations import ABSENT, changed
from specgen.model import name_of

Json = Any
Path = tuple[Any, ...]


class Mutation(NamedTuple):
    """One change, and the violation that it must earn: one of the keywords, at the pointer."""

    name: str
    path: Path
    value: Json
    pointer: Path
    keywords: frozenset[str]


TAGS = {schema["discriminator"]["propertyName"] for schema in SPEC.schemas.values() if "discriminator" in schema}


def mutations(kind: str, document: Json) -> list[Mutation]:
    """List every mutation that fits a document."""
    return list(_mutations(SPEC.schemas[SPEC.kinds[kind]], document, ()))


def are_apart(first: Mutation, second: Mutation) -> bool:
    """Tell whether neither of two mutations can hide the other: none is above the other, and none changes a tag."""
    length = min(len(first.path), len(second.path))
    return first.path[:length] != second.path[:length] and not {first.path[-1], second.path[-1]} & TAGS


def applied(document: Json, mutation: Mutation) -> Json:
    """Return a changed copy of a document."""
    return changed(document, mutation.path, mutation.value)


def _mutations(schema: Json, value: Json, path: Path) -> Iterator[Mutation]:
    schema = _resolved(schema, value)
    if schema is None:
        return
    if path:
        wrong: Json = 1.5 if schema["type"] in ("object", "array") else {}
        keywords = frozenset({"type", "enum", "const", "oneOf"})
        yield Mutation("wrong type", path, wrong, path, keywords)
    if "maxLength" in schema:
        long = "a" * (schema["maxLength"] + 1)
        yield Mutation("too long", path, long, path, frozenset({"maxLength"}))
    if "enum" in schema:
        yield Mutation("unknown value", path, "no such value", path, frozenset({"enum"}))
    if isinstance(value, dict):
        yield from _of_object(schema, value, path)
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from _mutations(schema["items"], item, (*path, index))


def _of_object(schema: Json, value: Json, path: Path) -> Iterator[Mutation]:
    if schema.get("additionalProperties") is False:
        yield Mutation("unknown property", (*path, "no such property"), 1, path, frozenset({"additionalProperties"}))
    for name in schema.get("required", ()):
        yield Mutation("property removed", (*path, name), ABSENT, path, frozenset({"required"}))
    for name, item in value.items():
        child = schema.get("properties", {}).get(name, schema.get("additionalProperties"))
        if isinstance(child, dict):
            yield from _mutations(child, item, (*path, name))


def _resolved(schema: Json, value: Json) -> Json:
    """Follow references and tags; what may have several types is left alone, for another may be right there."""
    while "$ref" in schema or "discriminator" in schema:
        if "$ref" in schema:
            schema = SPEC.schemas[name_of(schema["$ref"])]
        else:
            tag = schema["discriminator"]
            schema = SPEC.schemas[name_of(tag["mapping"][value[tag["propertyName"]]])]
    return schema if "type" in schema else None
