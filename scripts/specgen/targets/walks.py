"""Print functions that walk a value and add the rules that it violates."""

from __future__ import annotations

import ast
import builtins
import copy
import keyword
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from ..naming import constant, snake
from ..planner import Node, Rule
from ..pointers import parse, pointer
from ..trees import call, call_method, source
from ..types import python_types

_MAX_DEPTH = 5  # statements within each other, from which on a component has a function of its own
_TAKEN = {*keyword.kwlist, *dir(builtins), "self", "at", "root", "violated", "rules", "re", "pointer"}


@dataclass(frozen=True)
class _Pending:
    """A rule with ``each``, between the value that it governs and its items."""

    rule: Rule
    steps: tuple[str, ...]
    self: ast.expr


@dataclass(frozen=True)
class _Place:
    """A value in a function: how it is written, the steps to it from the argument ``at``, and how deep it stands."""

    value: ast.expr
    steps: tuple[ast.expr, ...] = ()
    depth: int = 1

    def below(self, value: ast.expr, step: ast.expr, depth: int = 0) -> _Place:
        """Return the place of a value one step below."""
        return _Place(value, (*self.steps, step), self.depth + depth)


class Walks:
    """Prints one function for each component that is a root or has several users; others are part of their user's."""

    def __init__(self, nodes: Mapping[str, Node], violations: Mapping[str, ast.expr]) -> None:
        """Remember what there is to check, and when each rule is violated."""
        self._nodes = nodes
        self._violations = violations
        self._uses = Counter(name for node in nodes.values() for name in _used(node))
        self._called: dict[str, None] = {}
        self._names: set[str] = set()

    def functions(self, roots: Iterable[str]) -> list[str]:
        """Return the functions of the roots and of what they call, in the order of the components."""
        self._roots = set(roots)
        found: dict[str, str] = {}
        pending = sorted(self._roots)
        for name in pending:  # which grows
            if name not in found:
                found[name] = self._function(name)
                pending += self._called
        return [found[name] for name in self._nodes if name in found]

    def _function(self, component: str) -> str:
        self._names = set(_TAKEN)
        body = self._node(self._nodes[component], _Place(ast.Name("self")), ())
        head = f"def visit_{snake(component)}(self: Any, at: At, root: Any, violated: Violated) -> None:"
        doc = f'    """Add the rules that a value of {component} violates."""'
        text = source(ast.Module(body, [])) or "pass"
        return "\n".join([head, doc, *(f"    {line}" for line in text.splitlines())])

    def _node(self, node: Node, place: _Place, pending: tuple[_Pending, ...]) -> list[ast.stmt]:
        """Return the statements for a value: its rules, then what it holds."""
        body = [self._rule(rule, place, {"self": place.value}) for rule in node.rules if not rule.each]
        pending += tuple(_Pending(rule, tuple(parse(rule.each)), place.value) for rule in node.rules if rule.each)
        body += [
            self._rule(end.rule, place, {"self": end.self, "item": place.value}) for end in pending if not end.steps
        ]
        pending = tuple(rule for rule in pending if rule.steps)
        if node.component:
            if self._is_inlined(node.component, place):
                return body + self._node(self._nodes[node.component], place, pending)
            body.append(self._call(node.component, place))
        body += self._properties(node, place, pending)
        body += self._items(node, place, pending)
        if node.tag:
            body.append(self._match(node, place))
        for kind, child in node.choices:
            test = call("isinstance", place.value, ast.Name(python_types(kind)))
            body += _if(test, self._node(child, replace(place, depth=place.depth + 1), ()))
        return body

    def _rule(self, rule: Rule, place: _Place, variables: dict[str, ast.expr]) -> ast.stmt:
        name = ast.Attribute(ast.Name("rules"), constant(rule.name))
        steps: list[ast.expr] = [name, ast.Name("at"), *_joined(place.steps)]
        add = ast.Expr(call_method(ast.Name("violated"), "add", *steps))
        if rule.expression == "false":
            return add
        (statement,) = _if(_replaced(self._violations[rule.name], variables), [add])
        return statement

    def _is_inlined(self, component: str, place: _Place) -> bool:
        node = self._nodes[component]
        if node == Node(rules=node.rules):
            return True
        return self._uses[component] == 1 and component not in self._roots and place.depth <= _MAX_DEPTH

    def _call(self, component: str, place: _Place) -> ast.stmt:
        self._called[component] = None
        at = ast.Tuple([ast.Name("at"), *_joined(place.steps)]) if place.steps else ast.Name("at")
        return ast.Expr(call(f"visit_{snake(component)}", place.value, at, ast.Name("root"), ast.Name("violated")))

    def _properties(self, node: Node, place: _Place, pending: tuple[_Pending, ...]) -> Iterator[ast.stmt]:
        children = {name: (required, child) for name, required, child in node.properties}
        for rule in pending:
            if rule.steps[0] != "*":
                children.setdefault(rule.steps[0], (False, Node()))
        for name, (required, child) in children.items():
            outside = set(self._names)
            local, step = ast.Name(self._name(name)), ast.Constant(name)
            below = place.below(local, step, depth=not required)
            body = self._node(child, below, _next(pending, name))
            body = _bound(local, ast.Subscript(place.value, step), body)
            yield from body if required else _if(ast.Compare(step, [ast.In()], [place.value]), body)
            self._names = outside

    def _items(self, node: Node, place: _Place, pending: tuple[_Pending, ...]) -> Iterator[ast.stmt]:
        outside = set(self._names)
        repeated = _next(pending, "*")
        if node.items or repeated:
            index, item = ast.Name(self._name("index")), ast.Name(self._name(_singular(place.steps)))
            body = self._node(node.items or Node(), place.below(item, index, depth=1), repeated)
            yield ast.Assign([index], ast.Constant(0))
            yield ast.For(item, place.value, [*body, ast.AugAssign(index, ast.Add(), ast.Constant(1))], [])
        if node.values:
            name, item = ast.Name(self._name("name")), ast.Name(self._name(_singular(place.steps)))
            step = call("pointer", ast.List([name]))
            items = call_method(place.value, "items")
            yield ast.For(ast.Tuple([name, item]), items, self._node(node.values, place.below(item, step, 1), ()), [])
        self._names = outside

    def _match(self, node: Node, place: _Place) -> ast.stmt:
        inner = replace(place, depth=place.depth + 2)
        cases = [
            ast.match_case(ast.MatchValue(ast.Constant(tag)), None, self._node(Node(component=component), inner, ()))
            for tag, component in node.members
        ]
        return ast.Match(ast.Subscript(place.value, ast.Constant(node.tag)), cases)

    def _name(self, name: str) -> str:
        """Return a name for a local variable that nothing around has."""
        plain = snake("".join(character if character.isalnum() else "_" for character in name))
        found, number = plain, 2
        while found in self._names:
            found, number = f"{plain}_{number}", number + 1
        self._names.add(found)
        return found


