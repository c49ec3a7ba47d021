"""Time calls in turns, so that what else the machine does affects all of them alike."""

from __future__ import annotations

import math
import statistics
import time
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

Call = Callable[[], object]
_BATCH = 0.0003  # seconds; short, so that most batches run without interruption


class Ratio(NamedTuple):
    """The median and the quartiles of a ratio."""

    median: float
    low: float
    high: float

    @classmethod
    def of(cls, ratios: Iterable[float]) -> Ratio:
        """Summarize ratios."""
        low, median, high = statistics.quantiles(ratios, n=4, method="inclusive")
        return cls(median, low, high)

    def __str__(self) -> str:
        return f"{self.median:.2f} ({self.low:.2f} to {self.high:.2f})"


def ratios_to(unit: str, calls: Mapping[str, Call], repeats: int) -> dict[str, Ratio]:
    """Return the time of each call as a ratio to one of them."""
    times = time_calls(calls, repeats)
    return {name: Ratio.of(a / b for a, b in zip(each, times[unit], strict=True)) for name, each in times.items()}


def time_calls(calls: Mapping[str, Call], repeats: int) -> dict[str, list[float]]:
    """Return the seconds of each call, measured once in every round."""
    numbers = {name: _batch_size(call) for name, call in calls.items()}
    times: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(repeats):
        for name, call in calls.items():
            times[name].append(_time(call, numbers[name]) / numbers[name])
    return times


def time_once(call: Call) -> float:
    """Return the seconds of a single call."""
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def geometric_mean(ratios: Iterable[Ratio]) -> float:
    """Return the geometric mean of the medians."""
    return math.exp(statistics.mean(math.log(ratio.median) for ratio in ratios))


def _batch_size(call: Call) -> int:
    number, seconds = 1, _time(call, 1)
    while seconds < _BATCH:
        number *= 2
        seconds = _time(call, number)
    return number


def _time(call: Call, number: int) -> float:
    """Return the seconds of a number of calls, after one that fills the caches of the processor."""
    call()
    start = time.perf_counter()
    for _ in range(number):
        call()
    return time.perf_counter() - start
