"""Render the pages of the site."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markdown_it import MarkdownIt
from markupsafe import Markup
from specgen.model import Json, Rule, Spec, name_of

from . import conditions, examples
from .contents import ANSWERS, RULES, SHARED, Contents, channel_page, channel_title

_TYPES = {
    "object": "object",
    "string": "string",
    "integer": "integer",
    "number": "number",
    "boolean": "boolean",
}
_COUNTS = (
    ("minLength", "maxLength", "character"),
    ("minItems", "maxItems", "item"),
    ("minProperties", "maxProperties", "propert"),
)
_MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table")


def pages(spec: Spec, guides: dict[str, str]) -> dict[str, str]:
    """Return every page as ``{path: HTML}``; ``guides`` holds Markdown by name."""
    return dict(Site(spec, guides).pages())


class Site:
    """The templates and their data."""

    def __init__(self, spec: Spec, guides: dict[str, str]) -> None:
        """Load the templates."""
        self._spec = spec
        self._contents = Contents(spec)
        self._guides = guides
        folder = Path(__file__).parent / "templates"
        self._templates = Environment(
            loader=FileSystemLoader(folder),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.filters |= {"md": _inline, "words": lambda name: name.replace("_", " ").capitalize()}
        self._templates.globals |= {
            "spec": spec,
            "info": spec.document["info"],
            "contents": self._contents,
            "channels": [(channel, channel_title(spec, channel), channel_page(channel)) for channel in spec.channels],
            "channel_links": [(channel_page(channel), channel_title(spec, channel)) for channel in spec.channels],
            "guides": [(f"{name}.html", _title(text, name)) for name, text in guides.items()],
            "limits": limits,
            "conditions": conditions.sentences,
            "shown": examples.shown,
            "address": examples.address,
            "home": self._contents.homes.__getitem__,
            "name_of": name_of,
        }

    def pages(self) -> Iterator[tuple[str, str]]:
        """Render all pages."""
        contents = self._contents
        for channel in self._spec.channels:
            path, title = channel_page(channel), channel_title(self._spec, channel)
            samples = self._spec.source.examples.get(channel.name, {})
            yield self._page(path, "channel.html", title, channel=channel, samples=samples, **self._schemas(path))
        yield self._page(SHARED, "shared.html", "Shared components", **self._schemas(SHARED))
        yield self._page(ANSWERS, "answers.html", "Answers and notifications", **self._schemas(ANSWERS))
        yield self._page(RULES, "rules.html", "Cross-field rules", rules=contents.rules.values())
        yield self._page("codes.html", "codes.html", "Codes", codes=self._spec.source.codes)
        yield self._page("errata.html", "errata.html", "Errata", errata=self._spec.source.errata)
        yield self._page("reference.html", "reference.html", "API reference")
        yield self._page("playground.html", "playground.html", "Playground")
        yield self._page("index.html", "index.html", self._spec.document["info"]["title"])
        for name, text in self._guides.items():
            html = Markup(_guide(text))  # noqa: S704 - raw HTML is off
            yield self._page(f"{name}.html", "guide.html", _title(text, name), html=html)

    def _schemas(self, path: str) -> dict[str, Any]:
        components = self._contents.components(path)
        return {"components": components, "errata": self._contents.errata_of(components)}

    def _page(self, path: str, template: str, title: str, **context: Any) -> tuple[str, str]:
        root = "../" * path.count("/")

        def link(page: str, fragment: str = "") -> str:
            """Return the relative address of another page."""
            target = "" if page == path and fragment else posixpath.relpath(page, posixpath.dirname(path) or ".")
            return f"{target}#{fragment}" if fragment else target

        def kind(schema: Json) -> Markup:
            """Return the type of a value, with links to the components that it names."""
            return _kind(schema, lambda name: link(self._contents.homes[name], name))

        def rule_link(rule: Rule) -> str:
            return link(self._contents.rule_home(rule), rule.id)

        text = self._templates.get_template(template).render(
            path=path, root=root, title=title, link=link, kind=kind, rule_link=rule_link, **context
        )
        return path, text


def limits(schema: Json) -> list[str]:
    """Return the keywords of a schema beside its type, in words and Markdown."""
    found = []
    if "enum" in schema:
        found.append(f"one of {', '.join(map(_code, schema['enum']))}")
    if "const" in schema:
        found.append(_code(schema["const"]))
    for least, most, unit in _COUNTS:
        if least in schema or most in schema:
            found.append(_range(schema.get(least), schema.get(most), unit))
    if "minimum" in schema or "maximum" in schema:
        found.append(_range(schema.get("minimum"), schema.get("maximum"), ""))
    if "uniqueItems" in schema:
        found.append("unique items")
    if "pattern" in schema:
        found.append(f"like {' or '.join(map(_code, schema.get('examples', [schema['pattern']])))}")
    return found


def _code(value: str) -> str:
    return f"`{value}`" if value else '`""`'


def _range(least: float | None, most: float | None, unit: str) -> str:
    numbers = f"at least {least:,}" if most is None else f"{least:,} to {most:,}" if least else f"at most {most:,}"
    if least is not None and least == most:
        numbers = f"exactly {most:,}"
    last = most if most is not None else least
    plural = {"": "", "propert": "ies"}.get(unit, "s") if last != 1 else {"propert": "y"}.get(unit, "")
    return f"{numbers} {unit}{plural}".strip()


def _kind(schema: Json, link: Any) -> Markup:
    if "$ref" in schema:
        name = name_of(schema["$ref"])
        return Markup('<a href="{}">{}</a>').format(link(name), name)
    if "oneOf" in schema:
        return Markup(" or ").join(_kind(branch, link) for branch in schema["oneOf"])
    if schema.get("type") == "array":
        return Markup("array of {}").format(_kind(schema.get("items", {}), link))
    if isinstance(schema.get("additionalProperties"), dict):
        return Markup("map of {}").format(_kind(schema["additionalProperties"], link))
    return Markup("{}").format(_TYPES.get(schema.get("type", ""), "any value"))


def _inline(text: str) -> Markup:
    """Render a sentence or two of Markdown."""
    return Markup(_MARKDOWN.renderInline(text))  # noqa: S704 - raw HTML is off


def _guide(text: str) -> str:
    """Render Markdown. Classes align columns, as the policy allows no styles, and an empty corner is no heading."""
    tokens = _MARKDOWN.parse(text)
    for cell, content, end in zip(tokens, tokens[1:], tokens[2:], strict=False):
        if cell.type in ("th_open", "td_open") and "style" in cell.attrs:
            cell.attrs = {"class": str(cell.attrs["style"]).removeprefix("text-align:")}
        if cell.type == "th_open" and not content.content:
            cell.tag = end.tag = "td"
    return str(_MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {}))


def _title(text: str, name: str) -> str:
    found = re.search(r"^# (.+)$", text, re.MULTILINE)
    return found[1] if found else name.capitalize()
