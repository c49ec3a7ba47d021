"""A short way to write expressions for the accelerator, and validators of one schema or of one rule."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from webex_connect_messaging_spec.automata import AUTOMATA

from webex_connect_messaging import _native
from webex_connect_messaging.lowering import Program

Expression = list[Any]
SELF: Expression = ["variable", 0]
ITEM: Expression = ["variable", 1]
ROOT: Expression = ["variable", 2]
X: Expression = ["variable", 4]  # the variable of an outermost loop


def operation(name: str, *parts: Any) -> Expression:
    """Return an operation; a part that is no list is a constant."""
    return [name, *(part if isinstance(part, list) else ["constant", part] for part in parts)]


def member(name: str, of: Expression = SELF) -> Expression:
    """Return the property of that name."""
    return ["property", name, of]


def loop(name: str, over: Expression, result: Any = True, condition: Any = True) -> Expression:
    """Return an outermost loop: each, all, any or count."""
    return [name, 4, *operation("", over, condition, result)[1:]]


def cached(variable: int, of: Expression) -> Expression:
    """Return an array that is evaluated once for each value of a variable."""
    return ["cached", variable, of]


def rule(expression: Expression, each: Iterable[str | None] = (), pointer: Iterable[str] = ()) -> list[Any]:
    """Return a rule as it stands in x-rules."""
    return ["rule", "RULE", [*each], [*pointer], expression]


def compiled(schema: Any, definitions: Any = None, patterns: Any = AUTOMATA) -> _native.Validator:
    """Compile a schema."""
    program = Program({**schema, "$defs": definitions} if definitions else schema, patterns)
    return _native.Validator(program.shapes, program.cached_count)


def ruled(expression: Expression, each: Iterable[str | None] = (), pointer: Iterable[str] = ()) -> _native.Validator:
    """Compile a schema of one rule."""
    return compiled({"x-rules": [rule(expression, each, pointer)]})
