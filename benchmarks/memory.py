"""Stream lines of the given number of megabytes through the bulk check and print the most memory that was taken."""

from __future__ import annotations

import json
import resource
import sys
import time

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
    own, workers = (resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    seconds = time.perf_counter() - begun
    print(json.dumps({"lines": lines, "seconds": seconds, "own_kilobytes": own, "worker_kilobytes": workers}))


if __name__ == "__main__":
    main()
