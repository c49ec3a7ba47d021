"""The model between the specification and its projections: flat schemas, rules with their places, channels."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from .cel import Compiled, UnsupportedExpressionError, compile_rule
from .pointers import pointer
from .source import SCHEMAS, Flattener, Place, Source, load

Json = Any
KINDS = ("request", "response", "notification")
FOLDERS = {"responses": "response", "notifications": "notification"}  # of examples; all others hold requests


@dataclass(frozen=True)
class Rule:
    """A cross-field rule, or the warning that a deprecated member earns."""

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


@dataclass(frozen=True)
class Channel:
    """A file of ``spec/channels`` and the tags of the requests that it holds."""

    name: str
    members: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Spec:
    """The checked specification."""

    document: Json  # the whole OpenAPI document, flat, with every reachable component
    schemas: dict[str, Json]
    nodes: dict[str, Node]  # component -> what there is to check
    channels: tuple[Channel, ...]
    kinds: dict[str, str]  # kind -> root component
    tag: str  # the member that chooses the channel
    source: Source

    def root(self, folder: str, document: Json) -> str:
        """Return the component that describes a document of a folder of examples."""
        kind = FOLDERS.get(folder, "request")
        if kind != "request":
            return self.kinds[kind]
        return next(name for channel in self.channels for tag, name in channel.members if tag == document[self.tag])

    def reached(self, names: Iterable[str]) -> set[str]:
        """Return the components to which these lead, themselves included."""
        found: set[str] = set()
        pending = list(names)
        while pending:
            name = pending.pop()
            if name not in found:
                found.add(name)
                pending += references(self.schemas[name])
        return found

    @property
    def roots(self) -> set[str]:
        """Every component that describes a whole document."""
        return {*self.kinds.values(), *(name for channel in self.channels for _, name in channel.members)}

    @property
    def rules(self) -> tuple[Rule, ...]:
        """Every rule that applies somewhere, in the order of the components."""
        found: dict[str, Rule] = {}
        for node in self.nodes.values():
            for rule in applied(node):
                found.setdefault(rule.name, rule)
        return tuple(found.values())

    def at(self, rule: Rule) -> tuple[str, ...]:
        """Return the places of the schemas that a rule governs, below ``components/schemas``."""
        return tuple(
            pointer((component, *path)).removeprefix("/")
            for component, node in self.nodes.items()
            for path, found in governed(node)
            if found.name == rule.name
        )


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


def read(folder: Path) -> Spec:
    """Load the specification and build its model."""
    return build(load(folder))


def build(source: Source) -> Spec:
    """Build the model of a loaded specification."""
    flattener = Flattener(source.files)
    document = flattener.flatten(source.files["openapi.yaml"], Place("openapi.yaml"))
    kinds = _kinds(document)
    schemas = _reachable(flattener, tuple(kinds.values()))
    document["components"]["schemas"] = schemas
    errata = {entry["id"] for entry in source.errata}
    union = schemas[kinds["request"]]
    tag = union["discriminator"]["propertyName"]
    channels = _channels(union, flattener)
    _add_examples(document, source.examples, [channel.name for channel in channels])
    for name, schema in schemas.items():
        Checker(schemas, errata).schema(schema, flattener.places[name])
    nodes = Planner(schemas, _rules(source), flattener.places).nodes
    _check_codes(source.codes, errata, {channel.name for channel in channels})
    return Spec(document, schemas, nodes, channels, kinds, tag, source)


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


def children(schema: Json) -> Iterator[tuple[tuple[str | int, ...], Json]]:
    """Yield the schemas directly below a schema, each with its path; conditions are not schemas of their own."""
    for name, child in schema.get("properties", {}).items():
        yield ("properties", name), child
    for index, child in enumerate(schema.get("oneOf", ())):
        yield ("oneOf", index), child
    for key in ("items", "additionalProperties"):
        if isinstance(schema.get(key), dict):
            yield (key,), schema[key]


def _kinds(document: Json) -> dict[str, str]:
    """Find the root schemas: what is sent, what comes back, what is posted to the callback."""
    (operation,) = document["paths"]["/messaging"].values()
    (callback,) = operation["callbacks"].values()
    (notification,) = next(iter(callback.values())).values()
    bodies = (operation["requestBody"], operation["responses"]["200"], notification["requestBody"])
    return {kind: name_of(_media(body)["schema"]["$ref"]) for kind, body in zip(KINDS, bodies, strict=True)}


def _media(body: Json) -> Json:
    return body["content"]["application/json"]


def _reachable(flattener: Flattener, roots: tuple[str, ...]) -> dict[str, Json]:
    """Return the components that the roots need, in the order in which the files give them."""
    found: dict[str, Json] = {}
    pending = list(roots)
    while pending:
        name = pending.pop()
        if name not in found:
            found[name] = flattener.component(name)
            pending += references(found[name])
    return {name: found[name] for name in flattener.places if name in found}


def _channels(union: Json, flattener: Flattener) -> tuple[Channel, ...]:
    members: dict[str, list[tuple[str, str]]] = {}
    for tag, reference in union["discriminator"]["mapping"].items():
        component = name_of(reference)
        members.setdefault(Path(flattener.places[component].file).stem, []).append((tag, component))
    return tuple(Channel(name, tuple(found)) for name, found in members.items())


def _add_examples(document: Json, examples: Any, channels: list[str]) -> None:
    """Put the examples where they belong, channel by channel in the order of the requests."""
    (operation,) = document["paths"]["/messaging"].values()
    (callback,) = operation["callbacks"].values()
    (notification,) = next(iter(callback.values())).values()
    folders = {"responses": operation["responses"]["200"], "notifications": notification["requestBody"]}
    order = [*channels, *folders]
    for folder in examples:
        if folder not in order:
            raise Place(f"examples/{folder}").error(f"there is no channel {folder!r}")
    for folder in order:
        body = folders.get(folder, operation["requestBody"])
        for stem, value in examples.get(folder, {}).items():
            summary = f"{folder}: {stem.replace('-', ' ')}"
            _media(body).setdefault("examples", {})[f"{folder}.{stem}"] = {"summary": summary, "value": value}


def _check_codes(codes: tuple[Json, ...], errata: set[str], channels: set[str]) -> None:
    for index, entry in enumerate(codes):
        place = Place("codes.yaml") / index
        if entry["channel"] not in channels | {"any"}:
            raise (place / "channel").error(f"there is no channel {entry['channel']!r}")
        for erratum in set(entry.get("errata", ())) - errata:
            raise (place / "errata").error(f"there is no erratum {erratum!r}")


class Checker:
    """Refuses what is well-formed but would mislead a reader or a tool."""

    def __init__(self, schemas: dict[str, Json], errata: set[str]) -> None:
        """Remember what references may lead to."""
        self._schemas = schemas
        self._errata = errata

    def schema(self, schema: Json, place: Place) -> None:
        """Check a schema and everything below it."""
        for erratum in schema.get("x-errata", ()):
            if erratum not in self._errata:
                raise (place / "x-errata").error(f"there is no erratum {erratum!r}")
        if "discriminator" in schema:
            self._union(schema, place)
        elif "oneOf" in schema:
            types = [self._type(branch, place / "oneOf" / index) for index, branch in enumerate(schema["oneOf"])]
            if len(types) != len(set(types)):
                raise (place / "oneOf").error("without a discriminator, the members must differ in their JSON type")
        for name in schema.get("required", ()):
            if name not in schema.get("properties", {}):
                raise (place / "required").error(f"{name!r} is no property of this object")
        self._conditions(schema, place)
        for path, child in children(schema):
            below = Place(place.file, (*place.path, *path))
            if path[0] == "properties":
                self._property(child, below)
            self.schema(child, below)

    def _property(self, schema: Json, place: Place) -> None:
        described = self._schemas[name_of(schema["$ref"])] if "$ref" in schema else schema
        if "description" not in {**described, **schema}:
            raise place.error("a property needs a description")
        if "$ref" not in schema and "x-source" not in schema:
            raise place.error("a property needs x-source, the section it was read from")
        if "properties" in schema:
            raise place.error("an object needs a name of its own; move it to a component")

    def _union(self, schema: Json, place: Place) -> None:
        tag, mapping = schema["discriminator"]["propertyName"], schema["discriminator"]["mapping"]
        members = [branch["$ref"] for branch in schema["oneOf"]]
        if sorted(members) != sorted(mapping.values()):
            raise (place / "discriminator" / "mapping").error("name every member of oneOf once")
        for value, reference in mapping.items():
            member = self._schemas[name_of(reference)]
            pinned = member.get("properties", {}).get(tag, {}).get("const")
            if pinned != value or tag not in member.get("required", ()):
                raise (place / "discriminator" / "mapping" / value).error(
                    f"{name_of(reference)} must require {tag!r} and pin it with const: {value}"
                )

    def _type(self, schema: Json, place: Place) -> str:
        try:
            return json_type(schema, self._schemas).replace("integer", "number")
        except KeyError:
            raise place.error("a member of a union without a discriminator needs a type") from None

    def _conditions(self, schema: Json, place: Place) -> None:
        """Conditions may only speak of properties that the object has; a map may have any."""
        if isinstance(schema.get("additionalProperties"), dict):
            return
        for key in ("if", "then", "else"):
            for name in named(schema.get(key, {})):
                if name not in schema.get("properties", {}):
                    raise (place / key).error(f"{name!r} is no property of this object")


def named(condition: Json) -> set[str]:
    """Return the properties of its own object that a condition names."""
    names = set(condition.get("required", ())) | set(condition.get("properties", {}))
    parts = [condition[key] for key in ("if", "then", "else", "not") if key in condition]
    for key in ("allOf", "anyOf", "oneOf"):
        parts += condition.get(key, ())
    return names.union(*map(named, parts))


def _rules(source: Source) -> dict[str, Rule]:
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
        raise (place / "rule").error(str(error)) from error
    if ("item" in compiled.variables) != ("each" in record):
        raise (place / "each").error("a rule speaks of item exactly when it has each")
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

    def _applied(self, schema: Json, place: Place) -> Iterator[Rule]:
        for record in schema.get("x-rules", ()):
            yield self._rules[record["id"]]
        if "x-deprecated" in schema:
            parts = [str(part) for part in place.path if part not in ("properties", "components", "schemas")]
            yield Rule(
                name="_".join([*parts, "is_deprecated"]),
                id="deprecated",
                expression="false",
                level="warning",
                message=schema["x-deprecated"],
                pointer="",
                source=schema.get("x-source", ""),
                each=None,
                errata=tuple(schema.get("x-errata", ())),
                place=place,
                compiled=compile_rule("false"),
            )


def json_type(schema: Json, schemas: dict[str, Json]) -> str:
    """Return the JSON type of a schema, through a reference."""
    return str(schemas[name_of(schema["$ref"])]["type"] if "$ref" in schema else schema["type"])
