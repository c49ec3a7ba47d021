"""What the native module tells quickly; where it was not built, nothing, and the longer way has to be gone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol, TypeAlias

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


Judges: TypeAlias = "Judge | tuple[str, dict[str, Judge]]"
"""What judges a document: the same for all, or by the value of a member of that name."""


class _Nothing:
    """Stands in for the module where there was no compiler."""

    def broken_rules(self, *_: Any) -> None:
        return None

    def errors(self, _value: Any) -> None:
        return None

    def names_members_once(self, _text: bytes | str) -> bool:
        return False

    def skip_flawless_lines(self, _lines: bytes, start: int, *_: Any) -> tuple[int, int]:
        return 0, start


NOTHING = _Nothing()
_module: Any
try:
    from . import _native
except ImportError:
    _module = NOTHING
else:
    _module = _native


def judge(schema: Any) -> Judge:
    """Compile a schema that refers to its own definitions only."""
    if isinstance(_module, _Nothing):
        return NOTHING
    from webex_connect_messaging_spec.automata import AUTOMATA  # noqa: PLC0415 - of no use without the module

    compiled: Judge = _module.Schemas(schema["$defs"], AUTOMATA).judge(schema)
    return compiled


broken_rules: Callable[[bytes | str, Judges], Broken | None] = _module.broken_rules
"""Return the rules that the document in a JSON text breaks; nothing where it may not be valid, or that is unsure."""

names_members_once: Callable[[bytes | str], bool] = _module.names_members_once
"""Tell that no object in a JSON text names a member twice; if not, none may."""

skip_flawless_lines: Callable[[bytes, int, int, Judges], tuple[int, int]] = _module.skip_flawless_lines
"""Go through lines of JSON from a place on, as long as they are not longer than so many bytes and nothing is wrong with
them; return how many these are and where the next one begins; beyond the end if there is none."""
