"""Turn payloads into the generated dataclasses and back, losing nothing."""

from __future__ import annotations

import dataclasses
import functools
import types
from collections.abc import Mapping
from typing import Any, Literal, NoReturn, TypeAlias, TypeVar, Union, get_args, get_origin, get_type_hints, overload

from webex_connect_messaging_spec import models, schemas
from webex_connect_messaging_spec.pointers import pointer
from webex_connect_messaging_spec.roots import KINDS

from .kinds import root_of
from .messages import violations
from .record import Record
from .violation import ValidationError

T = TypeVar("T")
Path: TypeAlias = "tuple[str | int, ...]"
_TYPES = {
    bool: "boolean",
    int: "integer",
    float: "number",
    str: "string",
    Literal: "string",
    dict: "object",
    list: "array",
}


@overload
def from_dict(data: object, kind: type[T]) -> T: ...
@overload
def from_dict(data: object, kind: Literal["request"] = "request") -> models.SendMessageRequest: ...
@overload
def from_dict(data: object, kind: Literal["response"]) -> models.SendMessageResponse: ...
@overload
def from_dict(data: object, kind: Literal["notification"]) -> models.DeliveryNotification: ...
def from_dict(data: object, kind: Any = "request") -> object:
    """Build the dataclass of a kind of document from JSON data; for a part of one, give its class in place of a kind.

    Members of unions are chosen by their tag. The first object with unknown properties, missing property or wrong type
    raises ``ValidationError``, with what ``validate`` says of it; limits and cross-field rules are left to
    ``validate``. Open objects keep what the specification does not name in ``additional_members``.
    """
    is_class = isinstance(kind, type) and _is_model(kind)
    return _decode(kind if is_class else getattr(models, root_of(kind).model), data, ())


def to_dict(model: object) -> dict[str, Any]:
    """Return a dataclass as JSON data, without what is not set."""
    encoded: dict[str, Any] = _encode(model)
    return encoded


def has_all_fields(document: object, model: str) -> bool:
    """Tell whether an object has the fields of a dataclass in their order, as ``dataclasses.asdict`` writes them."""
    cls = getattr(models, model)
    if not (type(document) is dict and _is_model(cls)):
        return False
    return [*document] == [field.name for field in dataclasses.fields(cls)]


def _encode(value: Any) -> Any:
    if _is_model(value):
        encoded: dict[str, Any] = {}
        cls: Any = type(value)
        for name, field in _fields(cls).items():
            item = getattr(value, field.name)
            if item is not None:
                encoded |= _encode(item) if name is None else {name: _encode(item)}
        return encoded
    if isinstance(value, Mapping):
        return {key: _encode(item) for key, item in value.items()}
    return [_encode(item) for item in value] if isinstance(value, (list, tuple)) else value


def _decode(annotation: Any, value: Any, path: Path) -> Any:  # noqa: PLR0911 - one return for each kind of type
    if annotation is Any:
        return value
    if _is_model(annotation):
        return _decode_object(annotation, value, path)
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin in (Union, types.UnionType):
        return _decode_union(arguments, value, path)
    if origin is Literal:
        return value if value in arguments and isinstance(value, str) else _refuse(path, "enum", arguments, value)
    if origin is list and isinstance(value, list):
        return [_decode(arguments[0], item, (*path, index)) for index, item in enumerate(value)]
    if origin is dict and isinstance(value, dict):
        return {key: _decode(arguments[1], item, (*path, key)) for key, item in value.items()}
    if annotation is int and isinstance(value, float) and value.is_integer():
        return int(value)
    if annotation is float and isinstance(value, int) and not isinstance(value, bool):
        return value
    if origin is None and type(value) is annotation:
        return value
    return _refuse(path, "type", _type(annotation), value)


def _decode_object(cls: Any, value: Any, path: Path) -> Any:
    if not isinstance(value, dict):
        _refuse(path, "type", "object", value)
    fields, hints, arguments = _fields(cls), _hints(cls), {}
    rest = {name: item for name, item in value.items() if name not in fields}
    for name, field in fields.items():
        if name is None:
            continue
        if name in value and value[name] is None and "nullable" in field.metadata:
            rest[name] = None  # which is not the same as nothing
        elif name in value:
            arguments[field.name] = _decode_field(field, hints[field.name], value[name], (*path, name))
        elif field.default is dataclasses.MISSING or get_origin(hints[field.name]) is Literal:
            _refuse(path, "required", (name,), name)
    if rest and None not in fields:
        _refuse(path, "additionalProperties", cls, *rest)
    if rest:
        arguments[fields[None].name] = rest
    return cls(**arguments)


