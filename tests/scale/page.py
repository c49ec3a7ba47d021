"""The page on scale, written from its template and what was measured."""

from __future__ import annotations

import math
import re
from pathlib import Path
from string import Template
from typing import Any

HERE = Path(__file__).resolve().parent
PAGE = HERE.parent.parent / "docs" / "scale.md"
FIGURES = HERE / "figures.json"
GOAL, HOUR = 1_000_000_000, 3_600  # messages, seconds
LOAD = 0.7  # the share of a core's time that the work gets
MACHINE = 16  # cores


def render(figures: dict[str, Any]) -> str:
    """Return the text of the page."""
    values = {name: value for name, value in figures.items() if name != "runs"}
    values |= {"count": f"{figures['count']:,}", "load": f"{LOAD:.0%}".rstrip("%"), "machine": MACHINE}
    values |= {"second": f"{GOAL / HOUR:,.0f}", "terabytes": f"{figures['bytes'] * GOAL / 1e12:.2f}"}
    values |= {"megabytes": f"{figures['bytes'] * GOAL / HOUR / 1e6:,.0f}"}
    alone = figures["runs"]["alone"]
    values |= {"share": f"{100 * alone['cpu'] / alone['wall']:.0f}"}
    for way, run in figures["runs"].items():
        values |= {f"{way}_{name}": text for name, text in _derived(run, figures).items()}
    return Template((HERE / "template.md").read_text(encoding="utf-8")).substitute(values)


def code(engine: str, campaign: Path, refused: Path) -> str:
    """Return what the page shows for an engine, with the places given instead of those that it names."""
    blocks = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    (block,) = [text for text in blocks if f"webex_connect_messaging.{engine} " in text]
    return str(block).replace('"campaign"', repr(str(campaign))).replace('"refused"', repr(str(refused)))


def _derived(run: dict[str, float], figures: dict[str, Any]) -> dict[str, str]:
    rate = round(figures["count"] / run["cpu"])
    busy = GOAL / HOUR / rate
    ordered = math.ceil(busy / LOAD)
    return {
        "us": f"{run['cpu'] / figures['count'] * 1e6:.1f}",
        "rate": f"{rate:,}",
        "busy": f"{busy:,.1f}",
        "ordered": f"{ordered:,}",
        "machines": f"{math.ceil(ordered / MACHINE):,}",
    }
