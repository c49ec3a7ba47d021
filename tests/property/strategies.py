"""Strategies that build documents from the model of the specification, directly."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import jsonschema_rs
from hypothesis import assume, reject
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy
from reference import SPEC, Reference, broken_rules, holds, openapi_form
from specgen.model import name_of, named
from specgen.source import CONDITION

Json = Any

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
# Google's CEL engine takes a key for another where the two differ only after a NUL.
keys = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
numbers = st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False)
json_values: SearchStrategy[Json] = st.recursive(
    st.none() | st.booleans() | numbers | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3),
    max_leaves=8,
)


def documents(kind: str) -> SearchStrategy[Json]:
    """Return documents of a kind that are free of errors."""
    return _flawless(SPEC.kinds[kind])


def requests(tag: str) -> SearchStrategy[Json]:
    """Return requests of a channel that are free of errors."""
    return _flawless(next(name for channel in SPEC.channels for value, name in channel.members if value == tag))


@functools.cache
def _flawless(name: str) -> SearchStrategy[Json]:
    accepts = jsonschema_rs.Draft202012Validator(openapi_form(name)).is_valid
    return (
        component(name).map(lambda document: _pruned(name, document, accepts)).filter(lambda found: found is not None)
    )


def _pruned(name: str, document: Json, accepts: Callable[[Json], bool]) -> Json:
    """Take out what breaks a rule of the whole document, and as little around it as the schema allows."""
    for _ in range(20):
        errors = [at for at, _, level in broken_rules(name, document) if level == "error"]
        if not errors:
            return document
        path = errors[-1].split("/")[1:]
        shorter = (_without(document, path[:length]) for length in range(len(path), 0, -1))
        document = next((candidate for candidate in shorter if accepts(candidate)), None)
        if document is None:
            return None
    return None


def _without(document: Json, path: list[str]) -> Json:
    first, *rest = path
    step = first.replace("~1", "/").replace("~0", "~")
    if isinstance(document, list):
        index = int(step)
        kept = [_without(document[index], rest)] if rest else []
        return [*document[:index], *kept, *document[index + 1 :]]
    kept_members = {step: _without(document[step], rest)} if rest else {}
    return {**{name: item for name, item in document.items() if name != step}, **kept_members}


@functools.cache
def component(name: str, size: str = "any") -> SearchStrategy[Json]:
    """Return values that the schema of a component accepts and that break none of its own rules."""
    return st.deferred(lambda: values(SPEC.schemas[name], size))


def values(schema: Json, size: str = "any") -> SearchStrategy[Json]:
    """Return values that a schema accepts and that break none of its own rules.

    The size is ``minimal`` for required members only, ``maximal`` for all members that may stand together.
    """
    key = (id(schema), size)
    if key not in _MADE:
        _MADE[key] = _values(schema, size)
    return _MADE[key]


# By identity: the model's schemas live as long as the tests, and building a strategy costs more than drawing from it.
_MADE: dict[tuple[int, str], SearchStrategy[Json]] = {}


def _values(schema: Json, size: str) -> SearchStrategy[Json]:
    rules = [rule for rule in schema.get("x-rules", ()) if _is_local(rule)]
    if "if" not in schema and not rules:
        return _shaped(schema, size)
    condition = _condition(schema)

    # A closure, because Hypothesis would write out the schema as an argument wherever it shows the strategy.
    @st.composite
    def mended(draw: st.DrawFn) -> Json:
        return _mended(draw, schema, size, condition, rules)

    return mended()


def _condition(schema: Json) -> Any:
    """Return a validator of a schema's conditions alone."""
    return Reference({key: schema[key] for key in CONDITION if key in schema})


def _is_local(rule: Json) -> bool:
    return rule["level"] == "error" and "root" not in rule["rule"] and "each" not in rule


def _mended(draw: st.DrawFn, schema: Json, size: str, condition: Any, rules: list[Json]) -> Json:
    """Draw a value; add what a condition misses and drop what a condition or a rule refuses."""
    value = draw(_shaped(schema, size))
    for _ in range(8):
        error = next(condition.iter_errors(value), None)
        if error is None:
            break
        _mend(draw, schema, size, value, error)
    assume(condition.is_valid(value))
    for rule in rules:
        if isinstance(value, dict) and "pointer" not in rule:
            _thin(schema, value, condition, rule)
        else:
            _obey(draw, schema, size, value, rule)
    assume(condition.is_valid(value) and all(_holds(rule["rule"], value) for rule in rules))
    return value


def _thin(schema: Json, value: Json, condition: Any, rule: Json) -> None:
    """Leave out members that the object can do without until the rule holds."""
    for name in [name for name in value if name not in schema.get("required", ())]:
        if not _holds(rule["rule"], value) and condition.is_valid({key: value[key] for key in value if key != name}):
            del value[name]


def _obey(draw: st.DrawFn, schema: Json, size: str, value: Json, rule: Json) -> None:
    """Change what a rule points to until the rule holds: shorten a list, else draw it anew, else leave it out."""
    if _holds(rule["rule"], value):
        return
    name = rule.get("pointer", "").removeprefix("/")
    of_member = isinstance(value, dict) and name
    inner, target = (_below(schema, [name]), value.get(name)) if of_member else (schema, value)
    while isinstance(target, list) and len(target) > inner.get("minItems", 1) and not _holds(rule["rule"], value):
        target.pop()
    for _ in range(4):
        if _holds(rule["rule"], value):
            return
        assume(of_member and name in value)
        if not inner:
            break
        value[name] = draw(values(inner, size))
    assume(name not in schema.get("required", ()))
    del value[name]


