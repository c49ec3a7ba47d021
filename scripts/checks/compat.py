"""Compare the specification and the public names with a release; fail if a break lacks a new major version.

Takes a git reference; by default it is the tag of the last release. oasdiff compares the documents, and this module
what oasdiff does not see: rules, registers, names, and whether what was valid still is.
"""

from __future__ import annotations

import argparse
import ast
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from webex_connect_messaging import is_valid

from .vectors import kind_of

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGE = "src/webex_connect_messaging/__init__.py"
ERROR = 3  # the level that oasdiff gives a breaking change


class Release(NamedTuple):
    """What a release promises."""

    document: Any
    rules: list[Any]
    registers: dict[str, set[str]]
    """The keys of the codes and of the errata."""
    names: set[str]
    """What the Python package offers."""
    vectors: list[Any]

    @property
    def version(self) -> str:
        """Return the version, which the document carries."""
        return str(self.document["info"]["version"])


def main() -> int:
    """Run the comparison; return 1 when something breaks and the version does not say so."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("reference", nargs="?", help="what to compare with")
    new = read(None)
    reference = parser.parse_args().reference or last_tag(new.version)
    if reference is None:
        print("No other release is tagged: there is nothing to compare with.")
        return 0
    old = read(reference)
    found = [*breaks(old, new), *document_breaks(old.document, new.document)]
    for line in found:
        print(line)
    for line in changed_rules(old, new):
        print(f"look at this: {line}")
    print(f"{len(found)} breaking changes between {reference} ({old.version}) and {new.version}")
    if found and not is_major(old.version, new.version):
        print("Set a new major version in spec/openapi.yaml, or take the changes back.")
        return 1
    return 0


def last_tag(version: str) -> str | None:
    """Return the last tag of another version, or None."""
    command = ["git", "describe", "--tags", "--abbrev=0", "--match", "v[0-9]*", "--exclude", f"v{version}"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=False)
    return done.stdout.strip() or None


def read(reference: str | None) -> Release:
    """Return what a git reference promises, or the files as they are."""
    codes, errata = (json.loads(_text(reference, f"generated/{name}.json")) for name in ("codes", "errata"))
    vectors = [name for name in _names(reference, "generated/vectors/") if name.endswith(".json")]
    return Release(
        document=json.loads(_text(reference, "generated/openapi.json")),
        rules=json.loads(_text(reference, "generated/rules.json")),
        registers={
            "code": {entry["code"] for entry in codes},
            "erratum": {entry["id"] for entry in errata},
        },
        names=public_names(_text(reference, PACKAGE)),
        vectors=[vector for name in vectors for vector in json.loads(_text(reference, name))],
    )


def public_names(source: str) -> set[str]:
    """Return the names in ``__all__`` of a module."""
    lists = (node.value for node in ast.parse(source).body if isinstance(node, ast.Assign) and _is_all(node))
    return {name for value in lists for name in ast.literal_eval(value)}


def is_major(old: str, new: str) -> bool:
    """Return whether a version may break what an older one promises."""
    before, now = (int(version.partition(".")[0]) for version in (old, new))
    return now > before


def breaks(old: Release, new: Release) -> Iterator[str]:
    """Yield each broken promise that oasdiff does not see."""
    yield from _rule_breaks(old, new)
    for kind, keys in old.registers.items():
        yield from (f"{kind} {key} is gone" for key in sorted(keys - new.registers[kind]))
    yield from (f"webex_connect_messaging.{name} is gone" for name in sorted(old.names - new.names))
    yield from _component_breaks(_components(old), _components(new))
    for vector in old.vectors:
        if vector["valid"] and not is_valid(vector["payload"], kind_of(vector)):
            yield f"vector {vector['id']} was valid"


def _rule_breaks(old: Release, new: Release) -> Iterator[str]:
    before, now = ({rule["id"] for rule in release.rules} for release in (old, new))
    yield from (f"rule {name} is gone" for name in sorted(before - now))
    places = _errors(new) - _errors(old)
    yield from (f"rule {name} is new as an error at {at}" for name, at in sorted(places) if at in _components(old))


def _errors(release: Release) -> set[tuple[str, str]]:
    """Return the rules that are errors, each with a component that they govern; some stand at several."""
    return {(rule["id"], at) for rule in release.rules if rule["level"] == "error" for at in rule["at"]}


def changed_rules(old: Release, new: Release) -> Iterator[str]:
    """Yield each rule whose expression is another, which no program can compare."""
    before, now = ({(rule["id"], rule["rule"]) for rule in release.rules} for release in (old, new))
    for name, expression in sorted(now - before):
        if name in dict(before):
            yield f"rule {name} is now {expression}"


def _component_breaks(before: dict[str, Any], now: dict[str, Any]) -> Iterator[str]:
    for name, schema in before.items():
        if name not in now:
            yield f"component {name} is gone"
            continue
        gone = schema.get("properties", {}).keys() - now[name].get("properties", {}).keys()
        yield from (f"property {name}.{each} is gone" for each in sorted(gone))


def document_breaks(old: Any, new: Any) -> Iterator[str]:
    """Yield what oasdiff calls breaking between two OpenAPI documents."""
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / name for name in ("old.json", "new.json")]
        for path, document in zip(paths, (old, new), strict=True):
            path.write_text(json.dumps(document), encoding="utf-8")
        command = ["oasdiff", "breaking", "--format", "json", *map(str, paths)]
        done = subprocess.run(command, check=True, capture_output=True, encoding="utf-8")
    yield from (change["text"] for change in json.loads(done.stdout or "[]") if change["level"] == ERROR)


def _components(release: Release) -> dict[str, Any]:
    components: dict[str, Any] = release.document["components"]["schemas"]
    return components


def _is_all(node: ast.Assign) -> bool:
    return any(isinstance(target, ast.Name) and target.id == "__all__" for target in node.targets)


def _text(reference: str | None, name: str) -> str:
    if reference is None:
        return (ROOT / name).read_text(encoding="utf-8")
    return _git("show", f"{reference}:{name}")


def _names(reference: str | None, folder: str) -> list[str]:
    if reference is None:
        return [path.relative_to(ROOT).as_posix() for path in (ROOT / folder).iterdir()]
    return _git("ls-tree", "--name-only", reference, folder).splitlines()


def _git(*arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=ROOT, check=True, capture_output=True, encoding="utf-8").stdout


if __name__ == "__main__":
    sys.exit(main())
