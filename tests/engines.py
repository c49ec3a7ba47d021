"""The engines that can run here, to hold them against each other."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from unittest.mock import patch

from webex_connect_messaging import accelerated, validation
from webex_connect_messaging.engine import Engine
from webex_connect_messaging.pure import PureEngine

ENGINES: dict[str, Engine] = {"pure": PureEngine()}
if accelerated:
    ENGINES["accelerated"] = validation._engine


@contextlib.contextmanager
def using(engine: Engine) -> Iterator[None]:
    """Validate with an engine."""
    names = ("validate_value", "validate_text", "check_text")
    with patch.multiple(validation, _engine=engine, **{f"_{name}": getattr(engine, name) for name in names}):
        yield
