"""Measure ``validate`` and ``validate_json`` without the accelerator; print the ratios to ``orjson.loads`` as JSON."""

from __future__ import annotations

import json
import sys
from importlib import import_module

from samples import valid
from timing import ratios_to

ACCELERATOR = "webex_connect_messaging._native"


def main() -> None:
    """Hide the accelerator, then measure every valid payload."""
    sys.modules[ACCELERATOR] = None  # type: ignore[assignment] # an import of it now raises ImportError
    own = import_module("own")
    found = {payload.name: ratios_to(own.UNIT, own.calls(payload), int(sys.argv[1])) for payload in valid()}
    print(json.dumps(found))


if __name__ == "__main__":
    main()
