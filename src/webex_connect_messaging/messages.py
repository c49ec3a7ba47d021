"""Turn records into violations: the only place that puts into words what is wrong."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable
from typing import Any, Literal, TypeAlias

from webex_connect_messaging_spec.roots import CHANNELS, RETIRED

from .record import Records
from .violation import Violation

_Template: TypeAlias = "str | dict[Any, str] | Callable[[Any], str]"
"""A message: the same for all subjects, one for each of a few, or made from the subject."""
_Level: TypeAlias = Literal["error", "warning"]
_Described: TypeAlias = "tuple[int, str, str, str, _Level]"

_MAX_LENGTH = 80  # characters of a value or a name in a message
_TYPES = {
    "object": "an object",
    "array": "an array",
    "string": "a string",
    "integer": "an integer",
    "number": "a number",
    "boolean": "a boolean",
    "null": "null",
}
_LIMITS = {
    "maxLength": ("Shorten it to at most", "character", "characters"),
    "minLength": ("Give at least", "character", "characters"),
    "maxItems": ("Give at most", "item", "items"),
    "minItems": ("Give at least", "item", "items"),
    "maxProperties": ("Give at most", "property", "properties"),
    "minProperties": ("Give at least", "property", "properties"),
}
_encode = json.JSONEncoder(ensure_ascii=False).encode
_templates: dict[tuple[int, str], tuple[Any, _Template]] = {}  # the schemas are kept, so that no other takes their id

_new: Callable[..., Violation] = tuple.__new__  # twice as fast as the constructor of a named tuple


def violations(records: Records) -> list[Violation]:
    """Return what records say, sorted as a reader meets it."""
    if len(records) == 1:
        ((_, at, keyword, schema, subject),) = records
        if schema is None or type(schema) is dict:
            return [_new(Violation, (at, keyword, "error", _message(keyword, schema, subject), None))]
        return [_new(Violation, (at, keyword, schema[1], schema[2], None))]
    return [_new(Violation, (at, rule, level, message, None)) for _, rule, message, at, level in describe(records)]


def describe(records: Records) -> list[_Described]:
    """Return the order, rule, message, pointer and level of each record, sorted."""
    found: list[_Described] = []
    for order, at, keyword, schema, subject in records:
        if schema is None or type(schema) is dict:
            found.append((order, keyword, _message(keyword, schema, subject), at, "error"))
        else:  # a rule, whose level and message an index finds in half the time of a name
            found.append((order, keyword, schema[2], at, schema[1]))
    found.sort()
    return found


def _message(keyword: str, schema: dict[str, Any] | None, subject: Any) -> str:
    if schema is None:
        return _of_text(keyword, subject)
    known = _templates.get((id(schema), keyword))
    if known is None:
        known = _templates[id(schema), keyword] = schema, _TEMPLATES[keyword](schema[keyword], schema)
    template = known[1]
    if type(template) is str:
        return template
    return template[subject] if type(template) is dict else template(subject)  # type: ignore[operator] # no string


def _of_text(keyword: str, subject: Any) -> str:
    """Describe what no schema has a keyword for."""
    if keyword == "json":
        return str(subject)
    if isinstance(subject, int):
        objects = "1 more object names" if subject == 1 else f"{subject:,} more objects name"
        return f"{objects} a property twice. Name each property once."
    return f"The property {_quoted(subject)} occurs more than once here. Keep one, or all values but the last are lost."


class _Choice:
    """A message about a name that is none of the known ones, of which one may have been meant."""

    def __init__(self, start: str, names: list[str], write: Callable[[str], str], end: str) -> None:
        self.start = start
        self.write = write
        self.end = end
        self._lowered = {name.lower(): name for name in names}

    def message(self, name: str) -> str:
        """Return the message for a name, with the known name that differs least, if it differs by little."""
        if len(name) > _MAX_LENGTH:
            return f"{self.start}{self.write(name)}{self.end}"
        return _message_with_suggestion(self, name)

    def suggest(self, name: str) -> str | None:
        """Return the known name that may have been meant."""
        import difflib  # noqa: PLC0415 - few payloads need it

        close = difflib.get_close_matches(name.lower(), self._lowered, n=1)
        return self._lowered[close[0]] if close else None


@functools.lru_cache(1000)  # a search takes longer than all else, and the lines of a file share their mistakes
def _message_with_suggestion(choice: _Choice, name: str) -> str:
    meant = choice.suggest(name)
    return f"{choice.start}{choice.write(name)}{choice.end if meant is None else f'; did you mean {meant!r}?'}"


def _required(names: list[str], _schema: Any) -> _Template:
    return {name: f"Add the property {_quoted(name)}." for name in names}


def _unknown(_child: Any, schema: Any) -> _Template:
    names = [*schema.get("properties", ())]
    end = f"; known here: {', '.join(names)}." if names else "."
    return _Choice("Unknown property ", names, _quoted, end).message


def _type(expected: str, _schema: Any) -> _Template:
    start = f"Expected {_TYPES[expected]}, got "
    return lambda value: f"{start}{_shown(value)}."


def _limit(keyword: str) -> Callable[[int, Any], _Template]:
    lead, one, many = _LIMITS[keyword]

    def template(limit: int, _schema: Any) -> _Template:
        start = f"{lead} {limit} {one if limit == 1 else many}; "
        if keyword.endswith("Length"):
            return lambda value: f"{start}it has {len(value)}."
        return lambda value: f"{start}there {'is' if len(value) == 1 else 'are'} {len(value)}."

    return template


def _enum(values: list[Any], _schema: Any) -> _Template:
    offered = [value for value in values if value != ""]  # which counts as not given
    start = f"Expected one of {', '.join(map(_shown, offered))}, got "
    choice = _Choice(start, [value for value in offered if isinstance(value, str)], _shown, ".")
    retired = RETIRED if values == [*CHANNELS] else {}
    return lambda value: (
        retired.get(value) or choice.message(value) if isinstance(value, str) else f"{start}{_shown(value)}."
    )


def _const(expected: Any, _schema: Any) -> _Template:
    start = f"Expected {_shown(expected)}, got "
    return lambda value: f"{start}{_shown(value)}."


def _pattern(pattern: str, schema: Any) -> _Template:
    examples = " or ".join(map(_shown, schema.get("examples", ()))) or f"a match of {pattern}"
    start = f"Write it like {examples}, not "
    return lambda value: f"{start}{_shown(value)}."


def _bound(word: str) -> Callable[[Any, Any], _Template]:
    return lambda limit, _schema: lambda value: f"Expected at {word} {limit}, got {_shown(value)}."


def _unique(_unique: bool, _schema: Any) -> _Template:
    return "Give each item once."


def _any_of(branches: list[Any], _schema: Any) -> _Template:
    return _type_of(branches) or f"Give at least one of {_listed(branches)}."


def _one_of(branches: list[Any], _schema: Any) -> _Template:
    return _type_of(branches) or f"Give exactly one of {_listed(branches)}."


def _type_of(branches: list[Any]) -> _Template | None:
    """Return the template for a choice of types, if it is one."""
    if not all(set(branch) == {"type"} for branch in branches):
        return None
    start = f"Expected {' or '.join(_TYPES[branch['type']] for branch in branches)}, got "
    return lambda value: f"{start}{_shown(value)}."


def _not(condition: Any, _schema: Any) -> _Template:
    if "const" in condition or "enum" in condition:
        return lambda value: f"Expected another value than {_shown(value)}."
    return f"Leave out {_describe_condition(condition)} here."


def _contains(condition: Any, _schema: Any) -> _Template:
    return (
        f"Add the item {_shown(condition['const'])}."
        if "const" in condition
        else f"Add an item with {_describe_condition(condition)}."
    )


def _listed(branches: list[Any]) -> str:
    return ", ".join(_describe_condition(branch) for branch in branches)


def _describe_condition(condition: Any) -> str:
    """Describe what a condition asks for: properties, some with a value."""
    if "anyOf" in condition:
        return " or ".join(_describe_condition(branch) for branch in condition["anyOf"])
    values = {name: _value(part) for name, part in condition.get("properties", {}).items() if isinstance(part, dict)}
    names = dict.fromkeys([*condition.get("required", ()), *(name for name, value in values.items() if value)])
    if names:
        return " and ".join(f"{name!r}{values.get(name, '')}" for name in names)
    item = condition.get("items", condition.get("contains"))
    return json.dumps(condition, separators=(",", ":")) if item is None else f"an item with {_describe_condition(item)}"


def _value(part: Any) -> str:
    if "const" in part:
        return f" = {_shown(part['const'])}"
    if "enum" in part:
        return f" = {' or '.join(map(_shown, part['enum']))}"
    return f" other than {_shown(part['not']['const'])}" if "const" in part.get("not", {}) else ""


def _quoted(name: str) -> str:
    return repr(name if len(name) <= _MAX_LENGTH else f"{name[: _MAX_LENGTH - 1]}…")


def _shown(value: Any) -> str:
    """Write a value as JSON, shortened."""
    if type(value) is int:  # for which the encoder takes its time
        text = str(value)
    elif isinstance(value, (dict, list)):
        return "an object" if isinstance(value, dict) else "an array"
    else:
        text = _encode(value[:_MAX_LENGTH] if isinstance(value, str) else value)
    return text if len(text) <= _MAX_LENGTH else f"{text[: _MAX_LENGTH - 1]}…"


_TEMPLATES: dict[str, Callable[[Any, Any], _Template]] = {
    **{keyword: _limit(keyword) for keyword in _LIMITS},
    "required": _required,
    "additionalProperties": _unknown,
    "type": _type,
    "enum": _enum,
    "const": _const,
    "pattern": _pattern,
    "maximum": _bound("most"),
    "minimum": _bound("least"),
    "uniqueItems": _unique,
    "anyOf": _any_of,
    "oneOf": _one_of,
    "not": _not,
    "contains": _contains,
}
