"""Print on standard output; levels have colours on a terminal."""

from __future__ import annotations

import click
from rich.console import Console
from rich.highlighter import RegexHighlighter
from rich.theme import Theme

from ..bulk.reports import Counts

_THEME = Theme({"level.error": "bold red", "level.warning": "yellow"})


class _Levels(RegexHighlighter):
    """Finds the levels of violations in text that ``render_text`` made."""

    base_style = "level."
    highlights = [r"(?m)^.*?:\d+:\d+: (?:(?P<error>error)|(?P<warning>warning)) "]  # noqa: RUF012 - rich has it so


def console(*, stderr: bool = False) -> Console:
    """Return a console that knows the styles of levels."""
    return Console(stderr=stderr, soft_wrap=True, highlight=False, theme=_THEME)


def write(output: str, on: Console) -> None:
    """Print rendered violations, styled if the console is a terminal."""
    if on.is_terminal:
        on.print(_Levels()(output), end="")
    elif output:
        click.echo(output, nl=False)


def count(number: int, word: str) -> str:
    """Write a number of things."""
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


def totals(counts: Counts, word: str) -> str:
    """Return how many documents are valid, and how many violations there are."""
    valid, levels = counts.checked - counts.invalid, counts.levels
    violations = f"{count(levels['error'], 'error')}, {count(levels['warning'], 'warning')}"
    return f"{valid} of {count(counts.checked, word)} valid, {violations}"
