"""Find the schema locations that govern the values of a document, and apply the rules there."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from .model import Spec
from .pointers import parse, pointer
from .schemas import name_of
from .types import Json, is_of_type, json_type

Path = tuple[str | int, ...]
ABSENT: Any = object()
Holds = Callable[[str, dict[str, Json]], bool]  # an expression and its variables


class Location(NamedTuple):
    """A schema, by its component and its path there, and a value that it governs, by its path in the document."""

    component: str
    where: Path
    schema: Json
    path: Path
    value: Json

    def below(self, where: Path, schema: Json, step: str | int, value: Json) -> Location:
        """Return the location of a part of the value."""
        return Location(self.component, (*self.where, *where), schema, (*self.path, step), value)


class RuleFailedError(Exception):
    """A rule that cannot be evaluated for a value that its schema accepts."""

    def __init__(self, rule: str) -> None:
        """Remember the id of the rule."""
        super().__init__(rule)
        self.rule = rule


def locations(spec: Spec, component: str, document: Json) -> Iterator[Location]:
    """Yield every schema that governs a part of a document, from the root down."""
    yield from _locations(spec, Location(component, (), spec.schemas[component], (), document))


def _locations(spec: Spec, location: Location) -> Iterator[Location]:
    yield location
    schema, value = location.schema, location.value
    if "$ref" in schema:
        yield from _component(spec, name_of(schema["$ref"]), location)
    if "discriminator" in schema:
        tag = schema["discriminator"]
        yield from _component(spec, name_of(tag["mapping"][value[tag["propertyName"]]]), location)
    else:
        for index, branch in enumerate(schema.get("oneOf", ())):
            if is_of_type(value, json_type(branch, spec.schemas)):
                yield from _locations(spec, location._replace(where=(*location.where, "oneOf", index), schema=branch))
    if isinstance(value, dict):
        for name, item in value.items():
            key: Path = ("properties", name) if name in schema.get("properties", {}) else ("additionalProperties",)
            child = schema.get("properties", {}).get(name, schema.get("additionalProperties"))
            if isinstance(child, dict):
                yield from _locations(spec, location.below(key, child, name, item))
    if isinstance(value, list) and "items" in schema:
        for index, item in enumerate(value):
            yield from _locations(spec, location.below(("items",), schema["items"], index, item))


def _component(spec: Spec, name: str, location: Location) -> Iterator[Location]:
    yield from _locations(spec, Location(name, (), spec.schemas[name], location.path, location.value))


def changed(document: Json, path: Path, value: Json) -> Json:
    """Return a copy of a document with another value at a path, or without what stands there, if it is ``ABSENT``."""
    if not path:
        return value
    copied = copy.deepcopy(document)
    parent = copied
    for step in path[:-1]:
        parent = parent[step]
    if value is ABSENT:
        del parent[path[-1]]
    else:
        parent[path[-1]] = value
    return copied


def violated_rules(spec: Spec, component: str, document: Json, holds: Holds) -> list[tuple[str, str, str]]:
    """Apply the rules to a document that its schema accepts; return pointer, id and level of those it violates.

    Each request of a batch is a document of its own.
    """
    if component != spec.batch:
        return sorted(_violated(spec, component, document, holds))
    found = (violated_rules(spec, spec.kinds["request"], request, holds) for request in document)
    return [(f"/{index}{at}", rule, level) for index, rules in enumerate(found) for at, rule, level in rules]


def _violated(spec: Spec, component: str, document: Json, holds: Holds) -> Iterator[tuple[str, str, str]]:
    for location in locations(spec, component, document):
        if "x-deprecated" in location.schema and location.value != "":
            yield pointer(location.path), "deprecated", "warning"
        for rule, path, variables in _applied(location, document):
            if not _evaluated(rule, variables, holds):
                yield pointer(path) + rule.get("pointer", ""), rule["id"], rule["level"]


def applied_rules(spec: Spec, component: str, document: Json) -> Iterator[tuple[str, dict[str, Json]]]:
    """Yield the id of each rule that applies to a document, as often as it does, and the values of its variables."""
    for location in locations(spec, component, document):
        yield from ((rule["id"], variables) for rule, _, variables in _applied(location, document))


def _applied(location: Location, document: Json) -> Iterator[tuple[Json, Path, dict[str, Json]]]:
    for rule in location.schema.get("x-rules", ()):
        for path, item in _each(location.value, parse(rule.get("each", "")), location.path):
            yield rule, path, {"self": location.value, "item": item, "root": document}


def _evaluated(rule: Json, variables: dict[str, Json], holds: Holds) -> bool:
    try:
        return holds(rule["rule"], variables)
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        raise RuleFailedError(rule["id"]) from error


def _each(value: Json, steps: list[str], path: Path) -> Iterator[tuple[Path, Json]]:
    if not steps:
        yield path, value
    elif steps[0] == "*":
        for index, item in enumerate(value):
            yield from _each(item, steps[1:], (*path, index))
    elif steps[0] in value:
        yield from _each(value[steps[0]], steps[1:], (*path, steps[0]))
