"""Write the components of openapi.yaml, which is JSON here, as the definitions of a JSON Schema."""

from __future__ import annotations

import json
from pathlib import Path

text = Path("openapi.yaml").read_text(encoding="utf-8").replace("#/components/schemas/", "#/definitions/")
definitions = json.loads(text)["components"]["schemas"]
for schema in definitions.values():
    properties = schema.get("properties", {})
    # `URL` and `url` would get one name: the first is left to the members that are not declared.
    declared = {name.lower(): name for name in sorted(properties)}.values()
    # Those members are kept where a schema says what they are, even one that says nothing.
    if len(declared) < len(properties) or (properties and schema["additionalProperties"] is True):
        schema["properties"] = {name: properties[name] for name in declared}
        schema["additionalProperties"] = {}
Path("schema.json").write_text(json.dumps({"definitions": definitions}), encoding="utf-8")
