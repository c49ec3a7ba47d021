"""Work out what is reported of a document: errors of its schema or, if it has none, the rules that it violates."""

from __future__ import annotations

import ast
import functools
from typing import NamedTuple

import jsonschema_rs

from .evaluation import evaluate_rule
from .locations import RuleFailedError, violated_rules
from .model import Spec
from .pointers import pointer
from .source import SpecError, kind_of
from .targets.json_schema import schemas
from .types import Json


class Report(NamedTuple):
    """One thing that is wrong with a document."""

    level: str
    rule: str
    pointer: str


class Verdicts:
    """Validates documents by the exported schemas and the compiled rules of a specification."""

    def __init__(self, spec: Spec) -> None:
        """Remember the specification."""
        self._spec = spec
        self._schemas = schemas(spec)

    def of(self, folder: str, document: Json, name: str) -> set[Report]:
        """Return what is reported of a document in a folder of examples; its name is for rules that fail."""
        errors = {
            Report("error", _keyword(error.schema_path), pointer(error.instance_path))
            for error in self._validator(kind_of(folder)).iter_errors(document)
        }
        return errors or violations(self._spec, self._spec.root(folder, document), document, name)

    @functools.cache  # noqa: B019 - it lives as long as the generator runs
    def _validator(self, kind: str) -> jsonschema_rs.Draft202012Validator:
        return jsonschema_rs.Draft202012Validator(self._schemas[kind])


def violations(spec: Spec, component: str, document: Json, name: str) -> set[Report]:
    """Return the rules that a document violates which its schema accepts."""
    try:
        found = violated_rules(spec, component, document, evaluate_rule)
    except RuleFailedError as error:
        raise _failure(spec, error, name) from error
    return {Report(level, rule, at) for at, rule, level in found}


def _keyword(path: list[str | int]) -> str:
    return str([step for step in path if isinstance(step, str)][-1])


def _failure(spec: Spec, failed: RuleFailedError, name: str) -> SpecError:
    """Say which rule fails on which document, and what to do about it."""
    rule = next(rule for rule in spec.rules if rule.id == failed.rule)
    cause = failed.__cause__
    text = f"rule id {rule.id}: on the payload of {name}: {type(cause).__name__} {cause}"
    if isinstance(cause, KeyError):
        text += f"; guard it with has({_selection(rule.compiled.whole, cause.args[0])})"
    else:
        text += "; the schema must not accept what the rule cannot read"
    return (rule.place / "rule").error(text)


def _selection(node: ast.expr, name: str) -> str:
    """Return the property of that name which an expression reads, as CEL writes it."""
    for part in ast.walk(node):
        match part:
            case ast.Subscript(value=above, slice=ast.Constant(value=step)) if step == name:
                return f"{_cel(above)}.{name}"
    return name


def _cel(node: ast.expr) -> str:
    match node:
        case ast.Subscript(value=above, slice=ast.Constant(value=str(name))) if name.isidentifier():
            return f"{_cel(above)}.{name}"
    return ast.unparse(node)
