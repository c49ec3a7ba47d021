"""Say what to do about everything in which a payload departs from its schema.

What that is, the native module finds. Where it is unsure or missing, it is found here, from the verdict of
jsonschema-rs on each keyword: the errors of that library take three times as long, and lose names (of the member
``007`` they say ``7``).
"""

from __future__ import annotations

import difflib
import functools
import json
from collections.abc import Callable
from typing import Any, TypeAlias

import jsonschema_rs
from webex_connect_messaging_spec import schemas
from webex_connect_messaging_spec.roots import RETIRED, TAG

from .native import Error
from .violation import Violation, below, ordered

_Verdict = Callable[[Any], bool]
_Check = Callable[[Any, str, list[Violation]], None]  # adds what is wrong with the value at a pointer
_Text: TypeAlias = "str | Callable[[Any], str]"  # what to do, for all values or for one
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
_TAG = below("", TAG)
_known_texts: dict[tuple[int, str], _Text] = {}
_ENCODER = json.JSONEncoder(ensure_ascii=False)


def violations(payload: object, name: str, errors: list[Error] | None) -> list[Violation]:
    """Return what is wrong with a payload that the schema of that name refuses: the errors, if they are known."""
    tag = payload.get(TAG) if isinstance(payload, dict) else None
    retired = RETIRED.get(tag) if isinstance(tag, str) else None
    if errors is None:
        found: list[Violation] = []
        _root(name)(payload, "", found)
        if retired:
            found = [item._replace(message=retired) if item.pointer == _TAG else item for item in found]
        return ordered(payload, found)
    told = [
        (order, keyword, retired if retired and at == _TAG else _message(keyword, schema, subject), at)
        for order, at, keyword, schema, subject in errors
    ]
    told.sort()
    return [Violation(at, keyword, "error", message) for _, keyword, message, at in told]


def _message(keyword: str, schema: Any, subject: Any) -> str:
    text = _known_texts.get((id(schema), keyword))
    if text is None:  # schemas are loaded once and stay
        text = _known_texts[id(schema), keyword] = _TEXTS[keyword](schema[keyword], schema)
    return text if isinstance(text, str) else text(subject)


@functools.cache
def _root(name: str) -> _Check:
    schema = schemas.load(name)
    return _check(schema, _Components(schema))


class _Components(dict[str, tuple[_Verdict, _Check]]):
    """The components of a schema, each made when it is asked for: its verdict, and what explains it."""

    def __init__(self, schema: Any) -> None:
        super().__init__()
        self._definitions = schema["$defs"]
        self._registry = jsonschema_rs.Registry([(schema["$id"], schema)])
        self._id = schema["$id"]

    def __missing__(self, reference: str) -> tuple[_Verdict, _Check]:
        validator = jsonschema_rs.Draft202012Validator({"$ref": self._id + reference}, registry=self._registry)
        check = _check(self._definitions[reference.rpartition("/")[2]], self)
        self[reference] = validator.is_valid, check
        return self[reference]


def _check(schema: Any, components: _Components) -> _Check:
    """Return what finds all that is wrong with a value by a schema."""
    if isinstance(schema, bool):  # only false, of which additionalProperties makes use, would refuse anything
        return lambda _value, _at, _found: None
    checks = [make(schema[key], schema, components) for key, make in _WAYS.items() if key in schema]
    asserted = {key: value for key, value in schema.items() if key in _TEXTS and key not in _WAYS}
    if asserted:
        checks.append(_assertions(asserted, schema))
    return _all(checks)


def _all(checks: list[_Check]) -> _Check:
    def check(value: Any, at: str, found: list[Violation]) -> None:
        for part in checks:
            part(value, at, found)

    return checks[0] if len(checks) == 1 else check


def _assertions(asserted: dict[str, Any], schema: Any) -> _Check:
    """Return what checks the keywords that lead no further: all at once, and if one is broken, each by itself."""
    keeps_all = _verdict(asserted)
    each = [(key, _verdict({key: value})) for key, value in asserted.items()]

    def check(value: Any, at: str, found: list[Violation]) -> None:
        if not keeps_all(value):
            for keyword, keeps in each:
                if not keeps(value):
                    found.append(Violation(at, keyword, "error", _message(keyword, schema, value)))

    return check


def _verdict(schema: Any) -> _Verdict:
    return jsonschema_rs.Draft202012Validator(schema).is_valid


def _reference(reference: str, _schema: Any, components: _Components) -> _Check:
    def check(value: Any, at: str, found: list[Violation]) -> None:
        accepts, explain = components[reference]
        if not accepts(value):
            explain(value, at, found)

    return check


def _properties(children: dict[str, Any], _schema: Any, components: _Components) -> _Check:
    checks = {name: (below("", name), _check(child, components)) for name, child in children.items()}

    def check(value: Any, at: str, found: list[Violation]) -> None:
        if isinstance(value, dict):
            for name in value.keys() & checks.keys():
                step, inner = checks[name]
                inner(value[name], at + step, found)

    return check


