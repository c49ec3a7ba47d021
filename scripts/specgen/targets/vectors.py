"""Print the conformance vectors: for each constraint a payload at the limit and one just beyond, and the cases."""

from __future__ import annotations

import copy
import itertools
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import jsonschema_rs

from .. import functions
from ..cases import cases
from ..lowering import holds
from ..model import FOLDERS, KINDS, Json, Spec
from ..pointers import pointer
from ..sites import Path, Site, broken, is_of_type, sites
from ..templates import filled
from .json_schema import schemas
from .openapi import HEADER, json_text

_ABSENT: Any = object()
_FORM = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "$id": "urn:webex-connect-messaging:v1:vectors",
    "$comment": HEADER,
    "title": "Conformance vectors",
    "type": "array",
    "items": {
        "type": "object",
        "additionalProperties": False,
        "required": ["id", "kind", "mutation", "payload", "valid", "violations"],
        "properties": {
            "id": {"type": "string", "description": "Unique in all files."},
            "kind": {"enum": list(KINDS), "description": "What the payload is; the exported schema is called so."},
            "channel": {"type": "string", "description": "Of requests, the channel from whose examples it is made."},
            "mutation": {
                "type": "string",
                "description": "What was done to an example, and which constraint it tests.",
            },
            "payload": True,
            "valid": {"type": "boolean", "description": "Whether there are no errors; warnings do not count."},
            "violations": {
                "type": "array",
                "items": {
                    "type": "object",
                    "additionalProperties": False,
                    "required": ["pointer", "rule", "level"],
                    "properties": {
                        "pointer": {"type": "string", "description": "JSON Pointer; empty for the root."},
                        "rule": {"type": "string", "description": "Keyword of JSON Schema, or id of a rule."},
                        "level": {"enum": ["error", "warning"]},
                    },
                },
            },
        },
    },
}
class Change(NamedTuple):
    """A new value, or none, at a path, and what the document then earns; nothing when it stays accepted."""

    constraint: str
    where: Site
    path: Path
    value: Json
    earns: str | None
    at: Path


def vector_files(spec: Spec) -> dict[str, str]:
    """Return the vectors of each channel and kind, the schema of their form, and how to run them."""
    found: dict[str, list[Json]] = {}
    for vector in vectors(spec):
        found.setdefault(vector.get("channel", vector["kind"]), []).append(vector)
    files = {f"vectors/{name}.json": _lines(group) for name, group in found.items()}
    files["schemas/vectors.schema.json"] = json_text(_FORM)
    kinds = "\n".join(f"| `{kind}` | `{component}` |" for kind, component in spec.kinds.items())
    files["vectors/README.md"] = filled("vectors.md", kinds=kinds, functions=_functions(spec))
    return files


def vectors(spec: Spec) -> Iterator[Json]:
    """Yield every vector: those derived from the schemas, then the cases written by hand."""
    yield from _derived(spec)
    yield from _written(spec)


def _lines(group: list[Json]) -> str:
    """One vector a line: readable in a diff, small on disk."""
    return "[\n" + ",\n".join(json_text(vector, indent=None).strip() for vector in group) + "\n]\n"


def _functions(spec: Spec) -> str:
    used = sorted({name for rule in spec.rules for name in rule.compiled.functions} - {"string"})
    return "\n".join(f"- `{name}`: {(getattr(functions, name).__doc__ or '').splitlines()[0]}" for name in used)


def _written(spec: Spec) -> Iterator[Json]:
    for case in cases(spec):
        violations = [{"pointer": at, "rule": rule, "level": level} for level, rule, at in case.reports]
        yield _vector(case.name, case.folder, case.name.partition(".")[2].replace("_", " "), case.payload, violations)


def _vector(name: str, folder: str, mutation: str, payload: Json, violations: list[Json]) -> Json:
    return {
        "id": name,
        "kind": FOLDERS.get(folder, "request"),
        **({} if folder in FOLDERS else {"channel": folder}),
        "mutation": mutation,
        "payload": payload,
        "valid": all(violation["level"] != "error" for violation in violations),
        "violations": violations,
    }


def _derived(spec: Spec) -> Iterator[Json]:
    """Change each example wherever it is the first to show a schema, once for each constraint of that schema."""
    exported = schemas(spec)
    seen: set[str] = set()
    for folder, examples in spec.source.examples.items():
        accepts = jsonschema_rs.Draft202012Validator(exported[FOLDERS.get(folder, folder)]).is_valid
        for stem, example in examples.items():
            root = spec.root(folder, example)
            found = list(sites(spec, root, example))
            choices = {site.path for site in found if "oneOf" in site.schema and "discriminator" not in site.schema}
            for site in found:
                for change in _changes(site, choices):
                    if (name := _id(folder, change)) not in seen:
                        payload = _applied(example, change)
                        if (violations := _earned(spec, root, payload, change, accepts)) is not None:
                            seen.add(name)
                            mutation = f"{change.constraint} of {_place(site)}, in the example {folder}/{stem}"
                            yield _vector(name, folder, mutation, payload, violations)


