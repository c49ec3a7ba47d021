"""Load the files in ``spec/``, refuse what the dialect does not know, and join them to one flat document."""

from __future__ import annotations

import functools
import json
import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator

from .pointers import pointer
from .types import Json

BATCH = "batch"
FOLDERS = {"responses": "response", "notifications": "notification", BATCH: BATCH}  # all others hold requests
SCHEMAS = "#/components/schemas/"
ANNOTATIONS = {"description", "deprecated", "x-source", "x-errata", "x-deprecated"}
CONDITION = ("if", "then", "else")
RETIRED = "x-retired-properties"
NULLABLE = "x-nullable"
_SOURCE_ONLY = ("allOf", "unevaluatedProperties", RETIRED, NULLABLE)  # how the source shares; what is published is flat


class SpecError(Exception):
    """Something in ``spec/`` that cannot be used: its place, ``file#/pointer``, and what to do."""


@dataclass(frozen=True)
class Place:
    """Where a node stands: a file below ``spec/`` and the path in it."""

    file: str
    path: tuple[str | int, ...] = ()

    def __str__(self) -> str:
        """Write ``spec/file#/pointer``."""
        return f"spec/{self.file}#{pointer(self.path)}"

    def __truediv__(self, part: str | int) -> Place:
        """Go one step down."""
        return Place(self.file, (*self.path, part))

    def error(self, message: str) -> SpecError:
        """Make the error that names this place."""
        return SpecError(f"{self}: {message}")


@dataclass(frozen=True)
class Source:
    """The files of a specification, each as read."""

    files: Mapping[str, Json]
    examples: Mapping[str, Mapping[str, Json]]  # folder -> stem -> content
    errata: tuple[Json, ...]
    codes: tuple[Json, ...]
    functions: tuple[Json, ...]  # what functions of rules give for inputs at the edge
    cases: Mapping[str, Json]  # stem -> records


def kind_of(folder: str) -> str:
    """Return what kind of document the examples in a folder are; there is no folder of batches, only cases."""
    return FOLDERS.get(folder, "request")


