"""Test and fuzz the accelerator, compiled with the address and undefined-behavior sanitizers, for SECONDS.

The compiled module is in a temporary folder, with a ``sitecustomize`` that loads it in place of the installed one.
"""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
COMPILER = os.environ.get("CC", "gcc")
FLAGS = ("-fsanitize=address,undefined", "-fno-sanitize-recover=all", "-g", "-O1", "-fno-omit-frame-pointer")
WARNINGS = ("-std=c11", "-Wall", "-Wextra", "-Wno-cast-function-type", "-Werror")
TESTS = ("native", "native_expressions", "native_memory", "native_texts", "program", "threads", "vectors")
FAILING_MALLOC = """
unsigned fail_every; /* so many allocations; 0: none */
void *failing_malloc(__SIZE_TYPE__ size)
{
    static unsigned count;
    return fail_every != 0 && ++count % fail_every == 0 ? 0 : __builtin_malloc(size);
}
"""
FINDER = """
import importlib.util, sys

class Finder:
    def find_spec(name, path=None, target=None):
        if name == "webex_connect_messaging._native":
            return importlib.util.spec_from_file_location(name, {module!r})

sys.meta_path.insert(0, Finder)
"""


def main() -> int:
    """Compile the module, then run the tests and the fuzzer with it; return the first exit code that is not 0."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=float(os.environ.get("SECONDS", "60")))
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(2**31))
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        _compile(Path(folder))
        environment = _environment(folder)
        tests = [str(ROOT / "tests" / f"test_{name}.py") for name in TESTS]
        # The sanitizer does not use freed memory again, so that more is in use.
        arguments = ("-q", "-k", "not memory_does_not_grow", "-x", "--capture=sys")
        return _run(environment, "-m", "pytest", *arguments, *tests) or _run(
            environment, "-m", "fuzz.accelerator", str(options.seconds), str(options.seed)
        )


def _compile(folder: Path) -> None:
    (folder / "failing.c").write_text(FAILING_MALLOC, encoding="utf-8")
    module = folder / f"_native{sysconfig.get_config_var('EXT_SUFFIX')}"
    (folder / "sitecustomize.py").write_text(FINDER.format(module=str(module)), encoding="utf-8")
    sources = [*sorted((ROOT / "src" / "native").glob("*.c")), folder / "failing.c"]
    include = f"-I{sysconfig.get_path('include')}"
    options = [*FLAGS, *WARNINGS, "-Dmalloc=failing_malloc", include]
    command = [COMPILER, "-shared", "-fPIC", *options, *map(str, sources), "-o", str(module)]
    subprocess.run(command, check=True)  # noqa: S603 - the compiler that is chosen


def _environment(folder: str) -> dict[str, str]:
    return {
        **os.environ,
        "LD_PRELOAD": " ".join(map(_library, ("libasan.so", "libubsan.so"))),
        # Python keeps some memory until its end, and its own allocator hides from the sanitizer what is freed.
        "ASAN_OPTIONS": "detect_leaks=0:abort_on_error=0",
        "UBSAN_OPTIONS": "print_stacktrace=1",
        "PYTHONMALLOC": "malloc",
        "PYTHONPATH": os.pathsep.join([folder, str(ROOT / "scripts"), str(ROOT / "tests")]),
    }


def _library(name: str) -> str:
    """Return the path of a library of the compiler's."""
    command = [COMPILER, f"-print-file-name={name}"]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()  # noqa: S603 - as above


def _run(environment: dict[str, str], *arguments: str) -> int:
    return subprocess.run([sys.executable, *arguments], cwd=ROOT, env=environment, check=False).returncode  # noqa: S603 - as above


if __name__ == "__main__":
    sys.exit(main())
