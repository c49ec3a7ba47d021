"""Lines: what the command and the library promise of them."""

from __future__ import annotations

import contextlib
import gzip
import importlib
import io
import json
import os
import pty
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from payloads import EXAMPLES, ROOT

from webex_connect_messaging import bulk, validate, validate_json
from webex_connect_messaging.bulk import splitting
from webex_connect_messaging.bulk.reports import Reporter

GOOD = json.dumps(EXAMPLES["sms/text"]).encode()
BAD = GOOD.replace(b'"channels"', b'"chanels"')
WARNED = json.dumps({**EXAMPLES["sms/text"], "notifyurl": "nowhere"}).encode()
MIXED = [json.dumps(payload).encode() for name, payload in EXAMPLES.items() if not name.startswith(("resp", "noti"))]
COMMAND = [sys.executable, "-m", "webex_connect_messaging", "validate"]


def run(*arguments: object, given: bytes = b"") -> subprocess.CompletedProcess[str]:
    command = [*COMMAND, *map(str, arguments)]
    done = subprocess.run(command, input=given, capture_output=True, cwd=ROOT, check=False)
    return subprocess.CompletedProcess(command, done.returncode, done.stdout.decode(), done.stderr.decode())


def found(data: bytes, jobs: int = 1) -> list[tuple[int, list[str]]]:
    """Return what the library finds: numbers of lines and rules."""
    batches = bulk.check_lines(io.BytesIO(data), jobs=jobs)
    return [(line.number, rules(line)) for batch in batches for line in batch.lines]


def rules(line: bulk.Line) -> list[str]:
    return [item.violation.rule for item in line.violations]


@pytest.fixture
def campaign(tmp_path: Path) -> Path:
    path = tmp_path / "campaign.jsonl"
    path.write_bytes(b"\n".join([GOOD, BAD, b"", WARNED, GOOD]))
    return path


def test_each_violation_is_a_line_with_its_place_and_the_end_sums_up_by_rule(campaign: Path) -> None:
    done = run(campaign)
    column = 1 + WARNED.index(b'"notifyurl"')
    lines = done.stdout.splitlines()
    assert done.returncode == 1
    assert lines[0].startswith(f"{campaign}:2:1: error additionalProperties: Unknown property 'chanels'")
    assert lines[1].startswith(f"{campaign}:2:1: error required: Add the property 'channels'.")
    assert lines[2].startswith(f"{campaign}:4:{column}: warning notify_url_is_absolute: ")
    assert lines[2].endswith(" (/notifyurl)")
    assert [line.split() for line in lines[3:6]] == [
        ["1", "additionalProperties"],
        ["1", "required"],
        ["1", "notify_url_is_absolute"],
    ]
    assert lines[6:] == ["3 of 4 lines valid, 2 errors, 1 warning"]
    assert done.stderr == ""


def test_valid_lines_end_with_zero_and_strict_lets_warnings_count(tmp_path: Path) -> None:
    path = tmp_path / "campaign.ndjson"
    path.write_bytes(GOOD + b"\r\n" + WARNED + b"\n")
    assert run(path).returncode == 0
    assert run("--strict", path).returncode == 1


def test_each_line_is_validated_as_a_document_of_its_own() -> None:
    expected = [
        (number, [item.rule for item in validate_json(line)])
        for number, line in enumerate(MIXED, 1)
        if validate_json(line)
    ]
    assert expected
    assert found(b"\n".join(MIXED)) == expected


def test_the_kind_of_each_line_is_detected() -> None:
    lines = [json.dumps(EXAMPLES[name]).encode() for name in ("responses/accepted", "notifications/sms-delivered")]
    assert found(b"\n".join([*lines, GOOD])) == []


@pytest.mark.parametrize(
    "line", [b"{", b"\xff", b"nonsense", b'"\\ud800"', b"[" * 5000, b"x" * 50_000_000, b'{"a": 1, "a": 2}']
)
@pytest.mark.parametrize("end", [b"\n" + BAD + b"\n" + GOOD, b""])
def test_a_broken_line_is_its_violation_and_the_rest_goes_on(line: bytes, end: bytes) -> None:
    (_, _), (number, rules), *rest = found(BAD + b"\n" + line + end)
    assert number == 2
    assert ("duplicate_member" if b'"a"' in line else "json") in rules
    assert [item[0] for item in rest] == ([3] if end else [])


