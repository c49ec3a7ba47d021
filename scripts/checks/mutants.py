"""Remove or loosen each constraint, each rule and each part of a rule in turn: the vectors must detect every change."""

from __future__ import annotations

import copy
import dataclasses
import itertools
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import jsonschema_rs
from specgen.cases import case_file
from specgen.model import Json, Rule, Spec, name_of, read
from specgen.schemas import descendants
from specgen.source import CONDITION, Flattener
from specgen.targets.json_schema import export, roots
from specgen.targets.vectors import vectors

from . import rule_parts
from .rule_parts import Part, parts

ROOT = Path(__file__).resolve().parent.parent.parent
LIMITS = {"maxLength": 1, "minLength": -1, "maxItems": 1, "minItems": -1, "maximum": 1, "minimum": -1}
REMOVED = ("type", "enum", "const", "pattern", "uniqueItems", "minProperties", "maxProperties")

Steps = tuple[Any, ...]


class Mutant(NamedTuple):
    """A specification with one constraint or rule removed or loosened."""

    kind: str
    component: str
    path: Steps
    """The path of the changed schema in the component."""
    detail: str
    """What is changed there."""
    schema: Json
    rule: Rule | None = None
    """The rule that is removed, if it is one."""


def main() -> int:
    """Make every mutant, run the vectors on it, and print how many are detected."""
    spec = read(ROOT / "spec")
    detector = Detector(spec)
    detected, total, survivors = count(spec, detector)
    for kind in sorted(total):
        print(f"{kind:22} {detected[kind]}/{total[kind]}")
    print(f"{'all':22} {detected.total()}/{total.total()} mutants detected by {len(detector.vectors)} vectors")
    for mutant in survivors:
        print(f"survived: {describe(spec, mutant)}")
    return 1 if survivors or not total else 0


def count(spec: Spec, detector: Detector) -> tuple[Counter[str], Counter[str], list[Mutant | Part]]:
    """Return, by kind, how many mutants are detected and how many there are, and which survive."""
    detected: Counter[str] = Counter()
    total: Counter[str] = Counter()
    survivors: list[Mutant | Part] = []
    every: Iterator[Mutant | Part] = itertools.chain(mutants(spec), parts(spec))
    for mutant in every:
        verdict = detector.detects(mutant)
        if verdict is None:
            continue
        total[mutant.kind] += 1
        detected[mutant.kind] += verdict
        if not verdict:
            survivors.append(mutant)
    return detected, total, survivors


def describe(spec: Spec, mutant: Mutant | Part) -> str:
    """Say where a mutant that survives was made and what to do."""
    if isinstance(mutant, Part):
        place, file = mutant.rule.place / "rule", case_file(spec, mutant.rule.place.file)
        does = "keeps the rule by this alternative only" if mutant.is_alternative else "violates the rule by this only"
        return f"{place}: rule id {mutant}: no vector has another verdict. Add a case to {file} that {does}."
    if mutant.rule:
        place = mutant.rule.place
        return f"{place}: no vector violates the rule {mutant.rule.name}. Add a case to {case_file(spec, place.file)}."
    place = Flattener(spec.source.files).places[mutant.component]
    for step in mutant.path:
        place /= step
    detail = f" ({mutant.detail})" if mutant.detail else ""
    return (
        f"{place}: the vectors do not detect a change of {mutant.kind}{detail}. Add a payload that shows the "
        f"difference to spec/examples, if it is valid, or to {case_file(spec, place.file)}, with what it reports."
    )


