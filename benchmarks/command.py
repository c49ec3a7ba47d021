"""Validate a file of lines with the command; print how long it takes and how much memory one of its processes needs."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time


def main() -> None:
    """Run the command on a file, with a number of jobs and a file for its output, and print figures as JSON."""
    file, jobs, output = sys.argv[1:]
    command = [sys.executable, "-m", "webex_connect_messaging", "validate", file, "--jobs", jobs, "--output", output]
    start = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    seconds = time.perf_counter() - start
    memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    text = done.stdout + done.stderr
    print(json.dumps({"code": done.returncode, "text": text, "seconds": seconds, "kilobytes": memory}))


if __name__ == "__main__":
    main()
