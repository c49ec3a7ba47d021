"""What CONTRIBUTING.md says of the code is so, and a printer that nothing calls is told."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from payloads import ROOT

TARGETS = ROOT / "scripts" / "specgen" / "targets"
PRINTERS = {
    f"{path.stem}.{node.name}": (path, node.name)
    for path in sorted(TARGETS.glob("*.py"))
    for node in ast.parse(path.read_text(encoding="utf-8")).body
    if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
    if node.returns is not None and ast.unparse(node.returns) == "dict[str, str]"
}


CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
PLACES = re.findall(r"`(\w+)` in `([\w/.]+\.(?:py|c|mjs))`", CONTRIBUTING)
REPORTED = [line for line in CONTRIBUTING.splitlines() if line.startswith("|") and "`test_" in line]
DEFINITIONS = {
    ".py": r"^ *(?:def|class) {}\b",
    ".c": r"^\w[\w *]*\b{}\([^;]*$",  # a declaration ends in a semicolon
    ".mjs": r"^(?:export )?(?:async )?(?:function\*?|const) {}\b",
}


def defines(path: Path, name: str) -> bool:
    """Return whether a file defines a function or a class of that name."""
    pattern = DEFINITIONS[path.suffix].format(name)
    return re.search(pattern, path.read_text(encoding="utf-8"), re.MULTILINE) is not None


@pytest.mark.parametrize("row", REPORTED)
def test_what_reports_a_forgotten_step_is_part_of_quick(row: str) -> None:
    quick = (ROOT / "noxfile.py").read_text(encoding="utf-8").partition("QUICK = ")[2].partition("]")[0]
    for part in row.split(";"):
        for name in re.findall(r"`test_(\w+)`", part):
            assert (ROOT / "tests" / f"test_{name}.py").exists(), name
            assert f'"{name}"' in quick or "nox -s" in part, f"name the session that runs test_{name}"


def test_the_table_of_places_is_read() -> None:
    assert {Path(file).suffix for _, file in PLACES} == set(DEFINITIONS)


@pytest.mark.parametrize(("name", "file"), PLACES)
def test_a_place_that_is_named_is_the_only_one(name: str, file: str) -> None:
    path = ROOT / file
    listed = {other for listed, other in PLACES if listed == name}
    found = {str(other.relative_to(ROOT)) for other in path.parent.rglob(f"*{path.suffix}") if defines(other, name)}
    assert file in found, f"CONTRIBUTING.md says that {file} defines {name}; correct the table"
    assert found <= listed, f"{found - listed} define {name}, too; name one of them otherwise"


def calls(path: Path) -> set[str]:
    """Return the names of the functions that a module calls."""
    nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    return {node.func.id for node in nodes if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}


@pytest.mark.parametrize("printer", PRINTERS)
def test_a_printer_is_called(printer: str) -> None:
    path, name = PRINTERS[printer]
    callers = [ROOT / "scripts" / "generate.py", *(other for other in TARGETS.glob("*.py") if other != path)]
    if not any(name in calls(caller) for caller in callers):
        pytest.fail(f"nothing calls {name} of {path.relative_to(ROOT)}: add it to outputs in scripts/generate.py")


def test_every_module_of_the_targets_prints_files_or_serves_one_that_does() -> None:
    texts = [path.read_text(encoding="utf-8") for path in (ROOT / "scripts").rglob("*.py")]
    imported = {name for text in texts for name in re.findall(r"from (?:specgen\.targets)?\.(\w+) import", text)}
    left_over = {path.stem for path in TARGETS.glob("*.py")} - imported - {"__init__"}
    assert left_over == set(), "call them in outputs of scripts/generate.py"
