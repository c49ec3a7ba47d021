"""What the specification says, worked out by other people's engines: jsonschema for schemas, Google's CEL for rules."""

from __future__ import annotations

import functools
import inspect
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs
from cel_expr_python import cel
from jsonschema import Draft202012Validator, ValidationError, validators
from specgen import functions
from specgen.cel import FUNCTIONS
from specgen.locations import violated_rules
from specgen.model import read

Json = Any
ROOT = Path(__file__).resolve().parent.parent
SPEC = read(ROOT / "spec")


def openapi_form(component: str) -> Json:
    """Return a schema as the OpenAPI document has it: unions as oneOf."""
    return {"$ref": f"#/components/schemas/{component}", "components": _components()}


@functools.cache
def _components() -> Json:
    return json.loads((ROOT / "generated" / "openapi.json").read_text(encoding="utf-8"))["components"]


def exported_form(name: str) -> Json:
    """Return a stand-alone schema: unions as if/then."""
    return json.loads((ROOT / "generated" / "schemas" / f"{name}.schema.json").read_text(encoding="utf-8"))


@functools.cache
def verdicts(kind: str) -> dict[str, Any]:
    """Return every validator of a document by schema alone, as predicates by name."""
    openapi, exported = openapi_form(SPEC.kinds[kind]), exported_form(kind)
    return {
        "jsonschema on the OpenAPI form": Reference(openapi).is_valid,
        "jsonschema on the exported form": Reference(exported).is_valid,
        "jsonschema-rs on the OpenAPI form": jsonschema_rs.Draft202012Validator(openapi).is_valid,
        "jsonschema-rs on the exported form": jsonschema_rs.Draft202012Validator(exported).is_valid,
    }


def _pattern(_validator: Any, pattern: str, value: Json, _schema: Json) -> Iterator[ValidationError]:
    # In ECMA-262, which JSON Schema asks for, $ is the end of the text; Python's also matches before a line break.
    if isinstance(value, str) and not re.search(re.sub(r"\$$", r"\\Z", pattern), value):
        yield ValidationError(f"{value!r} does not match {pattern!r}")


_extend: Any = validators.extend  # carries no types
Reference: Any = _extend(Draft202012Validator, {"pattern": _pattern})


def expected_violations(component: str, document: Json) -> list[tuple[str, str, str]]:
    """Apply the rules as written, in a CEL engine, to a document that its schema accepts: pointer, id, level."""
    return violated_rules(SPEC, component, document, holds)


def holds(expression: str, variables: dict[str, Json]) -> bool:
    """Evaluate a rule with Google's engine."""
    # Each variable is copied to the engine, whole.
    needed = {name: value for name, value in variables.items() if name in expression}
    result = _program(expression).eval(data=needed)
    assert result.type() == cel.Type.BOOL, f"{expression}: {result}"
    answer: bool = result.value()
    return answer


@functools.cache
def _program(expression: str) -> Any:
    return _environment().compile(expression)


@functools.cache
def _environment() -> Any:
    dyn = cel.Type.DYN
    types = {
        "string": cel.Type.STRING,
        "map": cel.Type.Map(cel.Type.STRING, dyn),
        "list": cel.Type.List(dyn),
        "int": cel.Type.INT,
        "double": cel.Type.DOUBLE,
        "bool": cel.Type.BOOL,
    }
    declared = [
        cel.FunctionDecl(
            name,
            [
                cel.Overload(
                    f"{name}_{kind}",
                    return_type=dyn,
                    parameters=[type_] * len(inspect.signature(getattr(functions, name)).parameters),
                    impl=getattr(functions, name),
                )
                for kind, type_ in types.items()
            ],
        )
        for name in FUNCTIONS
        if name != "string"  # CEL has it itself; ours is held against it
    ]
    return cel.NewEnv(variables=dict.fromkeys(("self", "item", "root"), dyn), functions=declared)
