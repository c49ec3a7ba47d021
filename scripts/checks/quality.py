"""Write the table of what is proved into the README, from runs and from the files, never by hand."""

from __future__ import annotations

import argparse
import functools
import importlib
import json
import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from specgen.model import Spec, read

from . import mutants

ROOT = Path(__file__).resolve().parent.parent.parent
README = ROOT / "README.md"
TABLE = re.compile(r"(?<=<!-- quality -->\n).*?(?=<!-- end of quality -->\n)", re.DOTALL)
SATISFIED = "test_satisfiable.py"


def main() -> int:
    """Run what the figures come from, or with --files only what needs no run, and write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", action="store_true", help="keep the figures of the last runs")
    options = parser.parse_args()
    text = README.read_text(encoding="utf-8")
    spec = read(ROOT / "spec")
    figures = shown(text) if options.files else of_runs(spec)
    README.write_text(TABLE.sub(lambda _: table(figures | of_files(spec)), text), encoding="utf-8")
    return 0


def table(figures: dict[str, str]) -> str:
    """Return the figures as a table."""
    rows = (f"| {name} | {value} |\n" for name, value in figures.items())
    return "".join(["| proof | figure |\n| --- | --- |\n", *rows])


def shown(text: str) -> dict[str, str]:
    """Return the figures that a text shows between the markers."""
    (found,) = TABLE.findall(text)
    return dict(re.findall(r"^\| (.*?) \| (.*) \|$", found, re.MULTILINE)[2:])


def of_files(spec: Spec) -> dict[str, str]:
    """Return the figures that stand in the files."""
    trace = yaml.safe_load((ROOT / "spec" / "traceability.yaml").read_text(encoding="utf-8"))
    files = sorted((ROOT / "generated" / "vectors").glob("*.json"))
    vectors = {path.stem: len(json.loads(path.read_text(encoding="utf-8"))) for path in files}
    each = ", ".join(f"{name} {size:,}" for name, size in vectors.items())
    kinds = Counter(rule.level for rule in spec.rules if rule.id != "deprecated")
    examples = sum(len(group) for group in spec.source.examples.values())
    samples = sum(len(group["shown_by"]) for group in trace["samples"])
    rows = sum(len(part["rows"]) for part in trace["tables"])
    return {
        "component schemas": f"{len(spec.schemas):,}",
        "cross-field rules": f"{kinds.total():,}: {kinds['error']} errors, {kinds['warning']} warnings",
        "examples, all valid": f"{examples:,}",
        "rows and samples of the vendor's page traced": f"{rows} and {samples}",
        "conformance vectors": f"{sum(vectors.values()):,}: {each}",
    }


def of_runs(spec: Spec) -> dict[str, str]:
    """Return the figures that only runs can tell."""
    caught, total, _ = mutants.count(spec, mutants.Judge(spec))
    tally = Tally()
    if pytest.main([str(ROOT / "tests" / "property"), "--quiet"], plugins=[tally]):
        raise SystemExit("a law does not hold")
    laws = {name: count for (file, name), count in tally.examples.items() if file != SATISFIED}
    satisfied = sum(file == SATISFIED for file in tally.passed) // 2
    return {
        "mutants of the specification caught by the vectors": f"{caught.total():,} of {total.total():,}",
        "laws, and examples on which one run holds them": f"{len(laws)} and {sum(laws.values()):,}",
        "schemas satisfied by the least and by the most": f"{satisfied:,}",
    }


class Tally:
    """Counts, as a plugin of pytest, the tests that pass and the examples that Hypothesis makes for them."""

    def __init__(self) -> None:
        """Start from nothing."""
        self.passed: list[str] = []
        self.examples: Counter[tuple[str, str]] = Counter()

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_runtest_call(self, item: pytest.Function) -> Iterator[None]:
        """Listen to Hypothesis while a test runs."""
        collector: Any = importlib.import_module("hypothesis.statistics").collector  # not before pytest, which objects
        with collector.with_value(functools.partial(self._note, (item.path.name, item.function.__name__))):
            return (yield)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note the file of a test that has passed."""
        if report.when == "call" and report.passed:
            self.passed.append(Path(report.fspath).name)

    def _note(self, test: tuple[str, str], statistics: dict[str, Any]) -> None:
        phases = (value for key, value in statistics.items() if key.endswith("-phase"))
        self.examples[test] += sum(case["status"] == "valid" for phase in phases for case in phase["test-cases"])


if __name__ == "__main__":
    sys.exit(main())
