"""Print the Python package: dataclasses, compiled rules, schemas, errata and the roots that tie them together."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from ..model import Spec
from ..naming import snake
from ..templates import filled
from .compiled import compiled_rules
from .json_schema import schemas
from .models import models_files
from .openapi import HEADER
from .rules import python_rules


def python_files(spec: Spec) -> dict[str, str]:
    """Return the files of the package ``webex_connect_messaging_spec``."""
    files = {
        "__init__.py": f'# {HEADER}\n"""The specification of Webex Connect Send Message v1, in Python."""\n',
        "py.typed": "",
        "roots.py": _targets(spec),
        "errata.py": _errata(spec),
        "codes.py": _codes(spec),
        **models_files(spec),
        **python_rules(spec),
        **compiled_rules(spec),
        **_schemas(spec),
    }
    return {f"python/webex_connect_messaging_spec/{name}": text for name, text in _formatted(files).items()}


def _targets(spec: Spec) -> str:
    kinds = ", ".join(f"{kind!r}: {_root(kind, root)}" for kind, root in spec.kinds.items())
    channels = ", ".join(
        f"{tag!r}: {_root(channel.name, component)}" for channel in spec.channels for tag, component in channel.members
    )
    retired = spec.schemas[spec.kinds["request"]].get("x-retired", {})
    values = {"tag": repr(spec.tag), "retired": repr(retired), "kinds": kinds, "channels": channels}
    return filled("roots.py.txt", header=HEADER, **values)


def _root(schema: str, component: str) -> str:
    return f"Root({schema!r}, {component!r}, {snake(component)!r})"


def _errata(spec: Spec) -> str:
    entries = [
        f"Erratum({entry['id']!r}, {entry['where']!r}, {tuple(entry['readings'])!r}, {entry['decision']!r})"
        for entry in spec.source.errata
    ]
    return filled("errata.py.txt", header=HEADER, entries=", ".join(entries))


def _codes(spec: Spec) -> str:
    entries = []
    for entry in spec.source.codes:
        fields = [entry.get(name, "") for name in ("code", "channel", "stage", "meaning", "remedy", "source")]
        entries.append(f"Code({', '.join(map(repr, fields))}, {tuple(entry.get('errata', ()))!r})")
    return filled("codes.py.txt", header=HEADER, entries=", ".join(entries))


def _schemas(spec: Spec) -> dict[str, str]:
    exported = schemas(spec)
    head = f"# {HEADER}\n"
    files = {"schemas/__init__.py": filled("schemas.py.txt", header=HEADER, names=tuple(exported))}
    for name, schema in exported.items():
        files[f"schemas/{name}.py"] = f'{head}"""The schema {name}."""\n\nfrom typing import Any\n\n'
        files[f"schemas/{name}.py"] += f"SCHEMA: dict[str, Any] = {schema!r}\n"
    return files


def _formatted(files: dict[str, str]) -> dict[str, str]:
    """Format the modules as the project's formatter would, with its settings fixed here."""
    with tempfile.TemporaryDirectory() as folder:
        for name, text in files.items():
            path = Path(folder) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")
        ruff = [sys.executable, "-m", "ruff"]
        options = ["--isolated", "--quiet", "--target-version", "py310", "--line-length", "110"]
        rules = ["--select", "F401,I001,UP034,RUF022", "--preview"]
        for command in (["check", "--fix", *rules], ["format"]):
            subprocess.run([*ruff, *command, *options, folder], check=True)  # noqa: S603
        return {name: (Path(folder) / name).read_text(encoding="utf-8") for name in files}
