"""Read requests, one a line, and write them back through the client's types; with an address, write what it answers."""

from __future__ import annotations

import sys

from openapi_client import ApiClient, Configuration, MessagingApi, SendMessageRequest


def answer(line: str, address: str | None) -> str:
    """Return the request as the client would send it, or the answer to it."""
    request = SendMessageRequest.from_json(line)
    if address is None:
        return request.to_json()
    with ApiClient(Configuration(host=address, api_key={"serviceKey": "secret"})) as client:
        return MessagingApi(client).send_message(request).to_json()


def main() -> None:
    """Answer each line; one that is refused with the reason."""
    address = sys.argv[1] if len(sys.argv) > 1 else None
    for line in sys.stdin:
        try:
            print(answer(line, address))
        except Exception as error:  # noqa: BLE001 - whatever the client raises is its verdict
            print("error:", repr(error))


main()
