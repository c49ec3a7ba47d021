"""Every rule and every upper limit of the specification is broken by a case written by hand.

The vectors that are derived from the schemas go when a constraint goes; these cases stay and then fail.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import Any

import pytest
from payloads import ROOT
from specgen.cases import cases
from specgen.model import children, read
from specgen.sites import sites
from specgen.source import Place, pointer, target

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
def broken() -> set[tuple[str, Node]]:
    """Return each keyword that a case breaks, with the nodes that govern the place."""
    return {
        (rule, (site.component, site.where))
        for case in CASES
        for _, rule, at in case.reports
        if rule in KEYWORDS
        for site in sites(SPEC, SPEC.root(case.folder, case.payload), case.payload)
        if pointer(site.path) == at
    }


@pytest.mark.parametrize("limit", LIMITS)
def test_a_limit_is_broken_by_a_case(limit: str) -> None:
    keyword, node = LIMITS[limit]
    assert any((keyword, place) in broken() for place in published(node))


@pytest.mark.parametrize("rule", sorted({rule.id for rule in SPEC.rules}))
def test_a_rule_is_broken_by_a_case(rule: str) -> None:
    assert any(rule == broken for case in CASES for _, broken, _ in case.reports)
