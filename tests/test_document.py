"""What the OpenAPI document says where no schema can: of hosts, credentials, rates and the call of the callback."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml
from payloads import ROOT

DOCUMENT = json.loads((ROOT / "generated" / "openapi.json").read_text(encoding="utf-8"))
CODES = yaml.safe_load((ROOT / "spec" / "codes.yaml").read_text(encoding="utf-8"))
OPERATION = DOCUMENT["paths"]["/messaging"]["post"]
CALLBACK = OPERATION["callbacks"]["deliveryNotification"]["{$request.body#/notifyurl}"]["post"]
SCHEMES = DOCUMENT["components"]["securitySchemes"]


def described(component: str, name: str) -> str:
    """Return the description of a property."""
    text: str = DOCUMENT["components"]["schemas"][component]["properties"][name]["description"]
    return text


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (OPERATION["description"], ["Send Message v2", "10 TPS", "1.5 times", "100 TPS more", "1,800 seconds", "8 hours", "7020"]),
        (OPERATION["description"], ["array of requests", "GET /messaging/status/{transid}"]),
        (CALLBACK["description"], ["only 200", "three more times", "202 to 208, 226, 300 to 308", "404 to 411", "418 and 505"]),
        (CALLBACK["description"], ["401 and 500, is not documented", "array of requests"]),
        (SCHEMES["serviceToken"]["description"], ["`typ` JWT", "`iat`", "whole seconds", "`exp`", "60 minutes"]),
        (SCHEMES["serviceKey"]["description"], ["two sets", "rotated", "listed addresses"]),
        (DOCUMENT["servers"][0]["description"], ["Singapore and Japan", "not documented", "HTTPS"]),
        (DOCUMENT["servers"][1]["description"], ["sandbox.imiconnect.io"]),
        (DOCUMENT["servers"][1]["variables"]["host"]["description"], ["its two regions"]),
        (described("SmsRequest", "notifyurl"), ["HTTPS"]),
        (described("SmsRequest", "notifyurlAuthId"), ["basic, digest, AWS signature, API key or OAuth 2.0", "held back"]),
        (DOCUMENT["components"]["schemas"]["SmartLink"]["description"], ["no notifications of clicks"]),
        (described("LinkOptions", "domain"), [f"`{region}.wbxc.io`" for region in ("ca", "eu", "uk", "in", "us", "sg", "au")]),
        (described("DeliveryInfo", "deliveryStatus"), ["`Not Verified`, `Bounce` and `Complaint`", "in this order"]),
        (described("DeliveryInfo", "destinationType"), ["`email`", "`emailid`"]),
    ],
)  # fmt: skip
def test_the_document_says_what_no_schema_can(text: str, words: list[str]) -> None:
    assert [word for word in words if word not in " ".join(text.split())] == []


def test_the_headers_of_a_notification_are_parameters() -> None:
    headers = {parameter["name"]: parameter["description"] for parameter in CALLBACK["parameters"]}
    assert list(headers) == ["x-hub-signature", "x-wx-gtrid"]
    assert "`sha256=…`" in headers["x-hub-signature"]
    assert "SHA-1" in headers["x-hub-signature"]
    assert {parameter["in"] for parameter in CALLBACK["parameters"]} == {"header"}


@pytest.mark.parametrize(("code", "channels"), [
    ("7500", ["push", "in_app", "messenger", "whatsapp", "sms"]),
    ("7501", ["push", "in_app", "messenger", "whatsapp", "apple_messages", "sms"]),
    ("7502", ["push", "in_app", "messenger", "whatsapp"]),
    ("7528", ["sms", "in_app"]),
])  # fmt: skip
def test_a_state_is_listed_for_the_channels_that_have_it(code: str, channels: list[str]) -> None:
    assert [entry["channel"] for entry in CODES if entry["code"] == code] == channels


def test_the_states_of_a_call_come_in_order() -> None:
    names = ["voice-offered", "voice-accepted", "voice-answered", "voice-released"]
    times = [notification(name)["deliveryInfo"]["timeStamp"] for name in names]
    assert times == sorted(set(times))
    assert notification("voice-dropped")["deliveryInfo"]["timeStamp"] == times[-1]


def notification(name: str) -> Any:
    """Return what an example tells of its message."""
    path = ROOT / "spec" / "examples" / "notifications" / f"{name}.json"
    return json.loads(path.read_text(encoding="utf-8"))["deliveryInfoNotification"]
