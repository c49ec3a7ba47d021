"""Generate a client with one tool, compile it, send every example through it, and write the result into docs/."""

from __future__ import annotations

import argparse
import json
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import tomllib

ROOT = Path(__file__).resolve().parent.parent.parent
GENERATED = ROOT / "generated"
TABLE = Path(__file__).with_suffix(".toml")
RESULTS = ROOT / "docs" / "clients.json"
PAGE = ROOT / "docs" / "clients.md"
TYPED = {"additionalProperties", "enum", "required", "type"}
INTRODUCTION = """\
# Client generators

What generators make of `generated/openapi.yaml`. Each row was measured and written by `nox -s "clients(NAME)"`.
"Round trips" counts the request examples in `spec/examples` that pass through the compiled client's types, from text to
objects and back, and come out equal. "Refused" counts the invalid payloads that the client refuses: one for each
channel and each mistake that types can express (a property is missing or unknown, a type or value is wrong). It shows
how much a client's user learns before sending; no generator enforces conditions or cross-field rules.

The body of a call may also be an array of requests, the component `SendMessageBatch`, which `x-batch` of the request
body names. It is no branch of the body's schema: with a union of both, `typescript-fetch` does not compile, and callers
of `go`, `java` and `python` have to wrap every request in one more object; with a second media type,
`openapi-python-client` does not compile.

| language | tool | version | name | generates | compiles | round trips | refused | remark |
| --- | --- | --- | --- | --- | --- | --- | --- | --- |
"""


class Client(NamedTuple):
    """How a tool makes a client, and how payloads are sent through it."""

    name: str
    tool: str
    version: str
    language: str
    harness: str
    """The folder in tests/clients that is copied beside the generated client."""
    generate: list[str]
    compile: list[str]
    run: str
    """Reads requests from standard input, one a line, and writes each as the client would send it, or `error: …`."""
    install: list[str]
    needs: list[str]
    """The programs that must be present; everything else is installed."""
    without: list[str]
    """Keywords that the tool cannot read and that are removed, some only below a name, as `Name/keyword`."""
    fails: list[str]
    """The examples that are known to fail; the remark says why."""
    refuses: bool
    """Whether it must refuse all invalid payloads."""
    posts: bool
    """Whether `run`, with an address added, posts each request there and writes the answer."""
    remark: str


class Payload(NamedTuple):
    """A request and its name."""

    name: str
    value: Any


class Refusal(str):
    """Why a client refuses a payload."""

    __slots__ = ()


class Result(NamedTuple):
    """The result of a client; nothing is counted when it does not compile."""

    version: str
    generates: bool
    compiles: bool
    examples: int = 0
    failed: tuple[str, ...] = ()
    """The names of the examples that do not come out equal."""
    wrong: int = 0
    refused: int = 0


def main() -> int:
    """Run the command; return 1 when the client fails at anything."""
    clients = table()
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("client", choices=clients, help="a name from the table")
    parser.add_argument("folder", type=Path, help="the build folder; kept, so that the next run is faster")
    options = parser.parse_args()
    client = clients[options.client]
    result = attempt(client, options.folder.resolve())
    write_result(client, result)
    print(row(client, result), end="")
    return 0 if is_as_expected(client, result) else 1


def is_as_expected(client: Client, result: Result) -> bool:
    """Return whether all examples but the known failures pass, and what must be refused is refused."""
    is_strict = not client.refuses or 0 < result.refused == result.wrong
    return is_strict and result.examples > 0 and list(result.failed) == client.fails


def table() -> dict[str, Client]:
    """Return the clients by name."""
    tables = tomllib.loads(TABLE.read_text(encoding="utf-8"))
    return {name: _client(name, tables["tools"][record["tool"]], record) for name, record in tables["clients"].items()}


def _client(name: str, tool: dict[str, Any], record: dict[str, Any]) -> Client:
    fields: dict[str, Any] = {
        "harness": name,
        "without": [],
        "fails": [],
        "refuses": False,
        "posts": False,
        "remark": "",
    }
    fields |= {"name": name, "install": []} | tool | record
    fields["needs"] = [*tool.get("needs", []), *record.get("needs", [])]
    for step in ("install", "generate", "compile"):
        fields[step] = [command.format(version=tool["version"]) for command in fields[step]]
    return Client(**fields)


def attempt(client: Client, folder: Path) -> Result:
    """Make the client in the folder and send everything through it."""
    generates, compiles = build(client, folder)
    if not compiles:
        return Result(client.version, generates, compiles)
    right, wrong = examples(), wrong_payloads(TYPED)
    sent = answers(client, folder, right + wrong)
    failed = [(name, answer) for (name, value), answer in zip(right, sent, strict=False) if not is_same(value, answer)]
    for name, answer in failed:
        print(f"{name}: {answer}")
    refused = sum(isinstance(answer, Refusal) for answer in sent[len(right) :])
    names = tuple(name for name, _ in failed)
    return Result(client.version, generates, compiles, len(right), names, len(wrong), refused)


