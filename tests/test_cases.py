"""Every rule and every upper limit of the specification is violated by a case written by hand.

The vectors that are derived from the schemas go when a constraint goes; these cases stay and then fail.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from pathlib import PurePath
from typing import Any

import pytest
from payloads import ROOT
from specgen.cases import cases
from specgen.locations import Location, locations
from specgen.model import Rule, read
from specgen.pointers import pointer
from specgen.schemas import children
from specgen.source import Place, target

SPEC = read(ROOT / "spec")
CASES = list(cases(SPEC))
KEYWORDS = ("maxLength", "maxItems", "maximum", "minimum", "pattern", "uniqueItems")
Node = tuple[str, tuple[str | int, ...]]  # a component and a path in it


def nodes(schema: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    yield path, schema
    for step, child in children(schema):
        yield from nodes(child, (*path, *step))


def components() -> Iterator[tuple[str, str, Any]]:
    """Yield file, name and schema of each component as it is written."""
    for file, content in SPEC.source.files.items():
        schemas = content["components"]["schemas"] if file == "openapi.yaml" else content
        yield from ((file, name, schema) for name, schema in schemas.items())


LIMITS = {
    f"{file}#{pointer((name, *path))}/{keyword}": (keyword, (name, path))
    for file, name, schema in components()
    for path, node in nodes(schema)
    for keyword in KEYWORDS
    if keyword in node
}


@functools.cache
def users() -> dict[str, list[Node]]:
    """Return, for each component, the nodes that take it in as a base."""
    found: dict[str, list[Node]] = {}
    for file, name, schema in components():
        for path, node in nodes(schema):
            for base in node.get("allOf", ()):
                found.setdefault(str(target(base["$ref"], Place(file)).path[-1]), []).append((name, path))
    return found


def published(node: Node) -> set[Node]:
    """Return where a node that is written once stands in the flat components."""
    name, path = node
    return {node}.union(*(published((user, (*above, *path))) for user, above in users().get(name, ())))


@functools.cache
def violated() -> set[tuple[str, Node]]:
    """Return each keyword that a case violates, with the nodes that govern the place."""
    return {
        (report.rule, (location.component, location.where))
        for case in CASES
        for report in case.reports
        if report.rule in KEYWORDS
        for location in locations(SPEC, SPEC.root(case.folder, case.payload), case.payload)
        if pointer(location.path) == report.pointer
    }


def case_file(file: str) -> str:
    """Return the file of cases that belongs to a file of schemas."""
    stem = PurePath(file).stem
    names = [name for name in SPEC.source.cases if stem == name or stem.startswith(f"{name}_")]
    return f"spec/cases/{max(names, key=len, default='envelope')}.yaml"


@pytest.mark.parametrize("limit", LIMITS)
def test_a_limit_is_violated_by_a_case(limit: str) -> None:
    keyword, node = LIMITS[limit]
    if not any((keyword, place) in violated() for place in published(node)):
        pytest.fail(
            f"no case goes beyond the limit at spec/{limit}: add one to {case_file(limit.partition('#')[0])} that sets "
            f"the value just beyond it, with reports: [error {keyword} /POINTER/OF/THE/VALUE], and one at the limit"
        )


@pytest.mark.parametrize("rule", sorted({rule.id for rule in SPEC.rules} - {"deprecated"}))
def test_a_rule_is_violated_by_a_case(rule: str) -> None:
    if not any(rule == report.rule for case in CASES for report in case.reports):
        (written,) = [one for one in SPEC.rules if one.id == rule]
        pytest.fail(
            f"no case violates the rule at {written.place}: add one to {case_file(written.place.file)} with "
            f"reports: [{written.level} {rule} /POINTER], and one that keeps it"
        )


@pytest.mark.parametrize(
    "deprecation", [rule for rule in SPEC.rules if rule.id == "deprecated"], ids=lambda rule: rule.name
)
def test_what_is_deprecated_is_used_by_a_case_or_an_example(deprecation: Rule) -> None:
    places = set(SPEC.at(deprecation))
    if not any(
        pointer((location.component, *location.where)).removeprefix("/") in places for location in all_locations()
    ):
        pytest.fail(
            f"neither a case nor an example uses what is deprecated at {deprecation.place}: add one to "
            f"{case_file(deprecation.place.file)} with reports: [warning deprecated /POINTER]"
        )


@functools.cache
def all_locations() -> list[Location]:
    documents = [
        (case.folder, case.payload) for case in CASES if all(report.level != "error" for report in case.reports)
    ]
    documents += [(folder, one) for folder, examples in SPEC.source.examples.items() for one in examples.values()]
    return [
        location
        for folder, document in documents
        for location in locations(SPEC, SPEC.root(folder, document), document)
    ]
