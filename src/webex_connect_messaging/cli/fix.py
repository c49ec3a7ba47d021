"""The command ``fix``."""

from __future__ import annotations

import contextlib
import difflib
import sys
from collections.abc import Callable, Generator, Iterator
from typing import get_args

import click

from ..bulk import MAX_LINE_LENGTH, Source, UnreadableError, is_compressed, is_empty, splitting
from ..bulk.checking import Run as LinesRun
from ..bulk.checking import find_lines
from ..bulk.reports import Report, Reporter
from ..editing import fix_text
from ..escaping import escape, shown_name
from ..kinds import Kind
from ..positions import Located
from ..validation import check_text
from . import printing
from .framing import Frame
from .inputs import find_inputs
from .outputs import OutputFile, StandardOutput, note
from .progress import ProgressDisplay
from .run import Options, Run
from .stopping import Signals

Write = Callable[[bytes], None]
_NO_LINE_END = b"\n\\ No newline at end of file\n"


@click.command()
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
@click.option("--kind", type=click.Choice(get_args(Kind)), help="The document type; detected by default.")
@click.option("--strict", is_flag=True, help="Treat warnings that remain as errors.")
@click.option("--lines", is_flag=True, help="Treat each line of every input as a document.")
@click.option("--diff", is_flag=True, help="Print what would change, as a unified diff.")
@click.option("--in-place", is_flag=True, help="Write the files instead of standard output.")
def fix(files: tuple[str, ...], kind: Kind | None, strict: bool, lines: bool, diff: bool, in_place: bool) -> None:  # noqa: PLR0913, PLR0917
    """Apply the fixes that violations carry (none does yet), and print the documents.

    Takes what validate takes. What no fix touches stays as it is written: spaces, line ends, the order of properties,
    escapes and the spelling of numbers. Violations that remain are printed on standard error. Exits as validate does
    for the documents that result.
    """
    if diff and in_place:
        raise click.UsageError("Give --diff or --in-place, not both.")
    inputs = list(find_inputs(files, lines))
    if in_place and any(item.name == "-" for item in inputs):
        raise click.UsageError("Standard input cannot be written in place.")
    options = Options(kind, "text", strict)
    with Signals() as signals:
        stdout = StandardOutput()
        fixer = _Fixer(kind, stdout, diff, in_place)
        run = Run(fixer, options, Frame("text", lambda output: note(output.decode())), signals)
        with contextlib.closing(ProgressDisplay(run.lines)) as display:
            run.check(inputs, display)
        note(f"{printing.count(fixer.changed, 'document')} changed\n{run.summary()}")
    sys.exit(run.code)


class _Fixer:
    """Fixes inputs one after the other."""

    def __init__(self, kind: Kind | None, stdout: StandardOutput, diff: bool, in_place: bool) -> None:
        self.changed = 0
        """How many documents were changed."""
        self._kind = kind
        self._stdout = stdout
        self._diff = diff
        self._in_place = in_place

    def __call__(self, source: Source, reporter: Reporter, *, is_lines: bool) -> Generator[Report, None, None]:
        """Write an input as it is when it is fixed, and yield reports on what remains."""
        if not self._in_place:
            yield from self._fix(source, reporter, is_lines, self._write)
            return
        if is_compressed(source.name):
            raise UnreadableError("It is compressed; decompress it to fix it in place.")
        before = self.changed
        with OutputFile(source.name, append=False) as file:
            yield from self._fix(source, reporter, is_lines, file.write)
            source.check_unchanged()
            if self.changed == before:
                file.cancel()

    def _fix(self, source: Source, reporter: Reporter, is_lines: bool, write: Write) -> Generator[Report, None, None]:
        if is_lines:
            yield from self._fix_lines(source, reporter, write)
            return
        data = source.read_document()
        violations = [] if is_empty(data) else check_text(data, self._kind)
        fixed = _fixed(data, violations)
        if fixed != data:
            self.changed += 1
            violations = check_text(fixed, self._kind)
        write(_diff(source.name, data, fixed) if self._diff else fixed)
        if not is_empty(data):
            yield reporter.report_document(violations)

    def _fix_lines(self, source: Source, reporter: Reporter, write: Write) -> Generator[Report, None, None]:
        source.start_at(1)
        before, header = 0, _header(source.name) if self._diff else b""
        for chunk in splitting.split(source, splitting.CHUNK_SIZE):
            output: list[bytes] = []
            report = reporter.report(self._fixed_lines(chunk, before, output))
            if any(output):
                write(header + b"".join(output))
                header = b""
            yield report.below(before)
            before += report.size
        source.check_unchanged()

    def _fixed_lines(self, data: bytes, before: int, output: list[bytes]) -> Iterator[LinesRun]:
        """Yield what remains to be said of lines, and add to the output what is written of them."""
        copied = 0
        for start, end, run in find_lines(data, self._kind):
            before += run.size
            line = data[start:end]
            if len(line) > MAX_LINE_LENGTH:
                raise UnreadableError(f"Line {before:,} has more than {MAX_LINE_LENGTH:,} bytes and was not parsed.")
            fixed = _fixed(line, run.violations)
            if fixed == line:
                yield run
                continue
            self.changed += 1
            if self._diff:
                output.append(_changed_line(before, line, fixed, end == len(data)))
            else:
                output += [data[copied:start], fixed]
            copied = end
            yield run._replace(violations=check_text(fixed, self._kind))
        if not self._diff:
            output.append(data[copied:])

    def _write(self, data: bytes) -> None:
        if self._stdout.console.is_terminal:  # which must show what a file may hold
            data = "".join(f"{_harmless(line)}\n" for line in data.decode(errors="replace").split("\n")).encode()[:-1]
        self._stdout.write(data)


def _harmless(line: str) -> str:
    return escape(line.removesuffix("\r").replace("\t", "    "))


def _fixed(data: bytes, violations: list[Located]) -> bytes:
    if not any(item.violation.fix for item in violations):
        return data
    return fix_text(data.decode(), [item.violation for item in violations]).encode()


def _header(name: str) -> bytes:
    shown = escape(shown_name(name)).encode()
    return b"--- %b\n+++ %b\n" % (shown, shown)


def _diff(name: str, old: bytes, new: bytes) -> bytes:
    lines = difflib.diff_bytes(difflib.unified_diff, old.splitlines(keepends=True), new.splitlines(keepends=True))
    changes = [line if line.endswith(b"\n") else line + _NO_LINE_END for line in [*lines][2:]]
    return _header(name) + b"".join(changes) if changes else b""


def _changed_line(number: int, old: bytes, new: bytes, is_unended: bool) -> bytes:
    end = _NO_LINE_END if is_unended else b"\n"
    return b"@@ -%d +%d @@\n-%b%b+%b%b" % (number, number, old, end, new, end)
