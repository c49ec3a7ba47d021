"""Run the fuzzer of ``validate_json``, with the runtime of the address sanitizer where the accelerator needs it."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


def main() -> int:
    """Run the fuzzer for a minute, or as arguments for libFuzzer say."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sanitizer", action="store_true", help="the accelerator is built with clang's sanitizer")
    options, arguments = parser.parse_known_args()
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "tests"), **(_runtime() if options.sanitizer else {})}
    with tempfile.TemporaryDirectory() as found:
        # Deeply nested texts are slow under instrumentation and would join the corpus, too.
        corpus = (found, "tests/corpus", "-artifact_prefix=tests/corpus/", "-report_slow_units=600")
        command = [sys.executable, "tests/fuzz/validate_json.py", *corpus, *(arguments or ["-max_total_time=60"])]
        return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode  # noqa: S603


def _runtime() -> dict[str, str]:
    """Return the variables with which a module that clang has instrumented can be loaded."""
    import atheris  # noqa: PLC0415 - its wheels are for Linux only

    library = Path(atheris.path(), "asan_with_fuzzer.so")
    # Python's own allocator hides from the sanitizer what it has freed; what Python never frees is no leak.
    return {"LD_PRELOAD": str(library), "PYTHONMALLOC": "malloc", "ASAN_OPTIONS": "detect_leaks=0"}


if __name__ == "__main__":
    sys.exit(main())
