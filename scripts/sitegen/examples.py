"""Render payloads as HTML: shortened, highlighted, with the lines of violations marked."""

from __future__ import annotations

import json
import urllib.parse
from collections.abc import Iterator

from markupsafe import Markup
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import JsonLexer
from specgen.model import Json
from specgen.pointers import pointer

_TEXT = 90  # characters of a string that are shown
_ITEMS = 6  # items of a longer array that are shown
_LINK = 6000  # characters of a payload in an address of the playground

Path = tuple[str | int, ...]
Line = tuple[str, Path]


def shown(payload: Json, marked: tuple[str, ...] = ()) -> Markup:
    """Return a payload as HTML, with the lines of some pointers marked."""
    lines = list(_lines(payload, (), "", ""))
    numbers = [str(number) for number, (_, path) in enumerate(lines, 1) if pointer(path) in marked and path]
    formatter = HtmlFormatter(cssclass="code", hl_lines=numbers, wrapcode=True)
    return Markup(highlight("\n".join(text for text, _ in lines), JsonLexer(), formatter))  # noqa: S704 - Pygments escapes


def address(payload: Json, kind: str) -> str | None:
    """Return the fragment that opens a payload in the playground, unless it is too long."""
    text = json.dumps(payload, ensure_ascii=False, separators=(",", ":"))
    return f"{kind}:{urllib.parse.quote(text, safe='')}" if len(text) <= _LINK else None


def _lines(value: Json, path: Path, name: str, end: str) -> Iterator[Line]:
    """Yield each line with the path to the value that begins on it."""
    indent = "  " * len(path)
    if not isinstance(value, (dict, list)) or not value:
        yield f"{indent}{name}{_short(value)}{end}", path
        return
    start, close = ("{", "}") if isinstance(value, dict) else ("[", "]")
    yield f"{indent}{name}{start}", path
    items = list(value.items() if isinstance(value, dict) else enumerate(value))
    shown = items if isinstance(value, dict) or len(items) <= _ITEMS + 1 else items[:_ITEMS]
    for index, (step, item) in enumerate(shown):
        label = f"{json.dumps(step, ensure_ascii=False)}: " if isinstance(step, str) else ""
        yield from _lines(item, (*path, step), label, "," if index + 1 < len(items) else "")
    if len(shown) < len(items):
        yield f"{indent}  // … {len(items) - len(shown):,} more", (*path, len(shown))
    yield f"{indent}{close}{end}", (*path, "")


def _short(value: Json) -> str:
    if isinstance(value, str) and len(value) > _TEXT + 20:
        return json.dumps(f"{value[:_TEXT]}… ({len(value):,} characters)", ensure_ascii=False)
    return json.dumps(value, ensure_ascii=False)
