"""Outputs that are full, closed, in another encoding, or one of the inputs."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from running import BAD, COMMAND, GOOD, WARNED, invoke, shell, start

LINES = b"\n".join([GOOD, BAD, WARNED, GOOD])


@pytest.fixture
def campaign(tmp_path: Path) -> Path:
    path = tmp_path / "campaign.jsonl"
    path.write_bytes(LINES)
    return path


def records(path: Path) -> list[Any]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def alias(path: Path, kind: str) -> Path:
    other = path.parent / "other.jsonl"
    match kind:
        case "itself":
            return path
        case "another spelling":
            return path.parent / "." / ".." / path.parent.name / path.name
        case "symbolic link":
            other.symlink_to(path)
        case "hard link":
            other.hardlink_to(path)
    return other


@pytest.mark.parametrize("kind", ["itself", "another spelling", "symbolic link", "hard link"])
@pytest.mark.parametrize("options", [[], ["--append"], ["--jobs", "1"]])
def test_an_input_is_not_overwritten(kind: str, options: list[str], campaign: Path) -> None:
    done = invoke(*options, campaign, "--output", alias(campaign, kind))
    assert (done.exit_code, done.stdout) == (2, "")
    assert "is one of the inputs; it would be overwritten" in done.stderr
    assert campaign.read_bytes() == LINES


def test_an_input_of_a_folder_or_of_standard_input_is_not_overwritten(campaign: Path) -> None:
    assert invoke(campaign.parent, "--output", campaign).exit_code == 2
    done = shell('$validate --lines - --output "$1" < "$1"', campaign)
    assert done.returncode == 2
    assert shell('$validate "$1" >> "$1"', campaign).returncode == 2
    assert campaign.read_bytes() == LINES


def test_the_report_has_documents_too_and_names_what_was_not_read(campaign: Path, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_bytes(BAD)
    (tmp_path / "b.json").write_bytes(WARNED)
    (tmp_path / "c.json").write_bytes(GOOD)
    report = tmp_path / "report"
    done = invoke(tmp_path, tmp_path / "missing.json", "--output", report)
    assert done.exit_code == 2
    found = [(Path(item["file"]).name, item.get("line"), item["valid"]) for item in records(report)]
    assert found == [
        ("a.json", None, False),
        ("b.json", None, True),
        ("campaign.jsonl", 2, False),
        ("campaign.jsonl", 3, True),
        ("missing.json", None, False),
    ]
    assert records(report)[-1]["error"] == "No such file or directory."
    assert campaign.exists()


def test_a_report_is_made_when_there_is_nothing_to_report_and_replaces_an_old_one(tmp_path: Path) -> None:
    (tmp_path / "good.jsonl").write_bytes(GOOD)
    report = tmp_path / "report"
    assert invoke(tmp_path / "good.jsonl", "--output", report).exit_code == 0
    assert report.read_bytes() == b""
    report.write_bytes(b"old")
    report.chmod(0o640)
    assert invoke(tmp_path / "good.jsonl", "--output", report).exit_code == 0
    assert report.read_bytes() == b""
    assert report.stat().st_mode & 0o777 == 0o640
    assert sorted(path.name for path in tmp_path.iterdir()) == ["good.jsonl", "report"]


def test_a_link_to_a_report_stays_a_link(campaign: Path, tmp_path: Path) -> None:
    link, target = tmp_path / "link", tmp_path / "target"
    link.symlink_to(target)
    invoke(campaign, "--output", link)
    assert link.is_symlink()
    assert len(records(target)) == 2


@pytest.mark.parametrize("name", ["missing/report", "."])
def test_a_report_that_cannot_be_written_is_said_before_anything_is_checked(
    name: str, campaign: Path, tmp_path: Path
) -> None:
    done = invoke(campaign, "--output", tmp_path / name)
    assert (done.exit_code, done.stdout) == (2, "")
    assert len(done.stderr.splitlines()) == 1
    assert done.stderr.startswith(f"Error: {tmp_path / name}: ")


def test_an_old_report_stays_if_the_new_one_cannot_be_finished(
    campaign: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = tmp_path / "report"
    report.write_bytes(b"old")

    def fail(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    done = invoke(campaign, "--output", report)
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr == f"Error: {report}: No space left on device.\n"
    assert report.read_bytes() == b"old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["campaign.jsonl", "report"]


def test_append_adds_to_a_report(campaign: Path, tmp_path: Path) -> None:
    report = tmp_path / "report"
    report.write_bytes(b"old")
    invoke(campaign, "--output", report, "--append")
    invoke(campaign, "--output", report, "--append")
    lines = report.read_bytes().splitlines()
    assert lines[0] == b"old"
    assert [json.loads(line)["line"] for line in lines[1:]] == [2, 3, 2, 3]


@pytest.mark.parametrize("line", [1, 2, 3, 4])
def test_a_run_that_goes_on_has_the_report_of_an_undisturbed_one(line: int, campaign: Path, tmp_path: Path) -> None:
    whole, report = tmp_path / "whole", tmp_path / "report"
    invoke(campaign, "--output", whole)
    problem = json.dumps({"file": str(campaign), "from_line": 4, "valid": False, "error": "It was not read."})
    for said in (f"{problem}\n", ""):  # what a signal leaves, and a crash
        report.write_bytes(whole.read_bytes() + said.encode() + b'{"file": half')
        done = invoke(campaign, "--from-line", line, "--append", "--output", report)
        assert done.exit_code == int(line < 3)
        if line > 1:  # else, it is another run, which is appended
            assert report.read_bytes() == whole.read_bytes()


@pytest.mark.parametrize(
    ("redirection", "message"),
    [
        (">/dev/full", b"Error: Standard output: No space left on device.\n"),
        (">&-", b"Error: Standard output is closed.\n"),
        ("--output /dev/full", b"Error: /dev/full: No space left on device.\n"),
        ("- <&-", b"Error: -: Standard input is closed.\n"),
        ("2>&-", b""),
        ("2>/dev/full", b""),
    ],
)
def test_a_stream_that_is_full_or_closed_ends_with_two_and_one_line(
    redirection: str, message: bytes, campaign: Path
) -> None:
    missing = campaign.parent / "missing.json" if "2>" in redirection else campaign
    done = shell(f'$validate "$1" "$2" {redirection}', campaign, missing)
    assert (done.returncode, done.stderr) == (2, message)


@pytest.mark.parametrize("command", ["rules", "schema", "explain sms_text_fits_1024_bytes"])
def test_other_commands_say_it_too(command: str) -> None:
    done = shell(f"{' '.join(COMMAND)} {command} >/dev/full")
    assert (done.returncode, done.stderr) == (2, b"Error: Standard output: No space left on device.\n")


def test_a_reader_that_has_enough_ends_it_quietly(tmp_path: Path) -> None:
    path = tmp_path / "campaign.jsonl"
    path.write_bytes(b"\n".join([BAD] * 5000))
    done = shell('$validate "$1" | head -n 1; echo "${PIPESTATUS[0]}"', path)
    first, code = done.stdout.splitlines()
    assert first.startswith(f"{path}:1:1: error".encode())
    assert (code, done.stderr) == (b"2", b"")


@pytest.mark.parametrize("form", ["text", "json", "github", "sarif"])
def test_any_encoding_of_standard_output_and_any_file_name_will_do(form: str, tmp_path: Path) -> None:
    folder = os.fsencode(tmp_path)
    for name in (b"/ascii.jsonl", b"/\xff.jsonl", "/é\x1b[31m.jsonl".encode()):
        Path(os.fsdecode(folder + name)).write_bytes(BAD.replace(b'"chanels"', '"é\u202e"'.encode()))
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    with start("--format", form, tmp_path, env=environment) as process:
        out, err = process.communicate(timeout=60)
    assert process.returncode == 1
    assert (err == b"") == (form in {"text", "github"})
    shown = out.decode("ascii" if form in {"text", "github"} else "utf-8")
    assert "xff.jsonl" in shown
    assert "\x1b" not in shown
    assert "\u202e" not in shown
