"""Faults, each of which is done to a run of the command."""

from __future__ import annotations

import contextlib
import gzip
import json
import os
import re
import signal
import subprocess
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from running import BAD, COMMAND, GOOD

LINES = 60_000
EVERY = 500  # of so many lines, the last one is invalid
_MARK = "WEBEX_CONNECT_MESSAGING_FAULT"
OLD = b"old\n"
_SECONDS, _SECONDS_TO_END = 120, 10


class Ended(NamedTuple):
    """How a run has ended."""

    code: int
    """As a shell reports it."""
    stdout: str
    stderr: str
    report: bytes
    left: set[int]
    """Processes that are still there."""


@dataclass
class Trial:
    """A run of the command, on an input of its own, in a folder of its own."""

    folder: Path
    number: int
    """Which of the trials of this fault it is, from 0."""
    redirection: str = ""
    has_report: bool = True

    def __post_init__(self) -> None:
        """Write the input and an old report."""
        self.input = self.folder / "input.jsonl"
        self.input.write_bytes(LINES_OF_INPUT)
        self.report = self.folder / "report.jsonl"
        self.report.write_bytes(OLD)
        self._mark = uuid.uuid4().hex

    def start(self) -> None:
        """Start the command, and wait until it checks."""
        output = f"--output {self.report}" if self.has_report else ""
        command = f"exec {' '.join(COMMAND)} validate {self.input} --jobs 2 {output} {self.redirection}"
        self.process = subprocess.Popen(
            ["bash", "-c", command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, _MARK: self._mark},
            start_new_session=True,
        )
        while self.process.poll() is None and not (_catches(self.process.pid, signal.SIGTERM) and self.workers()):
            time.sleep(0.002)

    def wait_for_moment(self) -> None:
        """Wait until the command has come to one of ten places in its input, or ends."""
        share = (self.number % 10 + 0.5) / 10
        while self.process.poll() is None and _position(self.process.pid, self.input) < share * len(LINES_OF_INPUT):
            time.sleep(0.002)

    def workers(self) -> set[int]:
        """Return the worker processes."""
        return _marked(self._mark) - {self.process.pid}

    def end(self) -> Ended:
        """Wait for the end of the command and of its workers."""
        out, err = self.process.communicate(timeout=_SECONDS)
        until = time.monotonic() + _SECONDS_TO_END
        while (left := _marked(self._mark)) and time.monotonic() < until:
            time.sleep(0.02)
        code = self.process.returncode
        return Ended(128 - code if code < 0 else code, out.decode(), err.decode(), self.report.read_bytes(), left)


def _catches(process: int, number: int) -> bool:
    """Tell from Linux's /proc whether a process handles a signal."""
    try:
        status = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    except OSError:
        return False
    caught = next(line for line in status.splitlines() if line.startswith("SigCgt")).split()[1]
    return bool(int(caught, 16) >> (number - 1) & 1)


def _position(process: int, path: Path) -> int:
    """Return from Linux's /proc up to which byte a process has given a file to its workers."""
    with contextlib.suppress(OSError):
        for link in Path(f"/proc/{process}/fd").iterdir():
            if link.readlink() == path:
                return int(Path(f"/proc/{process}/fdinfo/{link.name}").read_text(encoding="ascii").split()[1])
    return 0


def _marked(mark: str) -> set[int]:
    """Return the processes that have a mark in their environment."""
    found = set()
    for path in Path("/proc").glob("[0-9]*/environ"):
        try:
            environment, state = path.read_bytes(), (path.parent / "stat").read_bytes().rpartition(b")")[2].split()[0]
        except OSError:
            continue
        if mark.encode() in environment and state != b"Z":
            found.add(int(path.parent.name))
    return found


def _input() -> bytes:
    return b"".join((GOOD if number % EVERY else BAD) + b"\n" for number in range(1, LINES + 1))


LINES_OF_INPUT = _input()
ARCHIVE = gzip.compress(LINES_OF_INPUT, 1)

Disturb = Callable[[Trial], object]


class Fault(NamedTuple):
    """What is done, and what must come of it."""

    title: str
    codes: set[int]
    """The exit codes that are right; a run that ends before it is disturbed ends with 1, as some lines are invalid."""
    outcome: str
    prepare: Callable[[Trial], object]
    """Done before the command starts."""
    disturb: Disturb
    """Done while it runs."""
    is_reported: bool = True
    """Whether the report and the last line account for all lines; else, the old report must be there still."""

    @property
    def expected_codes(self) -> set[int]:
        """The codes with which a run ends that is disturbed."""
        return self.codes - {1} or self.codes


def _nothing(*_: object) -> None:
    pass


def _kill_worker(trial: Trial) -> None:
    trial.wait_for_moment()
    for worker in sorted(trial.workers())[:1]:
        _signal(worker, signal.SIGKILL)


def _send(number: int) -> Disturb:
    def disturb(trial: Trial) -> None:
        trial.wait_for_moment()
        _signal(trial.process.pid, number)

    return disturb


