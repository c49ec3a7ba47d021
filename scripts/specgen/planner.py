"""Read the rules and work out which of them apply where."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from .cel import Compiled, UnsupportedExpressionError, compile_rule
from .schemas import name_of, walk
from .source import Place, Source
from .types import Json, json_type


@dataclass(frozen=True)
class Rule:
    """A cross-field rule, or the warning about a deprecated property."""

    name: str
    id: str
    expression: str
    level: str
    message: str
    pointer: str
    source: str
    each: str | None
    errata: tuple[str, ...]
    place: Place
    compiled: Compiled


@dataclass(frozen=True)
class Node:
    """What there is to check at one schema and below it; empty parts are left out."""

    rules: tuple[Rule, ...] = ()
    component: str | None = None
    properties: tuple[tuple[str, bool, Node], ...] = ()  # name, required, node
    items: Node | None = None
    values: Node | None = None
    tag: str | None = None
    members: tuple[tuple[str, str], ...] = ()  # tag value, component
    choices: tuple[tuple[str, Node], ...] = ()  # JSON type, node


def applied(node: Node) -> Iterator[Rule]:
    """Yield the rules of a node and of the nodes within the same component."""
    yield from (rule for _, rule in governed(node))


def governed(node: Node, at: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], Rule]]:
    """Yield the rules of a node and of the nodes within the same component, each with the path of its schema."""
    yield from ((at, rule) for rule in node.rules)
    for name, _, child in node.properties:
        yield from governed(child, (*at, "properties", name))
    for key, inner in (("items", node.items), ("additionalProperties", node.values)):
        if inner is not None:
            yield from governed(inner, (*at, key))


def read_rules(source: Source) -> dict[str, Rule]:
    """Read every rule where it is written, before bases are merged, so that errors name that place."""
    errata = {entry["id"] for entry in source.errata}
    rules: dict[str, Rule] = {}
    for file, content in source.files.items():
        for place, record in _records(content, Place(file)):
            if record["id"] in rules:
                raise (place / "id").error(f"the id is taken by the rule at {rules[record['id']].place}")
            for erratum in set(record.get("errata", ())) - errata:
                raise (place / "errata").error(f"there is no erratum {erratum!r}")
            rules[record["id"]] = Rule(
                name=record["id"],
                id=record["id"],
                expression=record["rule"],
                level=record["level"],
                message=record["message"],
                pointer=record.get("pointer", ""),
                source=record["source"],
                each=record.get("each"),
                errata=tuple(record.get("errata", ())),
                place=place,
                compiled=_compiled(record, place),
            )
    return rules


def _compiled(record: Json, place: Place) -> Compiled:
    try:
        compiled = compile_rule(record["rule"], is_repeated="each" in record)
    except UnsupportedExpressionError as error:
        raise (place / "rule").error(f"rule id {record['id']}: {error}") from error
    if ("item" in compiled.variables) != ("each" in record):
        raise (place / "each").error(f"rule id {record['id']}: a rule speaks of item exactly when it has each")
    return compiled


def _records(node: Json, place: Place) -> Iterator[tuple[Place, Json]]:
    if isinstance(node, dict):
        for key, value in node.items():
            if key == "x-rules":
                yield from ((place / key / index, record) for index, record in enumerate(value))
            else:
                yield from _records(value, place / key)
    elif isinstance(node, list):
        for index, item in enumerate(node):
            yield from _records(item, place / index)


class Planner:
    """Works out which rules and deprecations apply where, leaving out what has none."""

    def __init__(self, schemas: dict[str, Json], rules: dict[str, Rule], places: dict[str, Place]) -> None:
        """Plan every component."""
        self._schemas = schemas
        self._rules = rules
        self._places = places
        self._useful = {name: self._is_useful(name, set()) for name in schemas}
        self.nodes = {name: self._node(schema, places[name]) for name, schema in schemas.items()}

    def _is_useful(self, name: str, seen: set[str]) -> bool:
        if name in seen:
            return False
        return any(
            "x-rules" in node
            or "x-deprecated" in node
            or (isinstance(node.get("$ref"), str) and self._is_useful(name_of(node["$ref"]), seen | {name}))
            for node in walk(self._schemas[name])
        )

    def _node(self, schema: Json, place: Place) -> Node:
        properties = []
        for name, child in schema.get("properties", {}).items():
            node = self._node(child, place / "properties" / name)
            if node != Node():
                properties.append((name, name in schema.get("required", ()), node))
        reference = name_of(schema["$ref"]) if "$ref" in schema else None
        node = Node(
            rules=tuple(self._applied(schema, place)),
            component=reference if reference and self._useful[reference] else None,
            properties=tuple(properties),
            items=self._child(schema, "items", place),
            values=self._child(schema, "additionalProperties", place),
        )
        return self._with_union(node, schema, place)

    def _child(self, schema: Json, key: str, place: Place) -> Node | None:
        if not isinstance(schema.get(key), dict):
            return None
        node = self._node(schema[key], place / key)
        return None if node == Node() else node

    def _with_union(self, node: Node, schema: Json, place: Place) -> Node:
        if "discriminator" in schema:
            mapping = schema["discriminator"]["mapping"]
            members = tuple((tag, name_of(to)) for tag, to in mapping.items() if self._useful[name_of(to)])
            return replace(node, tag=schema["discriminator"]["propertyName"], members=members) if members else node
        choices = []
        for index, branch in enumerate(schema.get("oneOf", ())):
            choice = self._node(branch, place / "oneOf" / index)
            if any(applied(choice)):
                raise (place / "oneOf" / index).error("a branch with rules needs a name; move it to a component")
            if choice != Node():
                choices.append((json_type(branch, self._schemas), choice))
        return replace(node, choices=tuple(choices))

    def _may_be_text(self, schema: Json) -> bool:
        if "$ref" in schema:
            return self._may_be_text(self._schemas[name_of(schema["$ref"])])
        if "oneOf" in schema:
            return any(self._may_be_text(branch) for branch in schema["oneOf"])
        return schema.get("type", "string") == "string" and "" in schema.get("enum", [schema.get("const", "")])

    def _applied(self, schema: Json, place: Place) -> Iterator[Rule]:
        for record in schema.get("x-rules", ()):
            yield self._rules[record["id"]]
        if "x-deprecated" in schema:
            parts = [str(part) for part in place.path if part not in ("properties", "components", "schemas")]
            # An empty string counts as not given.
            expression = "self == ''" if self._may_be_text(schema) else "false"
            yield Rule(
                name="_".join([*parts, "is_deprecated"]),
                id="deprecated",
                expression=expression,
                level="warning",
                message=schema["x-deprecated"],
                pointer="",
                source=schema.get("x-source", ""),
                each=None,
                errata=tuple(schema.get("x-errata", ())),
                place=place,
                compiled=compile_rule(expression),
            )
