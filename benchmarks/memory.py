"""Check a file of lines with the command; print the seconds and the most kilobytes that one of its processes took."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time


def main() -> None:
    """Run the command on a file with so many jobs and print figures as JSON."""
    file, jobs = sys.argv[1:]
    command = [sys.executable, "-m", "webex_connect_messaging", "validate", file, "--jobs", jobs]
    begun = time.perf_counter()
    done = subprocess.run([*command, "--output", os.devnull], capture_output=True, text=True, check=False)
    seconds = time.perf_counter() - begun
    most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    print(
        json.dumps({"code": done.returncode, "said": done.stdout + done.stderr, "seconds": seconds, "kilobytes": most})
    )


if __name__ == "__main__":
    main()