def _signal(process: int, number: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(process, number)


def _at_moment(change: Callable[[Path], object]) -> Disturb:
    def disturb(trial: Trial) -> None:
        trial.wait_for_moment()
        change(trial.input)

    return disturb


def _shrink(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 3)


def _grow(path: Path) -> None:
    with path.open("ab") as file:
        file.write(GOOD + b"\n")


def _replace(path: Path) -> None:
    other = path.with_suffix(".other")
    other.write_bytes(LINES_OF_INPUT)
    other.replace(path)


def _truncate_archive(trial: Trial) -> None:
    trial.input = trial.folder / "input.jsonl.gz"
    trial.input.write_bytes(ARCHIVE[: len(ARCHIVE) * (trial.number % 9 + 1) // 10])


def _to(*redirections: str) -> Callable[[Trial], object]:
    """Redirect streams, to each place in turn."""

    def prepare(trial: Trial) -> None:
        trial.redirection = redirections[trial.number % len(redirections)]
        trial.has_report = "2>" in trial.redirection

    return prepare


def _fill(trial: Trial) -> None:
    """Put the report on a disk that is full; where none can be mounted, limit the size of files."""
    disk = trial.folder / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=16k", "tmpfs", str(disk)]
    if subprocess.run(mount, check=False, capture_output=True).returncode:
        trial.redirection = "--output /dev/full"
        return
    trial.report = disk / "report.jsonl"
    trial.report.write_bytes(OLD)


REST = "The lines before are reported, and the line is said from which on nothing was checked."
FAULTS = [
    Fault("nothing", {1}, "All lines are checked; some are invalid.", _nothing, _nothing),
    Fault(
        "a worker process is killed",
        {1},
        "Another one checks its lines; standard error says so, and nothing else changes.",
        _nothing,
        _kill_worker,
    ),
    Fault(
        "the command is killed",
        {1, 137},
        "The workers end. The old report stays; a hidden file beside it has the start of the new one.",
        _nothing,
        _send(signal.SIGKILL),
        is_reported=False,
    ),
    Fault("Ctrl-C (SIGINT)", {1, 130}, REST, _nothing, _send(signal.SIGINT)),
    Fault("SIGTERM", {1, 143}, REST, _nothing, _send(signal.SIGTERM)),
    Fault("SIGHUP", {1, 129}, REST, _nothing, _send(signal.SIGHUP)),
    Fault("the input shrinks", {1, 2}, REST, _nothing, _at_moment(_shrink)),
    Fault(
        "lines are appended to the input",
        {1, 2},
        "The lines that were there are reported.",
        _nothing,
        _at_moment(_grow),
    ),
    Fault("another file replaces the input", {1, 2}, REST, _nothing, _at_moment(_replace)),
    Fault("the input is deleted", {1, 2}, REST, _nothing, _at_moment(Path.unlink)),
    Fault("the input is an archive that is truncated at each tenth", {2}, REST, _truncate_archive, _nothing),
    Fault("the disk of the report is full", {2}, "One line says so; the old report stays.", _fill, _nothing, False),
    Fault("standard output is closed or full", {2}, "One line says so.", _to(">&-", ">/dev/full"), _nothing, False),
    Fault("the reader of standard output ends", {2}, "Nothing is said.", _to("> >(head -n 1)"), _nothing, False),
    Fault("standard error is closed or full", {1}, "What it would say is lost.", _to("2>&-", "2>/dev/full"), _nothing),
]


def judge(fault: Fault, trial: Trial, ended: Ended) -> list[str]:
    """Return what is wrong with the end of a trial."""
    wrong = []
    if ended.code not in fault.codes:
        wrong.append(f"it ended with {ended.code}")
    if ended.left:
        wrong.append(f"{len(ended.left)} processes are left")
    if "Traceback" in ended.stderr:
        wrong.append("there is a traceback")
    if fault.is_reported:
        wrong += _account(trial, ended)
    elif ended.report != OLD and _reported(ended) != [*range(EVERY, LINES + 1, EVERY)]:
        wrong.append("the report is neither the old one nor whole")
    return [f"{text}: {ended.stdout[-300:]} {ended.stderr[-300:]}" for text in wrong]


def _account(trial: Trial, ended: Ended) -> Iterator[str]:
    """Yield what is wrong unless the lines checked and those that are said not to be are all that there were."""
    totals = re.findall(r"(\d+) of (\d+) lines? valid", ended.stdout)
    valid, checked = map(int, totals[-1]) if totals else (0, 0)
    rest = re.search(r"The lines from (\d+) on were not checked", ended.stderr)
    is_said = f"Error: {trial.input}: " in ended.stderr
    if not (int(rest[1]) == checked + 1 <= LINES + 1 if rest else checked == (0 if is_said else LINES)):
        yield f"{checked} lines were checked, and {rest[0] if rest else 'no line'}"
    invalid = [*range(EVERY, checked + 1, EVERY)]
    if ended.report == OLD:
        yield "there is no report"
        return
    if valid != checked - len(invalid):
        yield f"{checked - valid} lines are invalid"
    reported = _reported(ended)
    if [line for line in reported if line] != invalid:
        yield "other lines are reported"
    if reported.count(None) != is_said:
        yield "the report does not say what was not read"


def _reported(ended: Ended) -> list[int | None]:
    """Return the lines that are reported; of an input that was not read, none."""
    return [json.loads(line).get("line") for line in ended.report.splitlines()]
