"""The model between the specification and its projections: flat schemas, rules with their places, channels."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .checker import Checker, check_codes, check_functions
from .declared import check_rules
from .planner import Node, Planner, Rule, applied, governed, read_rules
from .pointers import pointer
from .schemas import children, name_of, reachable, references, walk
from .source import BATCH, FOLDERS, Flattener, Place, Source, kind_of, load
from .types import Json

__all__ = [  # what others than the generator read
    "FOLDERS", "Channel", "Json", "Node", "Rule", "Spec", "applied", "children", "name_of", "read", "walk",
]  # fmt: skip
KINDS = ("request", "response", "notification")


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
    batch: str  # the component of an array of requests
    tag: str  # the property that chooses the channel
    source: Source

    def root(self, folder: str, document: Json) -> str:
        """Return the component that describes a document of a folder of examples."""
        kind = kind_of(folder)
        if kind != "request":
            return self.batch if kind == BATCH else self.kinds[kind]
        return next(name for channel in self.channels for tag, name in channel.members if tag == document[self.tag])

    def reachable(self, names: Iterable[str]) -> set[str]:
        """Return the components to which these lead, themselves included."""
        return reachable(self.schemas, names)

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


def read(folder: Path) -> Spec:
    """Load the specification and build its model."""
    return build(load(folder))


def build(source: Source) -> Spec:
    """Build the model of a loaded specification."""
    flattener = Flattener(source.files)
    document = flattener.flatten(source.files["openapi.yaml"], Place("openapi.yaml"))
    kinds, batch = _kinds(document), _batch(document)
    schemas = _reachable(flattener, (*kinds.values(), batch))
    document["components"]["schemas"] = schemas
    errata = {entry["id"] for entry in source.errata}
    union = schemas[kinds["request"]]
    tag = union["discriminator"]["propertyName"]
    channels = _channels(union, flattener)
    _add_examples(document, source.examples, [channel.name for channel in channels])
    for name, schema in schemas.items():
        Checker(schemas, errata).schema(schema, flattener.places[name])
    nodes = Planner(schemas, read_rules(source), flattener.places).nodes
    check_functions(source.functions)
    check_codes(source.codes, errata, {channel.name for channel in channels})
    spec = Spec(document, schemas, nodes, channels, kinds, batch, tag, source)
    check_rules(schemas, nodes, spec.roots)
    return spec


def _kinds(document: Json) -> dict[str, str]:
    """Find the root schemas: what is sent, what comes back, what is posted to the callback."""
    (operation,) = document["paths"]["/messaging"].values()
    (callback,) = operation["callbacks"].values()
    (notification,) = next(iter(callback.values())).values()
    bodies = (operation["requestBody"], operation["responses"]["200"], notification["requestBody"])
    return {kind: name_of(_media(body)["schema"]["$ref"]) for kind, body in zip(KINDS, bodies, strict=True)}


def _batch(document: Json) -> str:
    """Find the schema of several requests in one body."""
    (operation,) = document["paths"]["/messaging"].values()
    return name_of(operation["requestBody"]["x-batch"]["$ref"])


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
    for channel in channels:
        if not examples.get(channel):
            place = Place(f"examples/{channel}")
            raise place.error(f"the channel has no examples; add a request as spec/examples/{channel}/NAME.json")
    for folder in order:
        body = folders.get(folder, operation["requestBody"])
        for stem, value in examples.get(folder, {}).items():
            summary = f"{folder}: {stem.replace('-', ' ')}"
            _media(body).setdefault("examples", {})[f"{folder}.{stem}"] = {"summary": summary, "value": value}
