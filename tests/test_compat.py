"""The comparison with a release finds each kind of break in made-up changes."""

from __future__ import annotations

import copy
import shutil
from collections.abc import Callable
from typing import Any

import pytest
from checks import compat
from checks.compat import Release, breaks, changed_rules, document_breaks, is_major, public_names

RELEASE = compat.read(None)._replace(vectors=[])
RULE = next(
    rule for rule in RELEASE.rules if rule["level"] == "warning" and len(rule["at"]) == 1 and rule["id"] != "deprecated"
)
ERROR = next(rule for rule in RELEASE.rules if rule["level"] == "error")


def changed(change: Callable[[Release], object]) -> Release:
    """Return the release of now after a change."""
    new = copy.deepcopy(RELEASE)
    change(new)
    return new


def schema(release: Release, name: str) -> Any:
    return release.document["components"]["schemas"][name]


def rule(release: Release, name: str) -> Any:
    return next(entry for entry in release.rules if entry["id"] == name)


BREAKS: dict[str, tuple[Callable[[Release], object], str]] = {
    "a rule that is gone": (lambda new: new.rules.remove(ERROR), f"rule {ERROR['id']} is gone"),
    "a warning that is an error": (
        lambda new: rule(new, RULE["id"]).update(level="error"),
        f"rule {RULE['id']} is new as an error at {RULE['at'][0]}",
    ),
    "a new error": (
        lambda new: new.rules.append({**ERROR, "id": "new", "at": ["SmsMessage"]}),
        "rule new is new as an error at SmsMessage",
    ),
    "an error at another component": (
        lambda new: rule(new, ERROR["id"])["at"].append("SmsMessage"),
        f"rule {ERROR['id']} is new as an error at SmsMessage",
    ),
    "a code that is gone": (lambda new: new.registers["code"].pop(), "code "),
    "an erratum that is gone": (lambda new: new.registers["erratum"].remove("C1"), "erratum C1 is gone"),
    "a function that is gone": (lambda new: new.names.remove("check"), "webex_connect_messaging.check is gone"),
    "a property that is gone": (
        lambda new: schema(new, "SmsMessage")["properties"].pop("senderid"),
        "property SmsMessage.senderid is gone",
    ),
    "a component that is gone": (
        lambda new: new.document["components"]["schemas"].pop("SmsMessage"),
        "component SmsMessage is gone",
    ),
}


@pytest.mark.parametrize("name", BREAKS)
def test_a_break_is_found(name: str) -> None:
    change, message = BREAKS[name]
    (found,) = breaks(RELEASE, changed(change))
    assert found.startswith(message)


@pytest.mark.parametrize(
    "change",
    [
        lambda _: None,
        lambda new: rule(new, ERROR["id"]).update(level="warning"),
        lambda new: new.rules.append({**RULE, "id": "new"}),
        lambda new: new.rules.append({**ERROR, "id": "new", "at": ["Unheard"]}),
        lambda new: schema(new, "SmsMessage")["properties"].update(new={"type": "string"}),
        lambda new: new.names.add("new"),
    ],
    ids=[
        "nothing",
        "an error that is a warning",
        "a new warning",
        "an error of a new component",
        "a property",
        "a name",
    ],
)
def test_what_takes_nothing_away_is_no_break(change: Callable[[Release], object]) -> None:
    assert not [*breaks(RELEASE, changed(change))]


def test_a_document_that_was_valid_must_stay_valid() -> None:
    vector = {"id": "made up", "kind": "request", "valid": True, "payload": {"deliverychannel": "pigeon"}}
    old = RELEASE._replace(vectors=[vector, {**vector, "id": "invalid", "valid": False}])
    assert [*breaks(old, RELEASE)] == ["vector made up was valid"]


def test_a_rule_with_another_expression_is_shown() -> None:
    (found,) = changed_rules(RELEASE, changed(lambda new: rule(new, ERROR["id"]).update(rule="true")))
    assert found == f"rule {ERROR['id']} is now true"


@pytest.mark.parametrize(
    ("old", "new", "expected"), [("1.2.3", "2.0.0", True), ("1.2.3", "1.3.0", False), ("9.0.0", "10.0.0", True)]
)
def test_a_new_major_version_may_break(old: str, new: str, *, expected: bool) -> None:
    assert is_major(old, new) == expected


def test_public_names_are_read_from_the_text() -> None:
    assert public_names('a = 1\n__all__ = ["a", "b"]\n') == {"a", "b"}


@pytest.mark.skipif(shutil.which("oasdiff") is None, reason="only `nox -s compat` installs oasdiff")
@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda new: schema(new, "SmsMessage")["properties"]["type"]["enum"].remove("4"), "removed the enum value"),
        (lambda new: schema(new, "SmsMessage").update(required=["text"]), "became required"),
        (lambda new: schema(new, "SmsMessage")["properties"]["text"].update(maxLength=10), "maxLength was decreased"),
    ],
    ids=["enum", "required", "limit"],
)
def test_oasdiff_finds_a_narrower_schema(change: Callable[[Release], object], message: str) -> None:
    found = [*document_breaks(RELEASE.document, changed(change).document)]
    assert found
    assert all(message in line for line in found)