@pytest.mark.parametrize("over", [-1, 0, 1, 2])
def test_a_line_may_be_as_long_as_the_limit(over: int) -> None:
    text = b" " * (bulk.MAX_LINE_LENGTH - len(GOOD) + over) + GOOD
    expected = [(2, ["json"])] if over > 0 else []
    assert found(b"\n".join([GOOD, text, GOOD])) == expected


@pytest.mark.parametrize("length", range(6))
def test_lines_are_split_alike_wherever_a_chunk_ends(length: int, monkeypatch: pytest.MonkeyPatch) -> None:
    data = b"\n".join([GOOD, b"1", b"", BAD, GOOD, b"2"])
    whole = found(data)
    monkeypatch.setattr(splitting, "CHUNK_SIZE", max(1, len(GOOD) * length // 3))
    assert [number for number, _ in whole] == [2, 4, 6]
    assert found(data) == whole


@pytest.mark.parametrize("suffix", [".gz", ".zst"])
def test_compressed_files_are_read_as_if_they_were_not(campaign: Path, suffix: str) -> None:
    compressed = Path(f"{campaign}{suffix}")
    compressed.write_bytes(compress(suffix, campaign.read_bytes()))
    assert run(compressed).stdout == run(campaign).stdout.replace(str(campaign), str(compressed))


def compress(suffix: str, data: bytes) -> bytes:
    if suffix == ".gz":
        return gzip.compress(data)
    zstd = importlib.import_module("compression.zstd" if sys.version_info >= (3, 14) else "backports.zstd")
    compressed: bytes = zstd.compress(data)
    return compressed


@pytest.mark.parametrize("suffix", [".gz", ".zst"])
@pytest.mark.parametrize("damage", [lambda data: data[:-9], lambda data: data[9:]])
def test_a_damaged_file_ends_with_two(tmp_path: Path, suffix: str, damage: Any) -> None:
    path = tmp_path / f"campaign.jsonl{suffix}"
    path.write_bytes(damage(compress(suffix, b"\n".join([GOOD] * 9))))
    done = run(path)
    assert done.returncode == 2
    assert str(path) in done.stderr


def test_what_cannot_be_decompressed_here_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> Any:
        raise ModuleNotFoundError(name)

    path = tmp_path / "campaign.jsonl.zst"
    path.write_bytes(b"")
    monkeypatch.setattr(importlib, "import_module", missing)
    with pytest.raises(bulk.UnreadableError, match=r"pip install 'webex-connect-messaging\[zstd\]'"):
        bulk.Source(str(path))


def test_a_missing_file_ends_with_two_and_one_line() -> None:
    done = run("missing.jsonl")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "Error: missing.jsonl: No such file or directory.\n"


def test_a_folder_may_hold_documents_and_lines(campaign: Path) -> None:
    (campaign.parent / "message.json").write_bytes(GOOD)
    done = run(campaign.parent)
    assert done.returncode == 1
    assert "1 of 1 file valid" in done.stdout
    assert "3 of 4 lines valid" in done.stdout


def test_standard_input_is_lines_with_the_option() -> None:
    done = run("--lines", "-", given=GOOD + b"\n" + BAD)
    assert done.returncode == 1
    assert done.stdout.splitlines()[0].startswith("-:2:1: error")


def test_the_report_has_the_lines_with_violations(campaign: Path, tmp_path: Path) -> None:
    done = run("--output", tmp_path / "report.jsonl", campaign)
    record, warned = map(json.loads, (tmp_path / "report.jsonl").read_text(encoding="utf-8").splitlines())
    assert (record["file"], record["line"], record["valid"]) == (str(campaign), 2, False)
    assert (warned["file"], warned["line"], warned["valid"]) == (str(campaign), 4, True)
    assert [item["rule"] for item in record["violations"]] == ["additionalProperties", "required"]
    assert set(record["violations"][0]) == {"pointer", "rule", "level", "message", "fix", "line", "column"}
    assert "3 of 4 lines valid" in done.stdout
    assert ": error" not in done.stdout


def test_the_format_for_programs_is_a_record_for_each_line_with_violations(campaign: Path) -> None:
    done = run("--format", "json", campaign)
    assert [json.loads(line)["line"] for line in done.stdout.splitlines()] == [2, 4]
    assert "3 of 4 lines valid" in done.stderr


@pytest.mark.parametrize(
    ("options", "last", "checked"),
    [(["--fail-fast"], 2, 3), (["--max-errors", "1"], 2, 3), (["--max-errors", "3"], 4, 4)],
)
def test_checking_stops_after_so_many_errors(tmp_path: Path, options: list[str], last: int, checked: int) -> None:
    path = tmp_path / "campaign.jsonl"
    path.write_bytes(b"\n".join([GOOD, BAD, BAD, BAD]) if last == 4 else b"\n".join([GOOD, GOOD, BAD, GOOD]))
    done = run(*options, path)
    assert done.returncode == 1
    assert done.stdout.splitlines()[-1].startswith("stopped after ")
    assert f" of {checked - (last == 4)} lines valid" in done.stdout


def test_several_processes_find_the_same_in_the_same_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(splitting, "PART_SIZE", 5000)
    data = b"\n".join(MIXED * 20)
    assert found(data, jobs=2) == found(data)
    assert len(found(data)) > 100


def test_processes_that_read_a_file_by_themselves_find_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(splitting, "PART_SIZE", 5000)
    path = tmp_path / "campaign.jsonl"
    path.write_bytes(b"\n".join(MIXED * 20))
    with contextlib.closing(bulk.Source(str(path))) as source:
        batches = list(bulk.check_lines(source, jobs=2))
        assert source.position == source.size
    assert [(line.number, rules(line)) for batch in batches for line in batch.lines] == found(path.read_bytes())


@pytest.mark.parametrize("form", ["text", "json"])
def test_the_command_reports_what_the_library_finds(form: Any, tmp_path: Path) -> None:
    path = tmp_path / "100%d.jsonl"
    strange = GOOD.replace(b'"channels"', b'"%d\\u0000%%"')
    path.write_bytes(b"\n".join([*MIXED, b"", strange]))
    with path.open("rb") as file:
        lines = [line for batch in bulk.check_lines(file) for line in batch.lines]
    done = run("--format", form, path).stdout.splitlines()
    if form == "json":
        assert [json.loads(line) for line in done] == [
            {
                "file": str(path),
                "line": line.number,
                "valid": all(item.violation.level == "warning" for item in line.violations),
                "violations": [
                    {**item.violation._asdict(), "line": item.line, "column": item.column} for item in line.violations
                ],
            }
            for line in lines
        ]
    else:
        places = [f"{path}:{item.line}:{item.column}: " for line in lines for item in line.violations]
        assert all(text.startswith(place) for text, place in zip(done, places, strict=False))
        assert len(places) > len(lines) > 10


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 50, 10**6])
def test_a_limit_of_errors_ends_the_report_at_the_same_line_wherever_it_is_split(
    limit: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = b"\n".join(MIXED * 20)

    def reported(size: int) -> tuple[bytes, int]:
        monkeypatch.setattr(splitting, "CHUNK_SIZE", size)
        output, errors = b"", 0
        reporter = Reporter("-", "records", strict=False, max_errors=limit)
        for report in bulk.reduce_lines(io.BytesIO(data), reporter.report, None, 1):
            for summary in report.summaries:
                output += summary.output(report.before)
                errors += summary.counts.errors
                if errors >= limit:
                    return output, errors
        return output, errors

    assert reported(5000) == reported(len(data))


@pytest.mark.parametrize("end", [b"", b"\n", b"\n\n"])
def test_each_line_belongs_to_one_part_of_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, end: bytes) -> None:
    monkeypatch.setattr(splitting, "MAX_LINE_LENGTH", 30)
    path = tmp_path / "campaign.jsonl"
    path.write_bytes(b"\n".join([b"{}", b"", b"[1]", b"x" * 30, b"y" * 31, b"z" * 95, b"{}"]) + end)
    lines = path.read_bytes().removesuffix(b"\n").split(b"\n")
    for size in range(1, path.stat().st_size + 2):
        with contextlib.closing(bulk.Source(str(path))) as source:
            chunks = [chunk for part in splitting.parts(source, size) for chunk in part.chunks()]
        read = [line for chunk in chunks for line in chunk.removesuffix(b"\n").split(b"\n")]
        assert [line[:31] for line in read] == [line[:31] for line in lines], size


