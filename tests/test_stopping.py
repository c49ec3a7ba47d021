"""Signals end a run with what was found so far; each input is accounted for."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from running import BAD, GOOD, start

from webex_connect_messaging.cli import stopping
from webex_connect_messaging.cli.stopping import Signals, Stopped

CODES = {signal.SIGINT: 130, signal.SIGTERM: 143, signal.SIGHUP: 129}


@pytest.fixture(autouse=True)
def interrupts() -> Iterator[None]:
    """Let child processes take SIGINT, which a shell makes its background jobs ignore, and they inherit."""
    handler = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, handler)


@pytest.mark.parametrize("number", CODES)
@pytest.mark.parametrize("jobs", [1, 2])
def test_a_signal_ends_lines_with_what_was_found_so_far(jobs: int, number: int, tmp_path: Path) -> None:
    report = tmp_path / "report"
    with start("--lines", "--jobs", jobs, "-") as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(b"\n".join([BAD, *[GOOD] * 60_000, b""]))
        process.stdin.flush()
        assert b"chanels" in process.stdout.readline()
        os.killpg(process.pid, number)  # as a terminal does
        out, err = process.communicate(timeout=60)
    assert process.returncode == CODES[number]  # type: ignore[index] # a signal is an integer
    word = {130: b"interrupted", 143: b"terminated", 129: b"hung up"}[process.returncode]
    last = out.splitlines()[-1]
    assert last.startswith(word + b": ")
    assert b"lines valid, 2 errors, 0 warnings; 1 input read in part" in last
    checked = int(last.split(b" of ")[1].split()[0])
    assert err == f"Error: -: It was not read to its end. The lines from {checked + 1} on were not checked.\n".encode()
    assert not report.exists()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_documents_with_what_was_found_so_far(number: int, tmp_path: Path) -> None:
    (tmp_path / "bad.json").write_bytes(BAD)
    report = tmp_path / "report"
    os.mkfifo(tmp_path / "pipe")
    files = [tmp_path / "bad.json", tmp_path / "pipe", tmp_path / "bad.json"]
    with start(*files, "--output", report) as process, (tmp_path / "pipe").open("wb") as pipe:
        pipe.write(b"{")
        pipe.flush()
        time.sleep(0.2)  # whenever it comes, it ends the same way
        process.send_signal(number)
        out, err = process.communicate(timeout=60)
    assert process.returncode == 128 + number
    assert out.splitlines()[-1].endswith(b"0 of 1 file valid, 2 errors, 0 warnings; 2 inputs not read")
    assert err == f"Error: {tmp_path / 'pipe'}: It was not read to its end.\n".encode()
    assert [json.loads(line)["valid"] for line in report.read_bytes().splitlines()] == [False, False]


def test_a_signal_before_and_between_items_is_raised_at_the_next_one() -> None:
    with Signals() as signals:
        items = signals.interruptible([1, 2])
        assert next(items) == 1
        os.kill(os.getpid(), signal.SIGTERM)
        with pytest.raises(Stopped) as caught:
            next(items)
    assert (caught.value.code, caught.value.word) == (143, "terminated")


def test_a_signal_that_is_ignored_stays_ignored() -> None:
    handler = signal.signal(signal.SIGHUP, signal.SIG_IGN)  # as nohup does
    try:
        with Signals() as signals:
            os.kill(os.getpid(), signal.SIGHUP)
            assert list(signals.interruptible([1])) == [1]
    finally:
        signal.signal(signal.SIGHUP, handler)


def test_a_second_signal_ends_the_process_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    ended: list[Any] = []
    monkeypatch.setattr(stopping, "_PATIENCE", -1.0)
    with Signals():
        os.kill(os.getpid(), signal.SIGTERM)
        monkeypatch.setattr(os, "kill", lambda *given: ended.append(given))
        signal.raise_signal(signal.SIGTERM)
    assert ended == [(os.getpid(), signal.SIGTERM)]
    assert signal.getsignal(signal.SIGTERM) == signal.SIG_DFL
