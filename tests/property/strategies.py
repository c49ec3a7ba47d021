"""Strategies that build documents from the model of the specification, directly."""

from __future__ import annotations

import functools
from typing import Any

from hypothesis import assume, reject, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy
from reference import SPEC, Reference, broken_rules, holds
from specgen.model import name_of

Json = Any
SETTINGS = settings(max_examples=60, deadline=None, derandomize=True)

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
numbers = st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False)
json_values: SearchStrategy[Json] = st.recursive(
    st.none() | st.booleans() | numbers | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)


@functools.cache
def documents(kind: str) -> SearchStrategy[Json]:
    """Return documents of a kind that are free of errors."""
    return component(SPEC.kinds[kind]).filter(lambda value: _keeps_rules(SPEC.kinds[kind], value))


def requests(tag: str) -> SearchStrategy[Json]:
    """Return requests of a channel that are free of errors."""
    name = next(member for channel in SPEC.channels for value, member in channel.members if value == tag)
    return component(name).filter(lambda value: _keeps_rules(name, value))


@functools.cache
def component(name: str) -> SearchStrategy[Json]:
    """Return values that the schema of a component accepts and that break none of its own rules."""
    return st.deferred(lambda: values(SPEC.schemas[name]))


def values(schema: Json) -> SearchStrategy[Json]:
    """Return values that a schema accepts and that break none of its own rules."""
    if id(schema) not in _MADE:
        _MADE[id(schema)] = _values(schema)
    return _MADE[id(schema)]


# By identity: the model's schemas live as long as the tests, and building a strategy costs more than drawing from it.
_MADE: dict[int, SearchStrategy[Json]] = {}


def _values(schema: Json) -> SearchStrategy[Json]:
    rules = [rule for rule in schema.get("x-rules", ()) if _is_local(rule)]
    if "if" not in schema and not rules:
        return _shaped(schema)
    condition = Reference({key: schema[key] for key in ("if", "then", "else") if key in schema})

    # A closure, because Hypothesis would write out the schema as an argument wherever it shows the strategy.
    @st.composite
    def mended(draw: st.DrawFn) -> Json:
        return _mended(draw, schema, condition, rules)

    return mended()


def _is_local(rule: Json) -> bool:
    return rule["level"] == "error" and "root" not in rule["rule"] and "each" not in rule


def _mended(draw: st.DrawFn, schema: Json, condition: Any, rules: list[Json]) -> Json:
    """Draw a value; add what a condition misses and drop what a condition or a rule refuses."""
    value = draw(_shaped(schema))
    for _ in range(8):
        error = next(condition.iter_errors(value), None)
        if error is None:
            break
        _mend(draw, schema, value, error)
    assume(condition.is_valid(value))
    for rule in rules:
        if not _holds(rule["rule"], value):
            name = rule.get("pointer", "").removeprefix("/")
            assume(isinstance(value, dict) and name in value and name not in schema.get("required", ()))
            del value[name]
    assume(condition.is_valid(value) and all(_holds(rule["rule"], value) for rule in rules))
    return value


def _mend(draw: st.DrawFn, schema: Json, value: Json, error: Any) -> None:
    while error.context:
        error = error.context[draw(st.integers(0, len(error.context) - 1))]
    target = value
    for step in list(error.path)[: None if error.validator in ("required", "not") else -1]:
        target = target[step]
    if error.validator == "required" and not error.path:
        name = draw(st.sampled_from([name for name in error.validator_value if name not in value]))
        value[name] = draw(values(schema["properties"][name]))
    elif error.validator == "not" and isinstance(target, dict):
        for name in error.validator_value.get("required", ()):
            target.pop(name, None)
    elif error.validator == "not" and "const" in error.validator_value:
        assume(error.validator_value["const"] is False)
        value[error.path[-1]] = True
    elif error.validator in ("const", "enum"):
        expected = error.validator_value
        target[error.path[-1]] = draw(st.sampled_from(expected)) if error.validator == "enum" else expected
    else:
        reject()


def _holds(expression: str, value: Json) -> bool:
    return holds(expression, {"self": value, "item": None, "root": None})


def _keeps_rules(name: str, value: Json) -> bool:
    return not any(level == "error" for _, _, level in broken_rules(name, value))


def _shaped(schema: Json) -> SearchStrategy[Json]:
    if "$ref" in schema:
        return component(name_of(schema["$ref"]))
    if "oneOf" in schema:
        return st.one_of([values(branch) for branch in schema["oneOf"]])
    if "const" in schema:
        return st.just(schema["const"])
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    return _BY_TYPE[schema["type"]](schema) if "type" in schema else json_values


def _texts(schema: Json) -> SearchStrategy[Json]:
    least, most = schema.get("minLength", 0), schema.get("maxLength", 12)
    if "pattern" in schema:
        matching = st.from_regex(schema["pattern"], alphabet=st.characters(codec="ascii"))
        # What the reference says of $ is said here too: a final line break is no match.
        return matching.filter(lambda value: not value.endswith("\n") and least <= len(value) <= max(most, 99))
    return st.text(st.characters(exclude_categories=["Cs"]), min_size=least, max_size=min(most, least + 12))


def _integers(schema: Json) -> SearchStrategy[Json]:
    return st.integers(int(schema.get("minimum", -(2**53))), int(schema.get("maximum", 2**53)))


def _numbers(schema: Json) -> SearchStrategy[Json]:
    low, high = schema.get("minimum"), schema.get("maximum")
    return st.floats(low, high, allow_nan=False, allow_infinity=False) | _integers(schema)


def _arrays(schema: Json) -> SearchStrategy[Json]:
    least = schema.get("minItems", 0)
    most = min(schema.get("maxItems", least + 3), least + 3)
    unique = repr if schema.get("uniqueItems") else None
    return st.lists(values(schema["items"]), min_size=least, max_size=most, unique_by=unique)


def _objects(schema: Json) -> SearchStrategy[Json]:
    extra = schema.get("additionalProperties")
    if "properties" not in schema and isinstance(extra, dict):
        return st.dictionaries(texts, values(extra), max_size=3)
    fields = {name: values(child) for name, child in schema.get("properties", {}).items()}
    required = {name: fields.pop(name) for name in schema.get("required", ())}
    return st.fixed_dictionaries(required, optional=fields)


_BY_TYPE = {
    "string": _texts,
    "integer": _integers,
    "number": _numbers,
    "boolean": lambda _schema: st.booleans(),
    "array": _arrays,
    "object": _objects,
}
