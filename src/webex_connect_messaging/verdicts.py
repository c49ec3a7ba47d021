"""Verdicts on values: of the native module where it was built, or else of jsonschema-rs, which says the same."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, TypeAlias

import jsonschema_rs

try:
    from . import _native
except ImportError:  # there was no compiler
    _native = None  # type: ignore[assignment] # a module or nothing

Verdict: TypeAlias = "Callable[[Any], bool]"
"""Tells whether a value is valid; raises ``ValueError`` for what no JSON text can hold."""
Broken: TypeAlias = "tuple[tuple[str, str], ...]"
"""The pointer to a value and the name of the rule that it breaks, of each."""

Error: TypeAlias = "tuple[bytes, str, str, dict[str, Any], Any]"
"""By what errors sort as a reader meets them, the pointer to a value, the keyword that it does not meet, the schema
that has the keyword, and the value or, of ``required`` and ``additionalProperties``, the name of a member."""


class Schemas:
    """A schema with its components, and verdicts by them."""

    def __init__(self, schema: Any) -> None:
        """Compile nothing yet; each component is compiled when a verdict needs it."""
        self._schema = schema
        self._native = _compiled(schema)

    def verdict(self, schema: Any) -> Verdict:
        """Return the verdict by a schema, which may be a reference to one of the components."""

        @functools.cache
        def validator() -> jsonschema_rs.Draft202012Validator:
            if "$id" in schema or "$ref" not in schema:
                return jsonschema_rs.Draft202012Validator(schema)
            absolute = {"$ref": self._schema["$id"] + schema["$ref"]}
            return jsonschema_rs.Draft202012Validator(absolute, registry=self._registry)

        if self._native is None:
            return validator().is_valid
        return self._native.validator(schema, lambda value: validator().is_valid(value)).is_valid

    def errors(self) -> Callable[[Any], list[Error] | None]:
        """Return what finds all that is wrong with a value, or nothing where that is unsure."""
        if self._native is None:
            return lambda _value: None
        return self._native.validator(self._schema, bool).errors

    @functools.cached_property
    def _registry(self) -> jsonschema_rs.Registry:
        return jsonschema_rs.Registry([(self._schema["$id"], self._schema)])


def names_members_once(text: bytes, value: Any) -> bool:
    """Tell by a JSON text and its value whether no object names a member twice; true is certain, false is not."""
    return _native is not None and _native.names_members_once(text, value)


def glance(schema: Any) -> Callable[[Any], Broken | None]:
    """Return what finds the rules in a flawless schema that a value breaks, or nothing, for a value that it refuses.

    Without the native module that is every value.
    """
    compiled = _compiled(schema)
    return (lambda _value: None) if compiled is None else compiled.validator(schema, bool).broken_rules


def _compiled(schema: Any) -> Any:
    if _native is None:
        return None
    from webex_connect_messaging_spec.automata import AUTOMATA  # noqa: PLC0415 - of no use without the module

    return _native.Schemas(schema["$defs"] if isinstance(schema, dict) else {}, AUTOMATA)
