"""The command ``validate``."""

from __future__ import annotations

import contextlib
import functools
import os
import sys
from collections.abc import Callable, Generator
from typing import Literal, get_args

import click

from ..bulk import Source, is_empty, reduce_lines
from ..bulk.reports import Form, Report, Reporter
from ..escaping import shown_name
from ..kinds import Kind
from ..validation import check_text
from .framing import Frame
from .inputs import Input, find_inputs
from .outputs import OutputFile, StandardOutput, is_same_file, note
from .progress import ProgressDisplay
from .run import Options, Run
from .stopping import Signals

Format = Literal["text", "json", "github", "sarif"]


@click.command()
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
@click.option("--kind", type=click.Choice(get_args(Kind)), help="The document type; detected by default.")
@click.option("--format", "format_", type=click.Choice(get_args(Format)), default="text", help="The output format.")
@click.option("--strict", is_flag=True, help="Treat warnings as errors.")
@click.option("--lines", is_flag=True, help="Treat each line of every input as a document.")
@click.option("--jobs", type=click.IntRange(1), default=os.cpu_count, help="Processes for lines; default: all cores.")
@click.option("--output", help="Write what has violations to this file, as JSON Lines or, with --format sarif, SARIF.")
@click.option("--append", is_flag=True, help="Append to the file of --output; by default, it is replaced at the end.")
@click.option("--from-line", type=click.IntRange(1), default=1, help="Skip the lines before this one.")
@click.option("--max-errors", type=click.IntRange(1), help="Stop after this many errors.")
@click.option("--fail-fast", is_flag=True, help="Stop after the first error.")
@click.option("--allow-empty", is_flag=True, help="Do not treat inputs without documents as errors.")
def validate(  # noqa: PLR0913, PLR0917 - one for each option
    files: tuple[str, ...],
    kind: Kind | None,
    format_: Format,
    strict: bool,
    lines: bool,
    jobs: int,
    output: str | None,
    append: bool,
    from_line: int,
    max_errors: int | None,
    fail_fast: bool,
    allow_empty: bool,
) -> None:
    """Check files, the files in folders, or standard input (-).

    A *.json file is a document. Each line of a *.jsonl or *.ndjson file is a document; such files are read as a stream.
    All may be compressed (*.gz, *.zst).

    Exits with 0 when all documents are valid, 1 when one is not, 2 when an input cannot be read to its end or has
    nothing to check, or an output cannot be written, 130 when interrupted (Ctrl-C), 143 when terminated.
    """
    inputs = list(find_inputs(files, lines))
    form = _form(inputs, format_, output)
    _require_one_input(inputs, from_line)
    _refuse_to_overwrite(inputs, output, append)
    options = Options(kind, form, strict, 1 if fail_fast else max_errors, from_line, allow_empty)
    with Signals() as signals:
        sys.exit(_run(inputs, options, jobs, output, append, signals))


def check(
    source: Source, reporter: Reporter, *, is_lines: bool, options: Options, jobs: int
) -> Generator[Report, None, None]:
    """Yield reports on an input."""
    if is_lines:
        yield from reduce_lines(source, reporter.report, options.kind, jobs, options.from_line)
        return
    data = source.read_document()
    if not is_empty(data):
        yield reporter.report_document(check_text(data, options.kind))


def _run(  # noqa: PLR0913, PLR0917
    inputs: list[Input], options: Options, jobs: int, output: str | None, append: bool, signals: Signals
) -> int:
    stdout = StandardOutput()
    file = None if output is None else OutputFile(output, append)
    if file is not None and append:
        if options.from_line > 1:
            file.keep_before(shown_name(inputs[0].name), options.from_line)
        else:
            file.begin_line()
    process = functools.partial(check, options=options, jobs=jobs)
    run = Run(process, options, Frame(options.form, _writer(options.form, stdout, file)), signals)
    with contextlib.closing(ProgressDisplay(run.lines)) as display, file or contextlib.nullcontext():
        stdout.use_console(display.console)
        run.check(inputs, display)
    if file is None and options.form in {"records", "documents", "sarif"}:
        note(run.summary())
    else:
        stdout.write_text(run.summary())
    return run.code


def _writer(form: Form, stdout: StandardOutput, file: OutputFile | None) -> Callable[[bytes], None]:
    if file is not None:
        return file.write
    if form in {"text", "github"}:
        return lambda data: stdout.write_text(data.decode())
    return stdout.write


def _form(inputs: list[Input], format_: Format, output: str | None) -> Form:
    """Return the form of what is written about inputs."""
    if output is not None and format_ == "github":
        raise click.UsageError("--format github is for standard output; leave out --output.")
    if output is not None and format_ != "sarif":
        return "records"
    if format_ != "json":
        return format_
    kinds = {item.is_lines for item in inputs}
    if len(kinds) > 1:
        raise click.UsageError("With --format json, give documents or lines, not both; or use --output.")
    return "records" if True in kinds else "documents"


def _require_one_input(inputs: list[Input], from_line: int) -> None:
    if from_line > 1 and [item.is_lines for item in inputs] != [True]:
        raise click.UsageError("With --from-line, give one input of lines.")


def _refuse_to_overwrite(inputs: list[Input], output: str | None, append: bool) -> None:
    """Refuse an output that is an input as well."""
    statuses = [item.status for item in inputs]
    if append and output is None:
        raise click.UsageError("--append is for the file of --output.")
    if output is not None and is_same_file(output, statuses):
        raise click.UsageError(f"--output {shown_name(output)} is one of the inputs; it would be overwritten.")
    with contextlib.suppress(OSError):
        if is_same_file("/dev/stdout", statuses):
            raise click.UsageError("Standard output is written to one of the inputs.")