def build(client: Client, folder: Path) -> tuple[bool, bool]:
    """Generate and compile a client, and return whether each worked."""
    missing = [program for program in client.needs if shutil.which(program) is None]
    if missing:
        raise SystemExit(f"{client.name} needs {' and '.join(missing)}")
    shutil.copytree(ROOT / "tests" / "clients" / client.harness, folder, dirs_exist_ok=True)
    shutil.rmtree(folder / "client", ignore_errors=True)
    text = (GENERATED / "openapi.yaml").read_text(encoding="utf-8")
    if client.without:
        text = json.dumps(document_without(client.without))
    (folder / "openapi.yaml").write_text(text, encoding="utf-8")
    if not succeeds(client.install, folder):
        raise SystemExit(f"{client.tool} cannot be installed")
    generates = succeeds(client.generate, folder)
    return generates, generates and succeeds(client.compile, folder)


def succeeds(commands: list[str], folder: Path) -> bool:
    """Run commands until one fails, and print its output."""
    for command in commands:
        done = subprocess.run(shlex.split(command), cwd=folder, capture_output=True, text=True, check=False)
        if done.returncode:
            print(f"{command}: {(done.stdout + done.stderr)[-5000:]}")
            return False
    return True


def document_without(keywords: list[str]) -> Any:
    """Return the document without some keywords, everywhere or only below a name."""

    def stripped(value: Any, above: str = "") -> Any:
        if isinstance(value, list):
            return [stripped(item) for item in value]
        if isinstance(value, dict):
            kept = (name for name in value if not {name, f"{above}/{name}"} & set(keywords))
            return {name: stripped(value[name], name) for name in kept}
        return value

    return stripped(_json(GENERATED / "openapi.json"))


def examples() -> list[Payload]:
    """Return the request examples of all channels."""
    paths = sorted((ROOT / "spec" / "examples").glob("*/*.json"))
    answers = {"responses", "notifications"}
    return [
        Payload(f"{path.parent.name}/{path.stem}", _json(path)) for path in paths if path.parent.name not in answers
    ]


def wrong_payloads(keywords: set[str]) -> list[Payload]:
    """Return, for each channel and keyword, the derived vector that violates it deepest."""
    found = {}
    for path in sorted((GENERATED / "vectors").glob("*.json")):
        requests = [vector for vector in _json(path) if vector["kind"] == "request"]
        for vector in sorted(requests, key=lambda vector: str(vector["violations"]).count("/")):
            rules = {violation["rule"] for violation in vector["violations"]}
            if vector["id"].endswith(".beyond") and len(rules) == 1 and rules <= keywords:
                found[path.stem, rules.pop()] = Payload(vector["id"], vector["payload"])
    return list(found.values())


def answers(client: Client, folder: Path, payloads: list[Payload], *arguments: str) -> list[Any]:
    """Return what the client sends for each payload, or its refusal."""
    text = "".join(f"{json.dumps(payload.value)}\n" for payload in payloads)
    command = [*shlex.split(client.run), *arguments]
    lines = subprocess.run(command, cwd=folder, input=text, stdout=subprocess.PIPE, text=True, check=True).stdout
    found = [Refusal(line) if line.startswith("error: ") else json.loads(line) for line in lines.splitlines()]
    if len(found) != len(payloads):
        raise SystemExit(f"{client.name} answered {len(found)} of {len(payloads)} payloads")
    return found


def is_same(left: Any, right: Any) -> bool:
    """Compare JSON values; unlike in Python, true is not 1."""
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(is_same(left[name], right[name]) for name in left)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(is_same, left, right))
    return isinstance(left, bool) == isinstance(right, bool) and bool(left == right)


def write_result(client: Client, result: Result) -> None:
    """Add the result to those of the other clients and write the page."""
    results = _json(RESULTS) if RESULTS.exists() else {}
    results[client.name] = result._asdict()
    RESULTS.write_text(json.dumps(results, indent=2, sort_keys=True) + "\n", encoding="utf-8")
    rows = [row(client, Result(**results[name])) for name, client in table().items() if name in results]
    PAGE.write_text(INTRODUCTION + "".join(rows), encoding="utf-8")


def row(client: Client, result: Result) -> str:
    """Return a row of the page."""
    cells = [client.language, client.tool, result.version, f"`{client.name}`"]
    cells += ["yes" if done else "no" for done in (result.generates, result.compiles)]
    cells += [
        f"{result.examples - len(result.failed)}/{result.examples}",
        f"{result.refused}/{result.wrong}",
        client.remark,
    ]
    return f"| {' | '.join(cells)} |\n"


def _json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


if __name__ == "__main__":
    sys.exit(main())
