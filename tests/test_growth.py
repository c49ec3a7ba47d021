"""Time and memory grow with the size of a text, and no faster, whatever it holds."""

from __future__ import annotations

import gc
import re
import time
from pathlib import Path

import pytest
from growth import TEXTS

from webex_connect_messaging.engine import Engine

STATUS = Path("/proc/self/status")
SMALL, FACTOR = 2_000, 8
MOST_BYTES = (
    400  # in use for each byte of a text; the most that any text here takes is 270, where each error takes 4 bytes
)


def seconds(engine: Engine, text: bytes) -> float:
    start = time.process_time()
    engine.check_text(text, "request")
    return time.process_time() - start


def growth(engine: Engine, small: bytes, large: bytes) -> float:
    """Return how much longer a large text takes; below a millisecond there is nothing to compare."""
    return min(seconds(engine, large) for _ in "ab") / max(min(seconds(engine, small) for _ in "abc"), 0.001)


@pytest.mark.parametrize("name", TEXTS)
def test_time_is_linear(name: str, engine: Engine) -> None:
    """With eight times the size, what is quadratic takes 64 times as long."""
    small, large = (TEXTS[name](size).encode() for size in (SMALL, SMALL * FACTOR))
    assert any(growth(engine, small, large) < 4 * FACTOR for _ in range(3))


def in_use(field: str) -> int:
    """Return the bytes that are in use, or that were at most."""
    found = re.search(rf"{field}:\s+(\d+) kB", STATUS.read_text(encoding="ascii"))
    assert found is not None
    return int(found[1]) * 1024


@pytest.mark.skipif(not STATUS.exists(), reason="the most memory in use is read from Linux's /proc")
@pytest.mark.parametrize("name", TEXTS)
def test_memory_is_linear(name: str, engine: Engine) -> None:
    """A text of 200 KB, whose size is far above what the process holds ready, once took 640 MB."""
    text = TEXTS[name](30_000).encode()
    gc.collect()
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # forgets the most that was in use so far
    before = in_use("VmRSS")
    engine.check_text(text, "request")
    assert in_use("VmHWM") - before < MOST_BYTES * len(text) + 4_000_000
