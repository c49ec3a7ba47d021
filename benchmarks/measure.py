"""Measure everything in one run, in turns, and write ``docs/benchmarks.md``; exit with 1 when a target is missed."""

from __future__ import annotations

import argparse
import io
import json
import math
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import orjson
from others import AJV, AJV_BYTES, BLAZE, BLAZE_LINES, Others
from peers import OURS, OURS_TEXT, PYDANTIC, UNIT, Call, Peers
from report import Report
from samples import ROOT, Payload, destinations, elements, invalid, valid

from webex_connect_messaging import validate
from webex_connect_messaging.bulk import check_lines

_BATCH = 0.0003  # seconds; short, so that most batches are not interrupted by what else the machine does
_IMPORT = "import sys, time; begun = time.perf_counter(); import {}; print(time.perf_counter() - begun)"


class Ratio(NamedTuple):
    """The median and the quartiles of a ratio."""

    median: float
    low: float
    high: float

    @classmethod
    def of(cls, ratios: Iterable[float]) -> Ratio:
        """Sum ratios up."""
        low, median, high = statistics.quantiles(ratios, n=4)
        return cls(median, low, high)

    def __str__(self) -> str:
        return f"{self.median:.2f} ({self.low:.2f} to {self.high:.2f})"


class Target(NamedTuple):
    """A promise about a figure."""

    text: str
    figure: float
    limit: float
    at_least: bool = False

    @property
    def is_met(self) -> bool:
        """Tell whether the promise is kept."""
        return self.figure >= self.limit if self.at_least else self.figure <= self.limit


def main() -> int:
    """Measure, write the report and tell whether all targets are met."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=40, help="how often each call is timed in turn")
    parser.add_argument(
        "--rounds", type=int, default=3, help="how often other programs, imports and bulk runs are timed"
    )
    parser.add_argument("--megabytes", type=int, default=2000, help="size of the file that must need no more memory")
    parser.add_argument("--output", type=Path, default=ROOT / "docs" / "benchmarks.md", help="where the report goes")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        report = Report()
        targets = measure(Path(folder), options.repeats, options.rounds, options.megabytes, report)
    report.targets([(item.text, item.figure, item.limit, item.at_least, item.is_met) for item in targets])
    options.output.parent.mkdir(exist_ok=True)
    options.output.write_text(report.text(), encoding="utf-8")
    for item in targets:
        print(f"{'met   ' if item.is_met else 'MISSED'} {item.text}: {item.figure:.2f} (target {item.limit:g})")
    return 0 if all(item.is_met for item in targets) else 1


def measure(folder: Path, repeats: int, rounds: int, megabytes: int, report: Report) -> list[Target]:
    """Run all measurements, tell them to the report and return the targets."""
    peers = Peers(folder)
    good, bad = valid(), invalid()
    accepted = _compare(good, peers, Others(_below(folder, "good"), good, are_valid=True), repeats, rounds)
    refused = _compare(bad, peers, Others(_below(folder, "bad"), bad, are_valid=False), repeats, rounds)
    report.comparison("Valid payloads", {payload.name: found for payload, found in zip(good, accepted, strict=True)})
    report.comparison("Refused payloads", {payload.name: found for payload, found in zip(bad, refused, strict=True)})
    for peer in (AJV, BLAZE):
        shown = ", ".join(f"{name} {ahead:.2f}" for name, ahead in _ahead(good, accepted, peer, OURS))
        report.figure(f"{peer} on a payload that it holds in memory, over `validate`", shown)
    return [
        *_speed_targets(good, accepted, refused),
        *_linear(repeats, report),
        _imports(rounds, report),
        *_bulk(good, rounds, report),
        *_files(_below(folder, "lines"), megabytes, rounds, report),
    ]


def _below(folder: Path, name: str) -> Path:
    (folder / name).mkdir()
    return folder / name


def _compare(
    payloads: list[Payload], peers: Peers, others: Others, repeats: int, rounds: int
) -> list[dict[str, Ratio]]:
    """Return the ratios of everything to ``orjson.loads``, for each payload."""
    found = []
    units: list[float] = []
    foreign: list[defaultdict[str, list[float]]] = [defaultdict(list) for _ in payloads]
    for _ in range(max(rounds, 2)):
        units = [statistics.median(_seconds({UNIT: peers.calls(item)[UNIT]}, 15)[UNIT]) for item in payloads]
        for index, seconds in enumerate(others.run()):
            for name, value in seconds.items():
                foreign[index][name].append(value / units[index])
    for payload, foreigners in zip(payloads, foreign, strict=True):
        times = _seconds(peers.calls(payload), repeats)
        own = {name: Ratio.of(_over(values, times[UNIT])) for name, values in times.items()}
        found.append(own | {name: Ratio.of(values) for name, values in foreigners.items()})
    return found


def _seconds(calls: Mapping[str, Call], repeats: int) -> dict[str, list[float]]:
    """Time calls in turns: each once in every round, for about as long as each other."""
    numbers = {name: _number(call) for name, call in calls.items()}
    times: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(repeats):
        for name, call in calls.items():
            times[name].append(_time(call, numbers[name]) / numbers[name])
    return times


def _number(call: Call) -> int:
    """Return how many calls fill a batch."""
    number, seconds = 1, _time(call, 1)
    while seconds < _BATCH:
        number *= 2
        seconds = _time(call, number)
    return number


def _time(call: Call, number: int) -> float:
    """Return the seconds that so many calls take, after one that finds the caches full of others' data."""
    call()
    begun = time.perf_counter()
    for _ in range(number):
        call()
    return time.perf_counter() - begun


