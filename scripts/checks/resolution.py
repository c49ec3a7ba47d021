"""Fail if the package keeps pip from installing the newest versions of other tools beside it; takes their names."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


def main() -> int:
    """Run the check; return 1 when a tool is older beside the package than alone."""
    tools = sys.argv[1:]
    alone, beside = _resolved(*tools), _resolved(*tools, str(ROOT))
    older = {name: version for name, version in alone.items() if beside[name] != version}
    for name, version in older.items():
        print(f"{name}: {version} alone, {beside[name]} beside the package; see dependencies in pyproject.toml")
    print(", ".join(f"{name} {version}" for name, version in sorted(beside.items())))
    return 1 if older else 0


def _resolved(*requirements: str) -> dict[str, str]:
    """Return the version of each package that pip would install."""
    options = ("--dry-run", "--ignore-installed", "--quiet", "--report", "-")
    command = [sys.executable, "-m", "pip", "install", *options, *requirements]
    report = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return {item["metadata"]["name"].lower(): item["metadata"]["version"] for item in report["install"]}


if __name__ == "__main__":
    sys.exit(main())
