"""Print the cross-field rules as data: for any language, for Python and for the accelerator."""

from __future__ import annotations

import inspect
from typing import Any

from .. import functions, pointers
from ..automata import automaton
from ..cel import UnsupportedExpressionError
from ..expressions import Expression, expression
from ..model import Spec
from ..naming import constant
from ..planner import Rule
from ..reads import reads
from ..schemas import walk
from ..templates import filled
from .json_schema import schemas
from .openapi import HEADER, json_text


def rules_file(spec: Spec) -> dict[str, str]:
    """Return the rules as data for any language."""
    records = []
    for rule in spec.rules:
        record = {
            "id": rule.id,
            "at": list(spec.at(rule)),
            "each": rule.each,
            "rule": rule.expression,
            "reads": list(reads(rule.compiled)),
            "pointer": rule.pointer,
            "level": rule.level,
            "message": rule.message,
            "source": rule.source,
            "errata": list(rule.errata),
        }
        records.append({key: value for key, value in record.items() if value is not None})
    return {"rules.json": json_text(records)}


def python_rules(spec: Spec) -> dict[str, str]:
    """Return the modules that hold the rules as data, and what they need."""
    used = {name for rule in spec.rules for name in rule.compiled.functions}
    return {
        "rules.py": filled(
            "rules.py.txt",
            header=HEADER,
            rules="\n".join(_rule(spec, rule) for rule in spec.rules),
            names=", ".join(constant(rule.name) for rule in spec.rules),
        ),
        "expressions.py": filled(
            "expressions.py.txt",
            header=HEADER,
            expressions={constant(rule.name): _expression(rule) for rule in spec.rules},
            at=_rules_at(spec),
        ),
        "automata.py": filled("automata.py.txt", header=HEADER, automata=_automata(spec)),
        "functions.py": _functions(used),
        "pointers.py": f"# {HEADER}\n{inspect.getsource(pointers)}",
    }


def _rule(spec: Spec, rule: Rule) -> str:
    fields = (rule.id, rule.level, rule.message, spec.at(rule), rule.each, rule.pointer, rule.expression)
    text = ", ".join(map(repr, (*fields, reads(rule.compiled), rule.source, rule.errata)))
    return f"{constant(rule.name)} = Rule({text})"


def _expression(rule: Rule) -> Expression:
    try:
        return expression(rule.compiled.whole)
    except UnsupportedExpressionError as error:
        raise (rule.place / "rule").error(f"rule id {rule.id}: {error}") from error


def _rules_at(spec: Spec) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for rule in spec.rules:
        for place in spec.at(rule):
            found[place] = (*found.get(place, ()), constant(rule.name))
    return found


def _automata(spec: Spec) -> dict[str, Any]:
    patterns = {node["pattern"] for node in walk(schemas(spec)) if isinstance(node.get("pattern"), str)}
    patterns |= {pattern for rule in spec.rules for pattern in rule.compiled.patterns}
    return {pattern: automaton(pattern) for pattern in sorted(patterns)}


def _functions(used: set[str]) -> str:
    preamble = inspect.getsource(functions).partition("\ndef ")[0].split('"""')[2].strip()
    head = f'# {HEADER}\n"""The functions that rules call beside those of CEL."""\n\n{preamble}'
    private = [name for name, _ in inspect.getmembers(functions, inspect.isfunction) if name.startswith("_")]
    return "\n\n\n".join([head, *(inspect.getsource(getattr(functions, name)) for name in (*private, *sorted(used)))])
