"""Refuse rules and conditions that name properties or values which no schema declares: they could never apply."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping

import jsonschema_rs

from .cel import UnsupportedExpressionError
from .planner import Node, Rule, governed
from .pointers import parse
from .reads import Path, read_paths
from .schemas import name_of, reachable
from .types import Json

_OF_SCALARS = {"type", "enum", "const", "pattern", "minLength", "maxLength", "minimum", "maximum"}
Alternatives = tuple[Json, ...]  # schemas of which one governs a value


class UndeclaredError(Exception):
    """A name or a value that no schema declares."""


class Declarations:
    """Follows steps from the schemas of a value to those of its parts."""

    def __init__(self, components: Mapping[str, Json]) -> None:
        """Remember what references lead to."""
        self._components = components

    def alternatives(self, schemas: Iterable[Json]) -> Alternatives:
        """Return the schemas themselves, in place of references and unions."""
        found: list[Json] = []
        for schema in schemas:
            if "$ref" in schema:
                found += self.alternatives([self._components[name_of(schema["$ref"])]])
            elif "oneOf" in schema:
                found += self.alternatives(schema["oneOf"])
            else:
                found.append(schema)
        return tuple(found)

    def follow(self, schemas: Alternatives, steps: Iterable[str | int]) -> Alternatives:
        """Return the schemas of what stands at a path below a value."""
        for step in steps:
            below = self.alternatives(found for schema in schemas for found in _below(schema, step))
            if not below:
                raise UndeclaredError(_undeclared(schemas, step))
            schemas = below
        return schemas

    def need_value(self, schemas: Alternatives, value: Json) -> None:
        """Refuse a value that none of the schemas accepts."""
        if not any(jsonschema_rs.is_valid(_without_parts(schema), value) for schema in schemas):
            known = [str(known) for schema in schemas for known in (*schema.get("enum", ()), schema.get("const", ""))]
            raise UndeclaredError(f"the schema does not accept {value!r} here{_suggestion(str(value), known)}")

    def need_condition(self, schemas: Alternatives, condition: Json) -> None:
        """Refuse a condition that names what the schemas do not declare."""
        for name in condition.get("required", ()):
            self.follow(schemas, [name])
        for name, part in condition.get("properties", {}).items():
            self.need_condition(self.follow(schemas, [name]), part)
        for key in ("contains", "items"):
            if key in condition:
                self.need_condition(self.follow(schemas, ["*"]), condition[key])
        if "additionalProperties" in condition:
            values = (schema.get("additionalProperties") for schema in schemas)
            values_of_maps = self.alternatives(value for value in values if isinstance(value, dict))
            self.need_condition(values_of_maps, condition["additionalProperties"])
        for value in (*condition.get("enum", ()), *([condition["const"]] if "const" in condition else ())):
            self.need_value(schemas, value)
        parts = [condition[key] for key in ("if", "then", "else", "not") if key in condition]
        for part in (*parts, *(part for key in ("allOf", "anyOf", "oneOf") for part in condition.get(key, ()))):
            self.need_condition(schemas, part)


def check_rules(schemas: Mapping[str, Json], nodes: Mapping[str, Node], roots: Iterable[str]) -> None:
    """Refuse a rule that names a property or a value which the schemas that it governs do not declare."""
    declarations = Declarations(schemas)
    reached = {root: reachable(schemas, [root]) for root in roots}
    governs: dict[str, list[tuple[Rule, str, Path]]] = {}
    for component, node in nodes.items():
        for path, rule in governed(node):
            governs.setdefault(rule.name, []).append((rule, component, path))
    for places in governs.values():
        components = {component for _, component, _ in places}
        selves = [_at(schemas[component], path) for _, component, path in places]
        above = [schemas[root] for root, found in reached.items() if found & components]
        variables = {"self": declarations.alternatives(selves), "root": declarations.alternatives(above)}
        _check_rule(declarations, places[0][0], variables)


def _check_rule(declarations: Declarations, rule: Rule, variables: dict[str, Alternatives]) -> None:
    part, said = "each", rule.each or ""
    try:
        variables["item"] = declarations.follow(variables["self"], parse(rule.each or ""))
        part, said = "pointer", rule.pointer
        declarations.follow(variables["item"], parse(rule.pointer))
        part = "rule"
        for read in read_paths(rule.compiled):
            variable, *steps = read.path
            said = ".".join(map(str, read.path))
            found = declarations.follow(variables[str(variable)], steps)
            for value in read.equal:
                declarations.need_value(found, value)
            for value in read.contained if not any(schema.get("type") == "string" for schema in found) else ():
                declarations.need_value(declarations.follow(found, ["*"]), value)
    except UndeclaredError as error:
        raise (rule.place / part).error(f"rule id {rule.id}: {said}: {error}") from error
    except UnsupportedExpressionError as error:
        raise (rule.place / part).error(f"rule id {rule.id}: {error}") from error


def _at(schema: Json, path: Path) -> Json:
    for step in path:
        schema = schema[step]
    return schema


def _below(schema: Json, step: str | int) -> Iterator[Json]:
    """Yield the schema one step below; nothing where there can be no such part."""
    kind = schema.get("type")
    if kind is None and not {"enum", "const"} & set(schema):
        yield {}  # any value
    elif kind == "array" and (step == "*" or str(step).isdecimal()):
        yield schema.get("items", {})
    elif kind == "object" and step == "*":
        names = list(schema.get("properties", {}))
        yield {"enum": names} if schema.get("additionalProperties") is False else {"type": "string"}
    elif kind == "object" and step in schema.get("properties", {}):
        yield schema["properties"][step]
    elif kind == "object" and isinstance(schema.get("additionalProperties"), dict):
        yield schema["additionalProperties"]
    elif kind == "object" and "properties" not in schema and "additionalProperties" not in schema:
        yield {}


def _without_parts(schema: Json) -> Json:
    """Return what a schema says of a value that has no parts."""
    return {key: value for key, value in schema.items() if key in _OF_SCALARS}


def _undeclared(schemas: Alternatives, step: str | int) -> str:
    known = [name for schema in schemas for name in schema.get("properties", ())]
    if step == "*" or isinstance(step, int):
        return "the schema declares no array here"
    return f"the schema declares no property {step!r} here{_suggestion(step, known)}"


def _suggestion(name: str, known: list[str]) -> str:
    """Name the known name that is nearest or, if none is near, all."""
    names = sorted(filter(None, {*known}))
    near = difflib.get_close_matches(name, names, n=1)
    if near:
        return f"; did you mean {near[0]!r}?"
    return f"; known here: {', '.join(names)}" if names else ""
