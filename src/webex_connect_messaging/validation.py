"""Validate payloads: the schema first, then, on what the schema accepted, the cross-field rules."""

from __future__ import annotations

import functools
from typing import Any, Literal

import jsonschema_rs
import orjson
from webex_connect_messaging_spec import schemas
from webex_connect_messaging_spec.roots import CHANNELS, KINDS, RETIRED, TAG, Root

from . import duplicates, messages
from .violation import Path, ValidationError, Violation, pointer

Kind = Literal["request", "response", "notification"]
_Found = list[tuple[Path, Violation]]


def validate(payload: object, kind: Kind = "request") -> list[Violation]:
    """Return everything that is wrong with a payload, errors and warnings, in document order.

    A request may be a list of requests; each is checked by itself and its pointers begin with its index. The rules
    that JSON Schema cannot express are applied to what the schema accepts. Any JSON value may be given, as ``json``
    or ``orjson`` reads it; it is not changed.
    """
    return _ordered(payload, _all(payload, kind))


def is_valid(payload: object, kind: Kind = "request") -> bool:
    """Tell whether a payload has no errors; warnings do not count."""
    return not any(violation.level == "error" for violation in validate(payload, kind))


def check(payload: object, kind: Kind = "request") -> None:
    """Raise ``ValidationError`` unless the payload is valid."""
    violations = validate(payload, kind)
    if any(violation.level == "error" for violation in violations):
        raise ValidationError(violations)


def validate_json(data: bytes | str, kind: Kind = "request") -> list[Violation]:
    """Validate the text of a payload. What is not JSON, or names a member twice, is a violation too."""
    try:
        payload = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        return [Violation("", "json", "error", f"Not JSON: {error}.")]
    found = _all(payload, kind)
    if not any(violation.rule == "json" for _, violation in found):
        found += duplicates.find(data, payload)
    return _ordered(payload, found)


def _all(payload: object, kind: Kind) -> _Found:
    if kind == "request" and isinstance(payload, list):
        return [item for index, element in enumerate(payload) for item in _validate(element, kind, (index,))]
    return _validate(payload, kind, ())


def _validate(payload: object, kind: Kind, above: Path) -> _Found:
    root = _root(payload, kind)
    validator = _validator(root.schema)
    try:
        if validator.is_valid(payload):
            found = _broken_rules(payload, root)
        else:
            found = [item for error in validator.iter_errors(payload) for item in _violations(error, root)]
    except RecursionError:
        return [(above, _not_json("It is nested too deeply."))]
    except UnicodeEncodeError:
        return [(above, _not_json("A text holds half of a surrogate pair, which no UTF-8 can carry."))]
    except ValueError as error:
        # What jsonschema-rs says of a value that no JSON text can hold, such as an object with a key that is no text.
        return [(above, _not_json(f"{error}."))]
    return [((*above, *path), violation) for path, violation in found]


def _root(payload: object, kind: Kind) -> Root:
    if kind == "request" and isinstance(payload, dict):
        tag = payload.get(TAG)
        if isinstance(tag, str):
            return CHANNELS.get(tag, KINDS[kind])
    return KINDS[kind]


@functools.cache
def _validator(schema: str) -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator(schemas.load(schema))


def _broken_rules(payload: object, root: Root) -> _Found:
    broken: list[tuple[Any, Any]] = []
    if root.visit is not None:
        root.visit(payload, None, payload, broken)
    return [((*_path(at), *rule.pointer), Violation("", rule.id, rule.level, rule.message)) for at, rule in broken]


def _path(at: Any) -> Path:
    """Write out a path that the compiled rules keep as nested pairs."""
    steps: list[str | int] = []
    while at is not None:
        at, step = at
        steps.append(step)
    return tuple(reversed(steps))


def _violations(error: jsonschema_rs.ValidationError, root: Root) -> _Found:
    path = tuple(error.instance_path)
    keyword = str(error.schema_path[-1])
    if path == (TAG,) and isinstance(error.instance, str) and error.instance in RETIRED:
        return [(path, Violation("", keyword, "error", RETIRED[error.instance]))]
    texts = messages.explain(error, keyword, schemas.load(root.schema))
    return [(path, Violation("", keyword, "error", text)) for text in texts]


def _not_json(message: str) -> Violation:
    return Violation("", "json", "error", f"Not a JSON value. {message}")


def _ordered(payload: object, found: _Found) -> list[Violation]:
    ordered = sorted(found, key=lambda item: _order(payload, *item)) if len(found) > 1 else found
    return [Violation(pointer(path), item.rule, item.level, item.message) for path, item in ordered]


def _order(payload: Any, path: Path, violation: Violation) -> tuple[list[int], str, str]:
    """Say where in the document a path stands, so that violations sort as a reader meets them."""
    position = []
    for step in path:
        if isinstance(payload, dict) and step in payload:
            position.append(list(payload).index(step))
            payload = payload[step]
        elif isinstance(payload, list) and isinstance(step, int) and step < len(payload):
            position.append(step)
            payload = payload[step]
    return position, violation.rule, violation.message
