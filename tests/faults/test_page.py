"""The page says what was found."""

from __future__ import annotations

import json

from .page import FIGURES, PAGE, render


def test_the_page_is_its_template_with_what_was_found() -> None:
    figures = json.loads(FIGURES.read_text(encoding="utf-8"))
    assert PAGE.read_text(encoding="utf-8") == render(figures)
    assert [found["wrong"] for found in figures["faults"].values()] == [0] * len(figures["faults"])
