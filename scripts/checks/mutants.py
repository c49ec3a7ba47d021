"""Remove or loosen each constraint and each rule of the specification in turn: the vectors must notice every time."""

from __future__ import annotations

import copy
import dataclasses
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import jsonschema_rs
from specgen.model import Json, Spec, children, name_of, read
from specgen.targets.json_schema import export, roots
from specgen.targets.vectors import vectors

ROOT = Path(__file__).resolve().parent.parent.parent
LIMITS = {"maxLength": 1, "minLength": -1, "maxItems": 1, "minItems": -1, "maximum": 1, "minimum": -1}
REMOVED = ("type", "enum", "const", "pattern", "uniqueItems", "minProperties", "maxProperties")


class Mutant(NamedTuple):
    """A specification with one thing less in it."""

    kind: str
    place: str
    component: str
    schema: Json


def main() -> int:
    """Make every mutant, run the vectors on it, and print how many were caught."""
    spec = read(ROOT / "spec")
    judge = Judge(spec)
    caught, total, survivors = count(spec, judge)
    for kind in sorted(total):
        print(f"{kind:22} {caught[kind]}/{total[kind]}")
    print(f"{'all':22} {sum(caught.values())}/{sum(total.values())} mutants caught by {len(judge.vectors)} vectors")
    for line in survivors:
        print(f"survived: {line}")
    return 1 if survivors or not total else 0


def count(spec: Spec, judge: Judge) -> tuple[Counter[str], Counter[str], list[str]]:
    """Return, by kind, how many mutants are caught and how many there are, and which survive."""
    caught: Counter[str] = Counter()
    total: Counter[str] = Counter()
    survivors = []
    for mutant in mutants(spec):
        verdict = judge.catches(mutant)
        if verdict is None:
            continue
        total[mutant.kind] += 1
        caught[mutant.kind] += verdict
        if not verdict:
            survivors.append(f"{mutant.kind}: {mutant.place}")
    return caught, total, survivors


class Judge:
    """Runs the vectors on mutants."""

    def __init__(self, spec: Spec) -> None:
        """Sort the vectors by the schema that they need and by what they expect of it."""
        self._spec = spec
        # Those of channels first: they are smaller than those of kinds, and notice most.
        self._roots = dict(reversed(roots(spec).items()))
        self._original = {name: export(spec, name, root) for name, root in self._roots.items()}
        self.vectors = list(vectors(spec))
        self._rules = {rule.id for rule in spec.rules}

    def catches(self, mutant: Mutant) -> bool | None:
        """Tell whether a vector notices; nothing if there is nothing to notice: the exported schemas are the same."""
        if mutant.kind in ("rule", "deprecation"):
            return self._notices_rule(mutant)
        if self._is_checked_above(mutant):
            return None
        mutated = dataclasses.replace(self._spec, schemas={**self._spec.schemas, mutant.component: mutant.schema})
        differs = False
        for name, original in self._original.items():
            if mutant.component not in original["$defs"]:
                continue
            try:
                changed = export(mutated, name, self._roots[name])
            except KeyError:  # without its type, a member of a union told apart by type is not one any more
                return None
            if changed != original:
                differs = True
                if self._notices(name, changed):
                    return True
        return False if differs else None

    def _is_checked_above(self, mutant: Mutant) -> bool:
        """Tell whether only a member's own check of its tag is gone; the union that leads to it makes the same."""
        unions = (schema["discriminator"] for schema in self._spec.schemas.values() if "discriminator" in schema)
        tags = {name_of(to): union["propertyName"] for union in unions for to in union["mapping"].values()}
        tag = tags.get(mutant.component)
        own = self._spec.schemas[mutant.component].get("required", [])
        less = set(own) - set(mutant.schema.get("required", ()))
        return tag is not None and (less == {tag} or mutant.place in self._of_tag(mutant.component, tag))

    def _of_tag(self, component: str, tag: str) -> set[str]:
        return {f"{component}/properties/{tag} ", f"{component}/ "}

    def _notices(self, name: str, schema: Json) -> bool:
        accepts = jsonschema_rs.Draft202012Validator(schema).is_valid
        found = (vector for vector in self.vectors if vector.get("channel", vector["kind"]) == name)
        return any(accepts(vector["payload"]) != self._is_accepted(vector) for vector in found)

    def _is_accepted(self, vector: Json) -> bool:
        return all(violation["rule"] in self._rules for violation in vector["violations"])

    def _notices_rule(self, mutant: Mutant) -> bool:
        rule = mutant.place.rpartition(" ")[2]
        return any(violation["rule"] == rule for vector in self.vectors for violation in vector["violations"])


def mutants(spec: Spec) -> Iterator[Mutant]:
    """Yield a mutant for each thing that can be left out of a schema, and for each rule."""
    for component, schema in spec.schemas.items():
        for path, node in _nodes(schema):
            for kind, name, changed in _weakened(node):
                yield Mutant(
                    kind, f"{component}/{'/'.join(map(str, path))} {name}", component, _with(schema, path, changed)
                )
    for rule in spec.rules:
        yield Mutant("deprecation" if rule.id == "deprecated" else "rule", f"{rule.place} {rule.id}", "", None)


def _nodes(schema: Json, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Json]]:
    yield path, schema
    for step, child in children(schema):
        yield from _nodes(child, (*path, *step))


def _with(schema: Json, path: tuple[Any, ...], node: Json) -> Json:
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
        for index, weaker in enumerate(_conditions(node)):
            yield "condition", str(index), weaker


def _conditions(node: Json) -> Iterator[Json]:
    """Drop each condition, and each part of what it asks for."""
    rest = {key: value for key, value in node.items() if key not in ("if", "then", "else")}
    yield rest
    for key in ("then", "else"):
        for weaker in _less(node.get(key, {})):
            yield {**node, key: weaker}


def _less(value: Json) -> Iterator[Json]:
    """Yield what a condition asks for with one thing less; when it asks, and of which type, is left alone."""
    if isinstance(value, dict):
        for key, part in value.items():
            if key != "if" and (key, type(part)) != ("type", str):
                yield {name: item for name, item in value.items() if name != key}
                yield from ({**value, key: weaker} for weaker in _less(part))
    elif isinstance(value, list) and len(value) > 1:
        for index, part in enumerate(value):
            yield [*value[:index], *value[index + 1 :]]
            yield from ([*value[:index], weaker, *value[index + 1 :]] for weaker in _less(part))


if __name__ == "__main__":
    sys.exit(main())
