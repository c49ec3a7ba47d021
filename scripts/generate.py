"""Generate every file in ``generated/`` from the specification in ``spec/``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from specgen.model import read
from specgen.source import SpecError
from specgen.targets.json_schema import schema_files
from specgen.targets.openapi import openapi_files, register_files
from specgen.targets.python import python_files
from specgen.targets.rules import rules_file
from specgen.targets.typescript import npm_files
from specgen.targets.vectors import vector_files

ROOT = Path(__file__).resolve().parent.parent


def outputs(spec: Path) -> dict[str, str]:
    """Return every generated file as ``{path below generated/: text}``."""
    model = read(spec)
    files = openapi_files(model) | schema_files(model) | rules_file(model) | register_files(model)
    return files | vector_files(model) | python_files(model) | npm_files(model)


def differences(files: dict[str, str], folder: Path) -> list[str]:
    """Name every file in the folder that is stale, missing or left over."""
    present = {
        path.relative_to(folder).as_posix(): path
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    found = [f"missing: {name}" for name in files if name not in present]
    found += [f"left over: {name}" for name in present if name not in files]
    found += [
        f"stale: {name}"
        for name, text in files.items()
        if name in present and present[name].read_bytes() != text.encode()
    ]
    return sorted(found)


def write(files: dict[str, str], folder: Path) -> None:
    """Write the files and remove what is left over."""
    for line in differences(files, folder):
        state, _, name = line.partition(": ")
        path = folder / name
        if state == "left over":
            path.unlink()
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(files[name].encode())
        print(line)


def main(arguments: list[str] | None = None) -> int:
    """Run the command; 1 when ``--check`` finds a difference, 2 when the specification cannot be used."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; name each file that differs and exit 1")
    parser.add_argument("--spec", type=Path, default=ROOT / "spec", help="the specification")
    parser.add_argument("--output", type=Path, default=ROOT / "generated", help="where the files go")
    options = parser.parse_args(arguments)
    try:
        files = outputs(options.spec)
    except SpecError as error:
        print(error, file=sys.stderr)
        return 2
    if not options.check:
        write(files, options.output)
        return 0
    found = differences(files, options.output)
    for line in found:
        print(line)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
