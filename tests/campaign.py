"""Large numbers of requests made from the examples: most as they are, some with a warning, some refused."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import orjson
from payloads import EXAMPLES, kind_of
from webex_connect_messaging_spec.roots import RETIRED, TAG

REQUESTS = [example for name, example in EXAMPLES.items() if kind_of(name) == "request"]
WARNED = ({"notifyurl": "nowhere"},)
REFUSED: tuple[dict[str, Any], ...] = (
    {TAG: next(iter(RETIRED))},
    {"destination": []},
    {"channels": "Hello"},
    {"correlationId": "a spelling that nobody knows"},
)
SHARES = (90, 5, 5)  # of a hundred: as the examples are, warned, refused


def messages(count: int, seed: int = 0) -> Iterator[dict[str, Any]]:
    """Yield requests, no two alike; the same for the same seed."""
    source = random.Random(seed)
    for index in range(count):
        (changes,) = source.choices((({},), WARNED, REFUSED), SHARES)
        yield {**source.choice(REQUESTS), "correlationid": f"campaign-{index}", **source.choice(changes)}


def lines(count: int, seed: int = 0) -> Iterator[bytes]:
    """Yield the texts of requests, each a line of a JSON Lines file without its end."""
    return map(orjson.dumps, messages(count, seed))
