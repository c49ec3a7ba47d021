"""Find the line and column at which a JSON Pointer leads into a text."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from .violation import Violation, steps

if TYPE_CHECKING:
    import tree_sitter

Position = tuple[int, int]  # line and column, from 1; columns count characters
_Places: TypeAlias = "tuple[tree_sitter.Node, tree_sitter.Node]"  # where an entry stands, and where its value does


class Located(NamedTuple):
    """A violation and where its text stands."""

    violation: Violation
    line: int
    column: int


def located(violations: Iterable[Violation], data: bytes) -> Iterator[Located]:
    """Yield violations with the places of what they speak of in a text."""
    positions = Positions(data.decode(errors="replace"))
    for violation in violations:
        yield Located(violation, *positions.find(violation.pointer))


@functools.cache
def _parser() -> tree_sitter.Parser:
    import tree_sitter  # noqa: PLC0415 - only a text in which something was found pays for it
    import tree_sitter_json  # noqa: PLC0415

    return tree_sitter.Parser(tree_sitter.Language(tree_sitter_json.language()))


class Positions:
    """The places of the values of a JSON text; a text that is not JSON has as many as can be told."""

    def __init__(self, text: str) -> None:
        """Parse the text."""
        self._text = text.encode()
        self._root = _parser().parse(self._text).root_node
        self._known: dict[int, dict[str, _Places]] = {}  # the entries of the objects and arrays that were looked into

    def find(self, pointer: str) -> Position:
        """Return where the value stands; where a member stands, if it has a name; 1, 1 if there is no such value."""
        node: tree_sitter.Node | None = next(iter(self._root.named_children), None)
        place = node
        for step in steps(pointer):
            found = self._entries(node).get(step) if node else None
            if found is None:
                break
            place, node = found
        return self._position(place)

    def _entries(self, node: tree_sitter.Node) -> dict[str, _Places]:
        """Return the entries by step; where a name stands twice, the last one counts, as for the parser."""
        if node.id not in self._known:
            self._known[node.id] = dict(self._children(node))
        return self._known[node.id]

    def _children(self, node: tree_sitter.Node) -> Iterator[tuple[str, _Places]]:
        values = [child for child in node.named_children if child.type != "comment"]
        for index, child in enumerate(values):
            name, value = child.child_by_field_name("key"), child.child_by_field_name("value")
            if name is not None and value is not None:
                yield json.loads(self._text[name.start_byte : name.end_byte]), (child, value)
            elif node.type == "array":
                yield str(index), (child, child)

    def _position(self, node: tree_sitter.Node | None) -> Position:
        if node is None:
            return 1, 1
        row, column = node.start_point
        before = self._text[node.start_byte - column : node.start_byte]
        return row + 1, len(before.decode(errors="replace")) + 1
