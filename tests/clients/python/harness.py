"""Read requests, one a line, and write them back through the client's types; with an address, write what it answers."""

from __future__ import annotations

import sys

from openapi_client import ApiClient, Configuration, MessagingApi, SendMessageRequest


def passed(line: str, address: str | None) -> str:
    """Return the request as the client would send it, or what the address answers."""
    request = SendMessageRequest.from_json(line)
    if address is None:
        return request.to_json()
    with ApiClient(Configuration(host=address, api_key={"serviceKey": "secret"})) as client:
        return MessagingApi(client).send_message(request).to_json()


def answer(line: str, address: str | None) -> str:
    """Return what came of a request, or why the client did not take it."""
    try:
        return passed(line, address)
    except Exception as error:  # whatever the client raises is its verdict
        return f"error: {error!r}"


for request in sys.stdin:
    print(answer(request, sys.argv[1] if len(sys.argv) > 1 else None))
