"""The page says what was measured."""

from __future__ import annotations

import json

from .page import FIGURES, PAGE, render


def test_the_page_is_its_template_with_the_figures_measured() -> None:
    assert PAGE.read_text(encoding="utf-8") == render(json.loads(FIGURES.read_text(encoding="utf-8")))
