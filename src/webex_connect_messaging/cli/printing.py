"""How violations look, for people and for programs."""

from __future__ import annotations

from rich.console import Console
from rich.text import Text

from ..positions import Located

_STYLES = {"error": "bold red", "warning": "yellow"}


def show(console: Console, file: str, found: Located) -> None:
    """Print a violation with its place on a line of its own."""
    violation, line, column = found
    place = f"{file}:{line}:{column}: "
    rest = f" {violation.rule}: {violation.message} ({violation.pointer})"
    if console.is_terminal:
        console.print(Text.assemble(place, (violation.level, _STYLES[violation.level]), rest))
    else:  # what no person watches need not wait for styles
        console.file.write(f"{place}{violation.level}{rest}\n")


def record(found: Located) -> dict[str, object]:
    """Return a violation and its place as plain data."""
    return {**found.violation._asdict(), "line": found.line, "column": found.column}


def count(number: int, word: str) -> str:
    """Write a number of things."""
    return f"{number} {word}" if number == 1 else f"{number} {word}s"
