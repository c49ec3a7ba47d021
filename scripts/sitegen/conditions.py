"""Describe the conditions of a schema in sentences."""

from __future__ import annotations

import json
from typing import Any

from specgen.model import Json
from specgen.source import CONDITION

_MAX_LENGTH = 400  # characters of a readable sentence
_OMITTED = "See the schema for a further condition, which is too long for a sentence."


def sentences(schema: Json) -> list[str]:
    """Return a sentence for each part of a schema's conditions."""
    parts = _parts({key: schema[key] for key in CONDITION if key in schema})
    return [f"{text[0].upper()}{text[1:]}." if len(text) <= _MAX_LENGTH else _OMITTED for text in parts]


def _parts(condition: Json) -> list[str]:
    """Describe each requirement of a condition."""
    if not condition:
        return []
    when = "" if condition.get("if") == {"type": "object"} else _describe(condition["if"], True, "")
    parts = [part for each in condition.get("then", {}).get("allOf", []) for part in _requirements(each, when)]
    if not parts and "then" in condition:
        parts = _requirements(condition["then"], when)
    if "else" in condition:
        parts += _requirements(condition["else"], _describe(condition["if"], False, ""))
    return parts


def _requirements(requirement: Json, when: str) -> list[str]:
    if not when:
        return _parts(requirement) if "if" in requirement else [_describe(requirement, True, "")]
    if "if" in requirement:
        return [f"where {when}: {part}" for part in _parts(requirement)]
    return [f"if {when}, then {_describe(requirement, True, '')}"]


def _describe(condition: Json, holds: bool, path: str) -> str:
    """Describe that a condition holds for the value at a path, or that it does not."""
    parts = [_required(name, holds, path) for name in _bare(condition)]
    parts += [_property(condition, name, holds, path) for name in condition.get("properties", {})]
    parts += [_KEYWORDS[key](value, holds, path) for key, value in condition.items() if key in _KEYWORDS]
    if "if" in condition:
        parts.append(_conditional(condition, path))
    known = {"required", "properties", "type", *CONDITION, *_KEYWORDS}
    rest = {key: value for key, value in condition.items() if key not in known}
    if rest:
        parts.append(f"{_named(path)} {'fits' if holds else 'does not fit'} `{json.dumps(rest)}`")
    if not parts and "type" in condition:
        parts.append(f"{_named(path)} is {'' if holds else 'not '}of type {condition['type']}")
    return (" and " if holds else " or ").join(part for part in parts if part)


def _bare(condition: Json) -> list[str]:
    """Return the required properties without a condition of their own."""
    return [name for name in condition.get("required", ()) if condition.get("properties", {}).get(name, True) is True]


def _required(name: str, holds: bool, path: str) -> str:
    return f"`{path}{name}` is {'given' if holds else 'absent'}"


def _property(condition: Json, name: str, holds: bool, path: str) -> str:
    part = condition["properties"][name]
    if part is True:
        return ""
    inner = _describe(part, holds, f"{path}{name}.")
    required = name in condition.get("required", ())
    if holds and required and "not" in part:
        return f"`{path}{name}` is given and {inner}"
    return f"`{path}{name}` is absent or {inner}" if holds != required else inner


def _conditional(condition: Json, path: str) -> str:
    parts = []
    if "then" in condition:
        parts.append(f"if {_describe(condition['if'], True, path)}, then {_describe(condition['then'], True, path)}")
    if "else" in condition:
        parts.append(f"if {_describe(condition['if'], False, path)}, then {_describe(condition['else'], True, path)}")
    return "; ".join(parts)


def _named(path: str) -> str:
    return f"`{path.removesuffix('.')}`" if path else "it"


def _values(values: list[Json], holds: bool, path: str) -> str:
    shown = ", ".join(f"`{value if isinstance(value, str) else json.dumps(value)}`" for value in values)
    one = "" if len(values) == 1 else "one of "
    return f"{_named(path)} is {'' if holds else 'not '}{one}{shown}"


def _least(limit: int, holds: bool, path: str, unit: str) -> str:
    if limit == 1:
        return f"{_named(path)} is {'not ' if holds else ''}empty"
    return f"{_named(path)} has {'at least' if holds else 'fewer than'} {limit} {unit}"


def _most(limit: int, holds: bool, path: str, unit: str) -> str:
    return f"{_named(path)} has {'at most' if holds else 'more than'} {limit} {unit}"


def _joined(branches: list[Json], holds: bool, path: str, word: str) -> str:
    described = [_describe(branch, holds, path) for branch in branches]
    return f" {word} ".join(f"({text})" if " and " in text or " or " in text else text for text in described)


def _one_of(branches: list[Json], holds: bool, path: str) -> str:
    described = "; ".join(_describe(branch, True, path) for branch in branches)
    return f"{'exactly' if holds else 'not exactly'} one of these holds: {described}"


_KEYWORDS: dict[str, Any] = {
    "const": lambda value, holds, path: _values([value], holds, path),
    "enum": _values,
    "minLength": lambda limit, holds, path: _least(limit, holds, path, "characters"),
    "maxLength": lambda limit, holds, path: _most(limit, holds, path, "characters"),
    "minItems": lambda limit, holds, path: _least(limit, holds, path, "items"),
    "maxItems": lambda limit, holds, path: _most(limit, holds, path, "items"),
    "pattern": lambda text, holds, path: f"{_named(path)} {'matches' if holds else 'does not match'} `{text}`",
    "not": lambda condition, holds, path: _describe(condition, not holds, path),
    "anyOf": lambda branches, holds, path: _joined(branches, holds, path, "or" if holds else "and"),
    "allOf": lambda branches, holds, path: _joined(branches, holds, path, "and" if holds else "or"),
    "oneOf": _one_of,
    "contains": lambda condition, holds, path: (
        f"{'an' if holds else 'no'} item of {_named(path)} is such that {_describe(condition, True, '')}"
    ),
}
