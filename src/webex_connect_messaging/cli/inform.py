"""The commands that say what is checked: ``schema``, ``rules`` and ``explain``."""

from __future__ import annotations

import json
from collections.abc import Iterator

import click
from webex_connect_messaging_spec import schemas
from webex_connect_messaging_spec.codes import CODES, Code
from webex_connect_messaging_spec.errata import ERRATA
from webex_connect_messaging_spec.roots import CHANNELS
from webex_connect_messaging_spec.rules import RULES, Rule

from .outputs import StandardOutput

_CROSS_FIELD = tuple(rule for rule in RULES if rule.id != "deprecated")
_STAGES = {"request": "in the answer to a request", "delivery": "in a delivery notification"}


@click.command()
@click.argument("name", type=click.Choice(schemas.NAMES), default="request")
def schema(name: str) -> None:
    """Print a stand-alone JSON Schema: of a kind of document, or of one channel's requests."""
    text = json.dumps(schemas.load(name), indent=2, ensure_ascii=False)
    StandardOutput().write(f"{text}\n".encode())


@click.command()
def rules() -> None:
    """List the cross-field rules, which JSON Schema cannot express."""
    StandardOutput().write_text("".join(f"{rule.id}: {rule.level}: {rule.message}\n" for rule in _CROSS_FIELD))


@click.command()
@click.argument("name", metavar="RULE|CODE")
def explain(name: str) -> None:
    """Print a cross-field rule, or what a code means on each channel, with sources and contradictions."""
    lines = [line for rule in _CROSS_FIELD if rule.id == name for line in _rule(rule)]
    lines += [line for code in CODES if code.code == name for line in _code(code)]
    if not lines and name.isdecimal():
        raise click.UsageError(
            f"There is no code {name!r} here. The vendor may add codes; those of RCS, MMS and e-mail belong to Send "
            "Message v2. Read the description that comes with the code."
        )
    if not lines:
        raise click.UsageError(f"There is no rule and no code {name!r}. The command 'rules' lists the rules.")
    StandardOutput().write_text("".join(f"{line}\n" for line in lines))


def _rule(rule: Rule) -> Iterator[str]:
    yield f"{rule.id} ({rule.level})"
    yield f"  {rule.message}"
    yield f"  Rule: {rule.expression}"
    yield f"  Source: {rule.source}"
    yield from _errata(rule.errata)


def _code(code: Code) -> Iterator[str]:
    yield f"{code.code}, {_channel(code)}, {_STAGES[code.stage]}"
    yield f"  {code.meaning}"
    if code.remedy:
        yield f"  Remedy: {code.remedy}"
    yield f"  Source: {code.source}"
    yield from _errata(code.errata)


def _channel(code: Code) -> str:
    """Return the channel of a code as requests name it; an entry for all channels yields to that of a single one."""
    if code.channel != "any":
        return " or ".join(tag for tag, root in CHANNELS.items() if root.schema == code.channel)
    others = [entry for entry in CODES if (entry.code, entry.stage) == (code.code, code.stage) and entry is not code]
    return "every other channel" if others else "every channel"


def _errata(ids: tuple[str, ...]) -> Iterator[str]:
    for erratum in ERRATA:
        if erratum.id in ids:
            yield f"  {erratum.id}, {erratum.where}:"
            yield from (f"    - {reading}" for reading in erratum.readings)
            yield f"    Decision: {erratum.decision}"
