"""What validation reports."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any, Literal, NamedTuple


class Violation(NamedTuple):
    """One thing wrong with a payload."""

    pointer: str
    """Where: a JSON Pointer (RFC 6901); ``""`` is the root."""
    rule: str
    """The keyword of JSON Schema, or the id of the cross-field rule, that is broken."""
    level: Literal["error", "warning"]
    """``error``: refused, or cannot be delivered. ``warning``: ignored, deprecated or against advice."""
    message: str
    """What to do, for people; its wording may change."""


class ValidationError(ValueError):
    """A payload that is not valid; ``violations`` says why, errors and warnings in document order."""

    def __init__(self, violations: Sequence[Violation]) -> None:
        """Keep the violations and say them in words."""
        super().__init__("\n".join(f"{item.pointer or 'root'}: {item.message}" for item in violations))
        self.violations = tuple(violations)


Path = tuple[str | int, ...]


def pointer(path: Path) -> str:
    """Write a path as a JSON Pointer."""
    return functools.reduce(below, path, "")


def below(pointer: str, step: str | int) -> str:
    """Return the pointer to a member or an entry of what a pointer leads to."""
    name = str(step)
    return f"{pointer}/{name.replace('~', '~0').replace('/', '~1') if '~' in name or '/' in name else name}"


def steps(pointer: str) -> list[str]:
    """Return the steps of a JSON Pointer."""
    found = pointer.split("/")[1:]
    return [step.replace("~1", "/").replace("~0", "~") for step in found] if "~" in pointer else found


def ordered(payload: object, violations: list[Violation]) -> list[Violation]:
    """Sort violations as a reader of the payload meets them, and return them."""
    if len(violations) > 1:
        violations.sort(key=lambda item: (_position(payload, item.pointer), item.rule, item.message))
    return violations


def _position(payload: Any, pointer: str) -> list[int]:
    """Say where in the document a pointer leads, so that violations sort as a reader meets them."""
    position = []
    for step in steps(pointer):
        if isinstance(payload, dict) and step in payload:
            position.append(list(payload).index(step))
            payload = payload[step]
        elif isinstance(payload, list) and step.isdecimal() and int(step) < len(payload):
            position.append(int(step))
            payload = payload[int(step)]
    return position
