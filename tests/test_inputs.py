"""What is not read is not valid: each input is read fully, in part or not at all, and the command says which."""

from __future__ import annotations

import contextlib
import gzip
import io
import os
import re
import threading
from pathlib import Path
from typing import Any

import pytest
from running import BAD, GOOD, invoke, start

from webex_connect_messaging import bulk
from webex_connect_messaging.bulk import sources, splitting

LINES = b"\n".join([GOOD] * 9 + [BAD])
PARTS = 400  # bytes, of which the lines have four times as many


def checked(source: Any, jobs: int, reason: str) -> list[bulk.Batch]:
    """Return what is found before the error with which reading must end."""
    batches = []
    batch: Any
    results = bulk.check_lines(source, jobs=jobs)
    with contextlib.ExitStack() as stack:
        if isinstance(source, bulk.Source):
            stack.enter_context(contextlib.closing(source))
        while (batch := read(results, reason)) is not None:
            batches.append(batch)
    return batches


def read(results: Any, reason: str) -> bulk.Batch | None:
    try:
        batch: bulk.Batch = next(results)
    except (bulk.UnreadableError, ValueError) as error:
        assert re.search(reason, str(error))  # noqa: PT017 - results come before the error
        return None
    return batch


@pytest.fixture
def good(tmp_path: Path) -> Path:
    path = tmp_path / "good.json"
    path.write_bytes(GOOD)
    return path


