"""The command ``validate``."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, get_args

import click

from ..bulk import UnreadableError, is_lines
from ..bulk.reports import Form
from ..kinds import Kind
from .documents import validate_documents
from .lines import Options, validate_lines


@click.command()
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
@click.option("--kind", type=click.Choice(get_args(Kind)), help="The document type; detected by default.")
@click.option("--format", "form", type=click.Choice(get_args(Form)), default="text", help="The output format.")
@click.option("--strict", is_flag=True, help="Treat warnings as errors.")
@click.option("--lines", is_flag=True, help="Treat each line of every input as a document.")
@click.option("--jobs", type=click.IntRange(1), default=os.cpu_count, help="Processes for lines; default: all cores.")
@click.option("--output", type=click.File("wb"), help="Write the invalid lines to this file, as JSON Lines.")
@click.option("--max-errors", type=click.IntRange(1), help="Stop reading lines after this many errors.")
@click.option("--fail-fast", is_flag=True, help="Stop reading lines after the first error.")
def validate(  # noqa: PLR0913, PLR0917 - one for each option
    files: tuple[str, ...],
    kind: Kind | None,
    form: Form,
    strict: bool,
    lines: bool,
    jobs: int,
    output: IO[bytes] | None,
    max_errors: int | None,
    fail_fast: bool,
) -> None:
    """Check files, the files in folders, or standard input (-).

    A *.json file is a document. Each line of a *.jsonl or *.ndjson file is a document; such files are read as a stream
    and may be compressed (*.gz, *.zst). Exits with 0 when all are valid, 1 when one is not, 2 when one cannot be read,
    130 when interrupted.
    """
    try:
        names = list(_inputs(files))
        streams = [name for name in names if lines or is_lines(name)]
        documents = [name for name in names if not (lines or is_lines(name))]
        if documents and streams and form == "json":
            raise click.UsageError("With --format json, give documents or lines, not both.")
        code = 0
        if documents and not validate_documents(documents, kind, form, strict):
            code = 1
    except UnreadableError as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(2)
    if streams:
        limit = 1 if fail_fast else max_errors
        code = validate_lines(streams, Options(kind, form, strict, jobs, output, limit)) or code
    sys.exit(code)


def _inputs(names: Iterable[str]) -> Iterator[str]:
    """Yield the files, and those in folders."""
    for name in names:
        if not Path(name).is_dir():
            yield name
            continue
        found = sorted(path for path in Path(name).rglob("*.*") if path.suffix == ".json" or is_lines(path.name))
        if not found:
            raise UnreadableError(f"{name}: there are no *.json and no *.jsonl files in this folder.")
        yield from map(str, found)