def _joined(steps: tuple[ast.expr, ...]) -> list[ast.expr]:
    """Join steps that are known to pointers."""
    found: list[ast.expr] = []
    for step in steps:
        match found, step:
            case [*_, ast.Constant(value=str(before))], ast.Constant(value=str(name)):
                found[-1] = ast.Constant(before + pointer([name]))
            case _, ast.Constant(value=str(name)):
                found.append(ast.Constant(pointer([name])))
            case _:
                found.append(step)
    return found


class _Replacement(ast.NodeTransformer):
    def __init__(self, values: Mapping[str, ast.expr]) -> None:
        self._values = values

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return self._values.get(node.id, node)


def _replaced(node: ast.expr, values: Mapping[str, ast.expr]) -> ast.expr:
    """Put values in place of variables; loops in the expression get other variables than these values have."""
    outside = {part.id for value in values.values() for part in ast.walk(value) if isinstance(part, ast.Name)}
    loops = [source(part.target) for part in ast.walk(node) if isinstance(part, ast.comprehension)]
    renamed = {name: ast.Name(f"each_{name}") for name in loops if name in outside}
    replaced: ast.expr = _Replacement({**values, **renamed}).visit(copy.deepcopy(node))
    return replaced


def _used(node: Node) -> Iterator[str]:
    """Yield the components that a node names."""
    if node.component:
        yield node.component
    yield from (component for _, component in node.members)
    below = [child for _, _, child in node.properties] + [choice for _, choice in node.choices]
    for child in (*below, node.items, node.values):
        if child is not None:
            yield from _used(child)


def _next(pending: tuple[_Pending, ...], step: str) -> tuple[_Pending, ...]:
    return tuple(replace(rule, steps=rule.steps[1:]) for rule in pending if rule.steps[0] == step)


def _bound(local: ast.Name, value: ast.expr, body: list[ast.stmt]) -> list[ast.stmt]:
    """Give a value a name where it is used more than once."""
    count = sum(isinstance(node, ast.Name) and node.id == local.id for part in body for node in ast.walk(part))
    if count == 1:
        return [_Replacement({local.id: value}).visit(statement) for statement in body]
    return [ast.Assign([local], value), *body] if count else body


def _if(test: ast.expr, body: list[ast.stmt]) -> list[ast.stmt]:
    """Return a condition, as one with the condition that is all there is in its body."""
    match body:
        case [ast.If(test=inner, body=statements, orelse=[])]:
            return [ast.If(ast.BoolOp(ast.And(), [*_conditions(test), *_conditions(inner)]), statements, [])]
    return [ast.If(test, body, [])]


def _conditions(test: ast.expr) -> list[ast.expr]:
    return test.values if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And) else [test]


def _singular(steps: tuple[ast.expr, ...]) -> str:
    """Name an item after the property that holds it."""
    match steps:
        case [*_, ast.Constant(value=str(name))] if name.endswith("s") and not name.endswith("ss"):
            return name[:-1]
    return "item"
