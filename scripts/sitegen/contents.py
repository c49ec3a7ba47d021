"""Assign components and rules to pages, and find vectors that keep and violate each rule."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from specgen.locations import violated_rules
from specgen.model import FOLDERS, Channel, Json, Rule, Spec, applied, walk
from specgen.pointers import pointer
from specgen.targets.vectors import vectors

SHARED, ANSWERS, RULES = "shared.html", "answers.html", "rules.html"
_CANDIDATES = 6  # refused payloads, shortest first, for which a similar accepted one is searched


@dataclass(frozen=True)
class Contrast:
    """A payload that keeps a rule and a similar one that violates it."""

    accepted: Json
    refused: Json


class Contents:
    """The page of each component and rule."""

    def __init__(self, spec: Spec) -> None:
        """Assign the components to pages."""
        self.spec = spec
        self.homes = dict(self._homes())

    def _homes(self) -> Iterator[tuple[str, str]]:
        users: dict[str, set[str]] = defaultdict(set)
        for channel in self.spec.channels:
            for component in self.spec.reachable([name for _, name in channel.members]):
                users[component].add(channel_page(channel))
        for kind in ("response", "notification"):
            for component in self.spec.reachable([self.spec.kinds[kind]]):
                users[component].add(ANSWERS)
        for component in self.spec.schemas:
            pages = users[component]
            yield component, next(iter(pages)) if len(pages) == 1 else SHARED

    def components(self, page: str) -> list[str]:
        """Return the components of a page, in the order of the specification."""
        return [name for name, home in self.homes.items() if home == page]

    @cached_property
    def rules(self) -> dict[str, Rule]:
        """Every rule by its id, without deprecations."""
        return {rule.id: rule for rule in self.spec.rules if rule.id != "deprecated"}

    def governed(self, rule: Rule) -> list[str]:
        """Return the components that a rule governs."""
        return [name for name, node in self.spec.nodes.items() if rule in applied(node)]

    def rule_home(self, rule: Rule) -> str:
        """Return the page that shows a rule in full: that of its components if they have the same."""
        pages = {self.homes[name] for name in self.governed(rule)}
        return pages.pop() if len(pages) == 1 else RULES

    def rules_of(self, component: str) -> list[Rule]:
        """Return the rules that govern a component, in order."""
        return [rule for rule in applied(self.spec.nodes[component]) if rule.id in self.rules]

    def errata_of(self, components: list[str]) -> list[Json]:
        """Return the errata to which components, or the rules that govern them, refer."""
        named = {
            item for name in components for node in walk(self.spec.schemas[name]) for item in node.get("x-errata", ())
        }
        named |= {item for name in components for rule in self.rules_of(name) for item in rule.errata}
        return [entry for entry in self.spec.source.errata if entry["id"] in named]

    def components_of(self, erratum: str) -> list[str]:
        """Return the components that refer to an erratum."""
        return [name for name in self.spec.schemas if any(entry["id"] == erratum for entry in self.errata_of([name]))]

    @cached_property
    def contrasts(self) -> dict[str, Contrast]:
        """For each rule, two vectors: one that violates it and one that keeps it."""
        kept, violated = defaultdict(list), defaultdict(list)
        for vector in vectors(self.spec):
            reported = {violation["rule"] for violation in vector["violations"]}
            if reported - {"deprecated"} <= set(self.rules):
                for rule in self._applied(vector) - reported:
                    kept[rule].append(vector)
                for rule in reported & set(self.rules):
                    violated[rule].append(vector)
        return {rule: _contrast(kept[rule], violated[rule]) for rule in self.rules if kept[rule] and violated[rule]}

    def _applied(self, vector: Json) -> set[str]:
        """Return the rules that are evaluated for a vector."""
        expressions: set[str] = set()

        def note(expression: str, _variables: dict[str, Json]) -> bool:
            expressions.add(expression)
            return True

        folder = {kind: folder for folder, kind in FOLDERS.items()}.get(vector["kind"], "")
        violated_rules(self.spec, self.spec.root(folder, vector["payload"]), vector["payload"], note)
        return {rule.id for rule in self.rules.values() if rule.expression in expressions}


def channel_page(channel: Channel) -> str:
    """Return the path of a channel's page."""
    return f"channels/{channel.name}.html"


def channel_title(spec: Spec, channel: Channel) -> str:
    """Return the name of a channel as the summary of the document writes it."""
    pattern = re.escape(channel.name).replace("_", "[-_ ]")
    found = re.search(pattern, spec.document["info"]["summary"], re.IGNORECASE)
    name = found[0] if found else channel.name.replace("_", " ")
    return name[0].upper() + name[1:]


def _contrast(kept: list[Json], violated: list[Json]) -> Contrast:
    """Choose the two that differ least, among the shortest with the fewest violations."""
    by_size = sorted(violated, key=lambda vector: (len(vector["violations"]), len(str(vector["payload"]))))
    leaves = [(vector, set(_leaves(vector["payload"], ()))) for vector in kept]
    pairs: list[tuple[int, int, Any]] = []
    for index, refused in enumerate(by_size[:_CANDIDATES]):
        own = set(_leaves(refused["payload"], ()))
        best = min(leaves, key=lambda item: (len(own ^ item[1]), len(item[0]["violations"]), len(item[1])))
        pairs.append((len(own ^ best[1]), index, Contrast(best[0], refused)))
    contrast: Contrast = min(pairs, key=lambda pair: pair[:2])[2]
    return contrast


def _leaves(value: Json, path: tuple[str | int, ...]) -> Iterator[tuple[str, str]]:
    if isinstance(value, (dict, list)) and value:
        for step, item in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _leaves(item, (*path, step))
    else:
        yield pointer(path), repr(value)
