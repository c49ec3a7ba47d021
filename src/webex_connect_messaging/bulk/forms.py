"""Render violations in each form that the command writes; for lines, this runs in the worker processes."""

from __future__ import annotations

import functools
from typing import Protocol
from urllib.parse import quote

import orjson

from ..escaping import escape, escape_json
from ..positions import Located
from ..violation import Violation

# A worker cannot know how many lines go before its part, so it renders a mark in place of each line number.
# A mark is a byte that no form has elsewhere: JSON escapes it, and so does escape().
MARK = b"\0"
_TEXT_MARK = MARK.decode()
_JSON_MARK = orjson.Fragment(MARK)
_MAX_CACHED_LENGTH = 1000  # characters of a pointer; rules and messages are short


class Renderer(Protocol):
    """Renders the violations of a document, with a mark in place of each line number."""

    own_marks: int
    """How many marks it has beside one for each violation."""

    def __init__(self, file: str, *, is_line: bool) -> None:
        """Keep the name of the file, which holds one document or one on each line."""

    def render(self, valid: bool, violations: list[Located]) -> bytes:
        """Return the output for a document."""

    def problem(self, reason: str, line: int | None) -> bytes:
        """Return the output for an input that could not be read, or not from a line on."""


class Text:
    """Renders each violation as a line of text."""

    own_marks = 0

    def __init__(self, file: str, *, is_line: bool) -> None:  # noqa: ARG002 - as for other forms
        self._file = escape(file)

    def render(self, _valid: bool, violations: list[Located]) -> bytes:
        """Return a line for each violation."""
        lines = []
        for violation, _, column in violations:
            pointer, rule, level, message = violation[:4]
            rest = escape(f"{level} {rule}: {message} ({pointer})")
            lines.append(f"{self._file}:{_TEXT_MARK}:{column}: {rest}\n")
        return "".join(lines).encode()

    def problem(self, _reason: str, _line: int | None) -> bytes:
        """Return nothing: standard error says it."""
        return b""


class Records:
    """Renders each document with violations as a line of JSON."""

    def __init__(self, file: str, *, is_line: bool) -> None:
        self.own_marks = int(is_line)
        self._file = orjson.dumps(file)
        line = b'"line":%b,' % MARK if is_line else b""
        start = b'{"file":%b,%b"valid":' % (self._file, line)
        self._starts = (start + b'false,"violations":[', start + b'true,"violations":[')

    def render(self, valid: bool, violations: list[Located]) -> bytes:
        """Return a line of JSON."""
        items = [b"%b%d}" % (_start(violation), column) for violation, _, column in violations]
        return escape_json(b"%b%b]}\n" % (self._starts[valid], b",".join(items)))

    def problem(self, reason: str, line: int | None) -> bytes:
        """Return a line of JSON with the reason in place of violations."""
        start = b"" if line is None else b'"from_line":%d,' % line
        record = b'{"file":%b,%b"valid":false,"error":%b}\n' % (self._file, start, orjson.dumps(reason))
        return escape_json(record)


def _start(violation: Violation) -> bytes:
    """Render a violation as JSON up to its column, with a mark in place of the line number."""
    if violation.fix is not None:
        return _render_start(violation._asdict())
    return (_cached_start if len(violation[0]) < _MAX_CACHED_LENGTH else _start_without_fix)(*violation[:4])


def _start_without_fix(pointer: str, rule: str, level: str, message: str) -> bytes:
    return _render_start({"pointer": pointer, "rule": rule, "level": level, "message": message, "fix": None})


def _render_start(violation: dict[str, object]) -> bytes:
    return orjson.dumps({**violation, "line": _JSON_MARK})[:-1] + b',"column":'


_cached_start = functools.lru_cache(1024)(_start_without_fix)  # the lines of a file share their mistakes


class Documents:
    """Renders each document, with or without violations, as an item of a JSON array, after a comma."""

    own_marks = 0

    def __init__(self, file: str, *, is_line: bool) -> None:  # noqa: ARG002 - there are no lines
        self._file = file

    def render(self, valid: bool, violations: list[Located]) -> bytes:
        """Return an item."""
        items = [{**violation._asdict(), "line": _JSON_MARK, "column": column} for violation, _, column in violations]
        return self._item({"file": self._file, "valid": valid, "violations": items})

    def problem(self, reason: str, _line: int | None) -> bytes:
        """Return an item with the reason."""
        return self._item({"file": self._file, "valid": False, "violations": [], "error": reason})

    @staticmethod
    def _item(item: dict[str, object]) -> bytes:
        return b"," + escape_json(orjson.dumps([item], option=orjson.OPT_INDENT_2)[1:-2])


class Annotations:
    """Renders each violation as a command of GitHub Actions, which shows it beside the line."""

    own_marks = 0

    def __init__(self, file: str, *, is_line: bool) -> None:  # noqa: ARG002 - as for other forms
        self._file = _property(file)

    def render(self, _valid: bool, violations: list[Located]) -> bytes:
        """Return a command for each violation."""
        commands = []
        for violation, _, column in violations:
            pointer, rule, level, message = violation[:4]
            place = f"file={self._file},line={_TEXT_MARK},col={column},title={_property(rule)}"
            commands.append(f"::{level} {place}::{_data(f'{message} ({pointer})')}\n")
        return "".join(commands).encode()

    def problem(self, reason: str, line: int | None) -> bytes:
        """Return a command."""
        place = f"file={self._file}" if line is None else f"file={self._file},line={line}"
        return f"::error {place}::{_data(reason)}\n".encode()


def _data(text: str) -> str:
    return escape(text).replace("%", "%25")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


class Results:
    """Renders each violation as a result of SARIF, after a comma."""

    own_marks = 0

    def __init__(self, file: str, *, is_line: bool) -> None:  # noqa: ARG002 - as for other forms
        self._place = {"uri": location(file)}

    def render(self, _valid: bool, violations: list[Located]) -> bytes:
        """Return the results of a document."""
        return escape_json(b"".join([b",\n" + orjson.dumps(self._result(item)) for item in violations]))

    def problem(self, _reason: str, _line: int | None) -> bytes:
        """Return nothing: the end of the run says it."""
        return b""

    def _result(self, located: Located) -> dict[str, object]:
        (violation, _, column) = located
        pointer, rule, level, message = violation[:4]
        region = {"startLine": _JSON_MARK, "startColumn": column}
        place: dict[str, object] = {"physicalLocation": {"artifactLocation": self._place, "region": region}}
        if pointer:
            place["logicalLocations"] = [{"fullyQualifiedName": pointer}]
        return {"ruleId": rule, "level": level, "message": {"text": message}, "locations": [place]}


def location(file: str) -> str:
    """Return the name of a file as a relative or absolute URI."""
    return f"file://{quote(file)}" if file.startswith("/") else quote(file)
