"""Print the conformance vectors: for each constraint a payload at the limit and one just beyond, and the cases."""

from __future__ import annotations

import inspect
import itertools
import re
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from .. import functions
from ..cases import Case, cases
from ..locations import ABSENT, Location, Path, changed, locations
from ..model import KINDS, Spec
from ..pointers import pointer
from ..source import BATCH, FOLDERS, kind_of
from ..templates import filled
from ..types import Json, is_of_type
from ..verdicts import Report, Verdicts
from .openapi import HEADER, json_text

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
            "kind": {"enum": [*KINDS, BATCH], "description": "What the payload is; the exported schema is called so."},
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
    """A new value, or none, at a path, and the keyword that then refuses it; none if it stays accepted."""

    constraint: str
    where: Location
    path: Path
    value: Json
    keyword: str | None
    at: Path


def vector_files(spec: Spec) -> dict[str, str]:
    """Return the vectors of each channel and kind, the schema of their form, and how to run them."""
    found: dict[str, list[Json]] = {}
    for vector in vectors(spec):
        found.setdefault(vector.get("channel", vector["kind"]), []).append(vector)
    files = {f"vectors/{name}.json": _lines(group) for name, group in found.items()}
    files["schemas/vectors.schema.json"] = json_text(_FORM)
    kinds = "\n".join(f"| `{kind}` | `{component}` |" for kind, component in {**spec.kinds, BATCH: spec.batch}.items())
    files["vectors/README.md"] = filled("vectors.md", kinds=kinds, functions=_functions(spec))
    return files


def vectors(spec: Spec) -> Iterator[Json]:
    """Yield every vector: those derived from the schemas, then the cases written by hand."""
    verdicts = Verdicts(spec)
    yield from _derived(spec, verdicts)
    for case in cases(spec):
        _check(case, verdicts)
        mutation = case.name.partition(".")[2].replace("_", " ")
        yield _vector(case.name, case.folder, mutation, case.payload, case.reports)


def _check(case: Case, verdicts: Verdicts) -> None:
    """Refuse a case whose payload is reported otherwise than it says."""
    expected, found = set(case.reports), verdicts.of(case.folder, case.payload, f"case {case.name}")
    if expected != found:
        surplus, missing = (
            ", ".join(" ".join(report).strip() for report in sorted(part)) or "nothing"
            for part in (found - expected, expected - found)
        )
        raise case.place.error(
            f"case {case.name}: found, but not in reports: {surplus}; in reports, but not found: {missing}; correct "
            "reports, or the schema or rule"
        )


def _lines(group: list[Json]) -> str:
    """One vector a line: readable in a diff, small on disk."""
    return "[\n" + ",\n".join(json_text(vector, indent=None).strip() for vector in group) + "\n]\n"


def _functions(spec: Spec) -> str:
    used = sorted({name for rule in spec.rules for name in rule.compiled.functions} - {"string"})
    return "\n".join(f"- `{name}`: {str(inspect.getdoc(getattr(functions, name))).splitlines()[0]}" for name in used)


def _vector(name: str, folder: str, mutation: str, payload: Json, reports: Iterable[Report]) -> Json:
    return {
        "id": name,
        "kind": kind_of(folder),
        **({} if folder in FOLDERS else {"channel": folder}),
        "mutation": mutation,
        "payload": payload,
        "valid": all(report.level != "error" for report in reports),
        "violations": [{"pointer": at, "rule": rule, "level": level} for level, rule, at in reports],
    }


def _derived(spec: Spec, verdicts: Verdicts) -> Iterator[Json]:
    """Change each example wherever it is the first to show a schema, once for each constraint of that schema."""
    seen: set[str] = set()
    for folder, examples in spec.source.examples.items():
        for stem, example in examples.items():
            for change in _all_changes(list(locations(spec, spec.root(folder, example), example))):
                name = _id(folder, change)
                if name in seen:
                    continue
                payload = changed(example, change.path, change.value)
                reports = verdicts.of(folder, payload, f"vector {name}")
                if _is_test(change, reports):
                    seen.add(name)
                    mutation = f"{change.constraint} of {_place(change.where)}, in the example {folder}/{stem}"
                    yield _vector(name, folder, mutation, payload, sorted(reports, key=_order))


def _is_test(change: Change, reports: set[Report]) -> bool:
    """Tell whether a change tests what it should and nothing else; where none does, a case must."""
    errors = {report for report in reports if report.level == "error"}
    return errors == ({Report("error", change.keyword, pointer(change.at))} if change.keyword else set())


def _order(report: Report) -> tuple[str, str, str]:
    return report.pointer, report.rule, report.level


def _id(folder: str, change: Change) -> str:
    end = "beyond" if change.keyword else "limit"
    return f"{folder}.{_place(change.where)}.{change.constraint}.{end}".replace(" ", "-")


def _place(location: Location) -> str:
    return "/".join([location.component, *(str(step) for step in location.where if step != "properties")])


def _all_changes(found: list[Location]) -> Iterator[Change]:
    choices = {where.path for where in found if "oneOf" in where.schema and "discriminator" not in where.schema}
    for location in found:
        yield from _changes(location, choices)


def _changes(location: Location, choices: set[Path]) -> Iterator[Change]:
    schema, path = location.schema, location.path

    def change(constraint: str, value: Json, refused_by: str | None = None, step: Path = (), at: Path = path) -> Change:
        return Change(constraint, location, (*path, *step), value, refused_by, at)

    if path not in choices or "oneOf" in schema:  # a union whose members differ in type reports the type itself
        yield from _type(schema, path, change)
    if isinstance(location.value, str):
        yield from _text(schema, change)
    if is_of_type(location.value, "number"):
        yield from _number(schema, change)
    if isinstance(location.value, list):
        yield from _array(schema, location.value, change)
    if isinstance(location.value, dict):
        yield from _object(schema, location.value, change)


def _type(schema: Json, path: Path, change: Any) -> Iterator[Change]:
    if "$ref" in schema or "discriminator" in schema:
        return
    for keyword in ("const", "enum", "type", "oneOf"):
        if keyword in schema and (path or keyword == "type"):
            yield change("type", None, "enum" if keyword == "const" else keyword)
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
    """Return a string of that many characters, which are those that the pattern takes, if there is one."""
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
        yield change(f"required {name}", ABSENT, "required", (name,))
    if schema.get("additionalProperties") is False:
        yield change("additionalProperties", 1, "additionalProperties", ("no such property",))
    elif "properties" in schema:
        yield change("additionalProperties", 1, None, ("no such property",))
    if schema.get("minProperties") and len(value) == schema["minProperties"]:
        yield change("minProperties", dict(list(value.items())[1:]), "minProperties")
