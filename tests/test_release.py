"""What carries a version has the one of the document."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from checks.release import problems
from payloads import ROOT

VERSION = json.loads((ROOT / "generated" / "openapi.json").read_text(encoding="utf-8"))["info"]["version"]


def test_the_changelog_and_the_packages_have_the_version_of_the_document() -> None:
    assert problems(f"v{VERSION}", ROOT) == []


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    (tmp_path / "generated").mkdir()
    for name in ("CHANGELOG.md", "generated/openapi.json", "generated/package.json"):
        shutil.copyfile(ROOT / name, tmp_path / name)
    return tmp_path


def test_another_tag_is_refused(copy: Path) -> None:
    assert problems("v99.0.0", copy) == [
        f"openapi has version {VERSION}",
        f"npm has version {VERSION}",
        "CHANGELOG.md has no heading '## [99.0.0] - DATE'",
    ]


def test_a_version_without_an_entry_in_the_changelog_is_refused(copy: Path) -> None:
    (copy / "CHANGELOG.md").write_text("# Changelog\n\n## [Unreleased]\n", encoding="utf-8")
    assert problems(f"v{VERSION}", copy) == [f"CHANGELOG.md has no heading '## [{VERSION}] - DATE'"]
