"""Print the npm package: the types of all documents for TypeScript, and what npm needs to know."""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Iterator

from ..model import Spec
from ..published import DATA, SCHEMAS, TYPES
from ..schemas import name_of
from ..templates import filled
from ..types import Json
from .openapi import HEADER, json_text

NAME = "webex-connect-messaging"
_TYPES = {"string": "string", "integer": "number", "number": "number", "boolean": "boolean"}
_TYPES |= {"object": "Record<string, unknown>", "null": "null"}
_WIDTH = 110
_HEAD = f"// {HEADER}\n\n// What is sent and what comes back; limits and conditions are in the schemas.\n"
_FILES = {
    TYPES: "the types of requests, answers and notifications, for TypeScript",
    f"{SCHEMAS}/*.json": "stand-alone JSON Schemas (2020-12): one for each kind of document and one for each channel",
    **{file: text for file, text in DATA.items() if text},
}


def npm_files(spec: Spec) -> dict[str, str]:
    """Return the types and what makes a package of them and of the other files."""
    return {TYPES: _types(spec), "package.json": json_text(_package(spec)), "README.md": _readme(spec)}


def _package(spec: Spec) -> Json:
    info = spec.document["info"]
    return {
        "name": NAME,
        "version": info["version"],
        "description": f"{info['title']}: OpenAPI document, JSON Schemas, rules and types. {info['summary']}",
        "license": info["license"]["identifier"],
        "keywords": ["webex connect", "imiconnect", "messaging", "openapi", "json schema"],
        "type": "module",
        "types": f"./{TYPES}",
        "exports": {
            ".": {"types": f"./{TYPES}"},
            **{f"./{file}": f"./{file}" for file in (*DATA, "package.json")},
            f"./{SCHEMAS}/*.json": f"./{SCHEMAS}/*.json",
        },
        "files": [*DATA, SCHEMAS, TYPES],
    }


def _readme(spec: Spec) -> str:
    rows = "\n".join(f"| `{file}` | {what} |" for file, what in _FILES.items())
    description = textwrap.fill(spec.document["info"]["description"], _WIDTH)
    return filled("npm.md", name=NAME, description=description, request=spec.kinds["request"], rows=rows)


def _types(spec: Spec) -> str:
    blocks = [_HEAD] + [_component(name, schema) for name, schema in spec.schemas.items()]
    return "\n".join(blocks)


def _component(name: str, schema: Json) -> str:
    comment = "\n".join(_comment(schema, ""))
    if "properties" in schema:
        return f"{comment}\nexport interface {name} {{\n{_members(schema)}}}\n"
    return f"{comment}\nexport type {name} = {_type(schema)};\n"


def _members(schema: Json) -> str:
    lines: list[str] = []
    for name, child in schema["properties"].items():
        mark = "" if name in schema.get("required", ()) else "?"
        lines += [*_comment(child, "  "), f"  {_key(name)}{mark}: {_type(child)};"]
    if "additionalProperties" not in schema:
        lines += ["  /** Properties that the specification does not name. */", "  [name: string]: unknown;"]
    return "".join(f"{line}\n" for line in lines)


def _key(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z_$][A-Za-z0-9_$]*", name) else json.dumps(name)


def _type(schema: Json) -> str:
    """Return the type of a value; what a schema leaves open is unknown."""
    if "$ref" in schema:
        return name_of(schema["$ref"])
    if "oneOf" in schema:
        return " | ".join(_type(branch) for branch in schema["oneOf"])
    if "const" in schema or "enum" in schema:
        return " | ".join(json.dumps(value, ensure_ascii=False) for value in schema.get("enum", [schema.get("const")]))
    if schema.get("type") == "array":
        return f"Array<{_type(schema.get('items', {}))}>"
    if isinstance(schema.get("additionalProperties"), dict):
        return f"Record<string, {_type(schema['additionalProperties'])}>"
    return _TYPES.get(schema.get("type", ""), "unknown")


def _comment(schema: Json, indent: str) -> Iterator[str]:
    """Yield the lines of a documentation comment."""
    text = schema.get("description", "")
    if "x-deprecated" in schema:
        text = f"{text}\n@deprecated {schema['x-deprecated']}".strip()
    paragraphs = [
        line
        for paragraph in text.replace("*/", "*\\/").splitlines()
        for line in textwrap.wrap(paragraph, _WIDTH - len(indent) - 3)
    ]
    if len(paragraphs) == 1 and len(indent + paragraphs[0]) + 7 <= _WIDTH:
        yield f"{indent}/** {paragraphs[0]} */"
    elif paragraphs:
        yield f"{indent}/**"
        yield from (f"{indent} * {line}" for line in paragraphs)
        yield f"{indent} */"
