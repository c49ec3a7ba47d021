"""Strategies that build documents from the model of the specification, directly."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

import jsonschema_rs
from hypothesis import assume, reject
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy
from reference import SPEC, expected_violations, holds, openapi_form
from specgen.model import name_of, walk
from specgen.source import CONDITION

Json = Any
Case = tuple[Any, Json]  # a kind and a document
Demand = tuple[Callable[[Json], bool], set[str]]  # whether a value keeps it, and which members to change; of none, any
Draw = Callable[[SearchStrategy[Any]], Any]
T = TypeVar("T")

BLOCKS = st.binary(min_size=8, max_size=8)
# Few different values, so that what refers to another often finds it; the first is what all shrinks to.
TEXTS = ("a", "b", "1", "{{link_1}}", "https://a.b/c.d")
NUMBERS = (1, 2)
REPEATED = (*[1] * 14, 60, 2_000)  # how often a text is, so that some are longer than rules allow
KINDS = ("request", "request", "request", *SPEC.kinds)  # requests have the most to say
TRIES = 100


class Choices:
    """Makes choices by bytes, of which Hypothesis draws and shrinks a block at a time.

    A document takes a hundred choices, and a draw of its own for each would take longer than all else.
    """

    def __init__(self, draw: Draw, *, keeps_rules: bool = True) -> None:
        self.draw = draw
        self.keeps_rules = keeps_rules
        self._bytes: Iterator[int] = iter(())

    def apart(self) -> Choices:
        """Return choices for a part, which shrink by themselves."""
        return Choices(self.draw, keeps_rules=self.keeps_rules)

    def below(self, count: int) -> int:
        """Return a number from 0, to which it shrinks, up to a count of at most 256."""
        byte = next(self._bytes, None)
        if byte is None:
            self._bytes = iter(self.draw(BLOCKS))
            byte = next(self._bytes)
        return byte * count >> 8

    def one_of(self, options: Sequence[T]) -> T:
        """Return one of a few things."""
        return options[self.below(len(options))]


@st.composite
def components(draw: st.DrawFn, name: str, size: str = "any") -> Json:
    """Build what the schema of a component accepts and what breaks none of the rules that look at parts of it.

    The size is ``minimal`` for required members only, ``maximal`` for all members that may stand together.
    """
    return built(Choices(draw), SPEC.schemas[name], size)


@st.composite
def accepted(draw: st.DrawFn) -> Case:
    """Build a document that its schema accepts; it may break rules."""
    return _accepted(Choices(draw, keeps_rules=False))


@st.composite
def documents(draw: st.DrawFn, kinds: Sequence[Any] = KINDS) -> Case:
    """Build a document that is free of errors.

    What breaks a rule of the whole document is taken out, and as little around it as the schema allows.
    """
    kind, document = _accepted(Choices(draw), kinds)
    name = SPEC.kinds[kind]
    for _ in range(TRIES):
        errors = [at for at, _, level in expected_violations(name, document) if level == "error"]
        if not errors:
            break
        path = errors[-1].split("/")[1:]
        shorter = (_without(document, path[:length]) for length in range(len(path), 0, -1))
        document = next(filter(_accepts(name), shorter), None)
        assume(document is not None)
    else:
        reject()
    return kind, document


@st.composite
def mutated(draw: st.DrawFn) -> Case:
    """Build a document that its schema accepts, and change it at up to two places."""
    choices = Choices(draw, keeps_rules=False)
    kind, document = _accepted(choices)
    for _ in range(choices.below(3)):
        document = _mutated(choices, document)
    return kind, document


@st.composite
def json_values(draw: st.DrawFn) -> Json:
    """Build any JSON value."""
    return _any(Choices(draw))


def _accepted(choices: Choices, kinds: Sequence[Any] = KINDS) -> Case:
    kind = choices.one_of(kinds)
    return kind, built(choices, SPEC.schemas[SPEC.kinds[kind]])


@functools.cache
def _accepts(name: str) -> Callable[[Json], bool]:
    return jsonschema_rs.Draft202012Validator(openapi_form(name)).is_valid


def _without(document: Json, path: list[str]) -> Json:
    first, *rest = path
    step = first.replace("~1", "/").replace("~0", "~")
    if isinstance(document, list):
        index = int(step)
        kept = [_without(document[index], rest)] if rest else []
        return [*document[:index], *kept, *document[index + 1 :]]
    kept_members = {step: _without(document[step], rest)} if rest else {}
    return {**{name: item for name, item in document.items() if name != step}, **kept_members}


def _mutated(choices: Choices, value: Json) -> Json:
    """Replace, drop, repeat or add something anywhere in a value."""
    way = choices.below(8)
    if isinstance(value, dict) and value and way < 7:
        name = choices.one_of(sorted(value))
        others = {key: item for key, item in value.items() if key != name}
        changed = [others, {**value, name + "x": value[name]}]
        return changed[way] if way < 2 else {**value, name: _mutated(choices, value[name])}
    if isinstance(value, list) and value and way < 7:
        changed_list = [value[1:], value * 2]
        return changed_list[way] if way < 2 else [_mutated(choices, value[0]), *value[1:]]
    return _any(choices) if way else "\0"


def built(choices: Choices, schema: Json, size: str = "any") -> Json:
    """Return a value that a schema accepts and that breaks, unless it may, none of its own rules.

    As long as it breaks a demand, one of the members that the demand speaks of is changed, to any size.
    """
    demands = CONDITIONS[id(schema)] + (RULES[id(schema)] if choices.keeps_rules else ())
    value = _shaped(choices, schema, size)
    for _ in range(TRIES):
        violated = next((names for is_kept, names in demands if not is_kept(value)), None)
        if violated is None:
            break
        value = _changed(choices, schema, value, violated)
    else:
        reject()
    return value


def _changed(choices: Choices, schema: Json, value: Json, names: set[str]) -> Json:
    """Leave out, add or build anew one of the members, if this is an object with members; else build all anew."""
    if not isinstance(value, dict) or "$ref" in schema:
        return _shaped(choices, schema, "any")
    known = sorted(names or value)
    spare = [name for name in known if name in value and name not in schema.get("required", ())]
    if spare and choices.below(8) < 5:  # more than half, so that of many members few are left
        dropped = choices.one_of(spare)
        return {name: item for name, item in value.items() if name != dropped}
    name = choices.one_of(known)
    child = schema.get("properties", {}).get(name, schema.get("additionalProperties"))
    return {**value, name: built(choices, child)}


def named(condition: Json) -> set[str]:
    """Return the properties of its own object that a condition names."""
    names = set(condition.get("required", ())) | set(condition.get("properties", {}))
    parts = [condition[key] for key in ("if", "then", "else", "not") if key in condition]
    for key in ("allOf", "anyOf", "oneOf"):
        parts += condition.get(key, ())
    return names.union(*map(named, parts))


def _conditions(schema: Json) -> Iterator[Demand]:
    for clause in _clauses({key: schema[key] for key in CONDITION if key in schema}):
        # A condition on a map may speak of all entries.
        yield jsonschema_rs.Draft202012Validator(clause).is_valid, named(clause) if "properties" in schema else set()


def _rules(schema: Json) -> Iterator[Demand]:
    """Yield the rules whose breach is an error, but for those that look at the whole document."""
    for rule in schema.get("x-rules", ()):
        if rule["level"] == "error" and "root" not in rule["rule"] and "each" not in rule:
            yield functools.partial(_holds, rule["rule"]), set(rule.get("pointer", "").split("/")[1:2])


def _clauses(condition: Json) -> Iterator[Json]:
    """Split a condition into parts that all have to hold, so that each names few members."""
    for part in condition.get("allOf", ()):
        yield from _clauses(part)
    if "if" in condition:
        for key, test in (("then", condition["if"]), ("else", {"not": condition["if"]})):
            yield from ({"if": test, "then": clause} for clause in _clauses(condition.get(key, {})))
    others = {key: value for key, value in condition.items() if key not in ("allOf", *CONDITION)}
    if others:
        yield others


def _holds(expression: str, value: Json) -> bool:
    return holds(expression, {"self": value})


# By identity, as the schemas of the model live as long as the tests.
NODES = {id(node): node for schema in SPEC.schemas.values() for node in walk(schema)}
CONDITIONS = {key: tuple(_conditions(node)) for key, node in NODES.items()}
RULES = {key: tuple(_rules(node)) for key, node in NODES.items()}


def _shaped(choices: Choices, schema: Json, size: str) -> Json:
    if "$ref" in schema:
        inner = SPEC.schemas[name_of(schema["$ref"])]
        return built(choices.apart() if "properties" in inner else choices, inner, size)
    if "oneOf" in schema:
        return built(choices, choices.one_of(schema["oneOf"]), size)
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return choices.one_of(schema["enum"])
    return _BY_TYPE[schema["type"]](choices, schema, size) if "type" in schema else _any(choices)


def _text(choices: Choices, schema: Json, _size: str) -> Json:
    least, most = schema.get("minLength", 0), schema.get("maxLength", 99_999)
    few = [text for text in schema.get("examples", TEXTS) if least <= len(text) <= most]
    if few and choices.below(8) < 7:
        return choices.one_of(few)
    drawn = choices.draw(_texts(least, most, schema.get("pattern")))
    return drawn if "pattern" in schema else (drawn * choices.one_of(REPEATED))[:most]


@functools.cache
def _texts(least: int, most: int, pattern: str | None = None) -> SearchStrategy[str]:
    if pattern is None:
        # Google's CEL engine takes a text to end before a NUL.
        characters = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
        return st.text(characters, min_size=least, max_size=min(most, least + 12))
    # In ECMA-262, which JSON Schema asks for, $ is the end of the text; Python's also matches before a line break.
    ended = re.sub(r"\$$", r"\\Z", pattern)
    return st.from_regex(ended, alphabet=st.characters(codec="ascii")).filter(lambda text: least <= len(text) <= most)


def _number(choices: Choices, schema: Json, _size: str) -> Json:
    low, high = schema.get("minimum", -(2**53)), schema.get("maximum", 2**53)
    few = [number for number in NUMBERS if low <= number <= high]
    if few and choices.below(4) < 3:
        return choices.one_of(few)
    return choices.draw(_numbers(low, high, schema["type"]))


@functools.cache
def _numbers(low: float, high: float, kind: str = "number") -> SearchStrategy[float]:
    whole = st.integers(int(low), int(high))
    return whole if kind == "integer" else whole | st.floats(low, high)


def _array(choices: Choices, schema: Json, size: str) -> Json:
    least = max(schema.get("minItems", 0), size == "maximal")
    most = min(schema.get("maxItems", least + 3), least + 3) if size == "any" else least
    items = [built(choices, schema["items"], size) for _ in range(least + choices.below(most - least + 1))]
    return list({repr(item): item for item in items}.values()) if schema.get("uniqueItems") else items


def _object(choices: Choices, schema: Json, size: str) -> Json:
    if "properties" not in schema and isinstance(schema.get("additionalProperties"), dict):
        names = [_name(choices, schema) for _ in range(choices.below(4))]
        return {name: built(choices, schema["additionalProperties"], size) for name in names}
    required = schema.get("required", ())
    share = {"minimal": 0, "any": choices.below(4), "maximal": 4}[size]
    return {
        name: built(choices, child, size)
        for name, child in schema.get("properties", {}).items()
        if name in required or choices.below(4) >= 4 - share
    }


def _name(choices: Choices, schema: Json) -> str:
    """Choose the name of an entry of a map, often one of those that a condition speaks of."""
    names = [*TEXTS, *sorted(named(schema.get("then", {}))) * 2]
    return choices.one_of(names) if choices.below(2) else choices.draw(_texts(0, 12))


def _any(choices: Choices, depth: int = 3) -> Json:
    match choices.below(8 if depth else 6):
        case 0 | 1 | 2 as number:
            return (None, False, True)[number]
        case 3:
            return choices.draw(_numbers(-(2**53), 2**53))
        case 4 | 5:
            return _text(choices, {}, "any")
        case 6:
            return [_any(choices, depth - 1) for _ in range(choices.below(4))]
        case _:
            return {_name(choices, {}): _any(choices, depth - 1) for _ in range(choices.below(4))}


_BY_TYPE: dict[str, Callable[[Choices, Json, str], Json]] = {
    "string": _text,
    "integer": _number,
    "number": _number,
    "boolean": lambda choices, _schema, _size: choices.below(2) == 1,
    "null": lambda _choices, _schema, _size: None,
    "array": _array,
    "object": _object,
}
