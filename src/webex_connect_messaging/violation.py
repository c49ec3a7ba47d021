"""What validation reports."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, NamedTuple


class Violation(NamedTuple):
    """One thing wrong with a payload."""

    pointer: str
    """Where: a JSON Pointer (RFC 6901); ``""`` is the root."""
    rule: str
    """The keyword of JSON Schema, or the id of the cross-field rule, that is violated."""
    level: Literal["error", "warning"]
    """``error``: refused, or cannot be delivered. ``warning``: ignored, deprecated or against advice."""
    message: str
    """What to do, for people; its wording may change."""
    fix: list[dict[str, Any]] | None = None
    """A JSON Patch (RFC 6902) for the payload that mends this violation and loses nothing; ``None`` if none is safe.

    No violation carries one yet.
    """


class ValidationError(ValueError):
    """A payload that is not valid; ``violations`` says why, errors and warnings in document order."""

    def __init__(self, violations: Sequence[Violation]) -> None:
        """Keep the violations; their messages make the text of the error."""
        super().__init__(tuple(violations))  # exceptions are pickled and copied by their arguments
        self.violations = tuple(violations)

    def __str__(self) -> str:
        """Return one line for each violation."""
        return "\n".join(f"{item.pointer or 'root'}: {item.message}" for item in self.violations)
