"""Share work among processes and keep its order.

``concurrent.futures.ProcessPoolExecutor`` does not do: all its workers answer through one pipe, and one that is killed
while it writes leaves the others, and the parent, waiting for ever. Here each worker has pipes of its own, of which
the other end tells when it is gone, and it never imports the main module.
"""

from __future__ import annotations

import contextlib
import logging
import os
import pickle
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import IO, Any, Generic, TypeVar

from .sources import UnreadableError

Item = TypeVar("Item")
Result = TypeVar("Result")

_TRIES = 3
_START = "import pickle, sys; sys.path = pickle.load(sys.stdin.buffer); from {} import serve; serve()"
_logger = logging.getLogger(__name__)


def map_in_order(function: Callable[[Item], Result], items: Iterable[Item], jobs: int) -> Generator[Result, None, None]:
    """Yield the results of a function in the order of its items; at most two items for each process are waiting.

    A worker that ends before it has answered is replaced, and the item given to another one. Raises
    ``UnreadableError`` when an item ends three of them. The function must be importable.
    """
    crew = _Crew(function)
    threads = ThreadPoolExecutor(jobs)
    pending: deque[Future[Result]] = deque()
    try:
        for item in items:
            pending.append(threads.submit(crew.call, item))
            if len(pending) > 2 * jobs:
                yield pending.popleft().result()
        while pending:
            yield pending.popleft().result()
    finally:
        crew.kill()
        threads.shutdown(cancel_futures=True)
        crew.close()


class _Worker:
    """A process that answers."""

    def __init__(self, function: Callable[[Any], Any]) -> None:
        """Start it; in a session of its own, so that a terminal's signals reach the parent alone."""
        options = ["-I", "-X", f"utf8={sys.flags.utf8_mode}", "-c", _START.format(__name__)]
        pipes: Any = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        self.process = subprocess.Popen([sys.executable, *options], **pipes, start_new_session=True)  # noqa: S603
        self._given: IO[bytes] = self.process.stdin  # type: ignore[assignment] # there is one, as asked for
        self._answers: IO[bytes] = self.process.stdout  # type: ignore[assignment]
        with contextlib.suppress(OSError):  # that it has ended shows when it is asked
            _send(self._given, sys.path)
            _send(self._given, function)

    def ask(self, item: Any) -> tuple[Any, Exception | None]:
        """Return the result for an item, or the exception."""
        _send(self._given, item)
        return pickle.load(self._answers)  # type: ignore[no-any-return] # noqa: S301 - it is our own

    def close(self) -> None:
        """Close the pipes, which no thread may use any more."""
        self.process.wait()
        for stream in (self._given, self._answers):
            with contextlib.suppress(OSError):  # what it did not take is of no use any more
                stream.close()


class _Crew(Generic[Item, Result]):
    """The workers, one for each thread that calls."""

    def __init__(self, function: Callable[[Item], Result]) -> None:
        self._function = function
        self._own = threading.local()
        self._lock = threading.Lock()
        self._workers: list[_Worker] = []
        self._is_dismissed = False

    def call(self, item: Item) -> Result:
        """Return what the function makes of an item in the process of this thread."""
        for _ in range(_TRIES):
            worker = self._worker()
            try:
                result, error = worker.ask(item)
            except (OSError, EOFError, pickle.UnpicklingError):
                self._forget(worker)
                continue
            if error is not None:
                raise error
            return result  # type: ignore[no-any-return]
        raise UnreadableError(f"A worker process ended {_TRIES} times while it checked the same lines.")

    def kill(self) -> None:
        """End all workers, and start no others."""
        with self._lock:
            self._is_dismissed = True
            for worker in self._workers:
                worker.process.kill()

    def close(self) -> None:
        """Clean up, when no thread calls any more."""
        for worker in self._workers:
            worker.close()

    def _worker(self) -> _Worker:
        """Return the worker of this thread, which is started if there is none."""
        worker: _Worker | None = getattr(self._own, "worker", None)
        if worker is None:
            with self._lock:
                if self._is_dismissed:
                    raise UnreadableError("It was stopped.")
                try:
                    worker = _Worker(self._function)
                except OSError as error:
                    raise UnreadableError(f"No worker process can be started: {error.strerror}.") from error
                self._workers.append(worker)
            self._own.worker = worker
        return worker

    def _forget(self, worker: _Worker) -> None:
        self._own.worker = None
        worker.process.kill()
        code = worker.process.wait()
        if not self._is_dismissed:
            how = f"was ended by signal {-code}" if code < 0 else f"ended with code {code}"
            _logger.warning("A worker process %s; its lines are checked again.", how)


def serve() -> None:
    """Answer the parent process until it closes the pipe or ends: what a worker process does."""
    given, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # nothing but answers may be written there
    with contextlib.suppress(EOFError, OSError):
        function = pickle.load(given)  # noqa: S301 - the parent has sent it
        while True:
            item = pickle.load(given)  # noqa: S301
            answer: tuple[Any, Exception | None]
            try:
                answer = function(item), None
            except Exception as error:  # the parent raises it
                answer = None, error
            _send(answers, answer)
    os._exit(0)  # the pipe may be broken, which closing it would report


def _send(stream: IO[bytes], value: object) -> None:
    pickle.dump(value, stream, protocol=5)
    stream.flush()