@pytest.mark.parametrize("content", [b"", b"  \n", b"[]", b" [ ]\n"])
@pytest.mark.parametrize("name", ["x.json", "x.jsonl"])
def test_nothing_to_check_is_an_error_unless_allowed(name: str, content: bytes, good: Path, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(b"" if name == "x.jsonl" and b"[" in content else content)
    done = invoke(path, good)
    assert done.exit_code == 2
    assert done.stderr == f"Error: {path}: There is nothing in it to check. To allow that, use --allow-empty.\n"
    assert done.stdout == "1 of 1 file valid, 0 errors, 0 warnings; 1 input not read\n"
    allowed = invoke("--allow-empty", path, good)
    assert (allowed.exit_code, allowed.stderr) == (0, "")
    assert invoke("--allow-empty", path).exit_code == 0


def test_a_file_that_is_no_json_is_a_violation_with_its_place_and_the_rest_goes_on(good: Path, tmp_path: Path) -> None:
    (tmp_path / "bad.json").write_bytes(b'{\n  "a" 1\n}')
    done = invoke(tmp_path / "bad.json", good)
    assert done.exit_code == 1
    assert done.stdout.startswith(f"{tmp_path / 'bad.json'}:2:7: error json: Not JSON: ")
    assert done.stdout.endswith("1 of 2 files valid, 1 error, 0 warnings\n")


def test_an_input_that_is_missing_or_dangling_or_no_file_is_said_and_the_others_go_on(
    good: Path, tmp_path: Path
) -> None:
    (tmp_path / "dangling.json").symlink_to("nowhere")
    (tmp_path / "folder.json").mkdir()
    (tmp_path / "folder.json" / "inner.json").write_bytes(BAD)
    os.mkfifo(tmp_path / "pipe.jsonl")
    done = invoke(tmp_path, tmp_path / "missing.json")
    assert done.exit_code == 2
    assert done.stderr.splitlines() == [
        f"Error: {tmp_path / 'dangling.json'}: No such file or directory.",
        f"Error: {tmp_path / 'folder.json'}: It is a folder, not a file.",
        f"Error: {tmp_path / 'pipe.jsonl'}: It is not a regular file. Name it to read it all the same.",
        f"Error: {tmp_path / 'missing.json'}: No such file or directory.",
    ]
    assert f"{tmp_path / 'folder.json' / 'inner.json'}:1:1: error" in done.stdout
    assert done.stdout.endswith("1 of 2 files valid, 2 errors, 0 warnings; 4 inputs not read\n")
    assert good.exists()


def test_a_folder_that_cannot_be_listed_is_said(good: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    closed = tmp_path / "closed"
    closed.mkdir()
    list_folder = os.scandir

    def refuse(path: Any) -> Any:
        if Path(path) == closed:
            raise PermissionError(13, "Permission denied", str(path))
        return list_folder(path)

    monkeypatch.setattr(os, "scandir", refuse)  # root may list every folder
    done = invoke(good.parent)
    assert (done.exit_code, done.stderr) == (2, f"Error: {closed}: Permission denied.\n")
    assert done.stdout.startswith("1 of 1 file valid")


def test_links_to_folders_are_followed_once(good: Path, tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "back").symlink_to(tmp_path)
    other = tmp_path.parent / f"{tmp_path.name}-other"
    other.mkdir()
    (other / "linked.json").write_bytes(BAD)
    (tmp_path / "link").symlink_to(other)
    done = invoke(tmp_path)
    assert done.stdout.endswith("1 of 2 files valid, 2 errors, 0 warnings\n")
    assert good.exists()


def test_a_pipe_in_place_of_a_file_is_read(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.jsonl"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_bytes, args=(LINES,))
    writer.start()
    done = invoke(pipe)
    writer.join()
    assert done.stdout.endswith("9 of 10 lines valid, 2 errors, 0 warnings\n")


@pytest.mark.parametrize("suffix", [".gz", ".zst"])
@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize("tenth", range(1, 10))
def test_the_readable_lines_of_a_truncated_archive_are_checked(
    tenth: int, jobs: int, suffix: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(splitting, "PART_SIZE", PARTS)
    data = b"\n".join(GOOD.replace(b"Sending", os.urandom(50).hex().encode()) for _ in range(400))
    whole = compress(suffix, data)
    path = tmp_path / f"x.jsonl{suffix}"
    path.write_bytes(whole[: len(whole) * tenth // 10])
    batches = checked(bulk.Source(str(path)), jobs, "")
    readable = 0 if suffix == ".zst" and len(whole) < 2**17 else (tenth - 1) * 40 * 0.8
    assert readable <= sum(batch.size for batch in batches) <= 400
    assert all(batch.lines == [] for batch in batches)


def compress(suffix: str, data: bytes) -> bytes:
    if suffix == ".gz":
        return gzip.compress(data)
    zstd: Any = pytest.importorskip("backports.zstd")
    return bytes(zstd.compress(data))


@pytest.mark.parametrize("jobs", [1, 2])
def test_what_is_read_before_an_error_is_reported_with_the_line_where_it_ends(jobs: int, tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl.gz"
    path.write_bytes(gzip.compress(LINES + b"\n" + GOOD)[:-9])
    done = invoke("--jobs", jobs, path)
    assert done.exit_code == 2
    assert f"{path}:10:1: error additionalProperties" in done.stdout
    assert done.stdout.endswith("9 of 10 lines valid, 2 errors, 0 warnings; 1 input read in part\n")
    assert done.stderr.startswith(f"Error: {path}: ")
    assert done.stderr.endswith(" The lines from 11 on were not checked.\n")


class Disturbed(bulk.Source):
    """A source to which something happens when it is read for the second time."""

    def __init__(self, name: str, disturb: Any) -> None:
        super().__init__(name)
        self._disturb = disturb
        self._reads = 0

    def read(self, size: int) -> bytes:
        self._reads += 1
        if self._reads == 3:  # the first is to recognize the encoding
            self._disturb()
        return super().read(min(size, PARTS))

    def skip_to(self, position: int) -> None:
        super().skip_to(position)
        if position > 2 * PARTS:
            self._disturb()


@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize(
    ("disturb", "reason"),
    [
        (lambda path: os.truncate(path, 700), "to 700 bytes"),
        (lambda path: path.write_bytes(LINES + b"\n" + GOOD), "bytes"),
        (lambda path: os.utime(path, ns=(1, 1)), "its size stayed the same"),
    ],
)
def test_a_file_that_is_changed_while_it_is_read_is_an_error(
    disturb: Any, reason: str, jobs: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(splitting, "PART_SIZE", PARTS)
    path = tmp_path / "x.jsonl"
    path.write_bytes(LINES)
    batches = checked(Disturbed(str(path), lambda: disturb(path)), jobs, reason)
    assert sum(batch.size for batch in batches) <= 10


@pytest.mark.parametrize("damage", [lambda path: path.unlink(), lambda path: path.write_bytes(b"{}")])
def test_workers_notice_that_a_file_is_gone_or_another(damage: Any, tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_bytes(LINES)
    other = tmp_path / "other"
    other.write_bytes(LINES)
    with contextlib.closing(bulk.Source(str(path))) as source:
        parts = list(splitting.parts(source, PARTS))
    path.unlink()
    other.rename(path)
    with pytest.raises(bulk.UnreadableError, match="Another file took its place"):
        list(parts[0].chunks())
    damage(path)
    with pytest.raises(bulk.UnreadableError):
        list(parts[1].chunks())


def test_an_exception_of_a_reader_comes_after_the_results_before_it() -> None:
    class Failing(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            if data := super().read(size):
                return data
            raise ValueError("broken")

    found = checked(Failing(LINES), 1, "broken")
    assert sum(batch.checked for batch in found) == 9  # the last line may go on


def test_a_file_of_lines_in_another_encoding_is_not_split(tmp_path: Path, good: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_bytes(LINES.decode().encode("utf-16"))
    done = invoke(path, good)
    assert done.exit_code == 2
    assert done.stderr == (
        f"Error: {path}: It is not UTF-8; it looks like UTF-16 (little-endian). No line was checked.\n"
    )
    assert done.stdout.startswith("1 of 1 file valid")


@pytest.mark.parametrize("suffix", [".gz", ".zst"])
def test_documents_may_be_compressed(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"x.json{suffix}"
    path.write_bytes(compress(suffix, GOOD))
    assert invoke(tmp_path).stdout == "1 of 1 file valid, 0 errors, 0 warnings\n"


@pytest.mark.parametrize("compressed", [False, True])
@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize("line", [1, 2, 9, 10])
def test_from_line_reports_what_a_whole_run_reports_of_these_lines(
    line: int, jobs: int, compressed: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(splitting, "PART_SIZE", PARTS)
    monkeypatch.setattr(sources, "_BLOCK", 700)
    path = tmp_path / ("x.jsonl.gz" if compressed else "x.jsonl")
    path.write_bytes(gzip.compress(LINES) if compressed else LINES)
    done = invoke("--from-line", line, "--jobs", jobs, path)
    assert f"{path}:10:1: error additionalProperties" in done.stdout
    assert done.stdout.endswith(f"{10 - line} of {11 - line} line{'s' * (line < 10)} valid, 2 errors, 0 warnings\n")


def test_from_line_needs_a_line_and_one_input_of_lines(tmp_path: Path, good: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_bytes(LINES)
    done = invoke("--from-line", 11, path)
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr == f"Error: {path}: It has only 9 line ends; there is no line 11.\n"
    for names in ([good], [path, path]):
        assert "give one input of lines" in invoke("--from-line", 2, *names).stderr


def test_a_limit_of_errors_counts_documents_and_lines(tmp_path: Path) -> None:
    for name in ("a.json", "b.json"):
        (tmp_path / name).write_bytes(BAD)
    done = invoke("--fail-fast", tmp_path)
    assert done.exit_code == 1
    assert done.stdout.endswith("stopped after 2 errors: 0 of 1 file valid, 2 errors, 0 warnings; 1 input not read\n")
    (tmp_path / "c.jsonl").write_bytes(LINES)
    done = invoke("--max-errors", 5, tmp_path)
    assert done.stdout.splitlines()[-1].startswith("stopped after 6 errors: 9 of 10 lines valid")


def test_a_bar_is_shown_for_a_pipe_too() -> None:
    pty = pytest.importorskip("pty")
    ours, theirs = pty.openpty()
    with start("--lines", "--jobs", "1", "-", stderr=theirs) as process:
        os.close(theirs)
        out, _ = process.communicate(b"\n".join([GOOD] * 3000), timeout=60)
        with contextlib.suppress(OSError):  # how Linux reports that the other end is closed
            assert os.read(ours, 1)
        os.close(ours)
    assert out == b"3000 of 3000 lines valid, 0 errors, 0 warnings\n"


@pytest.mark.parametrize("name", ["", "x" * 300 + ".json", "good.json/x.json"])
def test_a_name_of_which_there_can_be_no_file_is_said(name: str, good: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(good.parent)
    done = invoke(name, good)
    assert (done.exit_code, len(done.stderr.splitlines())) == (2, 1)
    assert done.stdout == "1 of 1 file valid, 0 errors, 0 warnings; 1 input not read\n"


def test_standard_input_can_be_read_once() -> None:
    with start("-", "-") as process:
        out, err = process.communicate(GOOD, timeout=60)
    assert (process.returncode, err) == (
        2,
        b"Error: -: There is nothing in it to check. To allow that, use --allow-empty.\n",
    )
    assert out == b"1 of 1 file valid, 0 errors, 0 warnings; 1 input not read\n"
