"""Compare what the vendor's page lists with what the specification says it carries of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import yaml

FILE = Path(__file__).resolve().parent.parent.parent / "spec" / "traceability.yaml"
PAGE = "Send Message v1, "


class Row(NamedTuple):
    """A name on the page and the table, or the heading, below which it is printed."""

    table: str
    name: str

    def __str__(self) -> str:
        return f"{self.table}: {self.name}"


class Page(NamedTuple):
    """What the page lists."""

    rows: frozenset[Row]
    """The rows of its tables."""
    beyond: frozenset[Row]
    """What only its text or samples show."""
    samples: Mapping[str, list[str]]
    """The examples and errata that show each sample."""
    groups: Mapping[str, list[str]]
    """Headings by a name that sources use for all of them."""
    headings: frozenset[str]
    """What a source may name."""


class Claim(NamedTuple):
    """A part of an ``x-source`` that names the page, as the rows that it may mean."""

    source: str
    rows: frozenset[Row]


def read_page(path: Path = FILE) -> Page:
    """Read ``traceability.yaml``."""
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    rows, beyond = (
        frozenset(Row(table, name) for table, names in content[part].items() for name in names)
        for part in ("tables", "beyond_tables")
    )
    samples = {
        f"{heading} {number}": [shown] if isinstance(shown, str) else shown
        for heading, entries in content["samples"].items()
        for number, shown in enumerate(entries, 1)
    }
    headings = {row.table.partition(", ")[0] for row in rows | beyond} | {*content["samples"], *content["text"]}
    return Page(rows, beyond, samples, content["groups"], frozenset(headings | set(content["groups"])))


def claims(page: Page, name: str, source: str) -> Iterator[Claim]:
    """Yield what a property of this name claims by its source: ``Send Message v1, HEADING[, TABLE][: NAME]``."""
    for part in source.split("; "):
        if part.startswith(PAGE):
            title, _, printed = part.removeprefix(PAGE).partition(": ")
            heading, comma, table = title.partition(", ")
            tables = (f"{each}{comma}{table}" for each in page.groups.get(heading, [heading]))
            yield Claim(part, frozenset(Row(each, printed or name) for each in tables))


def source_of(schema: Any, components: Mapping[str, Any]) -> str:
    """Return where a property was read: as it says itself, or as the component does that it refers to."""
    reference = schema.get("$ref", "").rpartition("/")[2]
    return str(schema.get("x-source") or components.get(reference, {}).get("x-source", ""))
