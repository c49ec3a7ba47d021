"""Run the pre-commit hook as the README shows it; it must accept one payload and refuse another."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
VALID = ROOT / "spec" / "examples" / "sms" / "text.json"


def main() -> int:
    """Run the hook; return 1 when its verdict is wrong."""
    (shown,) = re.findall(r"```yaml\n(repos:\n.*?)```", README, re.DOTALL)
    configuration = re.sub(r"rev: .*", "rev: HEAD", re.sub(r"repo: .*", f"repo: {ROOT.as_uri()}", shown))
    valid = json.loads(VALID.read_text(encoding="utf-8"))
    payloads = {"valid.json": valid, "invalid.json": {**valid, "corelationid": "1"}, "notes.txt": "no payload"}
    with tempfile.TemporaryDirectory() as folder:
        repository = Path(folder) / "repository"
        (repository / "messages").mkdir(parents=True)
        (repository / ".pre-commit-config.yaml").write_text(configuration, encoding="utf-8")
        (repository / "package.json").write_text("{}", encoding="utf-8")
        for name, payload in payloads.items():
            (repository / "messages" / name).write_text(json.dumps(payload), encoding="utf-8")
        for command in (["git", "init", "--quiet"], ["git", "add", "--all"]):
            subprocess.run(command, cwd=repository, check=True)
        environment = {**os.environ, "PRE_COMMIT_HOME": str(Path(folder) / "cache")}
        run = subprocess.run(
            ["pre-commit", "run", "--all-files"],
            cwd=repository,
            env=environment,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
    print(run.stdout, run.stderr)
    found = re.findall(r"^(\S+\.\w+):\d+:\d+: error (\w+)", run.stdout, re.MULTILINE)
    is_right = found == [("messages/invalid.json", "additionalProperties")] and "1 of 2 files valid" in run.stdout
    return 0 if is_right and run.returncode == 1 else 1


if __name__ == "__main__":
    sys.exit(main())
