"""Turn payloads into the generated dataclasses and back, losing nothing."""

from __future__ import annotations

import dataclasses
import functools
import types
from collections.abc import Mapping
from typing import Any, Literal, NoReturn, TypeAlias, TypeVar, Union, get_args, get_origin, get_type_hints, overload

from webex_connect_messaging_spec import models
from webex_connect_messaging_spec.pointers import pointer
from webex_connect_messaging_spec.roots import KINDS

from .violation import ValidationError, Violation

T = TypeVar("T")
Path: TypeAlias = "tuple[str | int, ...]"
_SCALARS = {str: "a string", bool: "a boolean", int: "an integer", float: "a number"}


@overload
def from_dict(data: object, of: type[T]) -> T: ...
@overload
def from_dict(data: object, of: Literal["request"] = "request") -> models.SendMessageRequest: ...
@overload
def from_dict(data: object, of: Literal["response"]) -> models.SendMessageResponse: ...
@overload
def from_dict(data: object, of: Literal["notification"]) -> models.DeliveryNotification: ...
def from_dict(data: object, of: Any = "request") -> object:
    """Build the dataclass of a kind of document, or of the class given, from JSON data.

    Members of unions are chosen by their tag. Unknown properties and wrong types raise ``ValidationError`` with their
    pointer; limits and cross-field rules are left to ``validate``. Open objects keep what the specification does not
    name in ``additional_members``.
    """
    return _decode(getattr(models, KINDS[of].model) if isinstance(of, str) else of, data, ())


def to_dict(model: object) -> dict[str, Any]:
    """Return a dataclass as JSON data, without what is not set."""
    encoded: dict[str, Any] = _encode(model)
    return encoded


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
        return value if value in arguments and isinstance(value, str) else _refuse(path, "enum", arguments)
    if origin is list and isinstance(value, list):
        return [_decode(arguments[0], item, (*path, index)) for index, item in enumerate(value)]
    if origin is dict and isinstance(value, dict):
        return {key: _decode(arguments[1], item, (*path, key)) for key, item in value.items()}
    if annotation is int and isinstance(value, float) and value.is_integer():
        return int(value)
    if annotation is float and isinstance(value, int) and not isinstance(value, bool):
        return value
    if annotation in _SCALARS and type(value) is annotation:
        return value
    return _refuse(path, "type", (_SCALARS.get(annotation, "an array" if origin is list else "an object"),))


def _decode_object(cls: Any, value: Any, path: Path) -> Any:
    if not isinstance(value, dict):
        _refuse(path, "type", ("an object",))
    fields, hints, arguments = _fields(cls), _hints(cls), {}
    rest = {name: item for name, item in value.items() if name not in fields}
    for name, field in fields.items():
        if name is None:
            arguments[field.name] = rest or None
        elif name in value:
            arguments[field.name] = _decode(hints[field.name], value[name], (*path, name))
        elif field.default is dataclasses.MISSING or get_origin(hints[field.name]) is Literal:
            _refuse(path, "required", (name,))
    if rest and None not in fields:
        _refuse(path, "additionalProperties", tuple(rest))
    return cls(**arguments)


def _decode_union(members: tuple[Any, ...], value: Any, path: Path) -> Any:
    fitting = [member for member in members if _fits(member, value)]
    if not fitting:
        tags = [tag for member in members if _is_model(member) and (tag := _tag(member)) is not None]
        if isinstance(value, dict) and tags and tags[0][0] in value:
            _refuse((*path, str(tags[0][0])), "enum", tuple(tag[1] for tag in tags))
        _refuse(path, "oneOf", tuple(str(member) for member in members if member is not type(None)))
    return _decode(fitting[0], value, path)


def _fits(member: Any, value: Any) -> bool:
    """Tell whether a member of a union is meant for a value: by its tag, or by the type of the value."""
    if _is_model(member):
        tag = _tag(member)
        return isinstance(value, dict) and (tag is None or value.get(tag[0]) == tag[1])
    origin = get_origin(member) or member
    if origin is Literal:
        return isinstance(value, str) and value in get_args(member)
    if origin is int:
        return type(value) is int or (isinstance(value, float) and value.is_integer())
    return type(value) is origin or (origin is float and type(value) is int)


def _is_model(annotation: Any) -> bool:
    return dataclasses.is_dataclass(annotation)


@functools.cache
def _tag(cls: Any) -> tuple[str | None, str] | None:
    """Return the wire name and value by which a class is told from the other members of a union."""
    for name, field in _fields(cls).items():
        if get_origin(_hints(cls)[field.name]) is Literal and isinstance(field.default, str):
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


def _refuse(path: Path, rule: str, expected: tuple[Any, ...]) -> NoReturn:
    word = {"required": "Missing", "additionalProperties": "Unknown"}.get(rule, "Expected")
    message = f"{word}: {', '.join(map(str, expected))}."
    raise ValidationError([Violation(pointer(path), rule, "error", message)])
