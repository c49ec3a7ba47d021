"""The payloads that are measured: examples and cases of the specification, and invalid variants of them."""

from __future__ import annotations

import copy
import functools
import json
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parent.parent
VALID = {
    "small SMS": "sms/text",
    "SMS to 1,000": "sms/text",
    "interactive push": "push/buttons-shop-now-and-cancel",
    "Messenger receipt": "messenger/receipt",
    "Messenger carousel": "messenger/generic-template",
    "boarding pass": "messenger/airline-boarding-pass",
    "itinerary": "messenger/airline-itinerary",
    "WhatsApp list": "whatsapp/list",
    "Apple form": "apple_messages/form",
}
"""Names of examples."""
WARNINGS = {
    "SMS, number without +": "sms/text-with-smart-link",
    "SMS, many bytes": "sms.text_of_1026_bytes_is_warned_of",
    "SMS, body not used": "sms.a_body_without_type_is_ignored",
    "SMS, relative notifyurl": "envelope.a_notification_address_without_a_scheme_is_warned_of",
    "voice, deprecated media": "voice/media",
    "voice, links not used": "voice/every-member",
    "push, deprecated sound": "push/android-with-extras",
    "push, Safari": "push/web-with-extras",
    "push, buttons": "push/buttons-on-every-platform",
    "push, 10 warnings": "push/everything",
    "in-app, notification": "in_app/notification-that-opens-the-app-with-a-value",
    "in-app, quick replies": "in_app/quick-replies-with-the-spelling-of-samples",
    "in-app, 4 warnings": "in_app/everything",
    "Messenger, 10 replies": "messenger/ten-quick-replies",
    "Messenger, buttons": "messenger/unused-members",
    "Messenger, check-in": "messenger/airline-check-in",
    "WhatsApp, deprecated HSM": "whatsapp/hsm",
    "WhatsApp, preview not used": "whatsapp/image-with-unused-preview",
    "WhatsApp, media address": "whatsapp.media_with_a_query_are_warned_of",
    "Apple, 11 times": "apple_messages/time-picker-with-eleven-times",
    "Apple, rich link": "apple_messages/rich-link-in-lower-case",
    "Apple, iMessage app": "apple_messages/imessage-app-as-in-the-overview",
}
"""Names of examples, and ids of vectors, which have no slash."""
ELEMENT = ("channels", "OTT-Messaging", "fb", "attachment", "payload", "elements")


class Payload(NamedTuple):
    """A document and its channel."""

    name: str
    channel: str
    document: Any


def valid() -> list[Payload]:
    """Return the valid payloads."""
    found = [_read(name, source) for name, source in VALID.items()]
    return [_to_many(payload, 1000) if payload.name == "SMS to 1,000" else payload for payload in found]


def warnings() -> list[Payload]:
    """Return payloads with warnings and no errors, of every channel."""
    return [_read(name, source) for name, source in WARNINGS.items()]


def invalid() -> list[Payload]:
    """Return each valid payload with an unknown property, one of a wrong type and one that is missing."""
    return [payload._replace(document=_spoil(payload.document)) for payload in valid()]


def destinations(number: int) -> Payload:
    """Return an SMS to a number of destinations."""
    return _to_many(_read(f"SMS to {number:,}", VALID["small SMS"]), number)


def elements(number: int) -> Payload:
    """Return a Messenger carousel with a number of elements."""
    payload = _read(f"carousel of {number}", VALID["Messenger carousel"])
    parent = payload.document
    for step in ELEMENT[:-1]:
        parent = parent[step]
    parent[ELEMENT[-1]] = [copy.deepcopy(parent[ELEMENT[-1]][0]) for _ in range(number)]
    return payload


def _read(name: str, source: str) -> Payload:
    if "/" in source:
        text = (ROOT / "spec" / "examples" / f"{source}.json").read_text(encoding="utf-8")
        return Payload(name, source.partition("/")[0], json.loads(text))
    vector = _vectors()[source]
    return Payload(name, vector["channel"], vector["payload"])


@functools.cache
def _vectors() -> dict[str, Any]:
    files = (ROOT / "generated" / "vectors").glob("*.json")
    return {vector["id"]: vector for path in files for vector in json.loads(path.read_text(encoding="utf-8"))}


def _to_many(payload: Payload, number: int) -> Payload:
    numbers = [{"msisdn": [f"+4477009{index:05}"]} for index in range(number)]
    return payload._replace(document={**payload.document, "destination": numbers})


def _spoil(document: Any) -> Any:
    first, *rest = document["destination"]
    spoilt = {"correlationid": 5, **{name: value for name, value in first.items() if name == "correlationid"}}
    return {**document, "notifyUrl": "https://example.com", "destination": [spoilt, *rest]}
