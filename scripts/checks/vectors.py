"""Run the vectors with the installed package, and nothing else; fail where a violation is missing or surplus."""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from webex_connect_messaging import accelerated, validate

VECTORS = Path(__file__).resolve().parent.parent.parent / "generated" / "vectors"


def main() -> int:
    """Run the vectors; return 1 when one fails."""
    vectors = [vector for path in sorted(VECTORS.glob("*.json")) for vector in json.loads(path.read_text("utf-8"))]
    failed = []
    for vector in vectors:
        found = Counter((item.pointer, item.rule, item.level) for item in validate(vector["payload"], kind_of(vector)))
        if found != Counter(tuple(item[key] for key in ("pointer", "rule", "level")) for item in vector["violations"]):
            failed.append(vector["id"])
    for name in failed[:10]:
        print(f"failed: {name}")
    print(f"Python {sys.version.split()[0]}, {'accelerator' if accelerated else 'pure engine'}")
    print(f"{len(vectors) - len(failed)} passed, {len(failed)} failed")
    return 1 if failed or not vectors else 0


def kind_of(vector: Any) -> Any:
    """Return the kind of a vector's payload in Python, where a request may be a batch."""
    return "request" if vector["kind"] == "batch" else vector["kind"]


if __name__ == "__main__":
    sys.exit(main())
