"""Write what the Python runtime says of every conformance vector, by id: messages.py GENERATED_FOLDER OUTPUT."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from webex_connect_messaging import Kind, validate

KINDS: dict[str, Kind] = {
    "request": "request",
    "batch": "request",
    "response": "response",
    "notification": "notification",
}


def main(generated: Path, output: Path) -> None:
    """Validate the vectors of all files."""
    vectors = [
        vector
        for path in sorted(generated.glob("vectors/*.json"))
        for vector in json.loads(path.read_text(encoding="utf-8"))
    ]
    said = {
        vector["id"]: [violation.message for violation in validate(vector["payload"], KINDS[vector["kind"]])]
        for vector in vectors
    }
    output.write_text(json.dumps(said), encoding="utf-8")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
