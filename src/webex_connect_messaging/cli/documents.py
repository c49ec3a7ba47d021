"""Validate documents, each in a file of its own."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import click
import orjson
from rich.console import Console

from ..positions import Located, located
from ..validation import Kind, validate_json
from .printing import count, record, show


class Report(NamedTuple):
    """What was found in one file."""

    file: str
    found: list[Located]

    def is_valid(self, strict: bool) -> bool:
        """Tell whether nothing was found that counts."""
        return not any(strict or item.violation.level == "error" for item in self.found)


class Unreadable(click.ClickException):
    """An input that cannot be read at all."""

    exit_code = 2


def validate_documents(names: Iterable[str], kind: Kind | None, form: str, strict: bool) -> bool:
    """Check files, print what was found and tell whether all are valid."""
    reports = [_report(name, kind) for name in names]
    if form == "json":
        click.echo(json.dumps([_plain(report, strict) for report in reports], indent=2, ensure_ascii=False))
    else:
        _print(reports, strict)
    return all(report.is_valid(strict) for report in reports)


def _report(name: str, kind: Kind | None) -> Report:
    data = _read(name)
    try:
        orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise Unreadable(f"{name}: not JSON: {error}.") from error
    violations = validate_json(data, kind)
    return Report(name, list(located(violations, data)) if violations else [])


def _read(name: str) -> bytes:
    try:
        return sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    except OSError as error:
        raise Unreadable(f"{name}: {error.strerror}.") from error


def _plain(report: Report, strict: bool) -> dict[str, object]:
    violations = [record(item) for item in report.found]
    return {"file": report.file, "valid": report.is_valid(strict), "violations": violations}


def _print(reports: list[Report], strict: bool) -> None:
    console = Console(soft_wrap=True, highlight=False)
    for report in reports:
        for item in report.found:
            show(console, report.file, item)
    levels = Counter(item.violation.level for report in reports for item in report.found)
    valid = sum(report.is_valid(strict) for report in reports)
    console.print(
        f"{valid} of {count(len(reports), 'file')} valid, "
        f"{count(levels['error'], 'error')}, {count(levels['warning'], 'warning')}"
    )
