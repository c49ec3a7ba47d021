"""Leave out each alternative and each condition of a rule in turn: a vector must have another verdict without it."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from specgen.evaluation import Evaluate, evaluable
from specgen.locations import applied_rules
from specgen.model import Json, Rule, Spec
from specgen.trees import source


class Part(NamedTuple):
    """A rule without one operand of an ``||`` or an ``&&``, or without all that makes it hold."""

    rule: Rule
    left_out: ast.expr
    is_alternative: bool
    """Whether the rule says more without it, as it does without an operand of an ``||``."""
    rest: ast.expr

    @property
    def kind(self) -> str:
        """What kind of mutant it is."""
        return "rule part"

    def __str__(self) -> str:
        return f"{self.rule.id} without {source(self.left_out)}"


def parts(spec: Spec) -> Iterator[Part]:
    """Yield every part of every rule, beginning with the whole."""
    for rule in spec.rules:
        if rule.id == "deprecated":
            continue
        whole = copy.deepcopy(rule.compiled.whole)
        yield Part(rule, whole, True, ast.Constant(False))
        for node in [node for node in ast.walk(whole) if isinstance(node, ast.BoolOp)]:
            operands = node.values
            for operand in operands:
                node.values = [other for other in operands if other is not operand]
                yield Part(rule, operand, isinstance(node.op, ast.Or), _without_single_operands(whole))
            node.values = operands


class Detector:
    """Evaluates the rules, and what is left of them, for the payloads to which they apply."""

    def __init__(self, spec: Spec, documents: Iterable[tuple[str, Json]]) -> None:
        """Find where rules apply in documents that their schemas accept, each with its top component."""
        self._applied: dict[str, list[dict[str, Json]]] = {}
        for component, document in documents:
            for rule, variables in applied_rules(spec, component, document):
                self._applied.setdefault(rule, []).append(variables)
        self._verdicts = {
            rule.id: _verdicts(evaluable(rule.compiled.whole, rule.compiled.patterns), self._applied.get(rule.id, []))
            for rule in spec.rules
        }

    def detects(self, part: Part) -> bool:
        """Return whether a payload has another verdict without the part."""
        rest = evaluable(part.rest, part.rule.compiled.patterns)
        applied = self._applied.get(part.rule.id, [])
        return any(
            _verdict(rest, variables) is not verdict
            for variables, verdict in zip(applied, self._verdicts[part.rule.id], strict=True)
        )


def _verdicts(evaluate: Evaluate, applied: list[dict[str, Json]]) -> list[bool | None]:
    return [_verdict(evaluate, variables) for variables in applied]


def _verdict(evaluate: Evaluate, variables: dict[str, Json]) -> bool | None:
    """Return whether a rule holds; None if it cannot be evaluated, because what is left out guarded it."""
    try:
        return evaluate(variables)
    except (LookupError, TypeError, ValueError, AttributeError):
        return None


class _Single(ast.NodeTransformer):
    def visit_BoolOp(self, node: ast.BoolOp) -> Any:
        self.generic_visit(node)
        return node.values[0] if len(node.values) == 1 else node


def _without_single_operands(node: ast.expr) -> ast.expr:
    rest: ast.expr = _Single().visit(copy.deepcopy(node))
    return rest
