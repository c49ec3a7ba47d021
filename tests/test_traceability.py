"""Nothing of the page behind the specification is lost, and nothing says that it is from there without being there."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

import pytest
import yaml
from payloads import EXAMPLES, ROOT
from specgen.source import load

PAGE = "Send Message v1, "
SOURCE = load(ROOT / "spec")
TRACE: Any = yaml.safe_load((ROOT / "spec" / "traceability.yaml").read_text(encoding="utf-8"))
ERRATA = {entry["id"] for entry in SOURCE.errata}
COMPONENTS: dict[str, Any] = {
    name: schema
    for file, content in SOURCE.files.items()
    for name, schema in (content["components"]["schemas"] if file == "openapi.yaml" else content).items()
}
MEMBERS: dict[str, Any] = {
    f"{name}/{member}": schema
    for name, component in COMPONENTS.items()
    for member, schema in component.get("properties", {}).items()
}


def names(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


ROWS = {
    f"{table['heading']}, {table.get('table', 'table')}: {row}": names(carriers)
    for table in TRACE["tables"]
    for row, carriers in table["rows"].items()
}
SAMPLES = {
    f"{group['heading']} {number}": names(carriers)
    for group in TRACE["samples"]
    for number, carriers in enumerate(group["shown_by"], 1)
}
BEYOND = {name: heading for heading, found in TRACE["beyond_tables"].items() for name in found}
SHOWN = {name for carriers in SAMPLES.values() for name in carriers if name not in ERRATA}


def sources(schema: Any) -> list[str]:
    """Return where a member was read: at the member, or at the component that it refers to."""
    named = schema.get("x-source") or COMPONENTS[schema["$ref"].rpartition("/")[2]].get("x-source", "")
    return [part.removeprefix(PAGE) for part in named.split("; ") if part.startswith(PAGE)]


def test_no_table_and_no_name_stands_twice() -> None:
    tables = Counter((table["heading"], table.get("table")) for table in TRACE["tables"])
    beyond = Counter(name for found in TRACE["beyond_tables"].values() for name in found)
    assert [name for name, count in (tables + beyond).items() if count > 1] == []


@pytest.mark.parametrize("row", ROWS)
def test_a_row_is_carried_by_a_member_or_an_erratum(row: str) -> None:
    assert ROWS[row]
    assert [name for name in ROWS[row] if name not in MEMBERS and name not in ERRATA] == []


@pytest.mark.parametrize("row", ROWS)
def test_a_row_under_another_name_has_an_erratum(row: str) -> None:
    printed = row.rpartition(": ")[2].removesuffix(" (Deprecated)")
    renamed = [name for name in ROWS[row] if name in MEMBERS and name.partition("/")[2] != printed]
    assert not renamed or ERRATA & set(ROWS[row])


@pytest.mark.parametrize("sample", SAMPLES)
def test_a_sample_is_shown_by_an_example(sample: str) -> None:
    assert SAMPLES[sample]
    assert [name for name in SAMPLES[sample] if name not in EXAMPLES and name not in ERRATA] == []


@pytest.mark.parametrize("name", [name for name, schema in MEMBERS.items() if sources(schema)])
def test_a_member_that_names_the_page_is_listed(name: str) -> None:
    assert any(name in carriers for carriers in ROWS.values()) or BEYOND.get(name) in sources(MEMBERS[name])


@pytest.mark.parametrize("name", BEYOND)
def test_a_member_that_is_listed_names_the_page(name: str) -> None:
    assert BEYOND[name] in sources(MEMBERS[name])


@pytest.mark.parametrize("name", sorted({name for carriers in ROWS.values() for name in carriers} - ERRATA))
def test_a_member_of_a_table_names_no_other_page_only(name: str) -> None:
    assert sources(MEMBERS[name]) or "x-source" not in MEMBERS[name]


@pytest.mark.parametrize("folder", sorted({name.partition("/")[0] for name in SHOWN}))
def test_an_example_is_of_the_page_or_says_what_it_shows(folder: str) -> None:
    examples = {name for name in EXAMPLES if name.partition("/")[0] == folder}
    ours = {name for name in TRACE["ours"] if name.partition("/")[0] == folder}
    assert examples - SHOWN - ours == set()
    assert ours <= examples - SHOWN
    assert all(re.fullmatch(r"[^ ].*[^ .]", TRACE["ours"][name]) for name in ours)