def _additional(child: Any, schema: Any, components: _Components) -> _Check:
    known = schema.get("properties", {})
    inner = _check(child, components)

    def check(value: Any, at: str, found: list[Violation]) -> None:
        for name in value.keys() - known.keys() if isinstance(value, dict) else ():
            if child is not False:
                inner(value[name], below(at, name), found)
            else:
                message = _message("additionalProperties", schema, name)
                found.append(Violation(at, "additionalProperties", "error", message))

    return check


def _items(child: Any, _schema: Any, components: _Components) -> _Check:
    inner = _check(child, components)

    def check(value: Any, at: str, found: list[Violation]) -> None:
        for index, item in enumerate(value) if isinstance(value, list) else ():
            inner(item, f"{at}/{index}", found)

    return check


def _required(names: list[str], schema: Any, _components: _Components) -> _Check:
    def check(value: Any, at: str, found: list[Violation]) -> None:
        if isinstance(value, dict):
            missing = [name for name in names if name not in value]
            found += [Violation(at, "required", "error", _message("required", schema, name)) for name in missing]

    return check


def _all_of(parts: list[Any], _schema: Any, components: _Components) -> _Check:
    return _all([_check(part, components) for part in parts])


def _if(condition: Any, schema: Any, components: _Components) -> _Check:
    applies = _verdict(condition)
    then, otherwise = (_check(schema.get(key, True), components) for key in ("then", "else"))

    def check(value: Any, at: str, found: list[Violation]) -> None:
        (then if applies(value) else otherwise)(value, at, found)

    return check


_WAYS: dict[str, Callable[[Any, Any, _Components], _Check]] = {
    "$ref": _reference,
    "required": _required,
    "additionalProperties": _additional,
    "properties": _properties,
    "items": _items,
    "allOf": _all_of,
    "if": _if,
}


def _missing(_names: list[str], _above: Any) -> _Text:
    return lambda name: f"Add the member {name!r}."


def _unknown(_child: Any, above: Any) -> _Text:
    names = tuple(above.get("properties", {}))
    return lambda name: f"Unknown member {name!r}{_known(name, names)}"


def _type(expected: str, _above: Any) -> _Text:
    return lambda value: f"Give {_NAMES[expected]}, not {_shown(value)}."


def _limit(keyword: str) -> Callable[[int, Any], _Text]:
    return lambda limit, _above: lambda value: _LIMITS[keyword].format(limit=limit, size=len(value))


def _one_of_values(values: list[Any], _above: Any) -> _Text:
    listed, texts = ", ".join(map(_shown, values)), tuple(value for value in values if isinstance(value, str))

    def text(value: Any) -> str:
        nearest = _nearest(value, texts) if isinstance(value, str) else None
        hint = "." if nearest is None else f"; did you mean {nearest!r}?"
        return f"Give one of {listed}, not {_shown(value)}{hint}"

    return text


def _constant(expected: Any, _above: Any) -> _Text:
    return lambda value: f"Give {_shown(expected)}, not {_shown(value)}."


def _pattern(pattern: str, above: Any) -> _Text:
    examples = " or ".join(map(_shown, above.get("examples", ()))) or f"a match of {pattern}"
    return lambda value: f"Write it like {examples}, not {_shown(value)}."


def _bound(word: str) -> Callable[[Any, Any], _Text]:
    return lambda limit, _above: lambda value: f"Give at {word} {limit}, not {_shown(value)}."


def _unique(_unique: bool, _above: Any) -> _Text:
    return "Give each entry once."


def _any_of(branches: list[Any], _above: Any) -> _Text:
    return f"Give at least one of {_listed(branches)}."


def _one_of(branches: list[Any], _above: Any) -> _Text:
    if all(set(branch) == {"type"} for branch in branches):
        kinds = " or ".join(_NAMES[branch["type"]] for branch in branches)
        return lambda value: f"Give {kinds}, not {_shown(value)}."
    return f"Give exactly one of {_listed(branches)}."


def _not(condition: Any, _above: Any) -> _Text:
    if "const" in condition or "enum" in condition:
        return lambda value: f"Give another value than {_shown(value)} here."
    return f"Leave out {_wanted(condition)} here."


def _contains(condition: Any, _above: Any) -> _Text:
    return f"Have an entry with {_wanted(condition)}."


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
def _known(name: str, known: tuple[str, ...]) -> str:
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
    text = str(value) if type(value) is int else _ENCODER.encode(value)  # which takes its time for what is no text
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"


_TEXTS: dict[str, Callable[[Any, Any], _Text]] = {
    **{keyword: _limit(keyword) for keyword in _LIMITS},
    "required": _missing,
    "additionalProperties": _unknown,
    "type": _type,
    "enum": _one_of_values,
    "const": _constant,
    "pattern": _pattern,
    "maximum": _bound("most"),
    "minimum": _bound("least"),
    "uniqueItems": _unique,
    "anyOf": _any_of,
    "oneOf": _one_of,
    "not": _not,
    "contains": _contains,
}
