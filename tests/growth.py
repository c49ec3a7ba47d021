"""Texts that once took time or memory beyond measure, in any size."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from payloads import EXAMPLES


def sms(**changes: Any) -> dict[str, Any]:
    """Return a request with other properties."""
    return {**EXAMPLES["sms/text"], **changes}


def links(count: int, used: int) -> str:
    """Declare links, of which the text uses some."""
    text = "".join(f"{{{{link_l{number}}}}}" for number in range(used))
    channels = {
        "sms": {"text": text},
        "smartlinks": [{"linkid": f"l{number}", "longurl": "https://example.com"} for number in range(count)],
    }
    return json.dumps(sms(channels=channels))


def colliding(count: int) -> str:
    """Return an object whose names have the same length and the same first, middle and last characters."""
    return json.dumps({"options": {f"a{number:09}m{number:09}z": 1 for number in range(count)}})


def repeated(entry: str, count: int) -> str:
    return ",".join([entry] * count)


# By a size, which is that of the text but for a factor.
TEXTS: dict[str, Callable[[int], str]] = {
    "numbers in nested arrays": lambda size: "[" * 60 + "1," * size + "1" + "]" * 60,
    "numbers in 900 nested arrays": lambda size: "[" * 900 + "1," * size + "1" + "]" * 900,
    "duplicates below a long name": lambda size: "".join(
        ['{"', "n" * size, '":[', repeated('{"a":1,"a":2}', size), "]}"]
    ),
    "duplicates in nested arrays": lambda size: "[" * 60 + repeated('{"a":1,"a":2}', size) + "]" * 60,
    "the same name": lambda size: "{" + repeated('"a":1', size) + "}",
    "two names in turn": lambda size: "{" + repeated('"a":1,"b":2', size) + "}",
    "names": lambda size: json.dumps({f"name{number}": number for number in range(size)}),
    "names that collide": colliding,
    "names with a long beginning": lambda size: json.dumps(
        {"x" * 2000 + str(number): 1 for number in range(size // 200)}
    ),
    "links that are used": lambda size: links(size, size),
    "links that are not used": lambda size: links(size, 0),
    "links that are not declared": lambda size: links(1, size),
    "unknown properties": lambda size: json.dumps(sms(**{f"unknown{number}": 1 for number in range(size)})),
    "errors in items": lambda size: json.dumps(sms(destination=[{"msisdn": [number]} for number in range(size)])),
    "errors in addresses": lambda size: json.dumps(sms(destination=[{"msisdn": [*range(size)]}])),
    "violated rules": lambda size: json.dumps(sms(destination=[{"msisdn": ["+447700900009"] * size}])),
    "requests without a channel": lambda size: json.dumps([{}] * size),
    "escapes": lambda size: json.dumps(sms(channels={"sms": {"text": "é\n" * size}})),
    "strings that never end": lambda size: "[" + '"\\"' * size,
    "backslashes": lambda size: '{"a":"' + "\\\\" * size + "\\",
    "parts of links": lambda size: json.dumps(sms(channels={"sms": {"text": "{{link_" * size}})),
    "plus signs": lambda size: json.dumps(sms(notifyurl="+" * size)),
    "numbers of many digits": lambda size: "[" + "1" * size + "]",
}
