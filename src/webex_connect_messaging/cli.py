"""The command ``webex-connect-messaging``: parse arguments, call the library, print."""

from __future__ import annotations

import dataclasses
import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple, get_args

import click
import orjson
from rich.console import Console
from rich.text import Text
from webex_connect_messaging_spec import schemas
from webex_connect_messaging_spec.codes import CODES, Code
from webex_connect_messaging_spec.errata import ERRATA
from webex_connect_messaging_spec.rules import RULES, Rule

from .validation import Kind, validate_json
from .violation import Violation

_STYLES = {"error": "bold red", "warning": "yellow"}
_CROSS_FIELD = tuple(rule for rule in RULES if rule.id != "deprecated")


class Located(NamedTuple):
    """A violation and where its text stands."""

    violation: Violation
    line: int
    column: int


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


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="webex-connect-messaging")
def main() -> None:
    """Check payloads of the Webex Connect messaging operation "Send Message v1"."""


@main.command()
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
@click.option("--kind", type=click.Choice(get_args(Kind)), help="What the files hold; default: as their roots show.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="How to print.")
@click.option("--strict", is_flag=True, help="Let warnings count as errors.")
def validate(files: tuple[str, ...], kind: Kind | None, form: str, strict: bool) -> None:
    """Check files, the JSON files of folders and of the folders in them, or standard input (-).

    Exits with 0 when all are valid, 1 when one is not, 2 when one cannot be read.
    """
    reports = [_report(name, data, kind) for name, data in _inputs(files)]
    if form == "json":
        click.echo(json.dumps([_plain(report, strict) for report in reports], indent=2, ensure_ascii=False))
    else:
        _print(reports, strict)
    sys.exit(0 if all(report.is_valid(strict) for report in reports) else 1)


@main.command()
@click.argument("name", type=click.Choice(schemas.NAMES), default="request")
def schema(name: str) -> None:
    """Print a stand-alone JSON Schema: of a kind of document, or of one channel's requests."""
    click.echo(json.dumps(schemas.load(name), indent=2, ensure_ascii=False))


@main.command()
def rules() -> None:
    """List the cross-field rules, which JSON Schema cannot express."""
    for rule in _CROSS_FIELD:
        click.echo(f"{rule.id}: {rule.level}: {rule.message}")


@main.command()
@click.argument("name", metavar="RULE|CODE")
def explain(name: str) -> None:
    """Print a cross-field rule, or what a code means on each channel, with sources and contradictions."""
    lines = [line for rule in _CROSS_FIELD if rule.id == name for line in _rule(rule)]
    lines += [line for code in CODES if code.code == name for line in _code(code)]
    if not lines:
        raise click.UsageError(f"There is no rule and no code {name!r}. The command 'rules' lists the rules.")
    click.echo("\n".join(lines))


def _rule(rule: Rule) -> Iterator[str]:
    yield f"{rule.id} ({rule.level})"
    yield f"  {rule.message}"
    yield f"  Rule: {rule.expression}"
    yield f"  Source: {rule.source}"
    yield from _errata(rule.errata)


def _code(code: Code) -> Iterator[str]:
    where = "every channel" if code.channel == "any" else code.channel
    when = {"request": "in the answer to a request", "delivery": "in a delivery notification"}[code.stage]
    yield f"{code.code}, {where}, {when}"
    yield f"  {code.meaning}"
    if code.remedy:
        yield f"  Remedy: {code.remedy}"
    yield f"  Source: {code.source}"
    yield from _errata(code.errata)


def _errata(ids: tuple[str, ...]) -> Iterator[str]:
    for erratum in ERRATA:
        if erratum.id in ids:
            yield f"  {erratum.id}, {erratum.where}:"
            yield from (f"    - {reading}" for reading in erratum.readings)
            yield f"    Decision: {erratum.decision}"


def _inputs(names: Iterable[str]) -> Iterator[tuple[str, bytes]]:
    for name in names:
        if name == "-":
            yield name, sys.stdin.buffer.read()
            continue
        path = Path(name)
        paths = sorted(path.rglob("*.json")) if path.is_dir() else [path]
        if not paths:
            raise Unreadable(f"{name}: there are no *.json files in this folder.")
        yield from ((str(found), _read(found)) for found in paths)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise Unreadable(f"{path}: {error.strerror}.") from error


def _report(name: str, data: bytes, kind: Kind | None) -> Report:
    try:
        payload = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise Unreadable(f"{name}: not JSON: {error}.") from error
    violations = validate_json(data, kind or _kind(payload))
    return Report(name, list(_located(violations, data)) if violations else [])


def _kind(payload: object) -> Kind:
    """Tell a response or a notification by the members that its root must have; all else is taken for a request."""
    for kind in ("response", "notification"):
        schema = schemas.load(kind)
        root = schema["$defs"][schema["$ref"].rpartition("/")[2]]
        if isinstance(payload, dict) and set(root["required"]) <= set(payload):
            return kind
    return "request"


def _located(violations: list[Violation], data: bytes) -> Iterator[Located]:
    from .positions import Positions  # noqa: PLC0415 - only a refused file pays for it

    positions = Positions(data.decode())
    for violation in violations:
        yield Located(violation, *positions.find(violation.pointer))


def _plain(report: Report, strict: bool) -> dict[str, object]:
    violations = [
        {**dataclasses.asdict(item.violation), "line": item.line, "column": item.column} for item in report.found
    ]
    return {"file": report.file, "valid": report.is_valid(strict), "violations": violations}


def _print(reports: list[Report], strict: bool) -> None:
    console = Console(soft_wrap=True, highlight=False)
    for report in reports:
        for violation, line, column in report.found:
            level = Text(violation.level, _STYLES[violation.level])
            place = f"{report.file}:{line}:{column}: "
            rest = f" {violation.rule}: {violation.message} ({violation.pointer})"
            console.print(Text.assemble(place, level, rest))
    levels = Counter(item.violation.level for report in reports for item in report.found)
    valid = sum(report.is_valid(strict) for report in reports)
    console.print(
        f"{valid} of {_count(len(reports), 'file')} valid, "
        f"{_count(levels['error'], 'error')}, {_count(levels['warning'], 'warning')}"
    )


def _count(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"
