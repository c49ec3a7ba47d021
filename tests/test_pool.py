"""Worker processes: killed ones lose no line, none outlives its parent, and scripts need no main guard."""

from __future__ import annotations

import io
import itertools
import logging
import operator
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from running import BAD, GOOD, descendants, exit_at_three, start

from webex_connect_messaging import bulk
from webex_connect_messaging.bulk import splitting
from webex_connect_messaging.bulk.pool import map_in_order

needs_proc = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processes are listed by Linux's /proc")
LINES = b"\n".join([BAD, *[GOOD] * 2000])


def wait_until(condition: Callable[[], object]) -> None:
    for _ in range(600):
        if condition():
            return
        time.sleep(0.1)
    pytest.fail("it did not come true within a minute")


def test_results_come_in_the_order_of_the_items() -> None:
    assert list(map_in_order(abs, [*range(-50, 0)], 3)) == [*range(50, 0, -1)]


def test_an_exception_in_a_worker_is_raised_here() -> None:
    items: list[Any] = [1, "two", 3]
    results = map_in_order(operator.index, items, 2)
    assert next(results) == 1
    with pytest.raises(TypeError, match="cannot be interpreted as an integer"):
        next(results)


def test_large_items_and_results_pass() -> None:
    size = 3_000_000
    assert [len(item) for item in map_in_order(bytes, [size] * 6, 2)] == [size] * 6
    assert list(map_in_order(len, [bytes(size)] * 6, 2)) == [size] * 6


def test_an_item_that_ends_every_worker_is_an_error_after_the_results_before_it(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.WARNING):
        results = map_in_order(exit_at_three, range(9), 2)
        assert list(itertools.islice(results, 3)) == [0, 1, 2]
        with pytest.raises(bulk.UnreadableError, match="ended 3 times"):
            next(results)
    assert caplog.messages.count("A worker process ended with code 7; its lines are checked again.") == 3


@needs_proc
def test_a_killed_worker_is_replaced_and_loses_no_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(splitting, "PART_SIZE", 10_000)
    before = descendants(os.getpid())
    killed: list[int] = []

    def kill(read: bytes) -> bytes:
        workers = descendants(os.getpid()) - before
        if workers and len(killed) < 5:
            killed.append(min(workers))
            os.kill(min(workers), signal.SIGKILL)
        return read

    class Lines(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            return kill(super().read(size))

    batches = list(bulk.check_lines(Lines(LINES), jobs=2))
    assert killed
    assert sum(batch.checked for batch in batches) == 2001
    assert [line.number for batch in batches for line in batch.lines] == [1]


@needs_proc
def test_no_worker_is_left_when_an_iterator_is_closed_or_has_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(splitting, "PART_SIZE", 10_000)
    before = descendants(os.getpid())
    batches = bulk.check_lines(io.BytesIO(LINES), jobs=2)
    next(batches)
    assert descendants(os.getpid()) - before
    batches.close()
    assert not descendants(os.getpid()) - before
    list(bulk.check_lines(io.BytesIO(LINES), jobs=2))
    assert not descendants(os.getpid()) - before


@needs_proc
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGHUP])
def test_workers_end_with_their_parent(number: int) -> None:
    with start("--lines", "--jobs", "2", "-") as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(LINES * 25)  # so that results are there before more is wanted
        process.stdin.flush()
        assert b"chanels" in process.stdout.readline()
        workers = descendants(process.pid)
        assert len(workers) == 2
        process.send_signal(number)
        process.communicate(timeout=60)
        wait_until(lambda: not any(Path(f"/proc/{worker}").exists() for worker in workers))
    assert process.returncode == (-9 if number == signal.SIGKILL else 128 + number)


SCRIPT = """
import io
from webex_connect_messaging import bulk
from webex_connect_messaging.bulk import splitting

splitting.PART_SIZE = 10_000
lines = io.BytesIO(b"\\n".join([b"{}"] * 9000))
print(sum(batch.checked for batch in bulk.check_lines(lines, jobs=2)))
"""


@pytest.mark.parametrize("way", ["file", "-c", "standard input"])
def test_a_script_needs_no_main_guard(way: str, tmp_path: Path) -> None:
    (tmp_path / "pickle.py").write_text("raise ImportError('this is not the module that is meant')", encoding="utf-8")
    (tmp_path / "scripts").mkdir()
    path = tmp_path / "scripts" / "script.py"
    path.write_text(SCRIPT, encoding="utf-8")
    arguments = {"file": [str(path)], "-c": ["-P", "-c", SCRIPT], "standard input": ["-P", "-"]}[way]
    if sys.version_info < (3, 11) and "-P" in arguments:
        pytest.skip("this Python looks for all modules in the current folder first")
    given = SCRIPT.encode() if way == "standard input" else b""
    command = [sys.executable, *arguments]
    done = subprocess.run(command, input=given, capture_output=True, check=False, cwd=tmp_path, timeout=60)
    assert (done.stdout, done.stderr) == (b"9000\n", b"")
