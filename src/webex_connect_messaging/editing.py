"""Apply fixes to the text of a document and leave the rest as it is written: spaces, order, escapes and numbers."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from json.decoder import scanstring  # type: ignore[attr-defined] # the scanner of strings is not in the stubs
from typing import Any

from webex_connect_messaging_spec.pointers import parse

from .violation import Violation

_SPACE = re.compile(r"[ \t\r\n]*")
_SCALAR = re.compile(r"[^ \t\r\n,\]}]+")


def fix_text(text: str, violations: Iterable[Violation]) -> str:
    """Return a JSON text to which the fixes of its violations are applied, as ``apply_fixes`` does to a value.

    What no fix touches stays as it is written; what is added stands on one line. A text that is nested so deeply that
    Python cannot read it is returned as it is.
    """
    operations = [operation for item in reversed([*violations]) for operation in item.fix or ()]
    if not operations:
        return text
    try:
        start = _after_space(text, 0)
        node, end = _read(text, start)
        for operation in operations:
            node = _apply(node, operation)
        return f"{text[:start]}{''.join(_pieces(node))}{text[end:]}"
    except RecursionError:
        return text


@dataclass(eq=False, slots=True)
class _Node:
    """A value as it is written: a scalar is its text, an object or array has entries between brackets."""

    text: str
    close: str = ""
    space: str = ""
    """Between the brackets, where there are no entries."""
    entries: list[_Entry] = field(default_factory=list)


@dataclass(eq=False, slots=True)
class _Entry:
    """An entry of an object or array, with the space around it; of an array, without name and colon."""

    before: str
    name: str
    """As written."""
    colon: str
    node: _Node
    after: str = ""
    key: str = ""
    """The name that is meant."""


def _read(text: str, at: int) -> tuple[_Node, int]:
    """Return the value at a place in a valid text, and its end."""
    mark = text[at]
    if mark not in "{[":
        end = scanstring(text, at + 1)[1] if mark == '"' else _end(_SCALAR, text, at)
        return _Node(text[at:end]), end
    node = _Node(mark, "}" if mark == "{" else "]")
    first = _after_space(text, at + 1)
    if text[first] == node.close:
        node.space = text[at + 1 : first]
        return node, first + 1
    while text[at] != node.close:
        start, name, colon, key = at + 1, "", "", ""
        at = _after_space(text, start)
        before = text[start:at]
        if mark == "{":
            start = at
            key, at = scanstring(text, at + 1)
            name, start = text[start:at], at
            at = _after_space(text, _after_space(text, at) + 1)
            colon = text[start:at]
        value, start = _read(text, at)
        at = _after_space(text, start)
        node.entries.append(_Entry(before, name, colon, value, text[start:at], key))
    return node, at + 1


def _pieces(node: _Node) -> Iterable[str]:
    yield node.text
    for number, entry in enumerate(node.entries):
        yield f"{',' if number else ''}{entry.before}{entry.name}{entry.colon}"
        yield from _pieces(entry.node)
        yield entry.after
    yield f"{node.space}{node.close}"


def _apply(root: _Node, operation: dict[str, Any]) -> _Node:
    """Return a document after an operation of a JSON Patch."""
    path = parse(operation["path"])
    if not path:
        return _written(operation["value"], root)
    parent = _at(root, path[:-1])
    if operation["op"] == "remove":
        _take(parent, path[-1])
    elif operation["op"] == "move":
        source = parse(operation["from"])
        if source[:-1] == path[:-1]:
            _rename(parent, source[-1], path[-1])
        else:
            _put(parent, path[-1], _take(_at(root, source[:-1]), source[-1]))
    else:
        old = _find(parent, path[-1])
        _put(parent, path[-1], _written(operation["value"], None if old is None else old.node))
    return root


def _at(node: _Node, steps: list[str]) -> _Node:
    for step in steps:
        node = _find(node, step).node  # type: ignore[union-attr] # a fix names what is there
    return node


def _find(parent: _Node, step: str) -> _Entry | None:
    """Return an entry; of a name that stands twice the last one, which is the one that counts."""
    if parent.close == "]":
        return parent.entries[int(step)]
    return next((entry for entry in reversed(parent.entries) if entry.key == step), None)


def _take(parent: _Node, step: str) -> _Node:
    entry: _Entry = _find(parent, step)  # type: ignore[assignment] # a fix names what is there
    if parent.entries[-1] is entry and len(parent.entries) > 1:
        parent.entries[-2].after = entry.after
    parent.entries.remove(entry)
    return entry.node


def _rename(parent: _Node, old: str, new: str) -> None:
    if _find(parent, new) is not None:
        _take(parent, new)
    entry: _Entry = _find(parent, old)  # type: ignore[assignment] # a fix names what is there
    entry.name, entry.key = json.dumps(new, ensure_ascii=False), new


def _put(parent: _Node, step: str, node: _Node) -> None:
    """Set a value, or add it to the end of an object, spaced as the entry before it."""
    entry = _find(parent, step)
    if entry is not None:
        entry.node = node
        return
    name, like = json.dumps(step, ensure_ascii=False), parent.entries[-1] if parent.entries else None
    if like is None:
        parent.space = ""
        parent.entries.append(_Entry("", name, ": ", node, key=step))
        return
    parent.entries.append(_Entry(like.before, name, like.colon, node, like.after, step))
    like.after = ""


def _written(value: Any, old: _Node | None) -> _Node:
    """Return a value as it is written; where it is an array of the old one alone, this stays as it was."""
    if old is not None and isinstance(value, list) and len(value) == 1 and _value_of(old) == value[0]:
        return _Node("[", "]", entries=[_Entry("", "", "", old)])
    return _read(json.dumps(value, ensure_ascii=False), 0)[0]


def _value_of(node: _Node) -> Any:
    return json.loads("".join(_pieces(node)))


def _after_space(text: str, at: int) -> int:
    return _end(_SPACE, text, at)


def _end(pattern: re.Pattern[str], text: str, at: int) -> int:
    match = pattern.match(text, at)
    return match.end() if match else at
