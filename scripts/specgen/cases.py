"""Read the cases of ``spec/cases``: payloads made from the examples by named changes, and what is reported of them."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any, NamedTuple

from .model import Spec
from .pointers import parse
from .source import BATCH, Place, kind_of, reached
from .types import Json
from .verdicts import Report, violations

EVERY = "*"
SHARED = "envelope"  # cases of what several channels share
ANSWERS = "answers"  # cases of responses and notifications


class Case(NamedTuple):
    """A payload, what is to be reported of it, and where that is written."""

    name: str
    folder: str
    payload: Json
    reports: list[Report]
    place: Place

    @property
    def kind(self) -> Any:
        """What kind of document it is."""
        return kind_of(self.folder)


def cases(spec: Spec) -> Iterator[Case]:
    """Yield the cases.

    Each starts from an example, ``from``, drops the properties in ``remove`` and sets those in ``set``. A value
    ``{$times: n, $of: text}`` is a long text, ``{$items: n, $of: value}`` a long array. ``from: '*'`` stands for an
    example of every request, so that what requests share is shown for each. A list of examples is a batch.
    """
    plain = list(_plain(spec))
    for stem, records in spec.source.cases.items():
        for index, record in enumerate(records):
            place = Place(f"cases/{stem}.yaml") / index
            reports = [Report(*[*line.split(), ""][:3]) for line in record["reports"]]
            for name, start in plain if record["from"] == EVERY else [("", record["from"])]:
                folder = BATCH if isinstance(start, list) else start.partition("/")[0]
                try:
                    payload = _changed(_example(spec, start), record)
                except (KeyError, IndexError, ValueError, TypeError) as error:
                    raise place.error(f"cannot be made from its example: {error!r}") from error
                yield Case(f"{stem}.{record['name']}{name}", folder, payload, reports, place)


def case_file(spec: Spec, file: str) -> str:
    """Return the file of the cases that belong to a file of schemas: those of the only channel that refers to it."""
    used = {channel.name: reached(spec.source.files, f"channels/{channel.name}.yaml") for channel in spec.channels}
    users = [name for name, files in used.items() if file in files]
    stem = users[0] if len(users) == 1 else SHARED if users or file == "openapi.yaml" else ANSWERS
    return f"spec/cases/{stem}.yaml"


def _example(spec: Spec, start: str | list[str]) -> Json:
    if isinstance(start, list):
        return [copy.deepcopy(_example(spec, name)) for name in start]  # apart, even if two are the same
    folder, _, stem = start.partition("/")
    return spec.source.examples[folder][stem]


def _plain(spec: Spec) -> Iterator[tuple[str, str]]:
    """Yield an example of each request that has examples, and what it adds to the name of a case."""
    for channel in spec.channels:
        examples = spec.source.examples[channel.name]
        for tag, component in channel.members:
            found = [stem for stem in examples if _is_plain(spec, tag, component, f"{channel.name}/{stem}")]
            if not found:
                place = Place(f"examples/{channel.name}")
                raise place.error(f"no example of {component} has channels, no message and no violations")
            yield f".{tag}", f"{channel.name}/{found[0]}"


def _is_plain(spec: Spec, tag: str, component: str, name: str) -> bool:
    folder, _, stem = name.partition("/")
    example = spec.source.examples[folder][stem]
    chosen = example[spec.tag] == tag and "channels" in example and "message" not in example
    return chosen and not violations(spec, component, example, f"example {name}")


def _changed(example: Json, record: Json) -> Json:
    payload = copy.deepcopy(example)
    for pointer in record.get("remove", ()):
        parent, last = _parent(payload, pointer)
        del parent[last]
    for pointer, value in record.get("set", {}).items():
        if not pointer:
            payload = _expanded(value)
            continue
        parent, last = _parent(payload, pointer)
        if isinstance(parent, list) and last == len(parent):
            parent.append(_expanded(value))
        else:
            parent[last] = _expanded(value)
    return payload


def _parent(payload: Json, pointer: str) -> tuple[Json, Any]:
    steps = parse(pointer)
    for step in steps[:-1]:
        payload = payload[int(step) if isinstance(payload, list) else step]
    return payload, int(steps[-1]) if isinstance(payload, list) else steps[-1]


def _expanded(value: Json) -> Json:
    if isinstance(value, dict) and "$times" in value:
        return value["$of"] * value["$times"]
    if isinstance(value, dict) and "$items" in value:
        return [_expanded(value["$of"]) for _ in range(value["$items"])]
    if isinstance(value, dict):
        return {name: _expanded(item) for name, item in value.items()}
    return [_expanded(item) for item in value] if isinstance(value, list) else value
