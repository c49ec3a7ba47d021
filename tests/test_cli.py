"""The command, run as a user runs it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from payloads import EXAMPLES, ROOT

BAD = """{
\t"deliverychannel": "sms",
\t"channels": {"sms": {"text": "é", "senderId": "ACME"}},
\t"destination": [{"msisdn": ["é", 5]}]
}
"""


def run(*arguments: str, given: bytes = b"") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "webex_connect_messaging", *arguments]
    done = subprocess.run(command, input=given, capture_output=True, cwd=ROOT, check=False)
    return subprocess.CompletedProcess(command, done.returncode, done.stdout.decode(), done.stderr.decode())


@pytest.fixture
def bad(tmp_path: Path) -> str:
    path = tmp_path / "bad.json"
    path.write_text(BAD, encoding="utf-8")
    return str(path)


def test_a_folder_means_its_json_files() -> None:
    done = run("validate", "spec/examples")
    assert done.returncode == 0
    assert done.stdout.splitlines()[-1].startswith(f"{len(EXAMPLES)} of {len(EXAMPLES)} files valid, 0 errors")


def test_each_violation_is_a_line_with_its_place(bad: str) -> None:
    done = run("validate", bad)
    assert done.returncode == 1
    assert done.stdout.splitlines() == [
        f"{bad}:3:15: error additionalProperties: Unknown property 'senderId'; did you mean 'senderid'? (/channels/sms)",
        f"{bad}:4:35: error type: Expected a string, got 5. (/destination/0/msisdn/1)",
        "0 of 1 file valid, 2 errors, 0 warnings",
    ]


def test_the_report_for_programs_has_the_documented_members(bad: str) -> None:
    done = run("validate", "--format", "json", bad, "spec/examples/sms/text.json")
    first, second = json.loads(done.stdout)
    assert done.returncode == 1
    assert (first["file"], first["valid"]) == (bad, False)
    assert set(first["violations"][0]) == {"pointer", "rule", "level", "message", "fix", "line", "column"}
    assert (first["violations"][0]["line"], first["violations"][0]["column"]) == (3, 15)
    assert second == {"file": "spec/examples/sms/text.json", "valid": True, "violations": []}


def test_strict_lets_warnings_count() -> None:
    warned = "spec/examples/sms/text-with-smart-link.json"
    assert run("validate", warned).returncode == 0
    assert run("validate", "--strict", warned).returncode == 1


def test_standard_input_is_a_dash() -> None:
    done = run("validate", "-", given=json.dumps(EXAMPLES["sms/text"]).encode())
    assert (done.returncode, done.stdout) == (0, "1 of 1 file valid, 0 errors, 0 warnings\n")


def test_the_kind_is_told_from_the_root_unless_it_is_given() -> None:
    assert run("validate", "spec/examples/responses/accepted.json").returncode == 0
    assert run("validate", "--kind", "request", "spec/examples/responses/accepted.json").returncode == 1
    assert run("validate", "--kind", "response", "spec/examples/sms/text.json").returncode == 1


@pytest.mark.parametrize("content", [b"{", b"\xff"])
def test_what_is_no_json_is_a_violation(content: bytes) -> None:
    done = run("validate", "-", given=content)
    assert (done.returncode, done.stderr) == (1, "")
    assert "error json: Not JSON" in done.stdout.splitlines()[0]


def test_what_is_empty_ends_with_two_and_one_line() -> None:
    done = run("validate", "-", given=b"")
    assert (done.returncode, done.stdout) == (2, "")
    assert len(done.stderr.splitlines()) == 1
    assert "nothing in it to check" in done.stderr


@pytest.mark.parametrize("name", ["no-such-file.json", "src/webex_connect_messaging"])
def test_a_missing_file_ends_with_two_and_one_line(name: str) -> None:
    done = run("validate", name)
    assert (done.returncode, done.stdout) == (2, "")
    assert len(done.stderr.splitlines()) == 1
    assert name in done.stderr


@pytest.mark.parametrize("name", ["request", "sms", "response", "notification"])
def test_schema_prints_what_is_exported(name: str) -> None:
    exported: Any = (ROOT / "generated" / "schemas" / f"{name}.schema.json").read_text(encoding="utf-8")
    assert run("schema", name).stdout == exported


def test_rules_are_listed() -> None:
    lines = run("rules").stdout.splitlines()
    records = json.loads((ROOT / "generated" / "rules.json").read_text(encoding="utf-8"))
    ids = [record["id"] for record in records if record["id"] != "deprecated"]
    assert [line.split(":")[0] for line in lines] == ids


def test_explain_tells_source_and_errata() -> None:
    text = run("explain", "sms_text_fits_1024_bytes").stdout
    assert "Source: Send Message v1" in text
    assert "C6, channels.sms.text" in text
    assert "Decision:" in text


def test_explain_names_channels_as_requests_do() -> None:
    assert run("explain", "7703").stdout.startswith("7703, appmessaging or rt, in the answer to a request\n")
    assert "7316, applebusinesschat or AppleBusinessChat, in" in run("explain", "7316").stdout


def test_explain_sets_all_channels_apart_from_those_with_a_meaning_of_their_own() -> None:
    heads = [line for line in run("explain", "7010").stdout.splitlines() if line.startswith("7010")]
    assert heads == [
        "7010, every other channel, in a delivery notification",
        "7010, every channel, in the answer to a request",
        "7010, whatsapp, in a delivery notification",
    ]


def test_explain_says_of_an_unknown_code_that_codes_are_open() -> None:
    done = run("explain", "7999")
    assert done.returncode == 2
    assert "Send Message v2" in done.stderr
    assert "no rule" not in done.stderr


def test_explain_refuses_what_is_no_rule() -> None:
    done = run("explain", "no_such_rule")
    assert done.returncode == 2
    assert "no_such_rule" in done.stderr
