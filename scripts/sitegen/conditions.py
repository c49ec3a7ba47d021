"""Say in words what the conditions of a schema ask for."""

from __future__ import annotations

import json
from typing import Any

from specgen.model import Json
from specgen.source import CONDITION


def sentences(schema: Json) -> list[str]:
    """Return one sentence for each condition of a schema."""
    return [
        f"{text[0].upper()}{text[1:]}." for text in _parts({key: schema[key] for key in CONDITION if key in schema})
    ]


def _parts(condition: Json) -> list[str]:
    if condition.get("if") == {"type": "object"}:
        then = condition.get("then", {})
        return [part for each in then.get("allOf", [then]) for part in _parts(each)]
    return [_said(condition, True, "")] if condition else []


def _said(condition: Json, holds: bool, path: str) -> str:
    """Say that a condition holds for the value at a path, or that it does not."""
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
    """Return the members that are required and not spoken of any further."""
    return [name for name in condition.get("required", ()) if condition.get("properties", {}).get(name, True) is True]


def _required(name: str, holds: bool, path: str) -> str:
    return f"`{path}{name}` is {'given' if holds else 'absent'}"


def _property(condition: Json, name: str, holds: bool, path: str) -> str:
    part = condition["properties"][name]
    if part is True:
        return ""
    inner = _said(part, holds, f"{path}{name}.")
    required = name in condition.get("required", ())
    if holds and required and "not" in part:
        return f"`{path}{name}` is given and {inner}"
    return f"`{path}{name}` is absent or {inner}" if holds != required else inner


def _conditional(condition: Json, path: str) -> str:
    parts = []
    if "then" in condition:
        parts.append(f"if {_said(condition['if'], True, path)}, then {_said(condition['then'], True, path)}")
    if "else" in condition:
        parts.append(f"if {_said(condition['if'], False, path)}, then {_said(condition['else'], True, path)}")
    return "; ".join(parts)


def _named(path: str) -> str:
    return f"`{path.removesuffix('.')}`" if path else "it"


def _values(values: list[Json], holds: bool, path: str) -> str:
    shown = ", ".join(f"`{value if isinstance(value, str) else json.dumps(value)}`" for value in values)
    one = "" if len(values) == 1 else "one of "
    return f"{_named(path)} is {'' if holds else 'not '}{one}{shown}"


def _length(limit: int, holds: bool, path: str) -> str:
    if limit == 1:
        return f"{_named(path)} is {'not ' if holds else ''}empty"
    return f"{_named(path)} has {'at least' if holds else 'fewer than'} {limit} characters"


def _joined(branches: list[Json], holds: bool, path: str, word: str) -> str:
    said = [_said(branch, holds, path) for branch in branches]
    return f" {word} ".join(f"({text})" if " and " in text or " or " in text else text for text in said)


def _one_of(branches: list[Json], holds: bool, path: str) -> str:
    said = "; ".join(_said(branch, True, path) for branch in branches)
    return f"{'exactly' if holds else 'not exactly'} one of these holds: {said}"


_KEYWORDS: dict[str, Any] = {
    "const": lambda value, holds, path: _values([value], holds, path),
    "enum": _values,
    "minLength": _length,
    "not": lambda condition, holds, path: _said(condition, not holds, path),
    "anyOf": lambda branches, holds, path: _joined(branches, holds, path, "or" if holds else "and"),
    "allOf": lambda branches, holds, path: _joined(branches, holds, path, "and" if holds else "or"),
    "oneOf": _one_of,
    "contains": lambda condition, holds, path: (
        f"{'an' if holds else 'no'} entry of {_named(path)} is such that {_said(condition, True, '')}"
    ),
}
