"""Run the README's commands in a fresh clone, on a PATH without compilers and Node.js; arguments go to nox.

Fail if one of them fails, if a session is skipped that could run, or if one writes outside of .nox.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
HIDDEN = re.compile(
    r"(.*-)?(cc|c\+\+|gcc|g\+\+|c\d\d|clang|clang\+\+|cpp|tcc|ld|as)(-[\d.]+)?|node|nodejs|npm|npx|corepack"
)
SKIPPED = {"tests", "build(native)"}
VARIABLES = ("CC", "CI", "PYTHONPATH", "REQUIRE_ALL", "VIRTUAL_ENV", "WEBEX_CONNECT_MESSAGING_NATIVE")


def main() -> int:
    """Run the check; return 1 when it fails."""
    install, test = re.findall(
        r"^    (python -m pip .*)$", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE
    )
    with tempfile.TemporaryDirectory() as folder:
        clone, programs = Path(folder) / "clone", Path(folder) / "bin"
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
        environment = _environment(programs)
        for name, command in (("install", install), ("test", " ".join([test, *sys.argv[1:]]))):
            subprocess.run([sys.executable, "-m", "venv", str(Path(folder) / name)], check=True)
            path = os.pathsep.join([str(Path(folder) / name / "bin"), environment["PATH"]])
            print(f"$ {command}", flush=True)
            code, output = _shown(command, clone, {**environment, "PATH": path})
            if code != 0:
                return code
        return _verdict(clone, output)


def _environment(programs: Path) -> dict[str, str]:
    """Link all programs but compilers and Node.js into a folder; return an environment whose PATH is this folder."""
    programs.mkdir()
    for folder in map(Path, os.get_exec_path()):
        for program in folder.iterdir() if folder.is_dir() else ():
            link = programs / program.name
            if not HIDDEN.fullmatch(program.name) and not link.is_symlink() and os.access(program, os.X_OK):
                link.symlink_to(program)
    for name in ("cc", "gcc", "clang", "node", "npm"):
        if shutil.which(name, path=str(programs)):
            raise RuntimeError(f"{name} is not hidden")
    return {name: value for name, value in os.environ.items() if name not in VARIABLES} | {"PATH": str(programs)}


def _shown(command: str, folder: Path, environment: dict[str, str]) -> tuple[int, str]:
    """Run a command, print what it prints, and return its exit code and its output."""
    output = ""
    with subprocess.Popen(
        ["bash", "-c", command],
        cwd=folder,
        env=environment,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    ) as run:
        for line in run.stdout or ():
            print(line, end="", flush=True)
            output += line
    return run.returncode, output


def _verdict(clone: Path, output: str) -> int:
    """Return 1, and print why, if a session was skipped that could run or something was written into the clone."""
    skipped = set(re.findall(r"^nox > \* (\S+): skipped", output, re.MULTILINE))
    status = subprocess.run(
        ["git", "status", "--porcelain", "--ignored"], cwd=clone, check=True, capture_output=True, text=True
    )
    written = [line[3:] for line in status.stdout.splitlines() if line[3:] != ".nox/"]
    if unexpected := skipped - SKIPPED:
        print(f"skipped, though they need no compiler: {', '.join(sorted(unexpected))}; see noxfile.py")
    if written:
        print(f"written outside of .nox: {', '.join(written)}; see CACHES in noxfile.py")
    print(f"skipped: {', '.join(sorted(skipped)) or 'nothing'}")
    return 1 if unexpected or written else 0


if __name__ == "__main__":
    sys.exit(main())
