"""Validate payloads: the schema first, then, on what the schema accepted, the cross-field rules."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, Literal

import jsonschema_rs
import orjson
from webex_connect_messaging_spec import flawless, schemas
from webex_connect_messaging_spec.roots import CHANNELS, KINDS, RETIRED, TAG, Root

from .violation import Path, ValidationError, Violation, pointer

Kind = Literal["request", "response", "notification"]
_ANSWERS: tuple[Kind, ...] = ("response", "notification")
_Found = list[tuple[Path, str, Literal["error", "warning"], str]]  # where, which rule, how bad, and what to do


def validate(payload: object, kind: Kind = "request") -> list[Violation]:
    """Return everything that is wrong with a payload, errors and warnings, in document order.

    A request may be a list of requests; each is checked by itself and its pointers begin with its index. The rules
    that JSON Schema cannot express are applied to what the schema accepts. Any JSON value may be given, as ``json``
    or ``orjson`` reads it; it is not changed. What has no violations is told quickly; only the rest is looked at twice.
    """
    found = _all(payload, kind)
    return _ordered(payload, found) if found else []


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
    found = _all(payload, kind or kind_of(payload))
    if not _names_every_member_once(data, payload) and not any(rule == "json" for _, rule, _, _ in found):
        from . import duplicates  # noqa: PLC0415 - only a text that may be wrong pays for it

        found += [(path, rule, "error", message) for path, rule, message in duplicates.find(data)]
    return _ordered(payload, found) if found else []


def kind_of(payload: object) -> Kind:
    """Tell a response or a notification by the members that its root must have; all else is taken for a request."""
    if isinstance(payload, dict) and TAG not in payload:
        for kind in _ANSWERS:
            schema = schemas.load(kind)
            if set(schema["$defs"][KINDS[kind].model]["required"]) <= set(payload):
                return kind
    return "request"


@functools.cache
def _seems_flawless(schema: str) -> Callable[[object], bool]:
    return jsonschema_rs.Draft202012Validator(flawless.load(schema)).is_valid


def _names_every_member_once(data: bytes | str, payload: object) -> bool:
    r"""Tell, at the cost of writing the payload again, whether no member was lost in parsing.

    Each name is followed by a colon, and colons in texts stand in both forms, unless the original writes them as
    \u003a; what has such escapes, or numbers too large to be written, is worth a closer look.
    """
    text = data.encode() if isinstance(data, str) else data
    try:
        again = orjson.dumps(payload)
    except TypeError:
        return False
    return again == text or (text.count(b":") == again.count(b":") and b"\\u003" not in text)


def _all(payload: object, kind: Kind) -> _Found:
    if kind == "request" and isinstance(payload, list):
        return [
            ((index, *path), rule, level, message)
            for index, element in enumerate(payload)
            for path, rule, level, message in _validate(element, kind)
        ]
    return _validate(payload, kind)


def _validate(payload: object, kind: Kind) -> _Found:
    root = _root(payload, kind)
    try:
        if _seems_flawless(root.schema)(payload):
            return [] if root.is_flawless(payload, payload) else _broken_rules(payload, root)
        validator = _validator(root.schema)
        if validator.is_valid(payload):
            return _broken_rules(payload, root)
        return _errors(payload, validator, root)
    except RecursionError:
        return _not_json("It is nested too deeply.")
    except UnicodeEncodeError:
        return _not_json("A text holds half of a surrogate pair, which no UTF-8 can carry.")
    except ValueError as error:
        # What jsonschema-rs says of a value that no JSON text can hold, such as an object with a key that is no text.
        return _not_json(f"{error}.")


def _root(payload: Any, kind: Kind) -> Root:
    try:
        return CHANNELS[payload[TAG]] if kind == "request" else KINDS[kind]
    except (KeyError, TypeError):  # no channel, or no object
        return KINDS[kind]


@functools.cache
def _validator(schema: str) -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator(schemas.load(schema))


def _broken_rules(payload: object, root: Root) -> _Found:
    broken: list[tuple[Any, Any]] = []
    root.visit(payload, None, payload, broken)
    return [((*_path(at), *rule.pointer), rule.id, rule.level, rule.message) for at, rule in broken]


def _path(at: Any) -> Path:
    """Write out a path that the compiled rules keep as nested pairs."""
    steps: list[str | int] = []
    while at is not None:
        at, step = at
        steps.append(step)
    return tuple(reversed(steps))


def _errors(payload: object, validator: jsonschema_rs.Draft202012Validator, root: Root) -> _Found:
    from . import messages, names  # noqa: PLC0415 - only a refused payload pays for them

    found: _Found = []
    for error in validator.iter_errors(names.marked(payload)):
        path = tuple(map(names.original, error.instance_path))
        keyword = str(error.schema_path[-1])
        if path == (TAG,) and isinstance(error.instance, str) and error.instance in RETIRED:
            found.append((path, keyword, "error", RETIRED[error.instance]))
        else:
            texts = messages.explain(error, keyword, schemas.load(root.schema))
            found += [(path, keyword, "error", text) for text in texts]
    return found


def _not_json(message: str) -> _Found:
    return [((), "json", "error", f"Not a JSON value. {message}")]


def _ordered(payload: object, found: _Found) -> list[Violation]:
    if len(found) > 1:
        found.sort(key=lambda item: (_position(payload, item[0]), item[1], item[3]))
    return [Violation(pointer(path), rule, level, message) for path, rule, level, message in found]


def _position(payload: Any, path: Path) -> list[int]:
    """Say where in the document a path stands, so that violations sort as a reader meets them."""
    position = []
    for step in path:
        if isinstance(payload, dict) and step in payload:
            position.append(list(payload).index(step))
            payload = payload[step]
        elif isinstance(payload, list) and int(step) < len(payload):  # a rule's pointer gives numbers as texts
            position.append(int(step))
            payload = payload[int(step)]
    return position