def _over(values: list[float], units: list[float]) -> list[float]:
    return [value / unit for value, unit in zip(values, units, strict=True)]


def _mean(found: list[dict[str, Ratio]], name: str) -> float:
    """Return the geometric mean of a name's medians."""
    return math.exp(statistics.mean(math.log(ratios[name].median) for ratios in found))


def _speed_targets(
    payloads: list[Payload], accepted: list[dict[str, Ratio]], refused: list[dict[str, Ratio]]
) -> list[Target]:
    targets = [
        Target("`validate` of valid payloads, geometric mean", _mean(accepted, OURS), 1.5),
        Target("`validate` of a valid payload, at most", max(item[OURS].median for item in accepted), 3),
        Target("`validate_json` of valid payloads, geometric mean", _mean(accepted, OURS_TEXT), 2.5),
        Target("`validate` of a refused payload, at most", max(item[OURS].median for item in refused), 12),
    ]
    for peer, ours in ((PYDANTIC, OURS), (AJV_BYTES, OURS_TEXT), (BLAZE_LINES, OURS_TEXT)):
        for name, ahead in _ahead(payloads, accepted, peer, ours):
            targets.append(Target(f"{name}: {peer} over `{ours}`", ahead, 1, at_least=True))
    return targets


def _ahead(payloads: list[Payload], found: list[dict[str, Ratio]], peer: str, ours: str) -> Iterator[tuple[str, float]]:
    """Yield how many times as long as ours a peer takes, by payload."""
    for payload, ratios in zip(payloads, found, strict=True):
        if peer in ratios:
            yield payload.name, ratios[peer].median / ratios[ours].median


def _linear(repeats: int, report: Report) -> list[Target]:
    """Compare what an entry costs where there are few and where there are many."""
    targets = []
    for title, make, counts in (
        ("destination", destinations, (10, 100, 1000)),
        ("template element", elements, (1, 2, 5, 10)),
    ):
        documents = {f"{count:,}": make(count).document for count in counts}
        calls: dict[str, Call] = {name: lambda item=item: validate(item) for name, item in documents.items()}  # type: ignore[misc] # binds the item
        times = {name: statistics.median(values) for name, values in _seconds(calls, repeats).items()}
        costs = {name: times[name] / count * 1e6 for name, count in zip(times, counts, strict=True)}
        first = costs[f"{counts[0]:,}"]
        report.costs(title, {name: cost / first for name, cost in costs.items()})
        targets.append(
            Target(f"a {title} of {counts[-1]:,} costs, over one of {counts[0]}", list(costs.values())[-1] / first, 1.2)
        )
    return targets


