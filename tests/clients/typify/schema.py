"""Write the components of openapi.yaml, which is JSON here, as the definitions of a JSON Schema."""

from __future__ import annotations

import json
from pathlib import Path

text = Path("openapi.yaml").read_text(encoding="utf-8").replace("#/components/schemas/", "#/definitions/")
Path("schema.json").write_text(json.dumps({"definitions": json.loads(text)["components"]["schemas"]}), encoding="utf-8")
