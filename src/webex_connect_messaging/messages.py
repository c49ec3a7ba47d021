"""Say in words what a broken keyword of JSON Schema asks for."""

from __future__ import annotations

import difflib
import functools
import json
from collections.abc import Callable
from typing import Any

import jsonschema_rs

from .names import original

_NAMES = {"object": "an object", "array": "an array", "string": "a text", "integer": "a whole number"}
_NAMES |= {"number": "a number", "boolean": "true or false", "null": "null"}
_LIMITS = {
    "maxLength": "Shorten it to at most {limit} characters; it has {size}.",
    "minLength": "Give at least {limit} characters; it has {size}.",
    "maxItems": "Give at most {limit} entries; there are {size}.",
    "minItems": "Give at least {limit} entries; there are {size}.",
    "maxProperties": "Give at most {limit} members; there are {size}.",
    "minProperties": "Give at least {limit} members; there are {size}.",
}
_SHOWN = 80


def explain(error: jsonschema_rs.ValidationError, keyword: str, schema: Any) -> list[str]:
    """Return what to do about an error, one text for each mistake that it stands for."""
    instance: Any = error.instance
    above = schema
    for step in error.schema_path[:-1]:
        above = above[step]
    handler: Callable[[Any, Any, Any], list[str]] | None = _HANDLERS.get(keyword)
    if keyword in _LIMITS:
        return [_LIMITS[keyword].format(limit=above[keyword], size=len(instance))]
    if handler is None:
        return [f"{error.message}."]
    return handler(error, above[keyword], above)


def _type(error: Any, expected: str, _above: Any) -> list[str]:
    return [f"Give {_NAMES[expected]}, not {_shown(error.instance)}."]


def _required(error: Any, _names: Any, _above: Any) -> list[str]:
    return [f"Add the member {error.kind.property!r}."]


def _additional(error: Any, _allowed: Any, above: Any) -> list[str]:
    known = list(above.get("properties", {}))
    unknown = map(original, error.kind.unexpected)
    return [f"Unknown member {name!r}{_suggestion(name, known)}" for name in unknown]


def _one_of_values(error: Any, values: list[Any], _above: Any) -> list[str]:
    shown = ", ".join(_shown(value) for value in values)
    hint = _suggestion(error.instance, values) if isinstance(error.instance, str) else "."
    return [f"Give one of {shown}, not {_shown(error.instance)}{hint if 'mean' in hint else '.'}"]


def _constant(error: Any, value: Any, _above: Any) -> list[str]:
    return [f"Give {_shown(value)}, not {_shown(error.instance)}."]


def _pattern(error: Any, pattern: str, above: Any) -> list[str]:
    examples = " or ".join(_shown(value) for value in above.get("examples", ())) or f"a match of {pattern}"
    return [f"Write it like {examples}, not {_shown(error.instance)}."]


def _bound(error: Any, limit: Any, above: Any) -> list[str]:
    word = "most" if "maximum" in above and limit == above["maximum"] else "least"
    return [f"Give at {word} {limit}, not {_shown(error.instance)}."]


def _unique(_error: Any, _value: Any, _above: Any) -> list[str]:
    return ["Give each entry once."]


def _any_of(_error: Any, branches: list[Any], _above: Any) -> list[str]:
    return [f"Give at least one of {_listed(branches)}."]


def _one_of(error: Any, branches: list[Any], _above: Any) -> list[str]:
    if all(set(branch) == {"type"} for branch in branches):
        kinds = " or ".join(_NAMES[branch["type"]] for branch in branches)
        return [f"Give {kinds}, not {_shown(error.instance)}."]
    return [f"Give exactly one of {_listed(branches)}."]


def _not(error: Any, condition: Any, _above: Any) -> list[str]:
    if "const" in condition or "enum" in condition:
        return [f"Give another value than {_shown(error.instance)} here."]
    return [f"Leave out {_wanted(condition)} here."]


def _contains(_error: Any, condition: Any, _above: Any) -> list[str]:
    return [f"Have an entry with {_wanted(condition)}."]


def _listed(branches: list[Any]) -> str:
    return ", ".join(_wanted(branch) for branch in branches)


def _wanted(condition: Any) -> str:
    """Say what a condition asks for: members, some with a value."""
    values = {name: _value(part) for name, part in condition.get("properties", {}).items() if isinstance(part, dict)}
    names = dict.fromkeys([*condition.get("required", ()), *(name for name, value in values.items() if value)])
    return " and ".join(f"{name!r}{values.get(name, '')}" for name in names) or json.dumps(condition)


def _value(part: Any) -> str:
    if "const" in part:
        return f" = {_shown(part['const'])}"
    return f" other than {_shown(part['not']['const'])}" if "const" in part.get("not", {}) else ""


def _suggestion(name: str, known: list[str]) -> str:
    nearest = _nearest(name, tuple(known))
    if nearest is not None:
        return f"; did you mean {nearest!r}?"
    return f"; known here: {', '.join(known)}." if known else "."


@functools.lru_cache(1000)  # a search takes as long as all else, and the lines of a file share their mistakes
def _nearest(name: str, known: tuple[str, ...]) -> str | None:
    lowered = {value.lower(): value for value in known}
    close = difflib.get_close_matches(name.lower(), lowered, n=1)
    return lowered[close[0]] if close else None


def _shown(value: Any) -> str:
    """Write a value as JSON, shortened."""
    if isinstance(value, (dict, list)):
        return "an object" if isinstance(value, dict) else "an array"
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"


_HANDLERS: dict[str, Callable[[Any, Any, Any], list[str]]] = {
    "type": _type,
    "required": _required,
    "additionalProperties": _additional,
    "enum": _one_of_values,
    "const": _constant,
    "pattern": _pattern,
    "maximum": _bound,
    "minimum": _bound,
    "uniqueItems": _unique,
    "anyOf": _any_of,
    "oneOf": _one_of,
    "not": _not,
    "contains": _contains,
}
