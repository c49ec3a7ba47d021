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
