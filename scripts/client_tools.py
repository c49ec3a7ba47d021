"""Generate a client with one tool, compile it, send every example through it, and note in docs/ what came of it."""

from __future__ import annotations

import argparse
import json
import shlex
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parent.parent
TABLE = Path(__file__).with_suffix(".toml")
RESULTS = ROOT / "docs" / "clients.json"
PAGE = ROOT / "docs" / "clients.md"
ANSWERS = {"responses", "notifications"}
TYPED = {"additionalProperties", "enum", "required", "type"}
INTRODUCTION = """\
# Client generators

What each generator makes of `generated/openapi.yaml`, in figures that `nox -s "clients(NAME)"` has measured and written
here. "Round trips" counts the request examples in `spec/examples` that pass through the compiled client's types (text to
objects to text) and come out equal. "Refused" counts the wrong payloads, one for each channel and each kind of mistake
that types can tell (a member that is missing or unknown, a wrong type or value), that the client does not take; it says
how much a user of the client is told before sending. No generator enforces conditions or the cross-field rules.

| language | tool | version | client | generates | compiles | round trips | refused | remark |
| --- | --- | --- | --- | --- | --- | --- | --- | --- |
"""


class Client(NamedTuple):
    """How a tool makes a client, and how examples are sent through that."""

    name: str
    tool: str
    language: str
    version: str
    install: str
    generate: list[str]
    compile: list[str]
    run: str
    """Reads requests from standard input, one a line, and writes each as the client would send it, or `error: …`."""
    needs: list[str]
    """The programs that must be there; everything else is installed."""
    harness: str
    """The folder in tests/clients that is laid beside the generated client."""
    without: list[str]
    """The keywords that the tool cannot take and does not get to see."""
    refuses: bool
    """Whether it must not take any of the wrong payloads."""
    remark: str


class Payload(NamedTuple):
    """A request and its name."""

    name: str
    value: Any


class Refusal(str):
    """Why a client did not take a payload."""

    __slots__ = ()


class Result(NamedTuple):
    """What came of a client; the last numbers are zero when it does not compile."""

    version: str
    generates: bool
    compiles: bool
    examples: int
    round_trips: int
    wrong: int
    refused: int


def read(name: str) -> Client:
    """Return a row of the table."""
    table = tomllib.loads(TABLE.read_text(encoding="utf-8"))
    row = table["clients"][name]
    tool = table["tools"][row["tool"]]
    optional: dict[str, Any] = {"harness": name, "without": [], "refuses": False, "remark": ""}
    needs = [*tool["needs"], *row.get("needs", [])]
    install = tool["install"].format(version=tool["version"])
    return Client(**{**optional, **row, "name": name, "version": tool["version"], "install": install, "needs": needs})


def examples() -> list[Payload]:
    """Return the request examples of all channels."""
    paths = sorted((ROOT / "spec" / "examples").glob("*/*.json"))
    return [
        Payload(f"{path.parent.name}/{path.stem}", json.loads(path.read_text(encoding="utf-8")))
        for path in paths
        if path.parent.name not in ANSWERS
    ]


def wrong_payloads() -> list[Payload]:
    """Return from each channel's vectors the one whose only mistake lies deepest, for each kind of mistake."""
    found = {}
    for path in sorted((ROOT / "generated" / "vectors").glob("*.json")):
        vectors = json.loads(path.read_text(encoding="utf-8"))
        for vector in sorted(vectors, key=lambda vector: str(vector["violations"]).count("/")):
            rules = {violation["rule"] for violation in vector["violations"]}
            if vector["kind"] == "request" and len(rules) == 1 and rules <= TYPED:
                found[path.stem, *rules] = Payload(vector["id"], vector["payload"])
    return list(found.values())


def attempt(client: Client, folder: Path) -> Result:
    """Make the client in the folder and send everything through it."""
    prepare(client, folder)
    generates = succeeds(client.generate, folder)
    compiles = generates and succeeds(client.compile, folder)
    right, wrong = examples(), wrong_payloads()
    if not compiles:
        return Result(client.version, generates, compiles, len(right), 0, len(wrong), 0)
    sent = answers(client, folder, right + wrong)
    failures = [(name, answer) for (name, payload), answer in zip(right, sent, strict=False) if not is_same(payload, answer)]
    for name, answer in failures:
        print(f"{name}: {answer}")
    refused = sum(isinstance(answer, Refusal) for answer in sent[len(right) :])
    return Result(client.version, generates, compiles, len(right), len(right) - len(failures), len(wrong), refused)


