"""Measure how the processor time of the command grows with its input."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from lines import sms
from timing import Ratio

TITLE = "Growth of the command"
TEXT = """\
The processor time of `webex-connect-messaging validate --jobs 1`, less that for an input of one, over the same for a
quarter of the input. What grows in proportion takes four times as long, what grows with the square sixteen times."""
LIMIT = 6.0


def measure(folder: Path, rounds: int) -> dict[str, Ratio]:
    """Return how many times as long four times as much takes, by input."""
    return {f"{number:,} {what}": _growth(make, folder, number, rounds) for what, (number, make) in _INPUTS.items()}


def rows(growth: Mapping[str, Ratio]) -> dict[str, dict[str, object]]:
    """Return the rows of a table."""
    return {name: {"over a quarter of it": ratio} for name, ratio in growth.items()}


def _growth(make: Callable[[Path, int], Path], folder: Path, number: int, rounds: int) -> Ratio:
    paths = [make(folder / f"{make.__name__}-{size}", size) for size in (1, number // 4, number)]
    ratios = []
    for _ in range(rounds):
        start, few, many = map(_processor_time, paths)
        ratios.append((many - start) / max(few - start, 1e-3))
    return Ratio.of(ratios)


def _processor_time(path: Path) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "-m", "webex_connect_messaging", "validate", "--jobs", "1", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode not in {0, 1}:
        raise RuntimeError(done.stderr)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _files(path: Path, number: int) -> Path:
    path.mkdir(exist_ok=True)
    for index in range(number):
        _write(path / f"{index}.json", sms("none", index))
    return path


def _findings(path: Path, number: int) -> Path:
    destination = [{"msisdn": [*range(number)]}]
    return _write(path.with_suffix(".jsonl"), {**sms("none", 0), "destination": destination})


def _links(path: Path, number: int) -> Path:
    text = "".join(f"{{{{link_l{index}}}}}" for index in range(number))
    links = [{"linkid": f"l{index}", "longurl": "https://example.com"} for index in range(number)]
    return _write(
        path.with_suffix(".json"), {**sms("none", 0), "channels": {"sms": {"text": text}, "smartlinks": links}}
    )


def _write(path: Path, document: Any) -> Path:
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


_INPUTS: dict[str, tuple[int, Callable[[Path, int], Path]]] = {
    "files": (10_000, _files),
    "findings in a line": (100_000, _findings),
    "smart links in a request": (20_000, _links),
}
