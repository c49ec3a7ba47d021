"""Nothing that the command writes can control a terminal or forge a line, whatever names and payloads hold."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from running import COMMAND, GOOD, invoke

from webex_connect_messaging.escaping import escape, shown_name

UNSAFE = re.compile("[\x00-\x09\x0b-\x1f\x80-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
EVIL = "\x1b[31m\r\nforged.json:1:1: error x\x07\x00\x7f\x85\x9b\u202e\u2028\u2066[bold]é"


def test_escapes_are_those_of_python() -> None:
    assert escape("a\x1b[b]é\n\u202e") == "a\\x1b[b]é\\n\\u202e"
    assert shown_name("\udcff.json") == "\\xff.json"


@pytest.mark.parametrize("options", [[], ["--format", "json"], ["--format", "github"], ["--format", "sarif"]])
def test_names_of_files_and_properties_cannot_forge_lines(options: list[str], tmp_path: Path) -> None:
    evil = EVIL.replace("\x00", "").replace("/", "")
    path = tmp_path / f"{evil}.json"
    path.write_text(json.dumps({**json.loads(GOOD), EVIL: EVIL, "destination": EVIL}), encoding="utf-8")
    done = invoke(*options, tmp_path, tmp_path / f"{evil}-missing.json", "--strict")
    assert done.exit_code == 2
    for text in (done.stdout, done.stderr):
        assert not UNSAFE.search(text)
        assert not re.search("(?m)^forged", text)
    assert done.stdout


@pytest.mark.parametrize("arguments", [["validate", "--\x1b[31m"], ["explain", EVIL.replace("\x00", "")], ["\x1b"]])
def test_wrong_arguments_are_shown_escaped_in_one_line(arguments: list[str]) -> None:
    done = subprocess.run([*COMMAND, *arguments], capture_output=True, check=False)
    assert (done.returncode, done.stdout) == (2, b"")
    assert not UNSAFE.search(done.stderr.decode())
    assert done.stderr.count(b"\n") == 1


def test_markup_in_a_name_is_text_beside_the_bar(tmp_path: Path) -> None:
    pty = pytest.importorskip("pty")
    from test_bulk import read_to_the_end  # noqa: PLC0415 - it needs a terminal, too

    path = tmp_path / "[b]x[b].jsonl"
    path.write_bytes(b"\n".join([GOOD] * 2000))
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "webex_connect_messaging", "validate", "--jobs", "1", str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=theirs):
        os.close(theirs)
        assert b"[b]x[b].jsonl" in read_to_the_end(ours)
