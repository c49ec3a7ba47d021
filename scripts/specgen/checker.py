"""Refuse what is well-formed but would mislead a reader or a tool."""

from __future__ import annotations

from . import functions
from .cel import FUNCTIONS
from .declared import Declarations, UndeclaredError
from .schemas import children, name_of
from .source import CONDITION, Place
from .types import Json, json_type


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
        for value in sorted(set(mapping) & set(schema.get("x-retired", {}))):
            raise (place / "x-retired" / value).error(f"mapping names {value!r} too; remove it here or there")
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
        """Conditions may only speak of what the schema declares."""
        for key in CONDITION:
            self._condition(schema, schema.get(key, {}), place / key)

    def _condition(self, schema: Json, condition: Json, place: Place) -> None:
        try:
            Declarations(self._schemas).need_condition((schema,), condition)
        except UndeclaredError as error:
            raise place.error(str(error)) from error


def check_functions(entries: tuple[Json, ...]) -> None:
    """Refuse a function that does not exist, gives something else than is written, or has no entry."""
    for index, entry in enumerate(entries):
        place = Place("functions.yaml") / index
        if entry["function"] not in FUNCTIONS:
            raise (place / "function").error(f"there is no function {entry['function']!r}")
        found = getattr(functions, entry["function"])(*entry["arguments"])
        if found != entry["result"]:
            raise (place / "result").error(f"the function in scripts/specgen/functions.py gives {found!r}")
    for name in sorted(set(FUNCTIONS) - {entry["function"] for entry in entries}):
        raise Place("functions.yaml").error(f"add what the function {name!r} gives for empty and for non-ASCII input")


def check_codes(codes: tuple[Json, ...], errata: set[str], channels: set[str]) -> None:
    """Refuse a code of a channel or with an erratum that does not exist."""
    for index, entry in enumerate(codes):
        place = Place("codes.yaml") / index
        if entry["channel"] not in channels | {"any"}:
            raise (place / "channel").error(f"there is no channel {entry['channel']!r}")
        for erratum in set(entry.get("errata", ())) - errata:
            raise (place / "errata").error(f"there is no erratum {erratum!r}")
