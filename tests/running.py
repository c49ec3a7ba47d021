"""Run the command in this process, or in one of its own where file descriptors, signals and processes matter."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result
from payloads import EXAMPLES, ROOT

from webex_connect_messaging.cli import main

GOOD = json.dumps(EXAMPLES["sms/text"]).encode()
BAD = GOOD.replace(b'"channels"', b'"chanels"')
WARNED = json.dumps({**EXAMPLES["sms/text"], "notifyurl": "nowhere"}).encode()
COMMAND = [sys.executable, "-m", "webex_connect_messaging"]


def invoke(*arguments: object) -> Result:
    """Run ``validate`` in this process."""
    return CliRunner().invoke(main, ["validate", *map(os.fspath, map(_plain, arguments))])


def fix(*arguments: object) -> Result:
    """Run ``fix`` in this process."""
    return CliRunner().invoke(main, ["fix", *map(os.fspath, map(_plain, arguments))])


def pipe(command: str, given: bytes) -> subprocess.CompletedProcess[bytes]:
    """Run a command on standard input in a process of its own."""
    return subprocess.run([*COMMAND, command, "-"], input=given, capture_output=True, check=False, timeout=60)


def start(*arguments: object, **options: Any) -> subprocess.Popen[bytes]:
    """Start ``validate`` in a process of its own, the leader of a session."""
    given = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "cwd": ROOT, **options}
    command = [*COMMAND, "validate", *map(_plain, arguments)]
    return subprocess.Popen(command, start_new_session=True, **given)


def shell(script: str, *arguments: object) -> subprocess.CompletedProcess[bytes]:
    """Run a script of bash in which ``$validate`` is the command and ``$1``, ``$2`` … are the arguments."""
    environment = {**os.environ, "validate": f"{sys.executable} -m webex_connect_messaging validate"}
    command = ["bash", "-c", script, "bash", *map(_plain, arguments)]
    return subprocess.run(command, env=environment, capture_output=True, cwd=ROOT, check=False, timeout=120)


def descendants(process: int) -> set[int]:
    """Return the processes that a process has started, and these in turn; from Linux's /proc."""
    parents = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, parent = path.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()[:2]
        except OSError:
            continue
        if state != "Z":
            parents[int(path.parent.name)] = int(parent)
    found = {process}
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return found - {process}


def _plain(argument: object) -> Any:
    return argument if isinstance(argument, (str, bytes)) else str(argument)


def exit_at_three(number: int) -> int:
    """End the process that asks for a certain number; here, where worker processes can import it."""
    if number == 3:
        os._exit(7)
    return number
