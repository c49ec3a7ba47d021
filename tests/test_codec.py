"""The dataclasses: what is refused on the way in, and what comes out."""

from __future__ import annotations

from typing import Any

import pytest
from payloads import EXAMPLES, VECTORS, kind_of

from webex_connect_messaging import ValidationError, Violation, from_dict, models, to_dict, validate

TEXT = EXAMPLES["sms/text"]


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_comes_back_as_it_was(name: str) -> None:
    kind = kind_of(name)
    model = from_dict(EXAMPLES[name], kind)
    assert to_dict(model) == EXAMPLES[name]
    assert from_dict(to_dict(model), kind) == model


def test_a_request_is_built_by_hand() -> None:
    request = models.SmsRequest(
        channels=models.SmsChannels(sms=models.SmsMessage(text="Hi")),
        destination=[models.SmsDestination(msisdn=["+447700900009"])],
    )
    assert to_dict(request) == {
        "deliverychannel": "sms",
        "destination": [{"msisdn": ["+447700900009"]}],
        "channels": {"sms": {"text": "Hi"}},
    }


def test_a_part_is_read_with_its_class() -> None:
    assert from_dict({"linkid": 5, "validity": "30"}, models.SmartLink) == models.SmartLink(linkid=5, validity="30")


def test_open_objects_keep_what_is_not_named() -> None:
    payload = {"response": {"code": "7001", "description": "No.", "new": [1]}, "more": None}
    model = from_dict(payload, "response")
    assert model.additional_members == {"more": None}
    assert to_dict(model) == payload


@pytest.mark.parametrize(
    ("change", "pointer", "rule"),
    [
        ({"deliverychannel": "smoke"}, "/deliverychannel", "enum"),
        ({"destination": {}}, "/destination", "type"),
        ({"destination": ["+447700900009"]}, "/destination/0", "type"),
        ({"destination": [{"msisdn": "+447700900009"}]}, "/destination/0/msisdn", "type"),
        ({"channels": {"sms": {"text": 5}}}, "/channels/sms/text", "type"),
        ({"channels": {"sms": {"text": None}}}, "/channels/sms/text", "type"),
        ({"correlationid": None}, "/correlationid", "type"),
        ({"destination": None}, "/destination", "type"),
        ({"options": {"domain": "a.example", "trackClicks": None}}, "/options/trackClicks", "oneOf"),
        ({"options": {"domain": "a.example", "trackClicks": "yes"}}, "/options/trackClicks", "enum"),
        ({"channels": {"sms": {"Text": "Hi"}}}, "/channels/sms", "additionalProperties"),
        ({"options": {}}, "/options", "required"),
        ({"icmessage": True}, "/icmessage", "enum"),
        ({"message": {"template": "a", "parameters": {"b": 1}}}, "/message/parameters/b", "type"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_place(change: Any, pointer: str, rule: str) -> None:
    with pytest.raises(ValidationError) as caught:
        from_dict({**TEXT, **change})
    assert [(item.pointer, item.rule) for item in caught.value.violations] == [(pointer, rule)]
    assert set(caught.value.violations) <= set(validate({**TEXT, **change}))


@pytest.mark.parametrize("payload", [None, 5, "a", {}, {**TEXT, "deliverychannel": None}, {"deliverychannel": "rcs"}])
def test_what_is_no_request_is_refused_in_the_words_of_validate(payload: Any) -> None:
    with pytest.raises(ValidationError) as caught:
        from_dict(payload)
    assert list(caught.value.violations) == validate(payload)


def refusal(payload: Any, kind: Any) -> set[Violation]:
    """Return why a payload is refused; empty if it is not."""
    try:
        from_dict(payload, kind)
    except ValidationError as error:
        return set(error.violations)
    return set()


def test_every_refusal_is_one_of_validate() -> None:
    refusals = {
        name: refusal(vector["payload"], vector["kind"])
        for name, vector in VECTORS.items()
        if not name.startswith("batch.")  # of which it takes one request at a time
    }
    others = {
        name: found - set(validate(VECTORS[name]["payload"], VECTORS[name]["kind"]))
        for name, found in refusals.items()
        if found
    }
    assert [name for name, found in others.items() if found] == []
    assert len(others) > len(VECTORS) / 3


@pytest.mark.parametrize("payload", [[], [TEXT], {"text": "Hi"}])
def test_what_is_no_request_is_refused(payload: Any) -> None:
    with pytest.raises(ValidationError):
        from_dict(payload)
