"""The long texts of generated files, each in a file of its own."""

from __future__ import annotations

import re
from pathlib import Path


def filled(template: str, /, **values: object) -> str:
    """Return a template in which values stand in place of their names in braces; other braces stay."""
    text = (Path(__file__).parent / template).read_text(encoding="utf-8")
    return re.sub(rf"\{{({'|'.join(values)})\}}", lambda found: str(values[found[1]]), text)