class Detector:
    """Runs the vectors on mutants."""

    def __init__(self, spec: Spec) -> None:
        """Group the vectors by schema."""
        self._spec = spec
        # Channels first: their schemas are smaller than those of kinds, and their vectors detect most.
        self._roots = dict(reversed(roots(spec).items()))
        self._original = {name: export(spec, name, root) for name, root in self._roots.items()}
        self.vectors = list(vectors(spec))
        rules = {rule.id for rule in spec.rules}
        self._violated = {violation["rule"] for vector in self.vectors for violation in vector["violations"]}
        self._accepted: dict[str, list[Json]] = {name: [] for name in self._roots}
        self._refused: dict[str, list[Json]] = {name: [] for name in self._roots}
        for vector in self.vectors:
            is_accepted = all(violation["rule"] in rules for violation in vector["violations"])
            group = self._accepted if is_accepted else self._refused
            group[vector.get("channel", vector["kind"])].append(vector["payload"])
        self._parts = rule_parts.Detector(
            spec,
            (
                (spec.kinds.get(name) or spec.root(name, payload), payload)
                for name, payloads in self._accepted.items()
                for payload in payloads
            ),
        )

    def detects(self, mutant: Mutant | Part) -> bool | None:
        """Return whether a vector detects the mutant; None if the exported schemas do not differ."""
        if isinstance(mutant, Part):
            return self._parts.detects(mutant)
        if mutant.rule:
            return mutant.rule.id in self._violated
        if self._is_checked_above(mutant):
            return None
        mutated = dataclasses.replace(self._spec, schemas={**self._spec.schemas, mutant.component: mutant.schema})
        differs = False
        for name, original in self._original.items():
            if mutant.component not in original["$defs"]:
                continue
            try:
                changed = export(mutated, name, self._roots[name])
            except KeyError:  # a union by type needs the type of each of its branches
                return None
            if changed != original:
                differs = True
                if self._detects(name, changed) or (mutant.kind == "if" and self._detects_errors(name, changed)):
                    return True
        return False if differs else None

    def _is_checked_above(self, mutant: Mutant) -> bool:
        """Return whether only what chooses the component is no longer checked: by then, it has been."""
        unions = (schema["discriminator"] for schema in self._spec.schemas.values() if "discriminator" in schema)
        tags = {name_of(to): union["propertyName"] for union in unions for to in union["mapping"].values()}
        tag = tags.get(mutant.component)
        own = self._spec.schemas[mutant.component].get("required", [])
        less = set(own) - set(mutant.schema.get("required", ()))
        is_type = mutant.kind == "type" and not mutant.path
        if mutant.component == self._spec.batch:
            return is_type  # an array is what makes a document a batch
        return tag is not None and (less == {tag} or mutant.path == ("properties", tag) or is_type)

    def _detects(self, name: str, schema: Json) -> bool:
        accepts = jsonschema_rs.Draft202012Validator(schema).is_valid
        return any(map(accepts, self._refused[name])) or not all(map(accepts, self._accepted[name]))

    def _detects_errors(self, name: str, schema: Json) -> bool:
        """Return whether a refused vector has other errors.

        A part of an `if` often has no other purpose than to keep a second error from following the first.
        """
        original, mutated = (_errors(each) for each in (self._original[name], schema))
        return any(mutated(payload) != original(payload) for payload in self._refused[name])


def _errors(schema: Json) -> Callable[[Json], list[str]]:
    """Return a function that lists the errors of a payload."""
    errors = jsonschema_rs.Draft202012Validator(schema).iter_errors
    return lambda payload: sorted(f"{error.instance_path} {error.message}" for error in errors(payload))


def mutants(spec: Spec) -> Iterator[Mutant]:
    """Yield a mutant for each part of a schema that can be removed or loosened, and for each rule."""
    for component, schema in spec.schemas.items():
        for path, node in descendants(schema):
            for kind, name, changed in _weakened(node):
                yield Mutant(kind, component, path, name, _with(schema, path, changed))
    for rule in spec.rules:
        yield Mutant("deprecation" if rule.id == "deprecated" else "rule", "", (), "", None, rule)


def _with(schema: Json, path: Steps, node: Json) -> Json:
    if not path:
        return node
    changed = copy.copy(schema)
    changed[path[0]] = _with(schema[path[0]], path[1:], node)
    return changed


def _weakened(node: Json) -> Iterator[tuple[str, str, Json]]:
    for key in REMOVED:
        if key in node and "$ref" not in node:
            yield key, "", {name: value for name, value in node.items() if name != key}
    for key, step in LIMITS.items():
        if key in node:
            yield key, "removed", {name: value for name, value in node.items() if name != key}
            yield key, "loosened", {**node, key: node[key] + step}
    for value in node.get("enum", ()):
        yield "enum value", value, {**node, "enum": [item for item in node["enum"] if item != value]}
    for name in node.get("required", ()):
        yield "required", name, {**node, "required": [item for item in node["required"] if item != name]}
    if node.get("additionalProperties") is False:
        yield "additionalProperties", "", {key: value for key, value in node.items() if key != "additionalProperties"}
    if "if" in node:
        yield from _conditions(node)


def _conditions(node: Json) -> Iterator[tuple[str, str, Json]]:
    yield "condition", "whole", {key: value for key, value in node.items() if key not in CONDITION}
    for key in CONDITION:
        for path, weaker in _less(node.get(key, {}), key):
            yield "if" if "/if/" in f"/{path}/" else "condition", path, {**node, key: weaker}


def _less(value: Json, path: str) -> Iterator[tuple[str, Json]]:
    """Yield a condition with one part less, each with the path of that part; types and whole `if` branches stay.

    Values have a type of their own below `properties`, so that the type in a condition seldom decides anything; and
    without its `if`, a condition says as little as without its `then`.
    """
    if isinstance(value, dict):
        for key, part in value.items():
            if key == "examples":
                continue
            if key != "if" and (key, type(part)) != ("type", str):
                yield f"{path}/{key}", {name: item for name, item in value.items() if name != key}
            yield from ((below, {**value, key: weaker}) for below, weaker in _less(part, f"{path}/{key}"))
    elif isinstance(value, list):
        for index, part in enumerate(value):
            if len(value) > 1:
                yield f"{path}/{index}", [*value[:index], *value[index + 1 :]]
                for below, weaker in _less(part, f"{path}/{index}"):
                    yield below, [*value[:index], weaker, *value[index + 1 :]]


if __name__ == "__main__":
    sys.exit(main())
