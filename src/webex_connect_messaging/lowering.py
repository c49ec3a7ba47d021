"""Lower schemas and rules to what the accelerator executes, so that its C needs no knowledge of JSON Schema.

A value has a *shape*: the names that its schemas mention, each with a *slot*, and those schemas. The first one is its
own; the others are branches that it applies to the same value. What a branch always demands is moved into the schema.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple, TypeAlias

Json: TypeAlias = Any
Automaton: TypeAlias = "tuple[bytes, bytes, bytes]"
_TYPES = {"object": 1, "array": 2, "string": 4, "integer": 8, "number": 24, "boolean": 32, "null": 64}
_OBJECT, _ARRAY, _STRING, _NUMBER, _ANY = 1, 2, 4, 24, 127
_MAX_SAFE_INTEGER = 2**53
_ANNOTATIONS = {"$schema", "$id", "$defs", "$comment", "title", "description", "examples", "deprecated", "then", "else"}
_DEFINITIONS = "#/$defs/"


class Expression(NamedTuple):
    """An operation on what its parts come to."""

    operation: str
    parts: list[Expression] = []  # noqa: RUF012 - nothing changes it, here and below
    number: int = 0
    """Of a variable, a slot, an index or what is cached."""
    constant: Any = None
    strings: Iterable[str] = ()
    automaton: Automaton | None = None


class Keyword(NamedTuple):
    """What a value must meet; errors name the keyword and the schema that it is made from."""

    code: str
    kinds: int
    """To which it applies; those of ``type`` are the ones that it accepts."""
    name: str = ""
    source: Json = None
    least: float = -math.inf
    most: float = math.inf
    slots: Iterable[int] = ()
    shapes: Iterable[int] = ()
    schemas: Iterable[int] = ()
    strings: Iterable[str] = ()
    others: Iterable[Any] = ()
    automaton: Automaton | None = None
    rules: Iterable[tuple[Any, ...]] = ()


class Shape(NamedTuple):
    """The schemas of a value, and the names that they mention."""

    names: dict[str, int]
    schemas: list[list[Keyword]]

    def slot(self, name: str) -> int:
        """Return the slot of a property."""
        return self.names.setdefault(name, len(self.names))


class Program:
    """The shapes of all values of a document; the first one is that of its root."""

    def __init__(self, schema: Json, patterns: Mapping[str, Automaton]) -> None:
        """Lower a schema with its own ``$defs``, rules in ``x-rules`` and automata for its patterns."""
        self.shapes: list[Shape] = []
        self.cached_count = 0
        self._patterns = patterns
        self._definitions = schema.get("$defs", {})
        self._components: dict[str, int] = {}
        self._add_shape(schema)

    def _add_shape(self, source: Json, name: str | None = None) -> int:
        """Add the shape of a value, or of a component, which may hold itself."""
        index = len(self.shapes)
        if name is not None:
            self._components[name] = index
        self.shapes.append(Shape({}, []))
        self._add_schema(self.shapes[index], source)
        return index

    def _shape_of(self, source: Json) -> int:
        if isinstance(source, dict) and source.keys() - _ANNOTATIONS == {"$ref"}:
            return self._component(source["$ref"])
        return self._add_shape(source)

    def _component(self, reference: str) -> int:
        name = reference.removeprefix(_DEFINITIONS)
        if name not in self._components:
            return self._add_shape(self._definitions[name], name)
        return self._components[name]

    def _add_schema(self, shape: Shape, source: Json) -> int:
        """Add a schema to those that are applied to a value."""
        index = len(shape.schemas)
        shape.schemas.append([])
        shape.schemas[index] = [*self._keywords(shape, source)]
        return index

    def _keywords(self, shape: Shape, source: Json) -> Iterable[Keyword]:
        """Yield keywords in the order in which they are checked; rules rely on what was checked before."""
        if isinstance(source, bool):
            yield from () if source else (Keyword("never", _ANY),)
            return
        for name, lower in _LOWER.items():
            for keyword in lower(self, shape, source[name], source) if name in source else ():
                yield keyword if keyword.name else keyword._replace(name=name, source=source)
        if source.keys() - _LOWER.keys() - _ANNOTATIONS:
            yield Keyword("undecided", _ANY)

    def _type(self, _shape: Shape, value: str, _source: Json) -> list[Keyword]:
        return [Keyword("type", _TYPES[value]) if value in _TYPES else Keyword("undecided", _ANY)]

    def _const(self, shape: Shape, value: Any, source: Json) -> list[Keyword]:
        return self._enum(shape, [value], source)

    def _enum(self, _shape: Shape, values: list[Any], _source: Json) -> list[Keyword]:
        others = [value for value in values if not isinstance(value, str)]
        if not all(map(_is_exact, others)):
            return [Keyword("undecided", _ANY)]
        return [Keyword("enum", _ANY, strings=[value for value in values if isinstance(value, str)], others=others)]

    def _required(self, shape: Shape, names: list[str], _source: Json) -> list[Keyword]:
        return [Keyword("required", _OBJECT, slots=[*map(shape.slot, names)])]

    def _pattern(self, _shape: Shape, pattern: str, _source: Json) -> list[Keyword]:
        known = pattern in self._patterns
        return [Keyword("pattern" if known else "undecided", _STRING, automaton=self._patterns.get(pattern))]

    def _properties(self, shape: Shape, children: dict[str, Json], _source: Json) -> list[Keyword]:
        slots = {name: shape.slot(name) for name in children}
        shapes = {slots[name]: self._shape_of(child) for name, child in children.items() if child is not True}
        return [Keyword("properties", _OBJECT, slots=[*shapes], shapes=[*shapes.values()])] if shapes else []

    def _additional(self, shape: Shape, child: Json, source: Json) -> list[Keyword]:
        slots = [shape.slot(name) for name in source.get("properties", ())]
        shapes = [] if child is False else [self._shape_of(child)]
        return [] if child is True else [Keyword("additionalProperties", _OBJECT, slots=slots, shapes=shapes)]

    def _items(self, _shape: Shape, child: Json, _source: Json) -> list[Keyword]:
        return [Keyword("items", _ARRAY, shapes=[self._shape_of(child)])]

    def _contains(self, _shape: Shape, child: Json, _source: Json) -> list[Keyword]:
        return [Keyword("contains", _ARRAY, shapes=[self._shape_of(child)])]

    def _unique_items(self, _shape: Shape, value: bool, _source: Json) -> list[Keyword]:
        return [Keyword("uniqueItems", _ARRAY)] if value else []

    def _ref(self, _shape: Shape, reference: str, _source: Json) -> list[Keyword]:
        return [Keyword("$ref", _ANY, shapes=[self._component(reference)])]

    def _all_of(self, shape: Shape, branches: list[Json], _source: Json) -> list[Keyword]:
        """Lower ``allOf``; where an ``if`` in each branch asks for another value of one property, that chooses."""
        tags = [_tag(branch) for branch in branches]
        if tags and len({tag and tag[0] for tag in tags}) == 1 and None not in tags and len({*tags}) == len(tags):
            schemas = [self._add_schema(shape, branch["then"]) for branch in branches]
            names, values = zip(*tags, strict=True)
            return [Keyword("tagged", _OBJECT, slots=[shape.slot(names[0])], strings=values, schemas=schemas)]
        return [keyword for branch in branches for keyword in self._keywords(shape, branch)]

    def _any_of(self, shape: Shape, branches: list[Json], _source: Json) -> list[Keyword]:
        return [Keyword("anyOf", _ANY, schemas=self._add_schemas(shape, branches))]

    def _one_of(self, shape: Shape, branches: list[Json], _source: Json) -> list[Keyword]:
        return [Keyword("oneOf", _ANY, schemas=self._add_schemas(shape, branches))]

    def _not(self, shape: Shape, condition: Json, _source: Json) -> list[Keyword]:
        return [Keyword("not", _ANY, schemas=self._add_schemas(shape, [condition]))]

    def _if(self, shape: Shape, condition: Json, source: Json) -> list[Keyword]:
        """Lower ``if``; where it only asks for a type, what follows applies to that type."""
        kind = condition["type"] if isinstance(condition, dict) and condition.keys() == {"type"} else "integer"
        if kind in _TYPES and kind != "integer" and "else" not in source:  # the kind of 1.0, an integer, is number
            keywords = [*self._keywords(shape, source.get("then", True))]
            if all(keyword.code != "type" for keyword in keywords):
                return [keyword._replace(kinds=keyword.kinds & _TYPES[kind]) for keyword in keywords]
        branches = [condition, source.get("then", True), source.get("else", True)]
        return [Keyword("if", _ANY, schemas=self._add_schemas(shape, branches))]

    def _add_schemas(self, shape: Shape, sources: list[Json]) -> list[int]:
        return [self._add_schema(shape, source) for source in sources]

    def _rules(self, shape: Shape, rules: list[Any], _source: Json) -> list[Keyword]:
        lowered = [(*rest, self._expression(expression, shape)) for *rest, expression in rules]
        return [Keyword("x-rules", _ANY, rules=lowered)]

    def _expression(self, source: Json, shape: Shape) -> Expression:  # noqa: C901, PLR0911 - one case for each form
        match source:
            case ["constant", value]:
                return Expression("constant", constant=value)
            case ["variable", int(number)]:
                return Expression("variable", number=number)
            case ["property", name, ["variable", 0]]:
                return Expression("slot", number=shape.slot(name))
            case ["property", name, of]:
                return Expression("property", [self._expression(of, shape)], constant=name)
            case ["in", ["constant", str(name)], ["variable", 0]]:
                parts = [self._expression(part, shape) for part in source[1:]]
                return Expression("in_self", parts, shape.slot(name))
            case ["in", one, ["list", *items]] if all(_is_string(item) for item in items):
                return Expression("in_strings", [self._expression(one, shape)], strings=[item[1] for item in items])
            case ["cached", 0 | 2 as variable, array]:
                self.cached_count += 1
                return Expression("cached", [self._expression(array, shape)], self.cached_count - 1, variable)
            case ["matches", pattern, text]:
                automaton = self._patterns[pattern]
                return Expression("matches", [self._expression(text, shape)], automaton=automaton)
            case ["item" | "each" | "all" | "any" | "count" as operation, number, *parts]:
                return Expression(operation, [self._expression(part, shape) for part in parts], number)
            case [operation, *parts]:
                return Expression(operation, [self._expression(part, shape) for part in parts])
        raise ValueError(f"malformed expression: {source!r}")


def _is_exact(value: Any) -> bool:
    """Tell whether a value is a scalar that a double holds exactly."""
    return not isinstance(value, (dict, list)) and (
        not isinstance(value, (int, float)) or abs(value) < _MAX_SAFE_INTEGER
    )


def _is_string(expression: Any) -> bool:
    return expression[0] == "constant" and isinstance(expression[1], str)


def _tag(branch: Json) -> tuple[str, str] | None:
    """Return the property and the value for which the ``if`` of a branch asks, if that is all that it does."""
    match branch:
        case {"if": {"required": [str(name)], "properties": dict(children), **rest}, "then": _} if len(branch) == 2:
            child = children.get(name)
            value = child.get("const") if isinstance(child, dict) else None
            if isinstance(value, str) and children == {name: {"const": value}} and rest == {"type": "object"}:
                return name, value
    return None


def _bound(code: str, kinds: int, is_least: bool) -> Callable[..., list[Keyword]]:
    def lower(_program: Program, _shape: Shape, limit: float, _source: Json) -> list[Keyword]:
        if not _is_exact(limit):
            return [Keyword("undecided", kinds)]
        return [Keyword(code, kinds, least=limit) if is_least else Keyword(code, kinds, most=limit)]

    return lower


_LOWER: dict[str, Callable[[Program, Shape, Any, Json], list[Keyword]]] = {
    "type": Program._type,
    "const": Program._const,
    "enum": Program._enum,
    "required": Program._required,
    "minProperties": _bound("size", _OBJECT, is_least=True),
    "maxProperties": _bound("size", _OBJECT, is_least=False),
    "minItems": _bound("size", _ARRAY, is_least=True),
    "maxItems": _bound("size", _ARRAY, is_least=False),
    "minLength": _bound("length", _STRING, is_least=True),
    "maxLength": _bound("length", _STRING, is_least=False),
    "minimum": _bound("range", _NUMBER, is_least=True),
    "maximum": _bound("range", _NUMBER, is_least=False),
    "pattern": Program._pattern,
    "properties": Program._properties,
    "additionalProperties": Program._additional,
    "items": Program._items,
    "contains": Program._contains,
    "uniqueItems": Program._unique_items,
    "$ref": Program._ref,
    "allOf": Program._all_of,
    "anyOf": Program._any_of,
    "oneOf": Program._one_of,
    "not": Program._not,
    "if": Program._if,
    "x-rules": Program._rules,
}
