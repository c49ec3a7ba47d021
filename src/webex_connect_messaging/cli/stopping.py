"""Stop when a signal asks for it, but never while something is being written."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Iterable, Iterator
from types import FrameType
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from typing_extensions import Self

T = TypeVar("T")

_WORDS = {"SIGINT": "interrupted", "SIGTERM": "terminated", "SIGHUP": "hung up"}  # not all of them exist everywhere
_NUMBERS = {getattr(signal, name): word for name, word in _WORDS.items() if hasattr(signal, name)}
_PATIENCE = 1.0  # seconds; some programs send a signal twice at once


class Stopped(BaseException):
    """A signal asked to stop."""

    def __init__(self, number: int) -> None:
        """Keep the exit code, as shells report it of a program that a signal ends, and a word for it."""
        self.code = 128 + number
        self.word = _NUMBERS[number]


class Signals:
    """Turns signals into ``Stopped``, within ``interruptible`` alone."""

    def __init__(self) -> None:
        self._received = 0
        self._when = 0.0
        self._is_interruptible = False
        self._handlers: dict[int, Any] = {}

    def __enter__(self) -> Self:
        """Handle the signals that are not ignored already."""
        for number in _NUMBERS:
            if signal.getsignal(number) not in {signal.SIG_IGN, None}:
                self._handlers[number] = signal.signal(number, self._handle)
        return self

    def __exit__(self, *_: object) -> None:
        """Handle them as before."""
        for number, handler in self._handlers.items():
            signal.signal(number, handler)

    def interruptible(self, items: Iterable[T]) -> Iterator[T]:
        """Yield the items; a signal is raised while one is waited for."""
        iterator = iter(items)
        with contextlib.suppress(StopIteration):
            while True:
                try:
                    self._is_interruptible = True
                    if self._received:
                        raise Stopped(self._received)
                    item = next(iterator)
                finally:
                    self._is_interruptible = False
                yield item

    def _handle(self, number: int, _: FrameType | None) -> None:
        if self._received and time.monotonic() - self._when > _PATIENCE:
            signal.signal(number, signal.SIG_DFL)  # whoever asks again does not want to wait
            os.kill(os.getpid(), number)
        if not self._received:
            self._received, self._when = number, time.monotonic()
        if self._is_interruptible:
            self._is_interruptible = False
            raise Stopped(self._received)