class _StrictLoader(yaml.CSafeLoader):  # written in C, and four times faster for it
    """YAML in which a repeated key is an error instead of a silent loss."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """Refuse a key that occurs twice."""
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        for index, key in enumerate(keys):
            if key in keys[:index]:
                raise yaml.MarkedYAMLError(problem=f"the key {key!r} occurs twice", problem_mark=node.start_mark)
        return super().construct_mapping(node, deep)


def load(folder: Path) -> Source:
    """Read ``openapi.yaml``, every file that it reaches by ``$ref``, the errata and the examples."""
    files: dict[str, Json] = {}
    pending = ["openapi.yaml"]
    while pending:
        file = pending.pop(0)
        if file not in files:
            files[file] = _read(folder, file)
            pending += [place.file for place in _references(files[file], Place(file))]
    found = {path.relative_to(folder).as_posix() for path in folder.glob("channels/*.yaml")}
    for file in sorted(found - set(files)):
        raise Place(file).error(
            "nothing refers to this file; list its request in oneOf of the requests in spec/openapi.yaml"
        )
    for file, content in files.items():
        if file != "openapi.yaml":
            check(content, file)
    components = files["openapi.yaml"].get("components", {}).get("schemas", {})
    check(components, "openapi.yaml", above=("components", "schemas"))
    errata = _register(folder, "errata.yaml", "register", ("id",))
    codes = _register(folder, "codes.yaml", "codes", ("code", "channel", "stage"))
    functions = _read(folder, "functions.yaml")
    check(functions, "functions.yaml", "functions")
    cases = {
        path.stem: _register(folder, f"cases/{path.name}", "cases", ("name",))
        for path in _found(folder, "cases/*.yaml")
    }
    return Source(files, _examples(folder), errata, codes, tuple(functions), cases)


def _found(folder: Path, pattern: str) -> list[Path]:
    return sorted(folder.glob(pattern))


def _read(folder: Path, file: str) -> Json:
    try:
        return yaml.load((folder / file).read_text(encoding="utf-8"), _StrictLoader)  # noqa: S506 - a SafeLoader
    except FileNotFoundError:
        raise Place(file).error("there is no such file, but a $ref names it") from None
    except yaml.YAMLError as error:
        raise Place(file).error(f"not readable as YAML: {error}") from error


def _examples(folder: Path) -> dict[str, dict[str, Json]]:
    examples: dict[str, dict[str, Json]] = {}
    for path in sorted(folder.glob("examples/*/*.json")):
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
        except ValueError as error:
            raise Place(path.relative_to(folder).as_posix()).error(f"not readable as JSON: {error}") from error
        examples.setdefault(path.parent.name, {})[path.stem] = content
    return {name: dict(sorted(found.items(), key=_plainness)) for name, found in examples.items()}


def _plainness(example: tuple[str, Json]) -> tuple[bool, int, int, str]:
    """Order examples plain first: the text of a channel, then those with few words in their name and few values."""
    stem, content = example
    return stem != "text", stem.count("-"), _values(content), stem


def _values(content: Json) -> int:
    if isinstance(content, dict):
        return sum(map(_values, content.values()))
    return sum(map(_values, content)) if isinstance(content, list) else 1


def _register(folder: Path, file: str, definition: str, key: tuple[str, ...]) -> tuple[Json, ...]:
    """Read a list of records, each of which is known by the values of its key."""
    entries = _read(folder, file)
    check(entries, file, definition)
    seen = set()
    for index, entry in enumerate(entries):
        name = tuple(entry[part] for part in key)
        if name in seen:
            raise (Place(file) / index / key[0]).error(f"{' '.join(name)!r} occurs twice")
        seen.add(name)
    return tuple(entries)


@functools.cache
def _dialect(definition: str) -> Draft202012Validator:
    text = (Path(__file__).parent / "dialect.yaml").read_text(encoding="utf-8")
    schema = {**yaml.safe_load(text), "$ref": f"#/$defs/{definition}"}
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)


def check(content: Json, file: str, definition: str = "schemas", above: tuple[str | int, ...] = ()) -> None:
    """Refuse the first construct that the dialect does not know."""
    errors = _dialect(definition).iter_errors(content)
    for error in sorted(errors, key=lambda error: [str(part) for part in error.path]):
        raise Place(file, (*above, *error.path)).error(error.message)


def reached(files: Mapping[str, Json], file: str) -> set[str]:
    """Return the files to which a file leads by ``$ref``, itself included."""
    found: set[str] = set()
    pending = [file]
    while pending:
        name = pending.pop()
        if name not in found:
            found.add(name)
            pending += [place.file for place in _references(files[name], Place(name))]
    return found


def _references(node: Json, place: Place) -> Iterator[Place]:
    """Yield the target of every ``$ref`` below a node."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key == "$ref" and isinstance(value, str):
                yield target(value, place)
            else:
                yield from _references(value, place / key)
    elif isinstance(node, list):
        for index, item in enumerate(node):
            yield from _references(item, place / index)


def target(reference: str, place: Place) -> Place:
    """Find the file and path to which a reference leads."""
    file, _, fragment = reference.partition("#")
    joined = posixpath.normpath(posixpath.join(posixpath.dirname(place.file), file)) if file else place.file
    return Place(joined, tuple(fragment.split("/")[1:]))


