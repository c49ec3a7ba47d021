"""Measure everything in one run, in turns, and write ``docs/benchmarks.md``; exit with 1 when a target is missed."""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

import lines
import own
import scaling
from others import AJV, AJV_BYTES, BLAZE, BLAZE_LINES, Others
from own import OURS, OURS_TEXT, UNIT
from peers import PYDANTIC, Peers
from pure import ACCELERATOR
from report import Report, Target, replace_section
from samples import ROOT, Payload, destinations, elements, invalid, valid, warnings
from timing import Call, Ratio, geometric_mean, ratios_to, time_calls

from webex_connect_messaging import validate

_IMPORT = "import sys, time; start = time.perf_counter(); import {}; print(time.perf_counter() - start)"
_FINDINGS = """\
The time of `webex-connect-messaging validate FILE --output REPORT` for {number:,} SMS of about 250 bytes, less the time
for a file of one line, where every line has the same finding. By default the lines are shared by a process for each of
the {cores} cores, of which the start is part of the time; the targets are for that."""


class Options(NamedTuple):
    """How much is measured."""

    repeats: int
    rounds: int
    megabytes: int
    lines: int
    with_peers: bool


QUICK = Options(repeats=5, rounds=2, megabytes=0, lines=100_000, with_peers=False)


def main() -> int:
    """Measure, write the page and return 1 when a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="measure less, without other validators; print the page")
    parser.add_argument("--growth", action="store_true", help="measure the growth of the command alone, in the page")
    parser.add_argument("--repeats", type=int, default=40, help="how often each call is timed in turn")
    parser.add_argument("--rounds", type=int, default=3, help="how often other programs and imports are timed")
    parser.add_argument("--megabytes", type=int, default=2000, help="size of the largest file, or 0 for none")
    parser.add_argument("--lines", type=int, default=200_000, help="size of the files with a finding on each line")
    parser.add_argument("--output", type=Path, default=ROOT / "docs" / "benchmarks.md", help="where the page goes")
    given = parser.parse_args()
    if find_spec(ACCELERATOR) is None:
        parser.error("the accelerator is missing; install the package where there is a C compiler")
    if given.growth:
        return _only_growth(given.output, given.rounds)
    options = Options(given.repeats, max(given.rounds, 2), given.megabytes, given.lines, with_peers=True)
    report = Report()
    with tempfile.TemporaryDirectory() as folder:
        targets = measure(Path(folder), QUICK if given.quick else options, report)
    if given.quick:
        print(report.page(targets))
    else:
        given.output.write_text(report.page(targets), encoding="utf-8")
    for item in targets:
        print(f"{'met   ' if item.is_met else 'MISSED'} {item.text}: {item.figure:.2f} (target {item.limit:g})")
    return 0 if all(item.is_met for item in targets) else 1


def _only_growth(page: Path, rounds: int) -> int:
    """Measure the growth of the command and write it into a page."""
    with tempfile.TemporaryDirectory() as folder:
        found = scaling.measure(Path(folder), rounds)
    text = replace_section(page.read_text(encoding="utf-8"), scaling.TITLE, scaling.rows(found), scaling.TEXT)
    page.write_text(text, encoding="utf-8")
    return 0 if all(ratio.median <= scaling.LIMIT for ratio in found.values()) else 1


def measure(folder: Path, options: Options, report: Report) -> list[Target]:
    """Run all measurements, add them to the report and return the targets."""
    return [
        *_payloads(folder, options, report),
        _pure(options, report),
        *_linear(options, report),
        _imports(options, report),
        *_lines(folder, options, report),
        *_growth(folder, options, report),
        *(_large_file(folder, options, report) if options.megabytes else []),
    ]


def _payloads(folder: Path, options: Options, report: Report) -> Iterator[Target]:
    peers = Peers(folder) if options.with_peers else None
    groups = {"valid": valid(), "invalid": invalid()}
    accepted, refused = (
        _compare(payloads, peers, _others(folder / name, payloads, options), options)
        for name, payloads in groups.items()
    )
    warned = _compare(warnings(), None, None, options)  # the other validators have no warnings
    report.table("Valid payloads", accepted)
    report.table("Payloads with warnings only", warned)
    report.table("Refused payloads", refused)
    yield Target("`validate` of valid payloads, geometric mean", geometric_mean(_column(accepted, OURS)), 1)
    yield Target("`validate` of a valid payload, at most", _most(accepted, OURS), 2)
    yield Target("`validate_json` of valid payloads, geometric mean", geometric_mean(_column(accepted, OURS_TEXT)), 1.1)
    yield Target(
        "`validate` of payloads with warnings only, geometric mean", geometric_mean(_column(warned, OURS)), 1.8
    )
    yield Target("`validate` of a payload with warnings only, at most", _most(warned, OURS), 4)
    yield Target("`validate` of a refused payload, at most", _most(refused, OURS), 6)
    for peer, ours in ((PYDANTIC, OURS), (AJV_BYTES, OURS_TEXT), (BLAZE_LINES, OURS_TEXT)):
        for name, times in _times_as_long(accepted, peer, ours):
            yield Target(f"{name}: {peer} over `{ours}`", times, 1, at_least=True)
    for peer in (AJV, BLAZE):
        shown = ", ".join(f"{name} {times:.2f}" for name, times in _times_as_long(accepted, peer, OURS))
        report.figure(f"{peer} on a payload in its own memory, over `validate`", shown or "not measured")


def _others(folder: Path, payloads: list[Payload], options: Options) -> Others | None:
    if not options.with_peers:
        return None
    folder.mkdir()
    return Others(folder, payloads, are_valid=folder.name == "valid")


def _compare(
    payloads: list[Payload], peers: Peers | None, others: Others | None, options: Options
) -> dict[str, dict[str, Ratio]]:
    """Return the ratios of everything to ``orjson.loads``, by payload."""
    foreign: list[defaultdict[str, list[float]]] = [defaultdict(list) for _ in payloads]
    for _ in range(options.rounds if others else 0):
        units = [statistics.median(time_calls({UNIT: own.calls(item)[UNIT]}, 15)[UNIT]) for item in payloads]
        for index, seconds in enumerate(others.run() if others else ()):
            for name, value in seconds.items():
                foreign[index][name].append(value / units[index])
    found = {}
    for payload, foreigners in zip(payloads, foreign, strict=True):
        calls = own.calls(payload) | (peers.calls(payload) if peers else {})
        ratios = ratios_to(UNIT, calls, options.repeats)
        found[payload.name] = ratios | {name: Ratio.of(values) for name, values in foreigners.items()}
    return found


def _column(rows: dict[str, dict[str, Ratio]], name: str) -> list[Ratio]:
    return [cells[name] for cells in rows.values()]


def _most(rows: dict[str, dict[str, Ratio]], name: str) -> float:
    return max(ratio.median for ratio in _column(rows, name))


def _times_as_long(rows: dict[str, dict[str, Ratio]], peer: str, ours: str) -> Iterator[tuple[str, float]]:
    """Yield how many times as long as ours a peer takes, by payload."""
    for payload, cells in rows.items():
        if peer in cells:
            yield payload, cells[peer].median / cells[ours].median


def _pure(options: Options, report: Report) -> Target:
    """Measure valid payloads in a process that cannot import the accelerator."""
    command = [sys.executable, str(Path(__file__).with_name("pure.py")), str(options.repeats)]
    printed = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    found = {payload: {name: Ratio(*values) for name, values in cells.items()} for payload, cells in printed.items()}
    report.table("Valid payloads, without the accelerator", found)
    mean = geometric_mean(_column(found, OURS))
    return Target("`validate` of valid payloads without the accelerator, geometric mean", mean, 2.2)


def _linear(options: Options, report: Report) -> Iterator[Target]:
    """Compare the cost of an entry among few and among many."""
    for title, make, counts in (
        ("destination", destinations, (10, 100, 1000)),
        ("template element", elements, (1, 2, 5, 10)),
    ):
        documents = {count: make(count).document for count in counts}
        calls: dict[str, Call] = {str(count): lambda item=item: validate(item) for count, item in documents.items()}  # type: ignore[misc] # binds the item
        times = time_calls(calls, options.repeats)
        costs = {count: statistics.median(times[str(count)]) / count for count in counts}
        relative = {count: cost / costs[counts[0]] for count, cost in costs.items()}
        shown = ", ".join(f"{cost:.2f} with {count:,}" for count, cost in relative.items())
        report.figure(f"Cost of each {title}, over that in the smallest payload", shown)
        yield Target(f"a {title} of {counts[-1]:,} costs, over one of {counts[0]}", relative[counts[-1]], 1.2)


def _imports(options: Options, report: Report) -> Target:
    """Compare the import of the package with that of its two largest dependencies."""
    ratio = Ratio.of(
        _import_seconds("webex_connect_messaging") / _import_seconds("orjson, jsonschema_rs")
        for _ in range(max(options.rounds * 3, 5))
    )
    report.figure("Import of `webex_connect_messaging` over that of `orjson` and `jsonschema_rs`", ratio)
    return Target("import over that of `orjson` and `jsonschema_rs`", ratio.median, 2)


def _import_seconds(names: str) -> float:
    command = [sys.executable, "-c", _IMPORT.format(names)]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def _lines(folder: Path, options: Options, report: Report) -> Iterator[Target]:
    """Measure lines without findings in this process, and lines with one each by the command."""
    title, ratio = lines.in_process(options.rounds)
    report.figure(f"{title} in one process, over `orjson.loads`", ratio)
    yield Target("lines without findings in one process, over `orjson.loads`", ratio.median, 1.5)
    cores = os.cpu_count() or 1
    over_clean, over_unit = lines.findings(folder, options.lines, options.rounds, cores)
    alone, _ = lines.findings(folder, options.lines, options.rounds, jobs=1)
    rows = {
        finding: {
            "over lines without findings": over_clean[finding],
            "the same with `--jobs 1`": alone[finding],
            "over `orjson.loads` of the lines": ratio,
        }
        for finding, ratio in over_unit.items()
    }
    report.table("Lines with one finding each", rows, _FINDINGS.format(number=options.lines, cores=cores))
    for finding in lines.FINDINGS:
        yield Target(f"lines with {finding} each, over lines without findings", over_clean[finding].median, 4)


def _growth(folder: Path, options: Options, report: Report) -> Iterator[Target]:
    """Measure how the time of the command grows."""
    found = scaling.measure(folder, options.rounds)
    report.table(scaling.TITLE, scaling.rows(found), scaling.TEXT)
    for name, ratio in found.items():
        yield Target(f"{name}, over a quarter of them", ratio.median, scaling.LIMIT)


def _large_file(folder: Path, options: Options, report: Report) -> Iterator[Target]:
    """Compare one process with two, and the memory for few lines with that for many."""
    few, some, many = (lines.mixed_file(folder, size) for size in (20, options.megabytes // 2, options.megabytes))
    speed = lines.two_processes(some, options.rounds)
    small, large = (lines.run(file, 2)["kilobytes"] for file in (few, many))
    title = f"A file of {options.megabytes // 2:,} MB of lines in two processes: times as fast as in one"
    report.figure(title, speed)
    report.figure("Most memory of a process while two check a file of 20 MB", f"{small / 1000:.0f} MB")
    report.figure(f"The same for {options.megabytes:,} MB", f"{large / 1000:.0f} MB")
    yield Target("lines in two processes, times as fast", speed.median, 1.7, at_least=True)
    yield Target(f"memory for {options.megabytes:,} MB of lines, over that for 20 MB", large / small, 1.2)


if __name__ == "__main__":
    sys.exit(main())
