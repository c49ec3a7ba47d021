"""Check a wheel that is installed: what it carries, that it runs, and the types of a user of it."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

USER = """\
from webex_connect_messaging import Violation, models, to_dict, validate
request = models.SmsRequest(destination=[models.SmsDestination(msisdn=["+447700900009"])])
found: list[Violation] = validate(to_dict(request))
assert [item.rule for item in found] == ["required"], found
"""


def main() -> int:
    """Run the checks; return 1 when one fails."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("wheel", type=Path)
    parser.add_argument("native", choices=["require", "omit"], help="whether the wheel must carry the accelerator")
    options = parser.parse_args()
    is_pure = options.native == "omit"
    compiled = [name for name in zipfile.ZipFile(options.wheel).namelist() if name.endswith((".pyd", ".so"))]
    if options.wheel.name.endswith("-py3-none-any.whl") != is_pure or len(compiled) != (0 if is_pure else 1):
        print(f"{options.wheel.name} carries {compiled}; see scripts/build_native.py")
        return 1
    imported = "webex_connect_messaging" if is_pure else "webex_connect_messaging._native"
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "user.py").write_text(USER, encoding="utf-8")
        commands = (["-c", f"import {imported}"], ["user.py"], ["-m", "mypy", "--strict", "user.py"])
        return max(
            subprocess.run([sys.executable, *each], cwd=folder, env=environment, check=False).returncode  # noqa: S603
            for each in commands
        )


if __name__ == "__main__":
    sys.exit(main())
