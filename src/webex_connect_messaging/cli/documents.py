"""Validate documents, each in a file of its own."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import click
import orjson

from ..bulk import UnreadableError
from ..bulk.reports import Counts, Form, render_text, to_plain
from ..kinds import Kind
from ..positions import Located
from ..validation import check_text
from . import printing


class Document(NamedTuple):
    """A file and the violations in it."""

    name: str
    valid: bool
    violations: list[Located]


def validate_documents(names: Iterable[str], kind: Kind | None, form: Form, strict: bool) -> bool:
    """Check files, print their violations and return whether all are valid."""
    counts = Counts()
    documents = []
    for name in names:
        violations = _violations(name, kind)
        counts.checked += 1
        documents.append(Document(click.format_filename(name), counts.add_violations(violations, strict), violations))
    if form == "json":
        click.echo(orjson.dumps([_to_plain(document) for document in documents], option=orjson.OPT_INDENT_2).decode())
    else:
        _print(documents)
        click.echo(printing.totals(counts, "file"))
    return not counts.invalid


def _violations(name: str, kind: Kind | None) -> list[Located]:
    violations = check_text(_read(name), kind)
    if violations and violations[0].violation.rule == "json":
        raise UnreadableError(f"{name}: {violations[0].violation.message}")
    return violations


def _read(name: str) -> bytes:
    try:
        return sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    except OSError as error:
        raise UnreadableError(f"{name}: {error.strerror}.") from error


def _to_plain(document: Document) -> dict[str, object]:
    violations = [to_plain(item) for item in document.violations]
    return {"file": document.name, "valid": document.valid, "violations": violations}


def _print(documents: list[Document]) -> None:
    text = "".join(render_text(name, item, item.line) for name, _, violations in documents for item in violations)
    printing.write(text, printing.console())
