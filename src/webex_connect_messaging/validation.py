"""Validate payloads: the schema first, then, on what the schema accepted, the cross-field rules."""

from __future__ import annotations

from typing import Any

from .engine import choose_engine
from .kinds import Kind, documents, find_root
from .messages import violations
from .positions import Located, located
from .record import Records
from .violation import ValidationError, Violation

__all__ = ["Kind", "accelerated", "check", "check_lines", "check_text", "is_valid", "validate", "validate_json"]

_engine = choose_engine()
# To look them up takes as long as some payloads.
_validate_value, _validate_text, _check_text = _engine.validate_value, _engine.validate_text, _engine.check_text
_TEXTS = frozenset({bytes, str})
accelerated: bool = _engine.accelerated
"""Whether the accelerator, which is optional and written in C, does the work."""


def validate(payload: Any, kind: Kind = "request") -> list[Violation]:
    """Return everything that is wrong with a payload, errors and warnings, in document order.

    A list of requests, or of notifications, is validated one by one, and pointers begin with the index; an empty one is
    an error. The rules that JSON Schema cannot express are applied to what the schema accepts.

    Any value may be given; it is not changed. What ``json.dumps`` takes is validated as what it writes: tuples as
    arrays, names that are numbers as strings. Dataclasses are validated as ``to_dict`` of them, decimals as numbers,
    enumerations as their values. What is no JSON value is a violation of the rule ``json``.
    """
    found: Any = _validate_value(payload, kind)
    if not found or type(found[0]) is Violation:
        return found  # type: ignore[no-any-return] # of the type that was asked for
    return _with_hint(violations(found), found, payload, kind)


def is_valid(payload: object, kind: Kind = "request") -> bool:
    """Tell whether a payload has no errors; warnings do not count."""
    return not any(violation.level == "error" for violation in validate(payload, kind))


def check(payload: object, kind: Kind = "request") -> None:
    """Raise ``ValidationError`` unless the payload is valid."""
    found = validate(payload, kind)
    if any(violation.level == "error" for violation in found):
        raise ValidationError(found)


def validate_json(data: bytes | str, kind: Kind | None = "request") -> list[Violation]:
    """Validate the text of a payload. What is not JSON, or names a property twice, is a violation too.

    Without a kind, the properties of the root show which one it is. ``bytearray``, ``memoryview`` and subclasses of
    ``bytes`` and ``str`` are texts as well.
    """
    found: Any = _validate_text(data if type(data) in _TEXTS else _text(data), kind)
    if not found or type(found[0]) is Violation:
        return found  # type: ignore[no-any-return] # of the type that was asked for
    return violations(found)


def check_text(data: bytes, kind: Kind | None = "request") -> list[Located]:
    """Validate a text and return each violation with its line and column."""
    records = find_in_text(data, kind)
    return located(records, data) if records else []


def find_in_text(data: bytes | str, kind: Kind | None) -> Records:
    """Return what is wrong with a text, unsorted."""
    return _check_text(data if type(data) in _TEXTS else _text(data), kind)


def check_lines(data: bytes, start: int, max_length: int, kind: Kind | None) -> tuple[int, int, int, Records | None]:
    """Skip lines without findings; see ``Engine.check_lines``."""
    return _engine.check_lines(data, start, max_length, kind)


def _with_hint(found: list[Violation], records: Records, payload: Any, kind: Kind) -> list[Violation]:
    """Add to what is said of nulls, if ``dataclasses.asdict`` may have written them, what leaves them out."""
    nulls = {(record[1], record[2]) for record in records if record[4] is None and type(record[3]) is dict}
    if not nulls:
        return found
    from .codec import has_all_fields  # noqa: PLC0415 - to load dataclasses takes its time

    if not any(has_all_fields(document, find_root(document, kind).model) for _, document in documents(payload, kind)):
        return found
    hint = "to_dict leaves out what is not set, dataclasses.asdict does not."
    return [
        item._replace(message=f"{item.message} {hint}") if (item.pointer, item.rule) in nulls else item
        for item in found
    ]


def _text(data: Any) -> bytes | str:
    """Return the content of what is nearly ``bytes`` or ``str``."""
    if issubclass(type(data), str):
        return str.__str__(data)
    try:
        return bytes(memoryview(data))
    except TypeError:
        raise TypeError(f"Expected a text in bytes or str, got {type(data).__name__}.") from None
