"""A FastAPI application takes the dataclasses as bodies: an outgoing request, and what the platform posts back."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from payloads import EXAMPLES

from webex_connect_messaging import models, to_dict, validate

SMS = EXAMPLES["sms/text"]
NOTIFICATION = EXAMPLES["notifications/sms-delivered"]


def send(request: models.SmsRequest) -> models.SmsRequest:
    assert not validate(to_dict(request))
    return request


def receive(notification: models.DeliveryNotification) -> dict[str, Any]:
    return to_dict(notification)


@pytest.fixture
def client() -> TestClient:
    app = FastAPI()
    app.post("/messages")(send)
    app.post("/notifications")(receive)
    return TestClient(app)


def test_a_message_is_taken_and_written_as_it_was(client: TestClient) -> None:
    answer = client.post("/messages", json=SMS)
    assert answer.status_code == 200
    assert {name: value for name, value in answer.json().items() if value is not None}.keys() == SMS.keys()


def test_a_typo_gets_422_and_its_place(client: TestClient) -> None:
    answer = client.post("/messages", json={**SMS, "corelationid": "1"})
    assert answer.status_code == 422
    assert [error["loc"] for error in answer.json()["detail"]] == [["body", "corelationid"]]


def test_a_notification_with_a_new_property_keeps_it(client: TestClient) -> None:
    posted = {**NOTIFICATION, "new": True}
    answer = client.post("/notifications", json=posted)
    assert answer.status_code == 200
    assert answer.json() == posted


def test_the_document_of_the_application_has_the_descriptions(client: TestClient) -> None:
    schemas = client.get("/openapi.json").json()["components"]["schemas"]
    assert schemas["SmsMessage"]["properties"]["senderid"]["description"].startswith("Sender id")
