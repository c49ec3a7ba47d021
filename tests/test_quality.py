"""The README's table of what is proved is that of this tree."""

from __future__ import annotations

import re

from checks import quality
from payloads import ROOT
from specgen.model import read

SHOWN = quality.shown((ROOT / "README.md").read_text(encoding="utf-8"))


def test_the_figures_of_the_files_are_those_of_the_tree() -> None:
    found = quality.of_files(read(ROOT / "spec"))
    assert {name: SHOWN.get(name) for name in found} == found


def test_every_mutant_was_caught() -> None:
    (figure,) = (value for name, value in SHOWN.items() if "mutants" in name)
    assert re.fullmatch(r"([\d,]+) of \1", figure)


def test_the_table_is_read_as_it_is_written() -> None:
    figures = {"mutants": "1 of 2", "laws": "3, 4"}
    text = f"Before\n<!-- quality -->\n{quality.table(figures)}<!-- end of quality -->\nAfter\n"
    assert quality.shown(text) == figures