def _id(folder: str, change: Change) -> str:
    end = "beyond" if change.earns else "limit"
    return f"{folder}.{_place(change.where)}.{change.constraint}.{end}".replace(" ", "-")


def _place(site: Site) -> str:
    return "/".join([site.component, *(str(step) for step in site.where if step != "properties")])


def _applied(example: Json, change: Change) -> Json:
    if not change.path:
        return change.value
    payload = copy.deepcopy(example)
    parent = payload
    for step in change.path[:-1]:
        parent = parent[step]
    if change.value is _ABSENT:
        del parent[change.path[-1]]
    else:
        parent[change.path[-1]] = change.value
    return payload


def _earned(spec: Spec, root: str, payload: Json, change: Change, accepts: Any) -> list[Json] | None:
    """Return what a change earns; nothing where it does not test what it should, which the cases then do."""
    if accepts(payload) != (change.earns is None):
        return None
    if change.earns:
        if change.earns in ("minLength", "maxLength") and not re.search(
            change.where.schema.get("pattern", ""), change.value
        ):
            return None  # two mistakes in one
        return [{"pointer": pointer(change.at), "rule": change.earns, "level": "error"}]
    found = [{"pointer": at, "rule": rule, "level": level} for at, rule, level in broken(spec, root, payload, holds)]
    return None if any(violation["level"] == "error" for violation in found) else found


def _changes(site: Site, choices: set[Path]) -> Iterator[Change]:
    schema, path = site.schema, site.path

    def change(constraint: str, value: Json, earns: str | None = None, step: Path = (), at: Path = path) -> Change:
        return Change(constraint, site, (*path, *step), value, earns, at)

    if path not in choices or "oneOf" in schema:  # a union told apart by type reports the type itself
        yield from _type(schema, path, change)
    if isinstance(site.value, str):
        yield from _text(schema, change)
    if is_of_type(site.value, "number"):
        yield from _number(schema, change)
    if isinstance(site.value, list):
        yield from _array(schema, site.value, change)
    if isinstance(site.value, dict):
        yield from _object(schema, site.value, change)


def _type(schema: Json, path: Path, change: Any) -> Iterator[Change]:
    if "$ref" in schema or "discriminator" in schema:
        return
    for keyword in ("const", "enum", "type", "oneOf"):
        if keyword in schema and (path or keyword == "type"):
            wrong = None
            earned = "enum" if keyword == "const" else keyword
            yield change("type", wrong, earned)
            break


def _text(schema: Json, change: Any) -> Iterator[Change]:
    if "enum" in schema:
        for value in schema["enum"]:
            yield change(f"enum {value}", value)
        yield change("enum", "no such value", "enum")
    if "const" in schema:
        yield change("const", "no such value", "enum")
    if "pattern" in schema:
        for index, text in enumerate(schema["examples"]):
            yield change(f"pattern {index}" if index else "pattern", text)
        for text in ("?", "no such value", "\n"):
            if not re.search(schema["pattern"], text):
                yield change("pattern", text, "pattern")
                break
        yield change("pattern and a line break", schema["examples"][0] + "\n", "pattern")
    for keyword, step in (("maxLength", 1), ("minLength", -1)):
        if schema.get(keyword):
            yield change(keyword, _long(schema, schema[keyword]))
            yield change(keyword, _long(schema, schema[keyword] + step), keyword)


def _long(schema: Json, size: int) -> str:
    """Return a text of that many characters, of such as the pattern, if there is one, may take."""
    characters = "".join(schema.get("examples", ("é",))) if "pattern" in schema else "é"
    return "".join(itertools.islice(itertools.cycle(characters), size))


def _number(schema: Json, change: Any) -> Iterator[Change]:
    for keyword, step in (("maximum", 1), ("minimum", -1)):
        if keyword in schema:
            yield change(keyword, schema[keyword])
            yield change(keyword, schema[keyword] + step, keyword)
    if schema.get("type") == "integer":
        yield change("integer", 5.0)


def _array(schema: Json, value: list[Json], change: Any) -> Iterator[Change]:
    if schema.get("minItems"):
        yield change("minItems", value[: schema["minItems"]])
        yield change("minItems", value[: schema["minItems"] - 1], "minItems")
    if "maxItems" in schema and value:
        entries = list(itertools.islice(itertools.cycle(value), schema["maxItems"] + 1))
        yield change("maxItems", entries[:-1])
        yield change("maxItems", entries, "maxItems")
    if schema.get("uniqueItems") and value:
        yield change("uniqueItems", [value[0], value[0]], "uniqueItems")


def _object(schema: Json, value: Json, change: Any) -> Iterator[Change]:
    for name in schema.get("required", ()):
        yield change(f"required {name}", _ABSENT, "required", (name,))
    if schema.get("additionalProperties") is False:
        yield change("additionalProperties", 1, "additionalProperties", ("no such member",))
    elif "properties" in schema:
        yield change("additionalProperties", 1, None, ("no such member",))
    if schema.get("minProperties") and len(value) == schema["minProperties"]:
        yield change("minProperties", dict(list(value.items())[1:]), "minProperties")
