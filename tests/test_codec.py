"""The dataclasses: what is refused on the way in, and what comes out."""

from __future__ import annotations

from typing import Any

import pytest
from payloads import EXAMPLES, kind_of

from webex_connect_messaging import ValidationError, from_dict, models, to_dict

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
        ({"destination": [{"msisdn": "+447700900009"}]}, "/destination/0/msisdn", "oneOf"),
        ({"channels": {"sms": {"text": 5}}}, "/channels/sms/text", "oneOf"),
        ({"channels": {"sms": {"Text": "Hi"}}}, "/channels/sms", "additionalProperties"),
        ({"channels": {}}, "/channels", "required"),
        ({"icmessage": True}, "/icmessage", "oneOf"),
        ({"message": {"template": "a", "parameters": {"b": 1}}}, "/message/parameters/b", "type"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_place(change: Any, pointer: str, rule: str) -> None:
    with pytest.raises(ValidationError) as caught:
        from_dict({**TEXT, **change})
    assert [(item.pointer, item.rule) for item in caught.value.violations] == [(pointer, rule)]


@pytest.mark.parametrize("payload", [None, 5, "a", [], [TEXT], {}])
def test_what_is_no_request_is_refused(payload: Any) -> None:
    with pytest.raises(ValidationError):
        from_dict(payload)
