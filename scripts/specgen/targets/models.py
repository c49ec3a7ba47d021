"""Print the dataclasses: a module for each channel and each other kind of document, and one for what they share."""

from __future__ import annotations

import ast
import json
import keyword
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from ..model import Spec
from ..schemas import name_of
from ..source import SCHEMAS
from ..templates import filled
from ..types import Json
from .openapi import HEADER

_SHARED = "common"
_COLLECTIONS = ("dict", "list")
_BOUNDS = {"pattern", "examples", "minLength", "maxLength", "minItems", "maxItems", "uniqueItems"}
_BOUNDS |= {"minProperties", "maxProperties", "minimum", "maximum", "if", "then", "else", "deprecated"}
# Where an object is open, its dataclass keeps the properties that the specification does not name.
_ADDITIONAL = {
    "type": "object",
    "description": "Properties that the specification does not name, by name.",
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
    *("--additional-imports", "webex_connect_messaging_spec.pydantic_support.configured"),
    *("--class-decorators", "@configured"),
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


def models_files(spec: Spec) -> dict[str, str]:
    """Return the modules of the package ``models``; the package itself loads them when they are needed."""
    modules = _modules(spec)
    files = dict(sorted(_generated(spec, modules).items()))
    if unexpected := set(files) - set(modules.values()):
        raise RuntimeError(f"datamodel-code-generator made the modules {sorted(unexpected)}, too")
    defined = {module: _defined(text) for module, text in files.items()}
    imports = "\n".join(f"    from .{module} import {', '.join(names)}" for module, names in defined.items())
    every = sorted(name for names in defined.values() for name in names)
    package = filled("models.py.txt", header=HEADER, roots=_roots(spec), imports=imports, names=every, modules=defined)
    support = filled("pydantic_support.py.txt", header=HEADER)
    package_files = {"pydantic_support.py": support, "models/__init__.py": package}
    return package_files | {f"models/{module}.py": text for module, text in files.items()}


def _roots(spec: Spec) -> str:
    """Return a table of the documents and their classes."""
    rows = [(channel.name, ", ".join(name for _, name in channel.members)) for channel in spec.channels]
    rows += [(kind, root) for kind, root in spec.kinds.items() if spec.schemas[root].get("properties")]
    width = max(len(name) for name, _ in rows)
    return "\n".join(f"    {name:{width}}  {classes}" for name, classes in rows)


def _defined(text: str) -> tuple[str, ...]:
    """Return the names of the classes and types that a module defines."""
    found = [node.name for node in ast.parse(text).body if isinstance(node, ast.ClassDef)]
    found += [ast.unparse(node.target) for node in ast.parse(text).body if isinstance(node, ast.AnnAssign)]
    return tuple(sorted(found))


def _modules(spec: Spec) -> dict[str, str]:
    """Return the module of each component: that of the only document which needs it, or the shared one."""
    documents = {channel.name: {name for _, name in channel.members} for channel in spec.channels}
    reached = {name: spec.reachable(roots) for name, roots in documents.items()}
    (request, union), *others = spec.kinds.items()
    reached |= {kind: spec.reachable([root]) for kind, root in others} | {request: {union}}
    modules: dict[str, str] = {}
    for component in spec.schemas:
        users = [name for name, components in reached.items() if component in components]
        modules[component] = users[0] if len(users) == 1 else _SHARED
    return modules


def _generated(spec: Spec, modules: dict[str, str]) -> dict[str, str]:
    """Run datamodel-code-generator on the components, as Python can carry them; the part before a dot is a module."""
    components = {
        f"{modules[name]}.{name}": _placed(_projected(schema), modules)
        for name, schema in spec.schemas.items()
        if name != spec.batch  # a list, for which its requests would lose their common name
    }
    document = {"openapi": "3.1.1", "info": spec.document["info"], "paths": {}, "components": {"schemas": components}}
    with tempfile.TemporaryDirectory() as folder:
        given, made = Path(folder) / "openapi.json", Path(folder) / "models"
        given.write_text(json.dumps(document), encoding="utf-8")
        command = [sys.executable, "-m", "datamodel_code_generator", "--input", str(given), "--output", str(made)]
        done = subprocess.run([*command, *_CODEGEN], cwd=folder, capture_output=True, text=True, check=False)  # noqa: S603
        if done.returncode != 0:
            raise RuntimeError(f"datamodel-code-generator failed:\n{done.stderr}")
        return {path.stem: path.read_text(encoding="utf-8") for path in made.glob("*.py") if path.stem != "__init__"}


def _placed(node: Json, modules: dict[str, str]) -> Json:
    """Return a schema whose references name the module of a component, too."""
    if isinstance(node, dict):
        return {key: _placed(value, modules) for key, value in node.items()}
    if isinstance(node, list):
        return [_placed(item, modules) for item in node]
    if isinstance(node, str) and node.startswith(SCHEMAS):
        return f"{SCHEMAS}{modules[name_of(node)]}.{name_of(node)}"
    return node


def _projected(schema: Json) -> Json:
    """Leave out what dataclasses cannot say and add the wire names that datamodel-code-generator forgets."""
    projected: dict[str, Any] = {}
    for key, value in schema.items():
        if key == "properties":
            projected[key] = {_field(name): _annotated(name, _projected(child)) for name, child in value.items()}
        elif key == "required":
            projected[key] = [_field(name) for name in value]
        elif key == "oneOf":
            projected[key] = [_projected(child) for child in value]
        elif key in ("items", "additionalProperties") and isinstance(value, dict):
            projected[key] = _projected(value)
        elif key not in _BOUNDS and not key.startswith("x-"):
            projected[key] = value
    if "properties" in schema and "additionalProperties" not in schema:
        projected["properties"]["additional_members"] = _ADDITIONAL
    return projected


def _field(name: str) -> str:
    """Return the name of a field; one that is a type in annotations gets the underscore that keywords get."""
    return f"{name}_" if name in _COLLECTIONS else name


def _annotated(name: str, schema: Json) -> Json:
    """Add what only the metadata of a field can tell: another name on the wire, and that null is a value."""
    plain = re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", name) and not keyword.iskeyword(name) and name == _field(name)
    metadata: dict[str, Any] = {} if plain else {"alias": name}
    if {"type": "null"} in schema.get("oneOf", ()):
        metadata["nullable"] = True
    return {**schema, "x-metadata": metadata} if metadata else schema
