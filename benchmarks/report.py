"""Write the page of what was measured."""

from __future__ import annotations

import platform
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from typing import NamedTuple

_HEAD = """\
<!-- Written by benchmarks/measure.py; to write it anew, run: nox -s bench -->

# Benchmarks

The tables show the time of a check as a multiple of the time that `orjson.loads` takes to parse the same bytes: the
median of repeats in turns, with the quartiles in brackets. Only ratios within one run mean anything.

The other validators check less than `validate` does: JSON Schema and models generated from the OpenAPI document do not
express the cross-field rules, and models do not express conditions between properties either. `validate` returns every
violation with a message; a "verdict" is `true` or `false`. `validate_json` and what is called "from bytes" or "from
lines" begin with a text, the others with a parsed payload. Ajv and Blaze hold payloads in memory of their own, where no
payload of Python is; the targets therefore compare them where they begin with the same bytes, and their times in their
own memory are among the other figures. All schema validators get the schema of the payload's channel.
"""


class Target(NamedTuple):
    """A limit for a figure."""

    text: str
    figure: float
    limit: float
    at_least: bool = False

    @property
    def is_met(self) -> bool:
        """Return whether the figure is within the limit."""
        return self.figure >= self.limit if self.at_least else self.figure <= self.limit


class Report:
    """The page, as it grows."""

    def __init__(self) -> None:
        """Begin with the versions of what is measured."""
        names = ("orjson", "jsonschema-rs", "pydantic", "msgspec", "fastjsonschema", "jsonschema")
        versions = ", ".join(f"{name} {version(name)}" for name in names)
        self._parts = [_HEAD, f"Measured with Python {platform.python_version()}, {versions}."]
        self._figures: list[str] = []

    def table(self, title: str, rows: Mapping[str, Mapping[str, object]], text: str = "") -> None:
        """Add a section with a table, and perhaps a text above it."""
        self._parts.append(_section(title, rows, text))

    def figure(self, title: str, figure: object) -> None:
        """Add a single figure."""
        self._figures.append(f"- {title}: {figure}")

    def page(self, targets: Sequence[Target]) -> str:
        """Return the page, with the targets at its end."""
        lines = [_row(["", "measured", "wanted", "met"]), _row(["---"] * 4)]
        for item in targets:
            wanted = f"at {'least' if item.at_least else 'most'} {item.limit:g}"
            lines.append(_row([item.text, f"{item.figure:.2f}", wanted, "yes" if item.is_met else "no"]))
        parts = [*self._parts, "## Other figures", "\n".join(self._figures), "## Targets", "\n".join(lines)]
        return "\n\n".join(parts) + "\n"


def replace_section(page: str, title: str, rows: Mapping[str, Mapping[str, object]], text: str) -> str:
    """Return a page with one section measured anew; without it, it goes before the other figures."""
    start, end = page.find(f"## {title}\n"), page.index("## Other figures")
    start = end if start < 0 else start
    end = page.index("## ", start + 1) if page[start:end] else end
    return f"{page[:start]}{_section(title, rows, text)}\n\n{page[end:]}"


def _section(title: str, rows: Mapping[str, Mapping[str, object]], text: str) -> str:
    names = list(dict.fromkeys(name for cells in rows.values() for name in cells))
    lines = [_row(["", *names]), _row(["---"] * (len(names) + 1))]
    lines += [_row([row, *(str(cells.get(name, "")) for name in names)]) for row, cells in rows.items()]
    return "\n\n".join([f"## {title}", *([text] if text else []), "\n".join(lines)])


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
