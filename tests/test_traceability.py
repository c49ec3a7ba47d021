"""Nothing of the page behind the specification is lost, and nothing claims to be from there without being there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import yaml
from checks.trace import FILE, PAGE, Claim, claims, read_page, source_of
from payloads import EXAMPLES, ROOT
from specgen.source import load

SOURCE = load(ROOT / "spec")
LISTED = read_page()
ERRATA = {entry["id"] for entry in SOURCE.errata}
COMPONENTS: dict[str, Any] = {}
FILES: dict[str, str] = {}
for file, content in SOURCE.files.items():
    schemas = content["components"]["schemas"] if file == "openapi.yaml" else content
    COMPONENTS |= schemas
    FILES |= dict.fromkeys(schemas, f"spec/{file}")


def all_claims() -> Iterator[tuple[str, Any, Claim]]:
    """Yield the claims of all properties, each with its property as file#/pointer and its schema."""
    for component, schema in COMPONENTS.items():
        for name, value in schema.get("properties", {}).items():
            for claim in claims(LISTED, name, source_of(value, COMPONENTS)):
                yield f"{FILES[component]}#/{component}/properties/{name}", value, claim


CLAIMS = list(all_claims())


def named_sources(node: Any, place: str) -> Iterator[tuple[str, str]]:
    """Yield the sources of schemas and rules that name the page, each with its place."""
    if isinstance(node, (dict, list)):
        for step, value in node.items() if isinstance(node, dict) else enumerate(node):
            if step in ("x-source", "source") and isinstance(value, str):
                yield from ((f"{place}/{step}", part) for part in value.split("; ") if part.startswith(PAGE))
            yield from named_sources(value, f"{place}/{step}")


def test_every_row_is_carried_by_a_property() -> None:
    carried = {row for *_, claim in CLAIMS for row in claim.rows}
    problems = [
        f"No property carries the row '{row}'. Write `x-source: {PAGE}{row.table}` at the property {row.name} in "
        f"spec/channels; at one of another name, `x-source: '{PAGE}{row}'` with an erratum. Where the page has no such "
        "row, delete it from spec/traceability.yaml."
        for row in sorted((LISTED.rows | LISTED.beyond) - carried)
    ]
    assert not problems, "\n".join(problems)


def test_every_property_that_names_the_page_stands_there() -> None:
    problems = [
        f"{place}: the page lists no such name there. Correct the x-source `{claim.source}`, or add the name to that "
        "table in spec/traceability.yaml if the page has it."
        for place, _, claim in CLAIMS
        if not claim.rows & (LISTED.rows | LISTED.beyond)
    ]
    assert not problems, "\n".join(problems)


def test_a_property_under_another_name_has_an_erratum() -> None:
    problems = [
        f"{place}: the page prints another name, says `{claim.source}`. Add `x-errata` with the entry of "
        "spec/errata.yaml that says why."
        for place, schema, claim in CLAIMS
        if {row.name for row in claim.rows} != {place.rpartition("/")[2]} and "x-errata" not in schema
    ]
    assert not problems, "\n".join(problems)


def named_errata(node: Any) -> Iterator[str]:
    """Yield the ids of errata that properties, rules, codes and parts of the operation name."""
    if isinstance(node, dict):
        for name, value in node.items():
            yield from value if name in ("x-errata", "errata") else named_errata(value)
    elif isinstance(node, (list, tuple)):
        for item in node:
            yield from named_errata(item)


def test_every_erratum_is_named_where_it_applies_and_no_other_is() -> None:
    named = {*named_errata([*SOURCE.files.values(), SOURCE.codes])}
    assert sorted(ERRATA - named) == [], "Name each with x-errata where it applies, or delete it from spec/errata.yaml."
    assert sorted(named - ERRATA) == [], "Add each to spec/errata.yaml."


def test_every_heading_that_a_source_names_is_listed() -> None:
    problems = [
        f"{place}: spec/traceability.yaml lists no heading '{heading}'. Correct the source, or add the heading."
        for file, content in SOURCE.files.items()
        for place, source in named_sources(content, f"spec/{file}#")
        if (heading := source.removeprefix(PAGE).partition(", ")[0].partition(": ")[0]) not in LISTED.headings
    ]
    assert not problems, "\n".join(problems)


def test_every_sample_is_shown_by_an_example() -> None:
    problems = [
        f"spec/traceability.yaml, samples, {sample}: {name} is neither an example nor an erratum. Name the file in "
        "spec/examples that shows the sample, or the entry of spec/errata.yaml that says why none does."
        for sample, shown in LISTED.samples.items()
        for name in shown
        if name not in EXAMPLES and name not in ERRATA
    ]
    assert not problems, "\n".join(problems)
    assert all(LISTED.samples.values())


def test_no_name_is_listed_twice() -> None:
    def twice(node: yaml.Node) -> Iterator[str]:
        children = [key for key, _ in node.value] if isinstance(node, yaml.MappingNode) else node.value
        values = [child.value for child in children]
        yield from (value for index, value in enumerate(values) if value in values[:index])
        if isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                if isinstance(value, (yaml.MappingNode, yaml.SequenceNode)) and key.value != "samples":
                    yield from twice(value)

    root = yaml.compose(FILE.read_text(encoding="utf-8"))
    assert root is not None
    assert list(twice(root)) == [], "Delete the second of each in spec/traceability.yaml."
