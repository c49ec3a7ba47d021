"""What the native module tells quickly; where it was not built, nothing, and the longer way has to be gone."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

if TYPE_CHECKING:
    from types import ModuleType

_module: ModuleType | None
try:
    from . import _native
except ImportError:  # there was no compiler
    _module = None
else:
    _module = _native

Broken: TypeAlias = "tuple[tuple[str, str], ...]"
"""The pointer to a value and the name of the rule that it breaks, of each."""

Error: TypeAlias = "tuple[bytes, str, str, dict[str, Any], Any]"
"""By what errors sort as a reader meets them, the pointer to a value, the keyword that it does not meet, the schema
that has the keyword, and the value or, of ``required`` and ``additionalProperties``, the name of a member."""


class Judge(Protocol):
    """Judges values by a schema and by its ``x-rules``."""

    def broken_rules(self, value: Any, /) -> Broken | None:
        """Return the rules that a value breaks; nothing where the schema refuses it or that is unsure."""

    def errors(self, value: Any, /) -> list[Error] | None:
        """Return what the schema has against a value; nothing where that is unsure."""


class _Unsure:
    def broken_rules(self, _value: Any) -> None:
        return None

    def errors(self, _value: Any) -> None:
        return None


def judge(schema: Any) -> Judge:
    """Compile a schema that refers to its own definitions only."""
    if _module is None:
        return _Unsure()
    from webex_connect_messaging_spec.automata import AUTOMATA  # noqa: PLC0415 - of no use without the module

    compiled: Judge = _module.Schemas(schema["$defs"], AUTOMATA).judge(schema)
    return compiled


def names_members_once(text: bytes, value: Any) -> bool:
    """Tell by a JSON text and its value that no object names a member twice; if not, none may."""
    return _module is not None and _module.names_members_once(text, value)


def skip_flawless_lines(
    lines: bytes, start: int, longest: int, read: Callable[[bytes], Any], judges: Judge | tuple[str, dict[str, Judge]]
) -> tuple[int, int]:
    """Go through lines of JSON from a place on, as long as they are not too long and nothing is wrong with them.

    Return how many these are and where the next one begins; beyond the end if there is none. Takes what reads JSON, and
    what judges it: the same for all lines, or by the value of a member of that name.
    """
    return (0, start) if _module is None else _module.skip_flawless_lines(lines, start, longest, read, judges)
