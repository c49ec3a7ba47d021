"""Every rule and every limit of the specification is violated by a case written by hand, and every limit is reached.

The vectors that are derived from the schemas go when a constraint goes; these cases stay and then fail.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from payloads import ROOT
from specgen.cases import case_file, cases
from specgen.locations import Location, locations
from specgen.model import Rule, read
from specgen.pointers import pointer
from specgen.schemas import descendants
from specgen.source import Place, target

SPEC = read(ROOT / "spec")
CASES = list(cases(SPEC))
KEYWORDS = ("maxLength", "maxItems", "maximum", "minimum", "pattern", "uniqueItems")
SIZES: dict[str, Callable[[Any], float]] = {"maxLength": len, "maxItems": len, "maximum": float, "minimum": float}
Node = tuple[str, tuple[str | int, ...]]  # a component and a path in it


def components() -> Iterator[tuple[str, str, Any]]:
    """Yield file, name and schema of each component as it is written."""
    for file, content in SPEC.source.files.items():
        schemas = content["components"]["schemas"] if file == "openapi.yaml" else content
        yield from ((file, name, schema) for name, schema in schemas.items())


LIMITS = {
    f"{file}#{pointer((name, *path))}/{keyword}": (keyword, (name, path))
    for file, name, schema in components()
    for path, node in descendants(schema)
    for keyword in KEYWORDS
    if keyword in node
}


@functools.cache
def users() -> dict[str, list[Node]]:
    """Return, for each component, the nodes that take it in as a base."""
    found: dict[str, list[Node]] = {}
    for file, name, schema in components():
        for path, node in descendants(schema):
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


@functools.cache
def reached() -> set[tuple[str, Node]]:
    """Return each keyword whose limit a value in a case or an example reaches, with the node that governs the value."""
    return {
        (keyword, (location.component, location.where))
        for location in all_locations()
        for keyword, size in SIZES.items()
        if keyword in location.schema and size(location.value) == location.schema[keyword]
    }


def file_of(limit: str) -> str:
    return case_file(SPEC, limit.partition("#")[0])


@pytest.mark.parametrize("limit", LIMITS)
def test_a_limit_is_violated_by_a_case(limit: str) -> None:
    keyword, node = LIMITS[limit]
    if not any((keyword, place) in violated() for place in published(node)):
        pytest.fail(
            f"no case goes beyond the limit at spec/{limit}: add one to {file_of(limit)} that sets the value just beyond "
            f"it, with reports: [error {keyword} /POINTER/OF/THE/VALUE]"
        )


@pytest.mark.parametrize("limit", [limit for limit, (keyword, _) in LIMITS.items() if keyword in SIZES])
def test_a_limit_is_reached_by_a_case_or_an_example(limit: str) -> None:
    keyword, node = LIMITS[limit]
    if not any((keyword, place) in reached() for place in published(node)):
        pytest.fail(
            f"no case reaches the limit at spec/{limit}: add one to {file_of(limit)} that sets the value to the limit, "
            "with reports: []"
        )


@pytest.mark.parametrize("rule", sorted({rule.id for rule in SPEC.rules} - {"deprecated"}))
def test_a_rule_is_violated_by_a_case(rule: str) -> None:
    if not any(rule == report.rule for case in CASES for report in case.reports):
        (written,) = [one for one in SPEC.rules if one.id == rule]
        pytest.fail(
            f"no case violates the rule at {written.place}: add one to {case_file(SPEC, written.place.file)} with "
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
            f"{case_file(SPEC, deprecation.place.file)} with reports: [warning deprecated /POINTER]"
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
