"""The dataclasses are loaded by channel."""

from __future__ import annotations

import json
import pydoc
import subprocess
import sys

import pytest
from webex_connect_messaging_spec import models
from webex_connect_messaging_spec.roots import CHANNELS

LOADED = "import json, sys; {}\nprint(json.dumps([name for name in sys.modules if name.startswith(models.__name__)]))"


def loaded(statements: str) -> list[str]:
    code = LOADED.format(f"from webex_connect_messaging_spec import models\n{statements}")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return sorted(name.removeprefix(models.__name__) for name in json.loads(done.stdout))


def test_the_names_are_sorted_and_all_are_there() -> None:
    assert models.__all__ == sorted(models.__all__)
    assert all(hasattr(models, name) for name in models.__all__)
    assert {root.model for root in CHANNELS.values()} <= set(models.__all__) <= set(dir(models))


def test_only_the_channel_that_is_asked_for_is_loaded() -> None:
    root = next(iter(CHANNELS.values()))
    assert loaded("") == [""]
    assert loaded(f"print(models.{root.model}, file=sys.stderr)") == ["", ".common", f".{root.schema}"]


def test_what_is_no_dataclass_is_no_attribute() -> None:
    with pytest.raises(AttributeError, match="'Nothing'"):
        _ = models.Nothing


def test_help_begins_with_the_class_of_each_document() -> None:
    begin = pydoc.plain(pydoc.TextDoc().document(models)).partition("PACKAGE CONTENTS")[0]
    assert all(f" {root.model}" in begin for root in CHANNELS.values())
