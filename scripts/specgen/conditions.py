"""Say compiled rules in JSON Schema, as far as that can."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from typing import Any

from .functions import LINK

Json = Any
_BOUNDS: dict[type[ast.cmpop], Callable[[int], Json]] = {
    ast.LtE: lambda size: {"maxLength": size, "maxItems": size, "maxProperties": size},
    ast.GtE: lambda size: {"minLength": size, "minItems": size, "minProperties": size},
}


class Schemas:
    """Turns the conditions of one rule into schemas for ``self``."""

    def __init__(self, patterns: list[str], members: list[ast.expr]) -> None:
        """Remember the patterns, by number, and the names of members, which are no entries or parts of texts."""
        self._patterns = patterns
        self._members = members

    def of(self, node: ast.expr) -> Json | None:
        """Return a schema that refuses every value for which the expression is false; nothing if there is none.

        It need not accept all others: of a size in bytes it accepts only what is plain to see.
        """
        match node:
            case ast.Constant(value=bool(value)):
                return value
            case ast.BoolOp(op=operator, values=values):
                parts = [self.of(value) for value in values]
                return None if None in parts else {"allOf" if isinstance(operator, ast.And) else "anyOf": parts}
            case ast.UnaryOp(op=ast.Not(), operand=operand) if not _counts_bytes(operand):
                denied = self.of(operand)
                return None if denied is None else {"not": denied}
            case ast.Compare(left=left, ops=[operator], comparators=[right]):
                return self._comparison(left, operator, right)
            case ast.Subscript():
                return _placed(node, {"const": True})
        return None

    def _comparison(  # noqa: PLR0911 - one return for each form of comparison
        self, left: ast.expr, operator: ast.cmpop, right: ast.expr
    ) -> Json | None:
        match left, operator, right:
            case ast.Constant(value=str(name)), ast.In() | ast.NotIn(), ast.Name() | ast.Subscript():
                is_member = any(left is member for member in self._members)
                return _placed(right, _signed({"required": [name]} if is_member else _containing(name), operator))
            case ast.Call(func=ast.Name(id="sum"), args=[ast.GeneratorExp(generators=[each])]), ast.Eq(), _ if (
                isinstance(each.iter, ast.List) and isinstance(each.ifs[0], ast.Name)
            ):  # exists_one() in a list of conditions
                branches = [self.of(part) for part in each.iter.elts]
                return None if None in branches else {"oneOf": branches}
            case (
                ast.Call(func=ast.Name(id="len"), args=[ast.Call(func=ast.Name(id="smart_links"), args=[ast.Name()])]),
                ast.Eq(),
                ast.Constant(value=0),
            ):
                return {"type": "string", "not": {"pattern": LINK.pattern}}  # of texts, as all that have such a rule
            case _, ast.Eq() | ast.NotEq(), ast.Constant(value=value):
                return _placed(left, _signed({"const": value}, operator))
            case _, ast.In() | ast.NotIn(), ast.List(elts=items) if all(
                isinstance(item, ast.Constant) for item in items
            ):
                return _placed(left, _signed({"enum": ast.literal_eval(right)}, operator))
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name)), args=[subject]), ast.Is() | ast.IsNot(), _:
                pattern = self._patterns[int(name.removeprefix("PATTERN_"))]
                return _placed(subject, _signed({"pattern": pattern}, operator))
            case ast.Call(func=ast.Name(id="len"), args=[subject]), _, ast.Constant(value=int(size)):
                bounds = _BOUNDS.get(type(operator))
                return None if bounds is None else _placed(subject, bounds(size))
            case ast.Call(func=ast.Name(id="utf8_size"), args=[subject]), ast.LtE(), ast.Constant(value=int(size)):
                # A pattern, even one that all texts match, lets the validator notice what no UTF-8 can carry.
                short = {"maxLength": size // 4, "pattern": ""}
                plain = {"maxLength": size, "pattern": "^[\\x00-\\x7f]*$"}
                return _placed(subject, {"anyOf": [short, plain]})
        return None


def _containing(name: str) -> Json:
    """Return a schema of what has a text in it, whatever type it is of."""
    entry = {"type": "array", "contains": {"const": name}}
    return {"anyOf": [{"type": "object", "required": [name]}, entry, {"type": "string", "pattern": re.escape(name)}]}


def _signed(schema: Json, operator: ast.cmpop) -> Json:
    return {"not": schema} if isinstance(operator, ast.NotIn | ast.NotEq | ast.Is) else schema


def _placed(place: ast.expr, schema: Json) -> Json | None:
    """Apply a schema to a member of ``self``, or to itself."""
    match place:
        case ast.Name(id="self"):
            return schema
        case ast.Subscript(value=above, slice=ast.Constant(value=str(name))):
            return _placed(above, {"properties": {name: schema}})
    return None


def _counts_bytes(node: ast.expr) -> bool:
    return any(isinstance(part, ast.Name) and part.id == "utf8_size" for part in ast.walk(node))
