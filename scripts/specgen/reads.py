"""Work out which parts of a document a rule reads."""

from __future__ import annotations

import ast
from collections.abc import Generator, Iterator, Mapping

from .cel import VARIABLES, Compiled
from .pointers import pointer

Path = tuple[str | int, ...]  # begins with a variable; * stands for all items of an array or values of a map
Scope = Mapping[str, "Path | None"]  # what variables stand for; nothing for values that are made


def reads(rule: Compiled) -> tuple[str, ...]:
    """Return the paths that a rule reads, such as ``root/channels/smartlinks/*/linkid``, sorted.

    What is handed to a function or compared is read whole. Where the rule only asks whether a property is there, or
    goes through it to another one, the path counts only if no longer one does.
    """
    passed, whole = set[Path](), set[Path]()
    for path, is_whole in _reads(rule.whole, {name: (name,) for name in VARIABLES}):
        (whole if is_whole else passed).add(path)
    found = {path for path in whole if not any(path[:length] in whole for length in range(1, len(path)))}
    found |= {path for path in passed if not any(_is_prefix(path, other) for other in (passed | found) - {path})}
    found = {path for path in found if not any(path[:length] in whole for length in range(1, len(path)))}
    return tuple(sorted(str(variable) + pointer(path) for variable, *path in found))


def _is_prefix(path: Path, other: Path) -> bool:
    return other[: len(path)] == path


def _reads(node: ast.expr, scope: Scope) -> Iterator[tuple[Path, bool]]:
    """Yield each path that an expression reads, and whether it is read whole."""
    match node:
        case ast.Name() | ast.Subscript():
            if path := _path(node, scope):
                yield path, True
            elif isinstance(node, ast.Subscript):
                yield from _reads(node.value, scope)
        case ast.Call(func=ast.Name(id="has"), args=[selected]):
            if path := _path(selected, scope):
                yield path, False
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


def _all(nodes: list[ast.expr], scope: Scope) -> Iterator[tuple[Path, bool]]:
    for node in nodes:
        yield from _reads(node, scope)


def _loop(node: ast.ListComp | ast.GeneratorExp, scope: Scope) -> Generator[tuple[Path, bool], None, Scope]:
    """Yield what the head of a loop reads; return the scope of its body."""
    (each,) = node.generators
    item: Path | None = None
    match each.iter:
        case ast.ListComp(elt=element) as values:
            inner = yield from _loop(values, scope)
            item = _path(element, inner)
            if item is None:
                yield from _reads(element, inner)
        case values if path := _path(values, scope):
            item = (*path, "*")
        case values:
            yield from _reads(values, scope)
    if item:
        yield item, False
    inside = {**scope, ast.unparse(each.target): item}
    yield from _all(each.ifs, inside)
    return inside


def _path(node: ast.expr, scope: Scope) -> Path | None:
    """Return the path that an expression stands for, if it is one."""
    match node:
        case ast.Name(id=name):
            return scope[name]
        case ast.Subscript(value=above, slice=ast.Constant(value=str() | int() as step)):
            path = _path(above, scope)
            return (*path, step) if path else None
    return None
