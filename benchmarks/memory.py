"""Stream so many megabytes of lines through the bulk check; print the time and the most memory that it took."""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path

from samples import valid

from webex_connect_messaging import validate
from webex_connect_messaging.bulk import check_lines


class Lines:
    """Payloads as lines, made as they are read; one in a thousand is broken."""

    def __init__(self, size: int) -> None:
        """Prepare a chunk to repeat."""
        texts = [json.dumps(payload.document) for payload in valid() if validate(payload.document) == []]
        short = [f"{text}\n" for text in texts if len(text) < 10_000]
        self._block = "".join([*short * (1000 // len(short)), "{\n"]).encode()
        self._left = size

    def read(self, size: int) -> bytes:
        """Return the next bytes."""
        data = self._block * max(1, size // len(self._block)) if self._left > 0 else b""
        self._left -= len(data)
        return data


def main() -> None:
    """Run the check and print figures as JSON."""
    megabytes, jobs = int(sys.argv[1]), int(sys.argv[2])
    begun = time.perf_counter()
    lines = sum(batch.checked for batch in check_lines(Lines(megabytes * 1_000_000), jobs=jobs))
    seconds = time.perf_counter() - begun
    workers = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    print(json.dumps({"lines": lines, "seconds": seconds, "own_kilobytes": _most(), "worker_kilobytes": workers}))


def _most() -> int:
    """Return the most kilobytes that this process took; what ``resource`` says of it begins with its parent's."""
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return int(next(line for line in status.read_text().splitlines() if line.startswith("VmHWM")).split()[1])


if __name__ == "__main__":
    main()
