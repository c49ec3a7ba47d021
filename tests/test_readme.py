"""The commands and the code in the README and the guides do what is shown."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from payloads import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
GUIDES = [(ROOT / "docs" / f"{name}.md").read_text(encoding="utf-8") for name in ("sending", "notifications")]
PYTHON = re.findall(r"```python\n(.*?)```", "".join([README, *GUIDES]), re.DOTALL)
CONSOLE = re.findall(r"```console\n(.*?)```", README, re.DOTALL)
COMMANDS = re.findall(r"^    (python -m pip .*)$", README, re.MULTILINE)


@pytest.mark.parametrize("code", PYTHON)
def test_python_prints_what_its_comments_say(code: str) -> None:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == re.findall(r"^# (.*)$", code, re.MULTILINE)


@pytest.mark.parametrize("transcript", CONSOLE)
def test_commands_print_what_is_shown(transcript: str, tmp_path: Path) -> None:
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    shown = re.split(r"^\$ (.*)\n", transcript, flags=re.MULTILINE)[1:]
    assert shown
    for command, expected in zip(shown[::2], shown[1::2], strict=True):
        done = subprocess.run(
            command, shell=True, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
        )
        assert done.stdout == expected


def test_the_test_command_is_what_continuous_integration_runs() -> None:
    assert COMMANDS[1] in (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()


def test_the_table_names_every_folder_of_src() -> None:
    folders = {path.name for path in (ROOT / "src").iterdir() if path.is_dir() and "." not in path.name}
    missing = {name for name in folders - {"__pycache__"} if f"`src/{name}`" not in README}
    assert not missing, "Add them to the table of folders in README.md."


def test_the_first_command_validates_the_examples() -> None:
    command = COMMANDS[0].partition(" && ")[2].split()
    assert command[0] == "webex-connect-messaging"
    done = subprocess.run([sys.executable, "-m", "webex_connect_messaging", *command[1:]], cwd=ROOT, check=False)
    assert done.returncode == 0
