"""docs/proofs.md shows the figures of this tree."""

from __future__ import annotations

import re

from checks import quality
from specgen.model import read

SHOWN = quality.shown(quality.PAGE.read_text(encoding="utf-8"))


def test_the_figures_of_the_files_are_those_of_the_tree() -> None:
    found = quality.of_files(read(quality.ROOT / "spec"))
    assert {name: SHOWN.get(name) for name in found} == found, "Run `nox -s generate`; it updates docs/proofs.md."


def test_every_mutant_was_detected() -> None:
    (figure,) = (value for name, value in SHOWN.items() if "mutants" in name)
    assert re.fullmatch(r"([\d,]+) of \1", figure), "docs/proofs.md: run `nox -s mutants`, then `nox -s quality`."


def test_the_page_is_read_as_it_is_written() -> None:
    figures = {"mutants": "1 of 2", "laws": "3, 4"}
    assert quality.shown(quality.page(figures)) == figures
