"""Measure JSON Lines: in this process, and as files that the command validates."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from collections import deque
from pathlib import Path
from typing import Any

import orjson
from samples import valid
from timing import Ratio, time_once

from webex_connect_messaging import validate
from webex_connect_messaging.bulk import check_lines

FINDINGS = ("one warning", "one schema error", "one violated rule")
_TEXT = "Your parcel {:06} leaves our depot today and arrives tomorrow before eleven. Track it: {}"


def in_process(rounds: int) -> tuple[str, Ratio]:
    """Return what is measured and the time of checking lines without findings over that of parsing them."""
    lines = _short_lines() * 5000
    data = b"\n".join(lines)
    ratios = []
    for _ in range(rounds):
        unit = time_once(lambda: deque(map(orjson.loads, lines), maxlen=0))
        ratios.append(time_once(lambda: deque(check_lines(io.BytesIO(data)), maxlen=0)) / unit)
    return f"{len(lines):,} lines ({len(data) / 1e6:.0f} MB)", Ratio.of(ratios)


def findings(folder: Path, number: int, rounds: int, jobs: int) -> tuple[dict[str, Ratio], dict[str, Ratio]]:
    """Return, by finding on each line, the time of the command over that without findings and over ``orjson.loads``.

    The time is that of the whole process less its start, which a file of one line shows.
    """
    titles = ("none", *FINDINGS)
    files = {title: (_sms_file(folder, title, 1), _sms_file(folder, title, number)) for title in titles}
    over_clean: dict[str, list[float]] = {title: [] for title in titles}
    over_unit: dict[str, list[float]] = {title: [] for title in titles}
    for _ in range(rounds):
        lines = files["none"][1].read_bytes().splitlines()
        unit = time_once(lambda lines=lines: deque(map(orjson.loads, lines), maxlen=0))  # type: ignore[misc] # binds the lines
        seconds = {
            title: run(many, jobs)["seconds"] - run(one, jobs)["seconds"] for title, (one, many) in files.items()
        }
        for title, value in seconds.items():
            over_clean[title].append(value / seconds["none"])
            over_unit[title].append(value / unit)
    return ({title: Ratio.of(values) for title, values in each.items()} for each in (over_clean, over_unit))  # type: ignore[return-value]


def two_processes(file: Path, rounds: int) -> Ratio:
    """Return how many times as fast as one process two are."""
    return Ratio.of(run(file, 1)["seconds"] / run(file, 2)["seconds"] for _ in range(rounds))


def mixed_file(folder: Path, megabytes: int) -> Path:
    """Write a file of payloads of which one in a thousand is not JSON."""
    short = [line + b"\n" for line in _short_lines()]
    block = b"".join([*short * (1000 // len(short)), b"{\n"])
    path = folder / f"{megabytes}.jsonl"
    with path.open("wb") as file:
        for _ in range(megabytes * 1_000_000 // len(block)):
            file.write(block)
    return path


def run(file: Path, jobs: int = 1) -> dict[str, Any]:
    """Validate a file with the command and return the figures."""
    script, output = Path(__file__).with_name("command.py"), file.with_suffix(".report")
    command = [sys.executable, str(script), str(file), str(jobs), str(output)]
    figures: dict[str, Any] = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    if figures["code"] not in {0, 1}:
        raise RuntimeError(figures["text"])
    return figures


def _short_lines() -> list[bytes]:
    lines = [orjson.dumps(item.document) for item in valid() if validate(item.document) == []]
    return [line for line in lines if len(line) < 10_000]


def _sms_file(folder: Path, finding: str, number: int) -> Path:
    path = folder / f"{finding}-{number}.jsonl"
    expected = {"none": [], "one warning": ["warning"]}.get(finding, ["error"])
    if [violation.level for violation in validate(sms(finding, 0))] != expected:
        raise RuntimeError(f"a line with {finding} has {validate(sms(finding, 0))}")
    with path.open("wb") as file:
        file.writelines(orjson.dumps(sms(finding, index)) + b"\n" for index in range(number))
    return path


def sms(finding: str, index: int) -> Any:
    """Return an SMS of about 255 bytes; all differ, and a program that makes a mistake makes it on every line."""
    link = "{{link_5}}" if finding == "one violated rule" else "t.example/5"
    sms = {"text": _TEXT.format(index, link), "senderId" if finding == "one schema error" else "senderid": "ACME"}
    number = f"{'' if finding == 'one warning' else '+'}447700{index:06}"
    return {
        "correlationid": f"parcel-{index:06}",
        "deliverychannel": "sms",
        "channels": {"sms": sms},
        "destination": [{"msisdn": [number]}],
    }
