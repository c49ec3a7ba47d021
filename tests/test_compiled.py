"""Compiled rules find what the vectors say, and in linear time: a list that is looked up for many values is made once."""

from __future__ import annotations

import copy
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from payloads import ROOT, read_vectors
from webex_connect_messaging_spec import compiled
from webex_connect_messaging_spec.compiled import Violated
from webex_connect_messaging_spec.functions import smart_links
from webex_connect_messaging_spec.roots import CHANNELS, KINDS, TAG
from webex_connect_messaging_spec.rules import RULES

from webex_connect_messaging.kinds import documents

WORK: Counter[str] = Counter()


class Counted(list[Any]):
    """A list that counts how often it is gone through."""

    def __iter__(self) -> Iterator[Any]:
        WORK["iterations"] += 1
        return super().__iter__()


def counted_smart_links(value: Any) -> list[str]:
    WORK["searches"] += 1
    return smart_links(value)


def example(name: str) -> Any:
    return json.loads((ROOT / "spec" / "examples" / f"{name}.json").read_text(encoding="utf-8"))


def linked_texts(number: int) -> Any:
    """Return a message that declares many links and uses each."""
    payload = example("sms/text")
    payload["channels"]["sms"]["text"] = "".join(f"{{{{link_{index}}}}}" for index in range(number))
    payload["channels"]["smartlinks"] = Counted({"linkid": str(index), "url": "a"} for index in range(number))
    return payload


def items_with_images(number: int) -> Any:
    """Return a message with many images, each shown by an entry and all by bubbles."""
    payload = example("apple_messages/list-picker")
    data = payload["channels"]["AppleBusinessChat"]["interactiveData"]["data"]
    data["images"] = Counted({"identifier": str(index), "url": "https://shop.example/a"} for index in range(number))
    section = data["listPicker"]["sections"][0]
    section["items"] = [{**section["items"][0], "imageIdentifier": str(index)} for index in range(number)]
    return payload


def pages(number: int) -> Any:
    """Return a form with many pages, each of which leads to the next one."""
    payload = example("apple_messages/form")
    data = payload["channels"]["AppleBusinessChat"]["interactiveData"]["data"]["dynamic"]["data"]
    page = data["pages"][0]
    data["startPageIdentifier"] = "0"
    data["pages"] = Counted(copy.deepcopy(page) for _ in range(number))
    for index, one in enumerate(data["pages"]):
        one.update(pageIdentifier=str(index), nextPageIdentifier=str((index + 1) % number))
        for item in one["items"]:
            item["nextPageIdentifier"] = str(index)
    return payload


def itinerary(number: int) -> Any:
    """Return an itinerary with many flights and passengers."""
    payload = example("messenger/airline-itinerary")
    data = payload["channels"]["OTT-Messaging"]["fb"]["attachment"]["payload"]
    for name, key in (("passenger_info", "passenger_id"), ("flight_info", "segment_id")):
        data[name] = Counted({**data[name][0], key: str(index)} for index in range(number))
    seat = data["passenger_segment_info"][0]
    data["passenger_segment_info"] = [
        {**seat, "segment_id": str(index), "passenger_id": str(index)} for index in range(number)
    ]
    return payload


@pytest.mark.parametrize("make", [linked_texts, items_with_images, pages, itinerary])
def test_lists_are_gone_through_as_often_in_small_documents_as_in_large_ones(make: Any) -> None:
    assert work(make(3)) == work(make(80))


def work(payload: Any) -> Counter[str]:
    """Apply the rules and return how often lists were gone through."""
    WORK.clear()
    with patch.object(compiled, "smart_links", counted_smart_links):
        violated = Violated()
        CHANNELS[payload[TAG]].visit(payload, (), payload, violated)
    assert {rule.id for _, rule in violated} <= {"deprecated"}
    assert WORK["iterations"] > 0
    return WORK.copy()


@pytest.mark.parametrize("path", sorted((ROOT / "generated" / "vectors").glob("*.json")), ids=lambda path: path.stem)
def test_compiled_rules_find_the_violations_of_vectors(path: Path) -> None:
    rules = {rule.id for rule in RULES}
    for vector in read_vectors(path):
        expected = {(item["pointer"], item["rule"], item["level"]) for item in vector["violations"]}
        if {rule for _, rule, _ in expected} <= rules:  # so the schema accepts it
            found = []
            for at, document in documents(vector["payload"], vector["kind"]):
                violated = Violated()
                KINDS[vector["kind"]].visit(document, (), document, violated)
                found += [(at + below, rule.id, rule.level) for below, rule in violated]
            assert set(found) == expected, vector["id"]
            assert len(found) == len(set(found)), vector["id"]
