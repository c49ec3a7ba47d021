"""Validate payloads: the schema first, then, on what the schema accepted, the cross-field rules."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import jsonschema_rs
import orjson
from webex_connect_messaging_spec import flawless, schemas
from webex_connect_messaging_spec.roots import CHANNELS, KINDS, TAG, Root

from .violation import Path, ValidationError, Violation, pointer, steps

if TYPE_CHECKING:
    from webex_connect_messaging_spec.rules import Rule, Visit

Kind = Literal["request", "response", "notification"]
_ANSWERS: tuple[Kind, ...] = ("response", "notification")


def validate(payload: Any, kind: Kind = "request") -> list[Violation]:
    """Return everything that is wrong with a payload, errors and warnings, in document order.

    A request may be a list of requests; each is checked by itself and its pointers begin with its index. The rules
    that JSON Schema cannot express are applied to what the schema accepts. Any JSON value may be given, as ``json``
    or ``orjson`` reads it; it is not changed. What has no violations, and most that has warnings, is told quickly.
    """
    try:
        seems_flawless, visit_rest = _CHANNELS[payload[TAG]] if kind == "request" else _KINDS[kind]
        if seems_flawless(payload):
            broken: list[tuple[Path, Rule]] = []
            visit_rest(payload, (), payload, broken)
            return _ordered(payload, _told(broken)) if broken else []
    except (KeyError, TypeError, ValueError, RecursionError):
        pass  # no request, or what no JSON text can hold; a closer look says why
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
    if _names_every_member_once(data, payload) or any(violation.rule == "json" for violation in violations):
        return violations
    from . import duplicates  # noqa: PLC0415 - only a text that may be wrong pays for it

    return _ordered(payload, [*violations, *duplicates.find(data)])


def kind_of(payload: object) -> Kind:
    """Tell a response or a notification by the members that its root must have; all else is taken for a request."""
    if isinstance(payload, dict) and TAG not in payload:
        for kind in _ANSWERS:
            schema = schemas.load(kind)
            if set(schema["$defs"][KINDS[kind].model]["required"]) <= set(payload):
                return kind
    return "request"


_Glance: TypeAlias = "tuple[Callable[[object], bool], Visit]"  # by a flawless schema, and by the rules that it lacks


class _Glances(dict[str, _Glance]):
    """What judges quickly, made when it is asked for."""

    def __init__(self, roots: Mapping[str, Root]) -> None:
        super().__init__()
        self._roots = roots

    def __missing__(self, name: str) -> _Glance:
        root = self._roots[name]
        validator = jsonschema_rs.Draft202012Validator(flawless.load(root.schema))
        self[name] = validator.is_valid, root.visit_rest
        return self[name]


_CHANNELS, _KINDS = _Glances(CHANNELS), _Glances(KINDS)


def _names_every_member_once(data: bytes | str, payload: object) -> bool:
    r"""Tell, at the cost of writing the payload again, whether no member was lost in parsing.

    Each name is followed by a colon, and colons in texts stand in both forms, unless the original writes them as
    \u003a; what has such escapes, or numbers too large to be written, is worth a closer look.
    """
    try:
        again = orjson.dumps(payload)
    except TypeError:
        return False
    if again == data:
        return True
    text = data.encode() if isinstance(data, str) else data
    return text.count(b":") == again.count(b":") and b"\\u003" not in text


def _on_a_closer_look(payload: object, kind: Kind) -> list[Violation]:
    root = _root(payload, kind)
    validator = _validator(root.schema)
    try:
        if not validator.is_valid(payload):
            from . import explain  # noqa: PLC0415 - only a refused payload pays for it

            return _ordered(payload, explain.violations(payload, root.schema))
        broken: list[tuple[Path, Rule]] = []
        root.visit(payload, (), payload, broken)
    except RecursionError:
        return [_not_json("It is nested too deeply.")]
    except UnicodeEncodeError:
        return [_not_json("A text holds half of a surrogate pair, which no UTF-8 can carry.")]
    except ValueError as error:
        # What jsonschema-rs says of a value that no JSON text can hold, such as an object with a key that is no text.
        return [_not_json(f"{error}.")]
    return _ordered(payload, _told(broken))


def _root(payload: Any, kind: Kind) -> Root:
    try:
        return CHANNELS[payload[TAG]] if kind == "request" else KINDS[kind]
    except (KeyError, TypeError):  # no channel, or no object
        return KINDS[kind]


@functools.cache
def _validator(schema: str) -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator(schemas.load(schema))


def _not_json(message: str) -> Violation:
    return Violation("", "json", "error", f"Not a JSON value. {message}")


def _told(broken: list[tuple[Path, Rule]]) -> list[Violation]:
    return [Violation(pointer((*at, *rule.pointer)), rule.id, rule.level, rule.message) for at, rule in broken]


def _ordered(payload: object, violations: list[Violation]) -> list[Violation]:
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
