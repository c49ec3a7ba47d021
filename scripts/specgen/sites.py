"""Find, in documents, the values that each schema of the specification governs, and apply the rules there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from .model import Json, Spec, json_type, name_of
from .pointers import pointer

Path = tuple[str | int, ...]
Holds = Callable[[str, dict[str, Json]], bool]  # an expression and its variables
TYPES: dict[str, type | tuple[type, ...]] = {
    "object": dict,
    "array": list,
    "string": str,
    "boolean": bool,
    "integer": (int, float),
    "number": (int, float),
}


class Site(NamedTuple):
    """A schema, by its component and its path there, and a value that it governs, by its path in the document."""

    component: str
    where: Path
    schema: Json
    path: Path
    value: Json


def sites(spec: Spec, component: str, document: Json) -> Iterator[Site]:
    """Yield every schema that governs a part of a document, from the root down."""
    yield from _sites(spec, Site(component, (), spec.schemas[component], (), document))


def _sites(spec: Spec, site: Site) -> Iterator[Site]:
    yield site
    schema, value = site.schema, site.value
    if "$ref" in schema:
        yield from _component(spec, name_of(schema["$ref"]), site)
    if "discriminator" in schema:
        tag = schema["discriminator"]
        yield from _component(spec, name_of(tag["mapping"][value[tag["propertyName"]]]), site)
    else:
        for index, branch in enumerate(schema.get("oneOf", ())):
            if is_of_type(value, json_type(branch, spec.schemas)):
                yield from _sites(spec, site._replace(where=(*site.where, "oneOf", index), schema=branch))
    if isinstance(value, dict):
        for name, item in value.items():
            key: Path = ("properties", name) if name in schema.get("properties", {}) else ("additionalProperties",)
            child = schema.get("properties", {}).get(name, schema.get("additionalProperties"))
            if isinstance(child, dict):
                yield from _sites(spec, Site(site.component, (*site.where, *key), child, (*site.path, name), item))
    if isinstance(value, list) and "items" in schema:
        for index, item in enumerate(value):
            below = Site(site.component, (*site.where, "items"), schema["items"], (*site.path, index), item)
            yield from _sites(spec, below)


def _component(spec: Spec, name: str, site: Site) -> Iterator[Site]:
    yield from _sites(spec, Site(name, (), spec.schemas[name], site.path, site.value))


def is_of_type(value: Json, kind: str) -> bool:
    """Tell whether a JSON value has a type of JSON Schema; a whole number has both number types."""
    if isinstance(value, bool):
        return kind == "boolean"
    if kind == "integer" and isinstance(value, float):
        return value.is_integer()
    return isinstance(value, TYPES[kind])


def broken(spec: Spec, component: str, document: Json, holds: Holds) -> list[tuple[str, str, str]]:
    """Apply the rules to a document that its schema accepts; return pointer, id and level of what is broken."""
    return sorted(_broken(spec, component, document, holds))


def _broken(spec: Spec, component: str, document: Json, holds: Holds) -> Iterator[tuple[str, str, str]]:
    for site in sites(spec, component, document):
        if "x-deprecated" in site.schema:
            yield pointer(site.path), "deprecated", "warning"
        for rule in site.schema.get("x-rules", ()):
            for path, item in _each(site.value, rule.get("each", "").split("/")[1:], site.path):
                if not holds(rule["rule"], {"self": site.value, "item": item, "root": document}):
                    yield pointer(path) + rule.get("pointer", ""), rule["id"], rule["level"]


def _each(value: Json, steps: list[str], path: Path) -> Iterator[tuple[Path, Json]]:
    if not steps:
        yield path, value
    elif steps[0] == "*":
        for index, item in enumerate(value):
            yield from _each(item, steps[1:], (*path, index))
    elif steps[0] in value:
        yield from _each(value[steps[0]], steps[1:], (*path, steps[0]))
