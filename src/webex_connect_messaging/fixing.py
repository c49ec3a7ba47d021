"""Apply what violations offer as their fixes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from webex_connect_messaging_spec.pointers import parse

from .kinds import Kind
from .plain import to_plain
from .validation import validate
from .violation import Violation


def fix(payload: Any, kind: Kind = "request") -> Any:
    """Return a copy of a payload to which the fixes of its violations are applied; none carries one yet.

    Validate the copy to learn what remains: nothing that the payload did not have. No value is lost unless a violation
    of the payload says so. A payload that is no JSON value is copied as far as it is one.
    """
    plain, problems = to_plain(payload)
    return plain if problems else apply_fixes(plain, validate(plain, kind))


def apply_fixes(document: Any, violations: Iterable[Violation]) -> Any:
    """Return a copy of a document to which the fixes of violations, in the order of ``validate``, are applied.

    They are applied from the last one to the first, because a fix may rename what the pointers of later ones lead
    through.
    """
    fixed, _ = to_plain(document)
    for violation in reversed([*violations]):
        for operation in violation.fix or ():
            fixed = _apply(fixed, operation)
    return fixed


def _apply(document: Any, operation: dict[str, Any]) -> Any:
    """Return a document after an operation of a JSON Patch; the document is changed."""
    path = parse(operation["path"])
    match operation["op"]:
        case "remove":
            _take(document, path)
        case "move":
            source = parse(operation["from"])
            if source[:-1] == path[:-1]:
                _rename(_at(document, path[:-1]), source[-1], path[-1])
            else:
                _put(document, path, _take(document, source))
        case _ if path:
            _put(document, path, operation["value"])
        case _:
            return operation["value"]
    return document


def _at(document: Any, steps: list[str]) -> Any:
    for step in steps:
        document = document[int(step) if isinstance(document, list) else step]
    return document


def _take(document: Any, steps: list[str]) -> Any:
    parent = _at(document, steps[:-1])
    return parent.pop(int(steps[-1]) if isinstance(parent, list) else steps[-1])


def _put(document: Any, steps: list[str], value: Any) -> None:
    parent = _at(document, steps[:-1])
    parent[int(steps[-1]) if isinstance(parent, list) else steps[-1]] = value


def _rename(parent: dict[str, Any], old: str, new: str) -> None:
    """Rename a property, which keeps its place among the others."""
    renamed = {new if name == old else name: value for name, value in parent.items()}
    parent.clear()
    parent.update(renamed)
