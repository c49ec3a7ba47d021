"""Build sdist and wheel of a copy with stray files; fail unless they hold what git tracks, and nothing else."""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
NOT_IN_SDIST = {".ci", ".gitattributes", ".github", ".pre-commit-hooks.yaml"}
PACKAGES = ("src/webex_connect_messaging", "generated/python/webex_connect_messaging_spec")
STRAY = (
    *(".env", "secrets.env", "messages.jsonl", ".idea/workspace.xml", "notes.txt", "spec/examples/campaign.jsonl"),
    *("src/webex_connect_messaging/.env", "src/webex_connect_messaging/secrets.env", "docs/secrets.env"),
)
ENVIRONMENTS = (".v", "env", "tests/env", "src/webex_connect_messaging/env")
INSTALLED = "lib/python3.11/site-packages/stray.py"


def main() -> int:
    """Run the check and leave the distributions in a folder; return 1 when it fails."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="where sdist and wheel go")
    folder = parser.parse_args().folder
    tracked = _listed("--cached")
    with tempfile.TemporaryDirectory() as copy:
        for name in tracked | _listed("--others", "--exclude-standard"):
            _copy(name, Path(copy))
        _add_stray_files(Path(copy))
        subprocess.run([sys.executable, "-m", "build", "--outdir", str(folder), copy], check=True)
    (sdist,), (wheel,) = folder.glob("*.tar.gz"), folder.glob("*.whl")
    in_sdist = {name for name in tracked if name.split("/")[0] not in NOT_IN_SDIST}
    in_wheel = {
        Path(name).relative_to(Path(package).parent).as_posix()
        for name in tracked
        for package in PACKAGES
        if name.startswith(f"{package}/")
    }
    return max(
        _compared(sdist.name, [name.partition("/")[2] for name in tarfile.open(sdist).getnames()], in_sdist),
        _compared(wheel.name, zipfile.ZipFile(wheel).namelist(), in_wheel),
    )


def _listed(*options: str) -> set[str]:
    """Return the files that git lists and that exist."""
    command = ["git", "ls-files", "-z", *options]
    names = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.split("\0")
    return {name for name in names if name and (ROOT / name).is_file()}


def _copy(name: str, folder: Path) -> None:
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(ROOT / name, folder / name)


def _add_stray_files(folder: Path) -> None:
    for name in (*STRAY, *(f"{environment}/{INSTALLED}" for environment in ENVIRONMENTS)):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("stray", encoding="utf-8")
    for name in ENVIRONMENTS:
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder / name)], check=True)


def _compared(archive: str, names: Iterable[str], expected: set[str]) -> int:
    """Return 1, and print the differences, if an archive does not hold what is expected beside its metadata."""
    found = {name for name in names if name and not name.endswith((".pyd", ".so")) and ".dist-info/" not in name}
    missing, surplus = sorted(expected - found), sorted(found - expected - {"PKG-INFO"})
    for what, which in (("lacks", missing), ("also holds", surplus)):
        if which:
            print(f"{archive} {what} {len(which)} files: {', '.join(which[:10])}; see the lists in pyproject.toml")
    return 1 if missing or surplus else 0


if __name__ == "__main__":
    sys.exit(main())
