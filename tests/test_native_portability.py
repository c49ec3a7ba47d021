"""The accelerator is standard C11, so that other compilers take it, Microsoft's among them."""

from __future__ import annotations

import shutil
import subprocess
import sysconfig
from pathlib import Path

import pytest

SOURCES = sorted((Path(__file__).parent.parent / "src" / "native").glob("*.c"))
# Microsoft's compiler has no arrays of variable length, which C11 leaves optional.
OPTIONS = ("-std=c11", "-pedantic-errors", "-Wall", "-Wextra", "-Wvla", "-Werror", "-fsyntax-only")
DISABLED = (
    "-Wno-cast-function-type",  # Python's table of methods holds functions of several types
    "-Wno-missing-field-initializers",  # its tables end in {NULL}
    "-Wno-unused-parameter",  # and fix the parameters of their functions
)


def compiled(compiler: str, *sources: Path) -> subprocess.CompletedProcess[str]:
    """Let a compiler read C files; its output tells what is not standard."""
    if shutil.which(compiler) is None:
        pytest.skip(f"{compiler} is missing")
    command = [compiler, *OPTIONS, *DISABLED, "-isystem", sysconfig.get_path("include"), *map(str, sources)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("compiler", ["gcc", "clang"])
def test_accelerator_is_standard_c11(compiler: str) -> None:
    done = compiled(compiler, *SOURCES)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("compiler", ["gcc", "clang"])
@pytest.mark.parametrize(
    "extension",
    [
        "int twice(int n) { return ({ n * 2; }); }",
        "int last(int n) { int values[n]; values[n - 1] = n; return values[n - 1]; }",
        "struct Empty {};",
        "int either(int a, int b) { return a ?: b; }",
    ],
)
def test_extension_of_gnu_is_refused(compiler: str, extension: str, tmp_path: Path) -> None:
    (tmp_path / "extension.c").write_text(extension, encoding="utf-8")
    assert compiled(compiler, tmp_path / "extension.c").returncode != 0
