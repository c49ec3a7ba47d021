"""Put what is written about inputs together to the whole that a form asks for: lines, a JSON array, a SARIF log."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from importlib import metadata

import orjson
from webex_connect_messaging_spec.rules import RULES

from ..bulk.forms import location
from ..bulk.reports import Form
from ..escaping import escape_json

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_TEXTS = {"json": "A document is a text in JSON.", "duplicate_member": "An object names each property once."}
_STARTS: dict[Form, bytes] = {
    "documents": b"[",
    "sarif": b'{"$schema":"%b","version":"2.1.0","runs":[{"columnKind":"unicodeCodePoints","results":['
    % _SCHEMA.encode(),
}


class Frame:
    """Hands on what is written about inputs, after the start and without the first comma."""

    def __init__(self, form: Form, write: Callable[[bytes], None]) -> None:
        """Write to a function."""
        self._form = form
        self._write = write
        self._start = _STARTS.get(form, b"")
        self._is_first = bool(self._start)

    def write(self, output: bytes) -> None:
        """Write the output for some documents."""
        if output:
            if self._is_first:
                output = self._start + output.removeprefix(b",")
                self._is_first = False
            self._write(output)

    def finish(self, rules: Iterable[str], problems: Iterable[tuple[str, str]]) -> None:
        """Write the end, given the rules that were violated, and inputs that could not be read with their reasons."""
        end = self._end(rules, problems)
        if end:
            self._write(self._start + end if self._is_first else end)

    def _end(self, rules: Iterable[str], problems: Iterable[tuple[str, str]]) -> bytes:
        if self._form == "documents":
            return b"\n]\n"
        if self._form != "sarif":
            return b""
        name = "webex-connect-messaging"
        driver = {"name": name, "version": metadata.version(name), "rules": [*map(_rule, sorted(rules))]}
        found = [*problems]
        notifications = [_notification(file, reason) for file, reason in found]
        invocation = {"executionSuccessful": not found, "toolExecutionNotifications": notifications}
        end = b'],"tool":%b,"invocations":[%b]}]}\n'
        return escape_json(end % (orjson.dumps({"driver": driver}), orjson.dumps(invocation)))


def _rule(name: str) -> dict[str, object]:
    text = next((rule.message for rule in RULES if rule.id == name), None)
    text = text or _TEXTS.get(name, f"The keyword '{name}' of JSON Schema.")
    return {"id": name, "shortDescription": {"text": text}}


def _notification(file: str, reason: str) -> dict[str, object]:
    place = {"physicalLocation": {"artifactLocation": {"uri": location(file)}}}
    return {"level": "error", "message": {"text": reason}, "locations": [place]}