def prepare(client: Client, folder: Path) -> None:
    """Lay the document and the harness into the folder and install the tool."""
    missing = [program for program in client.needs if shutil.which(program) is None]
    if missing:
        raise SystemExit(f"{client.name} needs {' and '.join(missing)}")
    shutil.copytree(ROOT / "tests" / "clients" / client.harness, folder, dirs_exist_ok=True)
    shutil.rmtree(folder / "client", ignore_errors=True)
    source = ROOT / "generated" / "openapi.yaml"
    text = json.dumps(document_without(client.without)) if client.without else source.read_text(encoding="utf-8")
    (folder / source.name).write_text(text, encoding="utf-8")
    subprocess.run(shlex.split(client.install), cwd=folder, check=True)


def document_without(keywords: list[str]) -> Any:
    """Return the document less some keywords, wherever they stand."""

    def stripped(value: Any) -> Any:
        if isinstance(value, list):
            return [stripped(item) for item in value]
        if isinstance(value, dict):
            return {name: stripped(item) for name, item in value.items() if name not in keywords}
        return value

    return stripped(json.loads((ROOT / "generated" / "openapi.json").read_text(encoding="utf-8")))


def succeeds(commands: list[str], folder: Path) -> bool:
    """Run commands until one fails, and show what that one said."""
    for command in commands:
        done = subprocess.run(shlex.split(command), cwd=folder, capture_output=True, text=True, check=False)
        if done.returncode:
            print(f"{command}: {(done.stdout + done.stderr)[-5000:]}")
            return False
    return True


def answers(client: Client, folder: Path, payloads: list[Payload], *arguments: str) -> list[Any]:
    """Return what the client makes of each payload; a refusal where it makes nothing of it."""
    text = "".join(f"{json.dumps(payload.value)}\n" for payload in payloads)
    command = [*shlex.split(client.run), *arguments]
    lines = subprocess.run(command, cwd=folder, input=text, stdout=subprocess.PIPE, text=True, check=True).stdout
    found = [Refusal(line) if line.startswith("error: ") else json.loads(line) for line in lines.splitlines()]
    if len(found) != len(payloads):
        raise ValueError(f"{client.name} answered {len(found)} of {len(payloads)} payloads")
    return found


def is_same(left: Any, right: Any) -> bool:
    """Compare JSON values; unlike in Python, true is not 1."""
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(is_same(left[name], right[name]) for name in left)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(is_same, left, right))
    return isinstance(left, bool) == isinstance(right, bool) and bool(left == right)


def note(name: str, result: Result) -> None:
    """Put the result into the file of results and write the page from that."""
    results = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {}
    results[name] = result._asdict()
    RESULTS.write_text(json.dumps(results, indent=2, sort_keys=True) + "\n", encoding="utf-8")
    clients = [read(name) for name in tomllib.loads(TABLE.read_text(encoding="utf-8"))["clients"]]
    rows = [row(client, Result(**results[client.name])) for client in clients if client.name in results]
    PAGE.write_text(INTRODUCTION + "".join(rows), encoding="utf-8")


def row(client: Client, result: Result) -> str:
    """Return a row of the page."""
    cells = [client.language, client.tool, result.version, f"`{client.name}`"]
    cells += ["yes" if done else "no" for done in (result.generates, result.compiles)]
    cells += [f"{result.round_trips}/{result.examples}", f"{result.refused}/{result.wrong}", client.remark]
    return f"| {' | '.join(cells)} |\n"


def main() -> int:
    """Run the command; 1 when the client fails at anything."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("client", help="a name from the table")
    parser.add_argument("folder", type=Path, help="where to build it; kept, so that the next run is faster")
    options = parser.parse_args()
    client = read(options.client)
    result = attempt(client, options.folder.resolve())
    note(client.name, result)
    print(row(client, result), end="")
    refuses = 0 < result.wrong == result.refused or not client.refuses
    return 0 if refuses and 0 < result.examples == result.round_trips else 1


if __name__ == "__main__":
    sys.exit(main())
