"""Load the dataclasses and their codec when they are first touched: who only validates does not wait for them."""

from __future__ import annotations

import importlib
from typing import Any


def __getattr__(name: str) -> Any:
    """Return a name that the package has not imported yet."""
    if name == "models":
        return importlib.import_module("webex_connect_messaging_spec.models")
    if name in ("from_dict", "to_dict"):
        return getattr(importlib.import_module("webex_connect_messaging.codec"), name)
    raise AttributeError(f"module 'webex_connect_messaging' has no attribute {name!r}")
