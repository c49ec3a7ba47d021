"""The tools of others that take what the package offers; only ``nox -s ecosystem`` installs them."""

from __future__ import annotations

import importlib.util

collect_ignore = [] if importlib.util.find_spec("fastapi") else ["test_fastapi.py", "test_pydantic.py"]
