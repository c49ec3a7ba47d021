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
    with patch.multiple(validation, _engine=engine, _check_value=engine.check_value, _check_text=engine.check_text):
        yield