class Flattener:
    """Resolves references to component names and merges ``allOf`` bases into the schemas that name them."""

    def __init__(self, files: Mapping[str, Json]) -> None:
        """Index the components of all files by name."""
        self._files = files
        self._retired: dict[str, tuple[Place, Json]] = {}
        self.places: dict[str, Place] = {}
        for file, content in files.items():
            above = Place("openapi.yaml", ("components", "schemas")) if file == "openapi.yaml" else Place(file)
            schemas = content["components"]["schemas"] if file == "openapi.yaml" else content
            for name in schemas:
                if name in self.places:
                    raise (above / name).error(f"the name is taken by spec/{self.places[name].file}")
                self.places[name] = above / name
                for component, properties in schemas[name].get(RETIRED, {}).items():
                    self._retired[component] = above / name / RETIRED / component, {"properties": properties}
        for component in self._retired.keys() - self.places.keys():
            raise self._retired[component][0].error("there is no component of that name")

    def component(self, name: str) -> Json:
        """Return a component in its flat form."""
        place = self.places[name]
        flat: Json = self.flatten(self._at(place), place)
        retired = self._retired.get(name)
        return flat if retired is None else merge(flat, retired[1], retired[0])

    def _at(self, place: Place) -> Json:
        node = self._files[place.file]
        for part in place.path:
            node = node[part]
        return node

    def name(self, reference: str, place: Place) -> str:
        """Return the name of the component that a reference means."""
        found = target(reference, place)
        name = str(found.path[-1]) if found.path else ""
        if self.places.get(name) != found:
            raise place.error(f"{reference!r} leads to no schema")
        return name

    def flatten(self, node: Json, place: Place) -> Json:
        """Return a schema, or any part of the document, without bases and with references into the document."""
        if isinstance(node, list):
            return [self.flatten(item, place / index) for index, item in enumerate(node)]
        if not isinstance(node, dict):
            return node
        if "$ref" in node:
            return self._reference(node, place)
        own: Json = {"additionalProperties": False} if "unevaluatedProperties" in node else {}
        own |= {key: self._member(key, node[key], place / key) for key in node if key not in _SOURCE_ONLY}
        if "discriminator" in node:
            own["discriminator"] = {**node["discriminator"], "mapping": self._mapping(node, place)}
        if NULLABLE in node:
            own["properties"] = {
                name: child if name in node.get("required", ()) else _nullable(child)
                for name, child in own["properties"].items()
            }
        for index, base in enumerate(node.get("allOf", ())):
            name = self.name(base["$ref"], place / "allOf" / index)
            own = merge(own, self.component(name), place / "allOf" / index)
        return own

    def _member(self, key: str, value: Json, place: Place) -> Json:
        if key == "properties":
            return {name: self.flatten(item, place / name) for name, item in value.items()}
        return value if key in CONDITION or key.startswith("x-") else self.flatten(value, place)

    def _mapping(self, union: Json, place: Place) -> dict[str, str]:
        """Return the branch of each tag, which it requires and pins."""
        tag = union["discriminator"]["propertyName"]
        found: dict[str, str] = {}
        for index, branch in enumerate(union["oneOf"]):
            at = place / "oneOf" / index
            if "$ref" not in branch:
                raise at.error("a branch of a union with a discriminator needs a name; move it to a component")
            name = self.name(branch["$ref"], at)
            component = self.component(name)
            value = component.get("properties", {}).get(tag, {}).get("const")
            if value is None or tag not in component.get("required", ()):
                raise at.error(f"{name} must require {tag!r} and pin it with const")
            if value in found:
                raise at.error(f"{name} pins {tag!r} to {value!r}, as {found[value].removeprefix(SCHEMAS)} does")
            found[value] = SCHEMAS + name
        return found

    def _reference(self, node: Json, place: Place) -> Json:
        extra = set(node) - {"$ref"} - ANNOTATIONS
        if extra:
            raise place.error(
                f"beside $ref stand only annotations, not {sorted(extra)}; name the base in allOf instead"
            )
        return {**node, "$ref": SCHEMAS + self.name(node["$ref"], place)}


def _nullable(schema: Json) -> Json:
    """Let a property be null as well."""
    value = {key: part for key, part in schema.items() if key not in ANNOTATIONS}
    return {"oneOf": [value, {"type": "null"}], **{key: schema[key] for key in schema if key in ANNOTATIONS}}


def merge(own: Json, base: Json, place: Place) -> Json:
    """Add what a base says to what a schema says itself."""
    merged = dict(own)
    for key, value in base.items():
        if key in CONDITION or (key in ANNOTATIONS and key in own and key != "x-errata"):
            continue
        if key == "properties":
            twice = sorted(set(value) & set(own.get(key, {})))
            if twice:
                raise place.error(f"the base has the properties {twice} already")
            merged[key] = {**own.get(key, {}), **value}
        elif key in ("required", "x-errata", "x-rules"):
            merged[key] = own.get(key, []) + [item for item in value if item not in own.get(key, [])]
        elif own.get(key, value) != value:
            raise place.error(f"the base says {key}: {value!r} already")
        else:
            merged[key] = value
    conditions = _conditions(own) + _conditions(base)
    if len(conditions) == 1:
        merged |= conditions[0]
    elif conditions:
        merged = {key: value for key, value in merged.items() if key not in CONDITION}
        merged |= {"if": {"type": merged["type"]}, "then": {"allOf": conditions}}
    return merged


def _conditions(schema: Json) -> list[Json]:
    if "if" not in schema:
        return []
    if set(schema["if"]) == {"type"} and set(schema["then"]) == {"allOf"} and "else" not in schema:
        return list(schema["then"]["allOf"])
    return [{key: schema[key] for key in CONDITION if key in schema}]
