"""Say in words what a broken keyword of JSON Schema asks for."""

from __future__ import annotations

import difflib
import functools
import json
from collections.abc import Callable
from typing import Any

import jsonschema_rs
from webex_connect_messaging_spec import schemas
from webex_connect_messaging_spec.roots import RETIRED, TAG

from .names import original
from .violation import Violation, pointer

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
_ENCODER = json.JSONEncoder(ensure_ascii=False)


_Explain = Callable[[Any], list[str]]  # from an error to what to do about it, for each mistake that it stands for


def violations(error: jsonschema_rs.ValidationError, schema: str) -> list[Violation]:
    """Return what an error stands for, of a payload that was held against the schema of that name."""
    path, place = list(map(original, error.instance_path)), tuple(error.schema_path)
    texts = _explainer(schema, place)(error)
    if path == [TAG] and isinstance(error.instance, str):
        texts = [RETIRED.get(error.instance, text) for text in texts]
    return [Violation(pointer(path), str(place[-1]), "error", text) for text in texts]


@functools.cache
def _explainer(schema: str, place: tuple[str | int, ...]) -> _Explain:
    """Return what explains the errors of a keyword; what does not depend on the payload is put into words once."""
    *steps, keyword = place
    above: Any = schemas.load(schema)
    for step in steps:
        above = above[step]
    if keyword in _LIMITS:
        limit, text = above[keyword], _LIMITS[str(keyword)]
        return lambda error: [text.format(limit=limit, size=len(error.instance))]
    handler = _HANDLERS.get(str(keyword))
    return handler(above[keyword], above) if handler else lambda error: [f"{error.message}."]


def _type(expected: str, _above: Any) -> _Explain:
    return lambda error: [f"Give {_NAMES[expected]}, not {_shown(error.instance)}."]


def _required(_names: Any, _above: Any) -> _Explain:
    return lambda error: [f"Add the member {error.kind.property!r}."]


def _additional(_allowed: Any, above: Any) -> _Explain:
    known = tuple(above.get("properties", {}))

    def explain(error: Any) -> list[str]:
        unknown = map(original, error.kind.unexpected)
        return [f"Unknown member {name!r}{_suggestion(name, known)}" for name in unknown]

    return explain


def _one_of_values(values: list[Any], _above: Any) -> _Explain:
    listed, texts = ", ".join(map(_shown, values)), tuple(value for value in values if isinstance(value, str))

    def explain(error: Any) -> list[str]:
        nearest = _nearest(error.instance, texts) if isinstance(error.instance, str) else None
        hint = "." if nearest is None else f"; did you mean {nearest!r}?"
        return [f"Give one of {listed}, not {_shown(error.instance)}{hint}"]

    return explain


def _constant(value: Any, _above: Any) -> _Explain:
    expected = _shown(value)
    return lambda error: [f"Give {expected}, not {_shown(error.instance)}."]


def _pattern(pattern: str, above: Any) -> _Explain:
    examples = " or ".join(map(_shown, above.get("examples", ()))) or f"a match of {pattern}"
    return lambda error: [f"Write it like {examples}, not {_shown(error.instance)}."]


def _bound(limit: Any, above: Any) -> _Explain:
    word = "most" if "maximum" in above and limit == above["maximum"] else "least"
    return lambda error: [f"Give at {word} {limit}, not {_shown(error.instance)}."]


def _unique(_value: Any, _above: Any) -> _Explain:
    return lambda _error: ["Give each entry once."]


def _any_of(branches: list[Any], _above: Any) -> _Explain:
    text = f"Give at least one of {_listed(branches)}."
    return lambda _error: [text]


def _one_of(branches: list[Any], _above: Any) -> _Explain:
    if all(set(branch) == {"type"} for branch in branches):
        kinds = " or ".join(_NAMES[branch["type"]] for branch in branches)
        return lambda error: [f"Give {kinds}, not {_shown(error.instance)}."]
    text = f"Give exactly one of {_listed(branches)}."
    return lambda _error: [text]


def _not(condition: Any, _above: Any) -> _Explain:
    if "const" in condition or "enum" in condition:
        return lambda error: [f"Give another value than {_shown(error.instance)} here."]
    text = f"Leave out {_wanted(condition)} here."
    return lambda _error: [text]


def _contains(condition: Any, _above: Any) -> _Explain:
    text = f"Have an entry with {_wanted(condition)}."
    return lambda _error: [text]


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


@functools.lru_cache(1000)  # a search takes as long as all else, and the lines of a file share their mistakes
def _suggestion(name: str, known: tuple[str, ...]) -> str:
    nearest = _nearest(name, known)
    if nearest is not None:
        return f"; did you mean {nearest!r}?"
    return f"; known here: {', '.join(known)}." if known else "."


@functools.lru_cache(1000)
def _nearest(name: str, known: tuple[str, ...]) -> str | None:
    lowered = {value.lower(): value for value in known}
    close = difflib.get_close_matches(name.lower(), lowered, n=1)
    return lowered[close[0]] if close else None


def _shown(value: Any) -> str:
    """Write a value as JSON, shortened."""
    if isinstance(value, (dict, list)):
        return "an object" if isinstance(value, dict) else "an array"
    text = _ENCODER.encode(value)
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"


_HANDLERS: dict[str, Callable[[Any, Any], _Explain]] = {
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
