"""Validate payloads: the schema first, then, on what the schema accepted, the cross-field rules."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Literal

import orjson
from webex_connect_messaging_spec import schemas
from webex_connect_messaging_spec.compiled import Violated
from webex_connect_messaging_spec.roots import CHANNELS, KINDS, TAG, Root

from . import native
from .violation import ValidationError, Violation, ordered

if TYPE_CHECKING:
    from .native import Judge

Kind = Literal["request", "response", "notification"]
_ANSWERS: tuple[Kind, ...] = ("response", "notification")


def validate(payload: Any, kind: Kind = "request") -> list[Violation]:
    """Return everything that is wrong with a payload, errors and warnings, in document order.

    A request may be a list of requests; each is checked by itself and its pointers begin with its index. The rules
    that JSON Schema cannot express are applied to what the schema accepts. Any JSON value may be given, as ``json``
    or ``orjson`` reads it; it is not changed. What has no violations, and most that has warnings, is told quickly.
    """
    if kind == "request" and isinstance(payload, list):
        return [
            violation._replace(pointer=f"/{index}{violation.pointer}")
            for index, element in enumerate(payload)
            for violation in (_on_a_closer_look(element, kind) if isinstance(element, list) else validate(element))
        ]
    return _on_a_closer_look(payload, kind)


def is_valid(payload: object, kind: Kind = "request") -> bool:
    """Tell whether a payload has no errors; warnings do not count."""
    return not any(violation.level == "error" for violation in validate(payload, kind))


def check(payload: object, kind: Kind = "request") -> None:
    """Raise ``ValidationError`` unless the payload is valid."""
    violations = validate(payload, kind)
    if any(violation.level == "error" for violation in violations):
        raise ValidationError(violations)


def validate_json(data: bytes | str, kind: Kind | None = "request") -> list[Violation]:
    """Validate the text of a payload. What is not JSON, or names a member twice, is a violation too.

    Without a kind, it is told from the members of the root.
    """
    try:
        payload = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        return [Violation("", "json", "error", f"Not JSON: {error}.")]
    violations = validate(payload, kind or kind_of(payload))
    if native.names_members_once(data) or _names_every_member_once(data, payload):
        return violations
    if any(violation.rule == "json" for violation in violations):
        return violations
    from . import duplicates  # noqa: PLC0415 - only a text that may be wrong pays for it

    return ordered(payload, [*violations, *duplicates.find(data)])


def skip_flawless_lines(lines: bytes, start: int, longest: int, kind: Kind | None) -> tuple[int, int]:
    """Go through lines from a place on as long as they have no violations, which is quicker than one by one.

    Return how many these are and where the next one begins, beyond the end if there is none; it, too, may have no
    violations. Longer lines are not read.
    """
    return 0, start


def kind_of(payload: object) -> Kind:
    """Tell a response or a notification by the members that its root must have; all else is taken for a request."""
    if isinstance(payload, dict) and TAG not in payload:
        for kind in _ANSWERS:
            schema = schemas.load(kind)
            if set(schema["$defs"][KINDS[kind].model]["required"]) <= set(payload):
                return kind
    return "request"


def _names_every_member_once(text: bytes | str, payload: object) -> bool:
    r"""Tell, at the cost of writing the payload again, whether no member was lost in parsing.

    Each name is followed by a colon, and colons in texts stand in both forms, unless the original writes them as
    \u003a; what has such escapes, or numbers too large to be written, is worth a closer look.
    """
    try:
        again = orjson.dumps(payload)
    except TypeError:
        return False
    data = text.encode() if isinstance(text, str) else bytes(text)
    return data.count(b":") == again.count(b":") and b"\\u003" not in data


def _on_a_closer_look(payload: object, kind: Kind) -> list[Violation]:
    root = _root(payload, kind)
    try:
        errors = _judge(root.schema).errors(payload)
        if errors or (errors is None and not _verdict(root.schema)(payload)):
            from . import explain  # noqa: PLC0415 - only a refused payload pays for it

            return explain.violations(payload, root.schema, errors)
        violated = Violated()
        root.visit(payload, (), payload, violated)
    except RecursionError:
        return [_not_json("It is nested too deeply.")]
    except UnicodeEncodeError:
        return [_not_json("A text holds half of a surrogate pair, which no UTF-8 can carry.")]
    except ValueError as error:
        # What jsonschema-rs says of a value that no JSON text can hold, such as an object with a key that is no text.
        return [_not_json(f"{error}.")]
    return ordered(payload, [Violation(at, rule.id, rule.level, rule.message) for at, rule in violated])


def _root(payload: Any, kind: Kind) -> Root:
    try:
        return CHANNELS[payload[TAG]] if kind == "request" else KINDS[kind]
    except (KeyError, TypeError):  # no channel, or no object
        return KINDS[kind]


@functools.cache
def _judge(name: str) -> Judge:
    return native.judge(schemas.load(name))


@functools.cache
def _verdict(name: str) -> Callable[[object], bool]:
    import jsonschema_rs  # noqa: PLC0415 - only what the native module does not tell needs it

    return jsonschema_rs.Draft202012Validator(schemas.load(name)).is_valid


def _not_json(message: str) -> Violation:
    return Violation("", "json", "error", f"Not a JSON value. {message}")