def _imports(rounds: int, report: Report) -> Target:
    """Compare the import of the package with that of the two libraries that it cannot do without."""
    ratios = []
    for _ in range(max(rounds * 3, 5)):
        least, ours = (_import_seconds(names) for names in ("orjson, jsonschema_rs", "webex_connect_messaging"))
        ratios.append(ours / least)
    report.figure(
        "Import of `webex_connect_messaging` over that of `orjson` and `jsonschema_rs`", str(Ratio.of(ratios))
    )
    return Target("import over that of `orjson` and `jsonschema_rs`", statistics.median(ratios), 2)


def _import_seconds(names: str) -> float:
    command = [sys.executable, "-c", _IMPORT.format(names)]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def _bulk(payloads: list[Payload], rounds: int, report: Report) -> list[Target]:
    """Check lines in one process and compare with parsing them."""
    lines = [orjson.dumps(item.document) for item in payloads if validate(item.document) == []]
    lines = [line for line in lines if len(line) < 10_000] * 5000
    data = b"\n".join(lines)
    ratios = []
    for _ in range(max(rounds, 2)):
        unit = _wall(lambda: deque(map(orjson.loads, lines), maxlen=0))
        ratios.append(_wall(lambda: deque(check_lines(io.BytesIO(data)), maxlen=0)) / unit)
    title = f"{len(lines):,} lines ({len(data) / 1e6:.0f} MB) in one process, over `orjson.loads`"
    report.figure(title, str(Ratio.of(ratios)))
    return [Target("lines in one process, over `orjson.loads`", statistics.median(ratios), 2.7)]


def _wall(call: Call) -> float:
    begun = time.perf_counter()
    call()
    return time.perf_counter() - begun


def _files(folder: Path, megabytes: int, rounds: int, report: Report) -> list[Target]:
    """Compare the time that one process and two take for a file of lines, and the memory that few and many take."""
    few, some, many = (_lines(folder, size) for size in (20, megabytes // 2, megabytes))
    ratios = []
    for _ in range(max(rounds, 2)):
        one, two = (_checked(some, jobs)["seconds"] for jobs in (1, 2))
        ratios.append(one / two)
    small, large = (_checked(file, 2)["kilobytes"] for file in (few, many))
    title = f"A file of {megabytes // 2:,} MB of lines in two processes: times as fast as in one"
    report.figure(title, str(Ratio.of(ratios)))
    report.figure("Most memory of a process while two check a file of 20 MB", f"{small / 1000:.0f} MB")
    report.figure(f"The same for {megabytes:,} MB", f"{large / 1000:.0f} MB")
    return [
        Target("lines in two processes, times as fast", statistics.median(ratios), 1.7, at_least=True),
        Target(f"memory for {megabytes:,} MB of lines, over that for 20 MB", large / small, 1.2),
    ]


def _lines(folder: Path, megabytes: int) -> Path:
    """Write a file of payloads, of which one in a thousand is broken."""
    texts = [json.dumps(payload.document) for payload in valid() if validate(payload.document) == []]
    short = [f"{text}\n" for text in texts if len(text) < 10_000]
    block = "".join([*short * (1000 // len(short)), "{\n"])
    path = folder / f"{megabytes}.jsonl"
    with path.open("w", encoding="utf-8") as file:
        for _ in range(megabytes * 1_000_000 // len(block)):
            file.write(block)
    return path


def _checked(file: Path, jobs: int) -> dict[str, float]:
    command = [sys.executable, str(Path(__file__).with_name("memory.py")), str(file), str(jobs)]
    done = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    if done["code"] != 1:  # the broken lines
        raise RuntimeError(done["said"])
    return {"seconds": done["seconds"], "kilobytes": done["kilobytes"]}


if __name__ == "__main__":
    sys.exit(main())