def _decode_field(field: dataclasses.Field[Any], annotation: Any, value: Any, path: Path) -> Any:
    if "nullable" in field.metadata:
        expected = _type(*(member for member in get_args(annotation) if member is not types.NoneType))
        if not _fits(expected, value):
            _refuse(path, "oneOf", (expected, "null"), value)
    return _decode(annotation, value, path)


def _decode_union(members: tuple[Any, ...], value: Any, path: Path) -> Any:
    """Decode a value by the member of a union that is meant for it: by its tag, or by the type of the value."""
    members = tuple(member for member in members if member is not types.NoneType)
    if len(members) == 1:
        return _decode(members[0], value, path)
    tags = {tag: member for member in members if _is_model(member) and (tag := _tag(member)) is not None}
    if len(tags) == len(members):
        return _decode(tags[_read_tag(tags, value, path)], value, path)
    fitting = [member for member in members if _fits(_type(member), value)]
    if not fitting:
        # Schemas name an array after a string, hints before it.
        _refuse(path, "oneOf", tuple(sorted(map(_type, members), key={"object", "array"}.__contains__)), value)
    return _decode(fitting[0], value, path)


def _read_tag(tags: Mapping[tuple[str, str], Any], value: Any, path: Path) -> tuple[str, str]:
    """Return the tag of a value, which must be one of those of the members of a union."""
    name = next(iter(tags))[0]
    if not isinstance(value, dict):
        _refuse(path, "type", "object", value)
    if name not in value:
        _refuse(path, "required", (name,), name)
    tag = value[name]
    if not isinstance(tag, str) or (name, tag) not in tags:
        _refuse((*path, name), "enum", tuple(known for _, known in tags), tag)
    return name, tag


def _fits(expected: str, value: Any) -> bool:
    """Tell whether a value has a type of JSON."""
    if expected == "integer" and isinstance(value, float):
        return value.is_integer()
    return _TYPES.get(type(value)) in ({"integer", "number"} if expected == "number" else {expected})


def _type(annotation: Any) -> str:
    """Return the type of JSON that an annotation stands for."""
    return _TYPES.get(get_origin(annotation) or annotation, "object")


def _is_model(annotation: Any) -> bool:
    return dataclasses.is_dataclass(annotation)


@functools.cache
def _tag(cls: Any) -> tuple[str, str] | None:
    """Return the wire name and value by which a class is told from the other members of a union."""
    for name, field in _fields(cls).items():
        if name is not None and get_origin(_hints(cls)[field.name]) is Literal and isinstance(field.default, str):
            return name, field.default
    return None


@functools.cache
def _hints(cls: Any) -> dict[str, Any]:
    return get_type_hints(cls)


@functools.cache
def _fields(cls: Any) -> dict[str | None, dataclasses.Field[Any]]:
    """Return the fields by wire name; the one that keeps additional members has none."""
    return {_wire_name(field): field for field in dataclasses.fields(cls)}


def _wire_name(field: dataclasses.Field[Any]) -> str | None:
    return None if "additional" in field.metadata else field.metadata.get("alias", field.name)


def _refuse(path: Path, keyword: str, expected: Any, *subjects: Any) -> NoReturn:
    schema = _schema(keyword, expected)
    raise ValidationError(violations([Record(0, pointer(path), keyword, schema, subject) for subject in subjects]))


def _defined(kind: str) -> dict[str, Any]:
    defined: dict[str, Any] = schemas.load(kind)["$defs"]
    return defined


@functools.cache  # messages are kept by the schema, so that there must not be one for each value
def _schema(keyword: str, expected: Any) -> dict[str, Any]:
    """Return what the exported schema has of a keyword."""
    if keyword == "additionalProperties":
        return next(defined[expected.__name__] for kind in KINDS if expected.__name__ in (defined := _defined(kind)))
    if keyword == "oneOf":
        return {"oneOf": [{"type": name} for name in expected]}
    return {keyword: list(expected) if isinstance(expected, tuple) else expected}
