"""The page on reliability, written from its template and what was found."""

from __future__ import annotations

from pathlib import Path
from string import Template
from typing import Any

HERE = Path(__file__).resolve().parent
PAGE = HERE.parent.parent / "docs" / "reliability.md"
FIGURES = HERE / "figures.json"


def render(figures: dict[str, Any]) -> str:
    """Return the text of the page."""
    rows = ["| what is done | what comes of it | exit codes (trials) | went wrong |", "| --- | --- | --- | ---: |"]
    rows += [
        f"| {title} | {found['outcome']} | {found['codes']} | {found['wrong']} |"
        for title, found in figures["faults"].items()
    ]
    values = {"table": "\n".join(rows), "trials": figures["trials"], "lines": f"{figures['lines']:,}"}
    return Template((HERE / "template.md").read_text(encoding="utf-8")).substitute(values)
