"""Other Python validators, made from the same documents; none checks the cross-field rules."""

from __future__ import annotations

import functools
import importlib.util
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import fastjsonschema
import jsonschema
import jsonschema_rs
import msgspec
import orjson
import pydantic
from samples import ROOT, Payload
from timing import Call
from webex_connect_messaging_spec.roots import CHANNELS, TAG

PYDANTIC = "pydantic v2"
_CODEGEN = [
    *("--input", str(ROOT / "generated" / "openapi.json"), "--input-file-type", "openapi", "--disable-timestamp"),
    *("--openapi-scopes", "schemas", "--enum-field-as-literal", "all", "--use-one-literal-as-default"),
    *("--use-union-operator", "--target-python-version", "3.11", "--formatters", "ruff-format"),
]


class Peers:
    """Makes the calls that are measured, with models that it generates into a folder."""

    def __init__(self, folder: Path) -> None:
        """Generate the models."""
        self._pydantic = _models(folder, "models_of_pydantic", "--output-model-type", "pydantic_v2.BaseModel")
        options = ("--output-model-type", "msgspec.Struct", "--use-msgspec-tagged-unions")
        self._msgspec = _models(folder, "models_of_msgspec", *options)

    def calls(self, payload: Payload) -> dict[str, Call]:
        """Return the calls by name; those that take a schema take that of the payload's channel."""
        document, data = payload.document, orjson.dumps(payload.document)
        verdict, errors = _rust(payload.channel).is_valid, _rust(payload.channel).iter_errors
        adapter = pydantic.TypeAdapter(self._pydantic.SendMessageRequest)
        decoder = msgspec.json.Decoder(getattr(self._msgspec, CHANNELS[document[TAG]].model))
        fast, slow = _fast(payload.channel), jsonschema.Draft202012Validator(schema(payload.channel)).is_valid
        return {
            "jsonschema-rs: verdict": lambda: verdict(document),
            "jsonschema-rs: errors": lambda: list(errors(document)),
            PYDANTIC: lambda: _result(adapter.validate_python, document, pydantic.ValidationError),
            "msgspec (from bytes)": lambda: _result(decoder.decode, data, msgspec.ValidationError),
            "fastjsonschema": lambda: _result(fast, document, fastjsonschema.JsonSchemaValueException),
            "jsonschema": lambda: slow(document),
        }


def schema(channel: str) -> Any:
    """Return the exported schema of a channel."""
    return json.loads((ROOT / "generated" / "schemas" / f"{channel}.schema.json").read_text(encoding="utf-8"))


def _result(check: Callable[[Any], object], value: object, refusal: type[Exception]) -> object:
    try:
        return check(value)
    except refusal as error:
        return error


@functools.cache
def _rust(channel: str) -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator(schema(channel))


@functools.cache
def _fast(channel: str) -> Any:
    return fastjsonschema.compile(schema(channel))


def _models(folder: Path, name: str, *options: str) -> Any:
    path = folder / f"{name}.py"
    command = [sys.executable, "-m", "datamodel_code_generator", *_CODEGEN, *options, "--output", str(path)]
    subprocess.run(command, check=True)
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None, path
    module = sys.modules[name] = importlib.util.module_from_spec(spec)
    assert spec.loader is not None, path
    spec.loader.exec_module(module)
    return module
