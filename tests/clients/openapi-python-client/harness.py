"""Read requests, one a line, and write them back through the client's types."""

from __future__ import annotations

import contextlib
import json
import sys
import typing
from typing import Any

from client.api.messaging.send_message import sync_detailed

REQUESTS = typing.get_args(typing.get_type_hints(sync_detailed)["body"])


def passed(payload: Any) -> Any:
    """Return the payload as the type of request sends it that takes it; the client has no function for their union."""
    for kind in REQUESTS:
        with contextlib.suppress(ValueError):  # so do unions in the client
            return kind.from_dict(payload).to_dict()
    raise ValueError("no type of request takes it")


def answer(line: str) -> str:
    """Return the request as the client would send it, or why it would not."""
    try:
        return json.dumps(passed(json.loads(line)))
    except Exception as error:  # whatever the client raises is its verdict
        return f"error: {error!r}"


for request in sys.stdin:
    print(answer(request))
