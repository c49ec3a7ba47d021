"""Refuse what is well-formed but would mislead a reader or a tool."""

from __future__ import annotations

import inspect
from collections.abc import Iterator

from . import functions
from .cel import FUNCTIONS
from .declared import Declarations, UndeclaredError
from .schemas import children, name_of
from .source import CONDITION, Place, SpecError
from .types import Json, json_type

DEFINITIONS = "scripts/specgen/functions.py"


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
                raise (place / "oneOf").error("without a discriminator, the branches must differ in their JSON type")
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
        mapping = schema["discriminator"]["mapping"]
        for value in sorted(set(mapping) & set(schema.get("x-retired", {}))):
            raise (place / "x-retired" / value).error(
                f"{name_of(mapping[value])} has this tag; remove it here or there"
            )

    def _type(self, schema: Json, place: Place) -> str:
        try:
            return json_type(schema, self._schemas).replace("integer", "number")
        except KeyError:
            raise place.error("a branch of a union without a discriminator needs a type") from None

    def _conditions(self, schema: Json, place: Place) -> None:
        """Conditions may only speak of what the schema declares."""
        for key in CONDITION:
            self._condition(schema, schema.get(key, {}), place / key)

    def _condition(self, schema: Json, condition: Json, place: Place) -> None:
        try:
            Declarations(self._schemas).need_condition((schema,), condition)
        except UndeclaredError as error:
            raise place.error(str(error)) from error


def check_functions(entries: tuple[Json, ...]) -> None:
    """Refuse a function that is not described, does not exist, gives another result, or lacks an entry."""
    for name in FUNCTIONS:
        if not inspect.getdoc(getattr(functions, name)):
            raise SpecError(f"{DEFINITIONS}: give {name} a docstring, whose first line says what it returns")
    for index, entry in enumerate(entries):
        place = Place("functions.yaml") / index
        if entry["function"] not in FUNCTIONS:
            raise (place / "function").error(f"there is no function {entry['function']!r}; define it in {DEFINITIONS}")
        _check_result(entry, place)
    for name in FUNCTIONS:
        inputs = [entry["arguments"] for entry in entries if entry["function"] == name]
        texts = "".join(text for arguments in inputs for text in _texts(arguments))
        if not any(arguments[0] in ("", [], {}) for arguments in inputs):
            raise Place("functions.yaml").error(f"add what the function {name!r} gives for empty input")
        if texts.isascii() and texts:
            raise Place("functions.yaml").error(f"add what the function {name!r} gives for a string beyond ASCII")


def _check_result(entry: Json, place: Place) -> None:
    try:
        found = getattr(functions, entry["function"])(*entry["arguments"])
    except Exception as error:
        raise (place / "arguments").error(f"the function in {DEFINITIONS} raises {error!r}") from error
    if found != entry["result"]:
        raise (place / "result").error(f"the function in {DEFINITIONS} gives {found!r}")


def _texts(value: Json) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | dict):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _texts(item)


def check_codes(codes: tuple[Json, ...], errata: set[str], channels: set[str]) -> None:
    """Refuse a code of a channel or with an erratum that does not exist."""
    for index, entry in enumerate(codes):
        place = Place("codes.yaml") / index
        if entry["channel"] not in channels | {"any"}:
            raise (place / "channel").error(f"there is no channel {entry['channel']!r}")
        for erratum in set(entry.get("errata", ())) - errata:
            raise (place / "errata").error(f"there is no erratum {erratum!r}")
