"""A campaign is as mixed as it says."""

from __future__ import annotations

from typing import Any

import pytest
from campaign import REFUSED, REQUESTS, WARNED, lines

from webex_connect_messaging import validate, validate_json


def levels(changes: dict[str, Any]) -> list[set[str]]:
    return [{item.level for item in validate({**example, **changes})} for example in REQUESTS]


@pytest.mark.parametrize("changes", REFUSED)
def test_what_shall_be_refused_is_refused_of_every_example(changes: dict[str, Any]) -> None:
    assert all("error" in found for found in levels(changes))


@pytest.mark.parametrize("changes", WARNED)
def test_what_shall_be_warned_of_has_only_warnings_in_every_example(changes: dict[str, Any]) -> None:
    assert all(found == {"warning"} for found in levels(changes))


def test_a_campaign_has_messages_of_every_sort_and_no_two_alike() -> None:
    texts = list(lines(500))
    sorts = [min((item.level for item in validate_json(text)), default="none") for text in texts]
    assert len(set(texts)) == 500
    assert 0 < sorts.count("error") < sorts.count("none")
    assert 0 < sorts.count("warning") < sorts.count("none")


def test_the_same_seed_gives_the_same_campaign() -> None:
    assert list(lines(50, seed=1)) == list(lines(50, seed=1)) != list(lines(50, seed=2))
