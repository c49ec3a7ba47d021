"""Write names of the specification as Python writes them."""

from __future__ import annotations

import re


def snake(name: str) -> str:
    """Write a name as Python writes functions."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).replace("-", "_").lower()


def constant(name: str) -> str:
    """Write a name as Python writes constants."""
    return snake(name).upper()
