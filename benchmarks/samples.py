"""The payloads that are measured: examples of the specification, and what a slip makes of them."""

from __future__ import annotations

import copy
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
ELEMENT = ("channels", "OTT-Messaging", "fb", "attachment", "payload", "elements")


class Payload(NamedTuple):
    """A document and the schema of its channel."""

    name: str
    channel: str
    document: Any


def valid() -> list[Payload]:
    """Return the valid payloads, of those channels that there are."""
    found = [_example(name, example) for name, example in VALID.items() if _path(example).exists()]
    return [_to_many(payload, 1000) if payload.name == "SMS to 1,000" else payload for payload in found]


def invalid() -> list[Payload]:
    """Return each payload with three slips: an unknown member, a member of a wrong type, one that is missing."""
    return [payload._replace(document=_spoilt(payload.document)) for payload in valid()]


def destinations(number: int) -> Payload:
    """Return an SMS to so many destinations."""
    return _to_many(_example(f"SMS to {number:,}", VALID["small SMS"]), number)


def elements(number: int) -> Payload:
    """Return a Messenger carousel of so many elements."""
    payload = _example(f"carousel of {number}", VALID["Messenger carousel"])
    holder = payload.document
    for step in ELEMENT[:-1]:
        holder = holder[step]
    holder[ELEMENT[-1]] = [copy.deepcopy(holder[ELEMENT[-1]][0]) for _ in range(number)]
    return payload


def _example(name: str, example: str) -> Payload:
    return Payload(name, example.partition("/")[0], json.loads(_path(example).read_text(encoding="utf-8")))


def _path(example: str) -> Path:
    return ROOT / "spec" / "examples" / f"{example}.json"


def _to_many(payload: Payload, number: int) -> Payload:
    numbers = [{"msisdn": [f"+4477009{index:05}"]} for index in range(number)]
    return payload._replace(document={**payload.document, "destination": numbers})


def _spoilt(document: Any) -> Any:
    first, *rest = document["destination"]
    spoilt = {"correlationid": 5, **{name: value for name, value in first.items() if name == "correlationid"}}
    return {**document, "notifyUrl": "https://example.com", "destination": [spoilt, *rest]}
