"""Check the generated documents with the reference tools: the bundle, every exported schema, every example."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from openapi_spec_validator import validate
from specgen.source import kind_of

ROOT = Path(__file__).resolve().parent.parent.parent


def main() -> int:
    """Run the checks; return 1 when one fails."""
    validate(_json(ROOT / "generated" / "openapi.json"))
    schemas = {path.name.split(".")[0]: _json(path) for path in (ROOT / "generated" / "schemas").glob("*.json")}
    for schema in schemas.values():
        Draft202012Validator.check_schema(schema)
    examples = sorted((ROOT / "spec" / "examples").glob("*/*.json"))
    refused = [path for path in examples if not _accepts(schemas[kind_of(path.parent.name)], path)]
    for path in refused:
        print(f"refused: {path.relative_to(ROOT)}")
    print(f"1 OpenAPI document, {len(schemas)} schemas, {len(examples)} examples, {len(refused)} refused")
    return 1 if refused or not examples or not schemas else 0


def _accepts(schema: Any, path: Path) -> bool:
    return Draft202012Validator(schema).is_valid(_json(path))


def _json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


if __name__ == "__main__":
    sys.exit(main())
