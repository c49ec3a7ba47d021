"""Write what was measured as a page."""

from __future__ import annotations

import platform
from collections.abc import Mapping, Sequence
from importlib.metadata import version

_HEAD = """\
<!-- Written by benchmarks/measure.py; to write it anew, run: nox -s bench -->

# Benchmarks

How long a check takes, as a multiple of the time that `orjson.loads` takes to parse the same bytes; the median of
repeats in turns, with the quartiles in brackets. Only ratios within one run mean anything.

The others check less than `validate` does: JSON Schema and models generated from the OpenAPI document know nothing of
the cross-field rules, and models nothing of conditions between members either. `validate` returns every violation, with
a message, where a verdict is `true` or `false`. `validate_json` and what is called "from bytes" or "from lines"
begin with text, the others with parsed payloads. Ajv and Blaze hold these in memory of their own, where no payload of
Python is: what they take is no more than a verdict costs once a payload is there. So the targets compare with them what
begins with the same bytes; how they do in their own memory is among the other figures.
All schema validators are given the schema of the payload's channel, so that they need not choose one.
"""


class Report:
    """The page, as it grows."""

    def __init__(self) -> None:
        """Begin with what was measured where."""
        names = ("orjson", "jsonschema-rs", "pydantic", "msgspec", "fastjsonschema", "jsonschema")
        versions = ", ".join(f"{name} {version(name)}" for name in names)
        self._parts = [_HEAD, f"Measured with Python {platform.python_version()}, {versions}."]
        self._figures: list[str] = []
        self._targets = ""

    def comparison(self, title: str, found: Mapping[str, Mapping[str, object]]) -> None:
        """Add a table of payloads by peers."""
        names = list(dict.fromkeys(name for ratios in found.values() for name in ratios))
        lines = [f"## {title}", "", _row(["", *names]), _row(["---"] * (len(names) + 1))]
        for payload, ratios in found.items():
            lines.append(_row([payload, *(str(ratios.get(name, "")) for name in names)]))
        self._parts.append("\n".join(lines))

    def costs(self, title: str, costs: Mapping[str, float]) -> None:
        """Add what an entry costs, by how many there are."""
        shown = ", ".join(f"{cost:.2f} with {count}" for count, cost in costs.items())
        self._figures.append(f"- Cost of each {title}, over that in the smallest payload: {shown}")

    def figure(self, title: str, figure: str) -> None:
        """Add a single figure."""
        self._figures.append(f"- {title}: {figure}")

    def targets(self, targets: Sequence[tuple[str, float, float, bool, bool]]) -> None:
        """Add how the figures compare with what is wanted of them."""
        lines = ["## Targets", "", _row(["", "measured", "wanted", "met"]), _row(["---"] * 4)]
        for text, figure, limit, at_least, met in targets:
            wanted = f"at {'least' if at_least else 'most'} {limit:g}"
            lines.append(_row([text, f"{figure:.2f}", wanted, "yes" if met else "no"]))
        self._targets = "\n".join(lines)

    def text(self) -> str:
        """Return the page."""
        figures = "\n".join(["## Other figures", "", *self._figures])
        return "\n\n".join([*self._parts, figures, self._targets]) + "\n"


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
