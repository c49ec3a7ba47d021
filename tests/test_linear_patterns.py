"""No pattern takes more than linear time on Python's ``re``, on texts made to be hard for it."""

from __future__ import annotations

import itertools
import re
import time
from collections.abc import Iterator
from typing import NamedTuple

import pytest
from specgen.automata import Automaton
from specgen.functions import LINK
from specgen.pythonic import anchored
from webex_connect_messaging_spec.automata import AUTOMATA

SHORT, FACTOR = 1_000, 8
MOST = 28  # times as long for eight times the text; linear is 8, quadratic 64
PATTERNS = {pattern: re.compile(anchored(pattern), re.ASCII) for pattern in AUTOMATA}


class Hard(NamedTuple):
    """A text that does not match: a beginning, a part that may be repeated, and an end."""

    start: str
    part: str
    end: str

    def of(self, length: int) -> str:
        return self.start + self.part * (length // len(self.part)) + self.end


class Machine:
    """An automaton whose classes of characters stand for one character each."""

    def __init__(self, automaton: Automaton) -> None:
        classes, rows, ends = automaton
        starts = dict(zip(classes[1::2], classes[::2], strict=True))
        self.characters = {number: chr(start) for number, start in starts.items()}
        self._width, self._rows, self._ends = len(rows) // len(ends), rows, ends

    def run(self, state: int, text: list[int]) -> int:
        for symbol in text:
            state = self._rows[state * self._width + symbol]
        return state

    def paths(self) -> dict[int, list[int]]:
        """Return a shortest path to each state."""
        found: dict[int, list[int]] = {0: []}
        pending = [0]
        for state in pending:
            for symbol in self.characters:
                if (target := self.run(state, [symbol])) not in found:
                    found[target] = [*found[state], symbol]
                    pending.append(target)
        return found

    def hard(self) -> Iterator[Hard]:
        """Yield, for each state and each short cycle at it, a string that goes round often and then fails."""
        symbols = list(self.characters)
        for state, path in self.paths().items():
            for cycle in itertools.chain(*(itertools.product(symbols, repeat=length) for length in (1, 2))):
                if self.run(state, list(cycle)) != state:
                    continue
                for end in ([], *([symbol] for symbol in symbols)):
                    if not self._ends[self.run(state, end)]:
                        yield Hard(self._text(path), self._text(cycle), self._text(end))
                        break

    def _text(self, symbols: list[int] | tuple[int, ...]) -> str:
        return "".join(self.characters[symbol] for symbol in symbols)


def growth(expression: re.Pattern[str], hard: Hard) -> float:
    """Return how many times as long the longer text takes; the least of several tries, as others use the machine too."""
    short, long = hard.of(SHORT), hard.of(SHORT * FACTOR)
    ratio = duration(expression, long, 1) / duration(expression, short, 3)
    for _ in range(3):
        if ratio <= MOST:
            break
        ratio = min(ratio, duration(expression, long, 2) / duration(expression, short, 9))
    return ratio


def duration(expression: re.Pattern[str], text: str, times: int) -> float:
    found = []
    for _ in range(times):
        begun = time.perf_counter()
        expression.search(text)
        found.append(time.perf_counter() - begun)
    return min(found)


@pytest.mark.parametrize("pattern", sorted(AUTOMATA))
def test_a_pattern_takes_linear_time(pattern: str) -> None:
    found = {hard: growth(PATTERNS[pattern], hard) for hard in Machine(AUTOMATA[pattern]).hard()}
    slow = [hard for hard, ratio in found.items() if ratio > MOST]
    assert slow == [], f"rewrite {pattern} in spec/ so that no part of a text can match two of its repetitions"


def test_links_are_found_in_linear_time() -> None:
    assert growth(LINK, Hard("", "{{link_", "")) <= MOST
    assert growth(LINK, Hard("{{link_", "a", "")) <= MOST


def test_a_pattern_that_takes_quadratic_time_is_noticed() -> None:
    pattern = r"^[^?#]*/[^/?#]*\+[^/?#]*([?#].*)?$"
    assert growth(re.compile(anchored(pattern)), Hard("/", "+", "/")) > MOST
