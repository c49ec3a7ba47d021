"""List all errors of a value by its schema, as jsonschema-rs finds them."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import Any, NamedTuple

import jsonschema_rs
from webex_connect_messaging_spec import schemas
from webex_connect_messaging_spec.pointers import parse

from .plain import TOO_DEEP
from .record import Record, Records, not_json

_BRANCHING = frozenset({"anyOf", "oneOf", "not", "contains"})
"""Keywords whose subschemas may fail: what fails there is one error, of the keyword."""
_OF_NAMES = frozenset({"additionalProperties", "required"})
"""Keywords of names, of which jsonschema-rs 0.60 reports one in place of the other where a schema has both."""
_BY_NAME = frozenset({"$defs", "properties"})
_BY_INDEX = frozenset({"allOf", "anyOf", "oneOf"})
_BY_ITEM = frozenset({"additionalProperties", "items"})


class _Location(NamedTuple):
    """Where a keyword stands in a schema."""

    keyword: str
    schema: Any
    """The schema that holds the keyword."""
    steps: int
    """How far below the value that the keyword judges the error was found."""


@functools.cache
def compile_schema(name: str) -> jsonschema_rs.Draft202012Validator:
    """Compile the exported schema of that name."""
    # This engine of regular expressions takes linear time, whatever the text.
    return jsonschema_rs.Draft202012Validator(schemas.load(name), pattern_options=jsonschema_rs.RegexOptions())


def list_errors(value: Any, name: str) -> Records:
    """Return why the schema of that name refuses a plain JSON value: at least one record, also if none can be found."""
    try:
        errors = compile_schema(name).evaluate(value).errors()
    except ValueError:  # the library writes each value that has an error, but none that is nested very deeply
        return [TOO_DEEP]
    found = {
        (location.keyword if location.keyword not in _OF_NAMES else "", id(location.schema), at): location
        for location, at in (
            _cut(_locate(name, error["schemaLocation"]), error["instanceLocation"]) for error in errors
        )
    }
    records: Records = [
        Record(0, at, keyword, location.schema, subject)
        for (_, _, at), location in found.items()
        for keyword, subject in _subjects(location, _value_at(value, at))
    ]
    return records or [not_json("The schema refuses it, but no error was found.")]


@functools.cache  # there are as many as keywords in the schemas
def _locate(name: str, location: str) -> _Location:
    """Follow a location below the schema of that name, but into no branch."""
    schema = schemas.load(name)
    steps = iter(parse(location.partition("#")[2] or location))
    keyword = ""
    for keyword in steps:
        if keyword in _BRANCHING:
            return _Location(keyword, schema, _count_steps([*steps]))
        inner = schema[keyword]
        if keyword in _BY_NAME:
            inner = inner[next(steps)]
        elif keyword in _BY_INDEX:
            inner = inner[int(next(steps))]
        if not isinstance(inner, dict):
            break
        schema = inner
    return _Location(keyword, schema, 0)


def _count_steps(inner: list[str]) -> int:
    """Count the steps that a location in a branch, without the branch's keyword, takes into the value."""
    count, steps = 0, iter(inner)
    for keyword in steps:
        if keyword in _BY_NAME or keyword in _BY_INDEX:
            next(steps, None)
        count += keyword in _BY_ITEM or keyword in _BY_NAME
    return count - (bool(inner) and inner[-1] in _BY_ITEM)  # the keyword itself, which judges the object


def _cut(location: _Location, at: str) -> tuple[_Location, str]:
    return location, at.rsplit("/", location.steps)[0] if location.steps else at


def _subjects(location: _Location, value: Any) -> Iterator[tuple[str, Any]]:
    """Yield a keyword and what there is one record of: each missing or surplus name, or else the value."""
    schema = location.schema
    if location.keyword not in _OF_NAMES:
        yield location.keyword, value
        return
    yield from (("required", name) for name in schema.get("required", ()) if name not in value)
    if schema.get("additionalProperties") is False:
        surplus = value.keys() - schema.get("properties", {}).keys()
        yield from (("additionalProperties", name) for name in surplus)


def _value_at(value: Any, pointer: str) -> Any:
    for step in parse(pointer):
        value = value[int(step)] if isinstance(value, list) else value[step]
    return value
