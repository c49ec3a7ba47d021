"""Work out which parts of a document a rule reads."""

from __future__ import annotations

import ast
from collections.abc import Generator, Iterator, Mapping
from typing import Any, NamedTuple

from .cel import VARIABLES, Compiled, UnsupportedExpressionError
from .pointers import pointer

Path = tuple[str | int, ...]  # begins with a variable; * stands for all items of an array or values of a map
Scope = Mapping[str, "Path | None"]  # what variables stand for; nothing for values that are made


class Read(NamedTuple):
    """A path that an expression reads."""

    path: Path
    is_whole: bool
    """Whether more is asked than that the property is there."""
    equal: tuple[Any, ...] = ()
    """Constants with which the value is compared."""
    contained: tuple[Any, ...] = ()
    """Constants that are looked up among its items or names, or in its text."""


def read_paths(rule: Compiled) -> Iterator[Read]:
    """Yield each path that a rule reads, as often as it reads it; refuse a rule of which that cannot be told."""
    return _reads(rule.whole, {name: (name,) for name in VARIABLES})


def reads(rule: Compiled) -> tuple[str, ...]:
    """Return the paths that a rule reads, such as ``root/channels/smartlinks/*/linkid``, sorted.

    What is handed to a function or compared is read whole. Where the rule only asks whether a property is there, or
    goes through it to another one, the path counts only if no longer one does.
    """
    passed, whole = set[Path](), set[Path]()
    for path, is_whole, *_ in read_paths(rule):
        (whole if is_whole else passed).add(path)
    found = {path for path in whole if not any(path[:length] in whole for length in range(1, len(path)))}
    found |= {path for path in passed if not any(_is_prefix(path, other) for other in (passed | found) - {path})}
    found = {path for path in found if not any(path[:length] in whole for length in range(1, len(path)))}
    return tuple(sorted(str(variable) + pointer(path) for variable, *path in found))


def _is_prefix(path: Path, other: Path) -> bool:
    return other[: len(path)] == path


def _reads(node: ast.expr, scope: Scope) -> Iterator[Read]:
    match node:
        case ast.Name(id=name):
            if path := scope[name]:
                yield Read(path, True)
        case ast.Subscript():
            yield Read(_selected(node, scope), True)
        case ast.Call(func=ast.Name(id="has"), args=[selected]):
            yield Read(_selected(selected, scope), False)
        case ast.Compare(left=left, comparators=[right]):
            yield from _all([left, right], scope)
            yield from _compared(node, scope)
        case ast.Call(func=ast.Name(id="cached"), args=[_, values]):
            yield from _reads(values, scope)
        case ast.Call(func=ast.Attribute(value=subject), args=arguments):
            yield from _all([subject, *arguments], scope)
        case ast.Call(args=arguments):
            yield from _all(arguments, scope)
        case ast.ListComp(elt=element) | ast.GeneratorExp(elt=element):
            inner = yield from _loop(node, scope)
            yield from _reads(element, inner)
        case _:
            yield from _all([part for part in ast.iter_child_nodes(node) if isinstance(part, ast.expr)], scope)


def _all(nodes: list[ast.expr], scope: Scope) -> Iterator[Read]:
    for node in nodes:
        yield from _reads(node, scope)


def _loop(node: ast.ListComp | ast.GeneratorExp, scope: Scope) -> Generator[Read, None, Scope]:
    """Yield what the head of a loop reads; return the scope of its body."""
    (each,) = node.generators
    item: Path | None = None
    match each.iter:
        case ast.ListComp(elt=element) as values:
            inner = yield from _loop(values, scope)
            item = _path(element, inner)
            if item is None:
                yield from _reads(element, inner)
        case ast.Call(func=ast.Name(id="flatten"), args=[ast.ListComp(elt=element) as lists]):
            inner = yield from _loop(lists, scope)
            if path := _path(element, inner):
                item = (*path, "*")
            else:
                yield from _reads(element, inner)
        case values if path := _path(values, scope):
            item = (*path, "*")
        case values:
            yield from _reads(values, scope)
    if item:
        yield Read(item, False)
    inside = {**scope, ast.unparse(each.target): item}
    yield from _all(each.ifs, inside)
    return inside


def _compared(node: ast.Compare, scope: Scope) -> Iterator[Read]:
    """Yield what is compared with constants: by ``==``, with each of a list, or as one of its items or names."""
    match node.left, node.ops, node.comparators:
        case (ast.Constant(value=value), [ast.Eq() | ast.NotEq()], [value_node]) | (
            value_node,
            [ast.Eq() | ast.NotEq()],
            [ast.Constant(value=value)],
        ) if path := _path(value_node, scope):
            yield Read(path, False, (value,))
        case ast.Constant(value=value), [ast.In() | ast.NotIn()], [values] if path := _path(values, scope):
            yield Read(path, False, contained=(value,))
        case value_node, [ast.In() | ast.NotIn()], [ast.List(elts=items)] if path := _path(value_node, scope):
            yield Read(path, False, tuple(item.value for item in items if isinstance(item, ast.Constant)))


def _selected(node: ast.expr, scope: Scope) -> Path:
    """Return the path of a property or an item, which must be a part of the document."""
    path = _path(node, scope)
    if path is None:
        raise UnsupportedExpressionError(f"{ast.unparse(node)} is no part of self, item or root; name it from there")
    return path


def _path(node: ast.expr, scope: Scope) -> Path | None:
    """Return the path that an expression stands for, if it is one."""
    match node:
        case ast.Name(id=name):
            return scope[name]
        case ast.Subscript(value=above, slice=ast.Constant(value=str() | int() as step)):
            path = _path(above, scope)
            return (*path, step) if path else None
    return None
