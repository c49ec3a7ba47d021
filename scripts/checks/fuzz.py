"""Test the laws on many examples, in rounds of five thousand, each with the next seed; stop at the first failure."""

from __future__ import annotations

import argparse
import math
import os
import random
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
LAWS = [f"tests/property/test_{name}.py" for name in ("laws", "schemas", "patterns", "texts")]
ROUND = 5_000  # about two minutes on two cores, a few seconds of them for the start


def main() -> int:
    """Run rounds until there are enough examples or the time is over; unknown arguments go to pytest."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hypothesis-seed", type=int, default=random.SystemRandom().randrange(2**31))
    options, arguments = parser.parse_known_args()
    total = int(os.environ.get("EXAMPLES", "100000"))
    end = time.monotonic() + 60 * float(os.environ.get("MINUTES", math.inf))
    seed, done = options.hypothesis_seed, 0
    while done < total and time.monotonic() < end:
        size = min(ROUND, total - done)
        print(f"repeat this round with: EXAMPLES={size} nox -s fuzz -- --hypothesis-seed={seed}", flush=True)
        started = time.monotonic()
        if code := _round(size, seed, arguments):
            return code
        seed, done = seed + 1, done + size
        seconds = time.monotonic() - started
        print(f"{done} of {total} examples of each law; this round took {seconds:.0f} s", flush=True)
    return 0


def _round(size: int, seed: int, arguments: list[str]) -> int:
    options = ["-n", "auto", "--dist", "worksteal", "--hypothesis-profile=deep", f"--hypothesis-seed={seed}"]
    command = [sys.executable, "-m", "pytest", *LAWS, *options, *arguments]
    done = subprocess.run(command, cwd=ROOT, env={**os.environ, "EXAMPLES": str(size)}, check=False)  # noqa: S603
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
