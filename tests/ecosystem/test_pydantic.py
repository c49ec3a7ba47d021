"""pydantic takes the dataclasses as they are: nothing is lost, and nothing unknown is accepted in a request."""

from __future__ import annotations

from typing import Any

import pytest
from payloads import EXAMPLES, kind_of
from pydantic import TypeAdapter, ValidationError
from webex_connect_messaging_spec.roots import KINDS

from webex_connect_messaging import from_dict, models, to_dict

ADAPTERS: dict[str, TypeAdapter[Any]] = {kind: TypeAdapter(getattr(models, root.model)) for kind, root in KINDS.items()}
SMS = EXAMPLES["sms/text"]


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_is_read_and_written_as_the_codec_does(example: str) -> None:
    kind, payload = kind_of(example), EXAMPLES[example]
    for document in payload if isinstance(payload, list) else [payload]:
        value = ADAPTERS[kind].validate_python(document)
        assert value == from_dict(document, kind)
        assert ADAPTERS[kind].dump_python(value, mode="json", exclude_none=True) == to_dict(value) == document


def test_an_unknown_property_of_a_request_is_refused() -> None:
    adapter = TypeAdapter(models.SmsRequest)
    payload = {**SMS, "channels": {"sms": {**SMS["channels"]["sms"], "senderId": "ACME"}}}
    with pytest.raises(ValidationError) as raised:
        adapter.validate_python(payload)
    assert [error["loc"] for error in raised.value.errors()] == [("channels", "sms", "senderId")]


@pytest.mark.parametrize("kind", ["notification", "response"])
def test_an_unknown_property_of_an_open_object_is_kept(kind: str) -> None:
    example = next(payload for name, payload in EXAMPLES.items() if kind_of(name) == kind and isinstance(payload, dict))
    payload = {**example, "new": 1, "additional_members": {"x": [None]}}
    value = ADAPTERS[kind].validate_python(payload)
    assert value.additional_members == {"new": 1, "additional_members": {"x": [None]}}
    assert ADAPTERS[kind].dump_python(value, exclude_none=True) == payload


def test_names_that_are_no_identifiers_are_written_as_on_the_wire() -> None:
    text = ADAPTERS["request"].dump_json(from_dict(EXAMPLES["whatsapp/text"]), exclude_none=True)
    assert b'"OTT-Messaging"' in text
    assert b'"OTT_Messaging"' not in text


def test_the_json_schema_has_the_descriptions_and_no_fields_of_our_own() -> None:
    schema = TypeAdapter(models.SmsRequest).json_schema()
    text = schema["$defs"]["SmsMessage"]["properties"]["text"]
    assert text["description"] == "The text. A line break is written as an escaped newline."
    assert schema["additionalProperties"] is False
    opened = ADAPTERS["notification"].json_schema()
    assert opened["additionalProperties"] is True
    assert "additional_members" not in opened["properties"]
