"""Write ``docs/proofs.md``: what is proved, from runs and from the files."""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections import Counter
from pathlib import Path

from specgen.model import Spec, read

from . import mutants, trace

ROOT = Path(__file__).resolve().parent.parent.parent
PAGE = ROOT / "docs" / "proofs.md"
HEAD = """\
<!-- Written by scripts/checks/quality.py; to write it anew, run: nox -s quality -->

# Proofs

What is proved of the specification. The first three figures are those of the last run of `nox -s quality`; the others
follow from the files, and `nox -s generate` updates them.

| proof | figure |
| --- | --- |
"""
SATISFIED = "test_satisfiable.py"


def main() -> int:
    """Run the proofs, unless --files is given, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", action="store_true", help="keep the figures of the last runs")
    options = parser.parse_args()
    spec = read(ROOT / "spec")
    figures = shown(PAGE.read_text(encoding="utf-8")) if options.files else of_runs(spec)
    PAGE.write_text(page(figures | of_files(spec)), encoding="utf-8")
    return 0


def page(figures: dict[str, str]) -> str:
    """Return the page that shows the figures."""
    return HEAD + "".join(f"| {name} | {value} |\n" for name, value in figures.items())


def shown(text: str) -> dict[str, str]:
    """Return the figures that a page shows."""
    return dict(re.findall(r"^\| (.*?) \| (.*) \|$", text, re.MULTILINE)[2:])


def of_files(spec: Spec) -> dict[str, str]:
    """Return the figures that follow from the files."""
    listed = trace.read_page()
    files = sorted((ROOT / "generated" / "vectors").glob("*.json"))
    vectors = {path.stem: len(json.loads(path.read_text(encoding="utf-8"))) for path in files}
    each = ", ".join(f"{name} {size:,}" for name, size in vectors.items())
    kinds = Counter(rule.level for rule in spec.rules if rule.id != "deprecated")
    examples = sum(len(group) for group in spec.source.examples.values())
    return {
        "component schemas": f"{len(spec.schemas):,}",
        "cross-field rules": f"{kinds.total():,}: {kinds['error']} errors, {kinds['warning']} warnings",
        "examples, all valid": f"{examples:,}",
        "rows and samples of the vendor's page traced": f"{len(listed.rows)} and {len(listed.samples)}",
        "conformance vectors": f"{sum(vectors.values()):,}: {each}",
    }


def of_runs(spec: Spec) -> dict[str, str]:
    """Return the figures that need runs."""
    from . import tally  # noqa: PLC0415 - needs pytest, which is not installed where only --files is run

    detected, total, _ = mutants.count(spec, mutants.Detector(spec))
    passed, examples = tally.run_properties()
    laws = {name: count for (file, name), count in examples.items() if file != SATISFIED}
    satisfied = sum(file == SATISFIED for file in passed) // 2
    return {
        "mutants of the specification detected by the vectors": f"{detected.total():,} of {total.total():,}",
        "laws, and the examples that one run tests them with": f"{len(laws)} and {sum(laws.values()):,}",
        "schemas satisfied by a smallest and by a largest payload": f"{satisfied:,}",
    }


if __name__ == "__main__":
    sys.exit(main())
