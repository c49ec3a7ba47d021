"""Let generated clients post every example to a mock server of the document; post invalid payloads as well."""

from __future__ import annotations

import argparse
import json
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from .clients import TYPED, answers, build, document_without, examples, succeeds, table, wrong_payloads

PRISM = "@stoplight/prism-cli@5.14.2"
LIMITS = {"anyOf", "maxItems", "maxLength", "maximum", "minItems", "minLength", "minimum", "pattern"}
QUEUED = "1001"


def main() -> int:
    """Start the server, run each client against it, and stop it; return 1 when a check fails."""
    clients = {name: client for name, client in table().items() if client.posts}
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="the build folder; kept, so that the next run is faster")
    parser.add_argument("clients", nargs="*", default=list(clients), help="names from the table; all that can post")
    options = parser.parse_args()
    folder = options.folder.resolve()
    chosen = [clients[name] for name in options.clients]
    for client in chosen:
        if not all(build(client, folder / client.name)):
            raise SystemExit(f"{client.name} cannot be built")
    sent, failures = examples(), 0
    with mock_server(folder / "prism") as address:
        for client in chosen:
            codes = [code_of(answer) for answer in answers(client, folder / client.name, sent, address)]
            failed = {payload.name for payload, code in zip(sent, codes, strict=True) if code != QUEUED}
            failures += len(failed - set(client.fails))
            print(
                f"{client.name}: {codes.count(QUEUED)} of {len(sent)} examples answered with {QUEUED}", *sorted(failed)
            )
        wrong = wrong_payloads(TYPED | LIMITS)
        taken = [payload.name for payload in wrong if status(address, payload.value) != 422]
    print(f"{len(wrong) - len(taken)} of {len(wrong)} wrong payloads refused", *taken)
    return 1 if failures or taken or not (sent and wrong) else 0


@contextmanager
def mock_server(folder: Path) -> Iterator[str]:
    """Serve the document on a free port of this machine only."""
    folder.mkdir(parents=True, exist_ok=True)
    if not succeeds([f"npm install -s --no-save {PRISM}"], folder):
        raise SystemExit("Prism cannot be installed; it needs npm")
    (folder / "openapi.json").write_text(json.dumps(served_document()), encoding="utf-8")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = ["node", "node_modules/.bin/prism", "mock", "-h", "127.0.0.1", "-p", str(port), "openapi.json"]
    with (folder / "log.txt").open("w") as log, subprocess.Popen(command, cwd=folder, stdout=log, stderr=log) as server:
        address = f"http://127.0.0.1:{port}"
        try:
            wait(server, address)
            yield address
        finally:
            server.terminate()


def served_document() -> Any:
    """Return the document without its callbacks, which Prism would send. It answers with the first example."""
    return document_without(["callbacks"])


def wait(server: subprocess.Popen[bytes], address: str) -> None:
    """Wait until the server answers."""
    for _ in range(600):
        if server.poll() is not None:
            break
        try:
            status(address, {})
        except urllib.error.URLError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit("Prism did not start; see its log.txt")


def status(address: str, payload: Any) -> int:
    """Post a payload as it is and return the status of the answer."""
    headers = {"Content-Type": "application/json", "key": "secret"}
    request = urllib.request.Request(f"{address}/messaging", json.dumps(payload).encode(), headers)
    try:
        with urllib.request.urlopen(request) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def code_of(answer: Any) -> str | None:
    """Return the code in an answer, which has one item or a list of them."""
    try:
        (item,) = answer["response"] if isinstance(answer["response"], list) else [answer["response"]]
        return str(item["code"])
    except (KeyError, TypeError, ValueError):
        print(answer)
        return None


if __name__ == "__main__":
    sys.exit(main())
