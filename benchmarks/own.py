"""The calls of this package that are measured, and the one to which all are compared."""

from __future__ import annotations

import orjson
from samples import Payload
from timing import Call

from webex_connect_messaging import validate, validate_json

UNIT, OURS, OURS_TEXT = "orjson.loads", "validate", "validate_json"


def calls(payload: Payload) -> dict[str, Call]:
    """Return the calls by name."""
    document, data = payload.document, orjson.dumps(payload.document)
    return {
        UNIT: lambda: orjson.loads(data),
        OURS: lambda: validate(document),
        OURS_TEXT: lambda: validate_json(data),
    }
