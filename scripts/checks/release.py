"""Fail unless everything that carries a version says what a tag says."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


def main() -> int:
    """Run the check on a tag; return 1 when a file says something else."""
    (tag,) = sys.argv[1:]
    found = problems(tag, ROOT)
    for line in found:
        print(line)
    return 1 if found else 0


def problems(tag: str, root: Path) -> list[str]:
    """Return why what is in a folder cannot be released by that tag."""
    version = tag.removeprefix("v")
    document, package = (_version(root / "generated" / name) for name in ("openapi.json", "package.json"))
    found = [
        f"{name} has version {is_now}"
        for name, is_now in (("openapi", document), ("npm", package))
        if is_now != version
    ]
    changelog = (root / "CHANGELOG.md").read_text(encoding="utf-8")
    if not re.search(rf"^## \[{re.escape(version)}\] - \d{{4}}-\d\d-\d\d$", changelog, re.MULTILINE):
        found.append(f"CHANGELOG.md has no heading '## [{version}] - DATE'")
    return found


def _version(path: Path) -> str:
    content = json.loads(path.read_text(encoding="utf-8"))
    return str(content.get("info", content)["version"])


if __name__ == "__main__":
    sys.exit(main())
