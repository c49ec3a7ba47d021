"""The examples, and payloads made from them by named changes."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import yaml

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = {
    f"{path.parent.name}/{path.stem}": json.loads(path.read_text(encoding="utf-8"))
    for path in sorted((ROOT / "spec" / "examples").glob("*/*.json"))
}
_KINDS = {"responses": "response", "notifications": "notification"}


def kind_of(example: str) -> Any:
    """Return what kind of document an example is."""
    return _KINDS.get(example.split("/", maxsplit=1)[0], "request")


class Case(NamedTuple):
    """A payload, and what is to be reported of it: ``level rule pointer``."""

    name: str
    kind: Any
    payload: Any
    reports: list[str]


def cases() -> Iterator[Case]:
    """Yield the cases of ``tests/cases``.

    Each starts from an example, ``from``, sets the members in ``set`` and drops those in ``remove``. A value
    ``{$times: n, $of: text}`` is a long text, ``{$entries: n, $of: value}`` a long array.
    """
    for path in sorted((ROOT / "tests" / "cases").glob("*.yaml")):
        for record in yaml.safe_load(path.read_text(encoding="utf-8")):
            payload = copy.deepcopy(EXAMPLES[record["from"]])
            for pointer in record.get("remove", ()):
                parent, last = _parent(payload, pointer)
                del parent[last]
            for pointer, value in record.get("set", {}).items():
                parent, last = _parent(payload, pointer)
                if isinstance(parent, list) and last == len(parent):
                    parent.append(_expanded(value))
                else:
                    parent[last] = _expanded(value)
            yield Case(f"{path.stem}: {record['name']}", kind_of(record["from"]), payload, record["reports"])


def _parent(payload: Any, pointer: str) -> tuple[Any, Any]:
    steps = [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]]
    for step in steps[:-1]:
        payload = payload[int(step) if isinstance(payload, list) else step]
    return payload, int(steps[-1]) if isinstance(payload, list) else steps[-1]


def _expanded(value: Any) -> Any:
    if isinstance(value, dict) and "$times" in value:
        return value["$of"] * value["$times"]
    if isinstance(value, dict) and "$entries" in value:
        return [_expanded(value["$of"]) for _ in range(value["$entries"])]
    if isinstance(value, dict):
        return {name: _expanded(item) for name, item in value.items()}
    return [_expanded(item) for item in value] if isinstance(value, list) else value