def _mend(draw: st.DrawFn, schema: Json, size: str, value: Json, error: Any) -> None:
    error = _innermost(draw, error)
    at = list(error.absolute_path)
    target, inner = _at(value, at), _below(schema, at)
    if at and "additionalProperties" in schema and "properties" not in schema:
        del value[at[0]]  # an entry of a map
    elif error.validator == "required" and "properties" in inner:
        name = draw(st.sampled_from([name for name in error.validator_value if name not in target]))
        target[name] = draw(values(inner["properties"][name], size))
        if at:
            _settle(draw, inner, size, target)
    elif error.validator == "minItems":
        target.append(draw(values(inner["items"], size)))
    elif error.validator == "maxItems":
        del target[error.validator_value :]
    elif error.validator == "required":
        assume(error.path[0] not in schema.get("required", ()))
        del value[error.path[0]]
    elif error.validator == "not" and at and inner and not isinstance(target, dict):
        _at(value, at[:-1])[at[-1]] = draw(values(inner, size))
    elif error.validator in ("not", "oneOf"):
        _drop(draw, _at(value, error.path), error)
    elif error.validator in ("const", "enum"):
        options = error.validator_value if error.validator == "enum" else [error.validator_value]
        _at(value, list(error.path)[:-1])[error.path[-1]] = draw(st.sampled_from(options))
    else:
        reject()


def _innermost(draw: st.DrawFn, error: Any) -> Any:
    """Choose one of the ways to keep a condition."""
    while error.context:
        error = error.context[draw(st.integers(0, len(error.context) - 1))]
    return error


def _settle(draw: st.DrawFn, schema: Json, size: str, value: Json) -> None:
    """Add what a member that was just added asks for beside it."""
    error = next(_condition(schema).iter_errors(value), None)
    if error is not None:
        _mend(draw, schema, size, value, error)


def _drop(draw: st.DrawFn, target: Json, error: Any) -> None:
    """Take out what a condition does not let stand together."""
    if not isinstance(target, dict):
        reject()
    if error.validator == "oneOf":
        kept = draw(st.sampled_from(error.validator_value)).get("required", ())
        dropped = {name for branch in error.validator_value for name in branch.get("required", ())} - set(kept)
    else:
        dropped = set(error.validator_value.get("required", ()))
    for name in dropped:
        target.pop(name, None)


def _below(schema: Json, path: Any) -> Json:
    """Return the schema of a part of a value; an empty one where a union stands in between."""
    for step in (*path, None):
        schema = SPEC.schemas[name_of(schema["$ref"])] if "$ref" in schema else schema
        if step is not None:
            schema = schema.get("properties", {}).get(step, {}) if isinstance(step, str) else schema.get("items", {})
    return schema


def _at(value: Json, path: Any) -> Json:
    for step in path:
        value = value[step]
    return value


def _holds(expression: str, value: Json) -> bool:
    return holds(expression, {"self": value, "item": None, "root": None})


def _shaped(schema: Json, size: str) -> SearchStrategy[Json]:
    if "$ref" in schema:
        return component(name_of(schema["$ref"]), size)
    if "oneOf" in schema:
        return st.one_of([values(branch, size) for branch in schema["oneOf"]])
    if "const" in schema:
        return st.just(schema["const"])
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    return _BY_TYPE[schema["type"]](schema, size) if "type" in schema else json_values


def _texts(schema: Json, _size: str) -> SearchStrategy[Json]:
    least, most = schema.get("minLength", 0), schema.get("maxLength", 12)
    if "pattern" in schema:
        matching = st.from_regex(schema["pattern"], alphabet=st.characters(codec="ascii"))
        # What the reference says of $ is said here too: a final line break is no match.
        return matching.filter(
            lambda value: not value.endswith("\n") and least <= len(value) <= schema.get("maxLength", 99)
        )
    drawn = st.text(st.characters(exclude_categories=["Cs"]), min_size=least, max_size=min(most, least + 12))
    # Few different texts, so that what refers to an identifier often finds it.
    return (st.sampled_from(["a", "b"]) | drawn) if least <= 1 <= most else drawn


def _integers(schema: Json, _size: str) -> SearchStrategy[Json]:
    return st.integers(int(schema.get("minimum", -(2**53))), int(schema.get("maximum", 2**53)))


def _numbers(schema: Json, _size: str) -> SearchStrategy[Json]:
    low, high = schema.get("minimum"), schema.get("maximum")
    return st.floats(low, high, allow_nan=False, allow_infinity=False) | _integers(schema, _size)


def _arrays(schema: Json, size: str) -> SearchStrategy[Json]:
    least = max(schema.get("minItems", 0), size == "maximal")
    most = min(schema.get("maxItems", least + 3), least + 3) if size == "any" else least
    unique = repr if schema.get("uniqueItems") else None
    return st.lists(values(schema["items"], size), min_size=least, max_size=most, unique_by=unique)


def _objects(schema: Json, size: str) -> SearchStrategy[Json]:
    extra = schema.get("additionalProperties")
    if "properties" not in schema and isinstance(extra, dict):
        spoken_of = sorted(named(schema.get("then", {})))
        names = keys | st.sampled_from(spoken_of) if spoken_of else keys
        return st.dictionaries(names, values(extra, size), max_size=3)
    fields = {name: values(child, size) for name, child in schema.get("properties", {}).items()}
    required = {name: fields.pop(name) for name in schema.get("required", ())}
    if size == "any":
        return st.fixed_dictionaries(required, optional=fields)
    return st.fixed_dictionaries(required if size == "minimal" else required | fields)


_BY_TYPE = {
    "string": _texts,
    "integer": _integers,
    "number": _numbers,
    "boolean": lambda _schema, _size: st.booleans(),
    "array": _arrays,
    "object": _objects,
}
