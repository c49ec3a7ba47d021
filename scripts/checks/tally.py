"""Run the property tests and count the examples that Hypothesis makes."""

from __future__ import annotations

import functools
import importlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

PROPERTIES = Path(__file__).resolve().parent.parent.parent / "tests" / "property"


def run_properties() -> tuple[list[str], Counter[tuple[str, str]]]:
    """Return the file of each test that passes, and the number of examples by file and test."""
    tally = Tally()
    if pytest.main([str(PROPERTIES), "--quiet"], plugins=[tally]):
        raise SystemExit("A property test fails.")
    return tally.passed, tally.examples


class Tally:
    """Counts, as a plugin of pytest, the tests that pass and the examples that Hypothesis makes for them."""

    def __init__(self) -> None:
        """Start at zero."""
        self.passed: list[str] = []
        self.examples: Counter[tuple[str, str]] = Counter()

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_runtest_call(self, item: pytest.Function) -> Iterator[None]:
        """Collect the statistics of Hypothesis while a test runs."""
        collector: Any = importlib.import_module("hypothesis.statistics").collector  # not before pytest, which objects
        with collector.with_value(functools.partial(self._count, (item.path.name, item.function.__name__))):
            return (yield)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Count a test that has passed."""
        if report.when == "call" and report.passed:
            self.passed.append(Path(report.fspath).name)

    def _count(self, test: tuple[str, str], statistics: dict[str, Any]) -> None:
        phases = (value for key, value in statistics.items() if key.endswith("-phase"))
        self.examples[test] += sum(case["status"] == "valid" for phase in phases for case in phase["test-cases"])