def test_a_file_that_is_replaced_while_it_is_read_is_an_error(tmp_path: Path) -> None:
    path, other = tmp_path / "campaign.jsonl", tmp_path / "other.jsonl"
    path.write_bytes(GOOD)
    other.write_bytes(BAD)
    with contextlib.closing(bulk.Source(str(path))) as source:
        (part,) = splitting.parts(source, len(GOOD))
    other.replace(path)
    with pytest.raises(bulk.UnreadableError, match="took its place"):
        list(part.chunks())


@pytest.mark.parametrize("suffix", [".gz", ".zst"])
def test_a_compressed_file_is_not_plain(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"campaign.jsonl{suffix}"
    path.write_bytes(compress(suffix, GOOD))
    with contextlib.closing(bulk.Source(str(path))) as source:
        assert not source.is_plain


def test_an_iterator_that_is_closed_ends_its_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(splitting, "PART_SIZE", 5000)
    batches = bulk.check_lines(io.BytesIO(b"\n".join(MIXED * 20)), jobs=2)
    assert next(batches).checked > 0
    batches.close()
    with pytest.raises(StopIteration):
        next(batches)


STREAM = """
import sys
from webex_connect_messaging import bulk

class Lines:
    def __init__(self, size):
        self.left = size

    def read(self, size):
        data = LINE * (min(size, self.left) // len(LINE))
        self.left -= len(data)
        return data

def most():
    return int(next(line for line in open("/proc/self/status") if line.startswith("VmHWM")).split()[1])

for size in (10_000_000, 100_000_000):
    print(sum(batch.checked for batch in bulk.check_lines(Lines(size))), most())
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="only Linux says what a process took")
def test_memory_stays_bounded() -> None:
    line = GOOD + b"\n"
    code = f"LINE = {line!r}{STREAM}"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    (few, before), (many, after) = (map(int, line.split()) for line in done.stdout.splitlines())
    assert many > 9 * few > 100_000
    assert after - before < 10_000  # kilobytes


def read_to_the_end(terminal: int) -> bytes:
    shown = b""
    with contextlib.suppress(OSError):  # how Linux reports that the other end is closed
        while data := os.read(terminal, 1 << 16):
            shown += data
    os.close(terminal)
    return shown


def test_a_bar_on_a_terminal_shows_rate_and_errors(tmp_path: Path) -> None:
    path = tmp_path / "campaign.jsonl"
    path.write_bytes(b"\n".join([*[GOOD] * 20_000, BAD]))
    ours, theirs = pty.openpty()
    with subprocess.Popen([*COMMAND, "--jobs", "1", str(path)], stdout=subprocess.PIPE, stderr=theirs) as process:
        os.close(theirs)
        shown = read_to_the_end(ours)
        out = process.communicate(timeout=60)[0]
    for text in ("lines", "a second", "errors", "━"):
        assert text.encode() in shown
    assert out.splitlines()[-1] == b"20000 of 20001 lines valid, 2 errors, 0 warnings"


def test_levels_have_colours_on_a_terminal(campaign: Path) -> None:
    ours, theirs = pty.openpty()
    environment = {**os.environ, "TERM": "xterm-256color"}
    with subprocess.Popen([*COMMAND, str(campaign)], stdout=theirs, stderr=subprocess.PIPE, env=environment):
        os.close(theirs)
        shown = read_to_the_end(ours).decode()
    assert f"{campaign}:2:1: \x1b[1;31merror\x1b[0m additionalProperties: " in shown
    assert ": \x1b[33mwarning\x1b[0m notify_url_is_absolute: " in shown


def test_a_worker_imports_nothing_that_only_the_command_needs() -> None:
    code = "import sys; import webex_connect_messaging.bulk.reports; print({'click', 'rich'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"


def test_the_good_line_is_good_and_the_others_are_not() -> None:
    assert validate(json.loads(GOOD)) == []
    assert [item.level for item in validate(json.loads(WARNED))] == ["warning"]
    assert {item.level for item in validate(json.loads(BAD))} == {"error"}
