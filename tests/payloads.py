"""The examples and the cases of the specification, as the tests use them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from specgen import source

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = {
    f"{path.parent.name}/{path.stem}": json.loads(path.read_text(encoding="utf-8"))
    for path in sorted((ROOT / "spec" / "examples").glob("*/*.json"))
}


def read_vectors(path: Path) -> list[Any]:
    """Return the vectors of a file; of batches with the kind that they have in Python, where requests may be a list."""
    vectors = json.loads(path.read_text(encoding="utf-8"))
    return [vector | {"kind": "request"} if vector["kind"] == "batch" else vector for vector in vectors]


VECTORS = {
    vector["id"]: vector
    for path in sorted((ROOT / "generated" / "vectors").glob("*.json"))
    for vector in read_vectors(path)
}


def kind_of(example: str) -> Any:
    """Return what kind of document an example is."""
    return source.kind_of(example.partition("/")[0])
