"""Print the Python package: dataclasses, compiled rules, schemas, errata and the roots that tie them together."""

from __future__ import annotations

import json
import keyword
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from ..model import Spec
from ..naming import snake
from ..templates import filled
from ..types import Json
from .compiled import compiled_rules
from .json_schema import schemas
from .openapi import HEADER
from .rules import python_rules

_BOUNDS = {"pattern", "examples", "minLength", "maxLength", "minItems", "maxItems", "uniqueItems"}
_BOUNDS |= {"minProperties", "maxProperties", "minimum", "maximum", "if", "then", "else", "deprecated"}
# Where an object is open, its dataclass keeps the members that the specification does not name.
_ADDITIONAL = {
    "type": "object",
    "description": "Members that the specification does not name, by name.",
    "additionalProperties": {"description": "Any JSON value."},
    "x-metadata": {"additional": True},
}
_CODEGEN = [
    *("--input-file-type", "openapi"),
    *("--openapi-scopes", "schemas"),
    *("--output-model-type", "dataclasses.dataclass"),
    *("--dataclass-arguments", '{"frozen":true,"kw_only":true,"slots":true}'),
    *("--target-python-version", "3.10"),
    *("--enum-field-as-literal", "all"),
    *("--field-extra-keys-without-x-prefix", "x-metadata"),
    *("--formatters", "ruff-format", "ruff-check"),
    "--custom-file-header",
    f"# {HEADER}",
    "--disable-timestamp",
    "--use-one-literal-as-default",
    "--use-standard-collections",
    "--use-union-operator",
    "--use-schema-description",
    "--use-field-description",
    "--use-inline-field-description",
    "--use-single-line-docstring",
    "--use-double-quotes",
    "--collapse-root-models",
    "--keep-model-order",
]


def python_files(spec: Spec) -> dict[str, str]:
    """Return the files of the package ``webex_connect_messaging_spec``."""
    files = {
        "__init__.py": f'# {HEADER}\n"""The specification of Webex Connect Send Message v1, in Python."""\n',
        "py.typed": "",
        "models.py": _models(spec),
        "roots.py": _targets(spec),
        "errata.py": _errata(spec),
        "codes.py": _codes(spec),
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


def _models(spec: Spec) -> str:
    """Run datamodel-code-generator on the components, as Python can carry them."""
    components = {name: _projected(schema) for name, schema in spec.schemas.items()}
    document = {"openapi": "3.1.1", "info": spec.document["info"], "paths": {}, "components": {"schemas": components}}
    with tempfile.TemporaryDirectory() as folder:
        given, made = Path(folder) / "openapi.json", Path(folder) / "models.py"
        given.write_text(json.dumps(document), encoding="utf-8")
        command = [sys.executable, "-m", "datamodel_code_generator", "--input", str(given), "--output", str(made)]
        done = subprocess.run([*command, *_CODEGEN], cwd=folder, capture_output=True, text=True, check=False)  # noqa: S603
        if done.returncode != 0:
            raise RuntimeError(f"datamodel-code-generator failed:\n{done.stderr}")
        return made.read_text(encoding="utf-8")


def _projected(schema: Json) -> Json:
    """Leave out what dataclasses cannot say and add the wire names that datamodel-code-generator forgets."""
    projected: dict[str, Any] = {}
    for key, value in schema.items():
        if key == "properties":
            projected[key] = {name: _aliased(name, _projected(child)) for name, child in value.items()}
        elif key == "oneOf":
            projected[key] = [_projected(child) for child in value]
        elif key in ("items", "additionalProperties") and isinstance(value, dict):
            projected[key] = _projected(value)
        elif key not in _BOUNDS and not key.startswith("x-"):
            projected[key] = value
    if "properties" in schema and "additionalProperties" not in schema:
        projected["properties"]["additional_members"] = _ADDITIONAL
    return projected


def _aliased(name: str, schema: Json) -> Json:
    plain = re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", name) and not keyword.iskeyword(name)
    return schema if plain else {**schema, "x-metadata": {"alias": name}}


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
