"""What the engines are given, and what one process finds in it. ``MESSAGES`` says how many messages there are."""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path
from typing import Any

import pytest

COUNT = int(os.environ.get("MESSAGES", "20000"))
FILES = 5

if not all(importlib.util.find_spec(name) for name in ("dask", "distributed", "pyarrow", "pyspark")):
    # Only ``nox -s spark`` installs the engines.
    collect_ignore = ["test_batches.py", "test_dask.py", "test_faults.py", "test_spark.py"]


@pytest.fixture(scope="session")
def campaign(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from .inputs import write  # noqa: PLC0415 - it needs what may be missing

    folder = tmp_path_factory.mktemp("scale") / "campaign"
    write(folder, COUNT, FILES)
    return folder


@pytest.fixture(scope="session")
def expected() -> list[dict[str, Any]]:
    from .inputs import alone, texts  # noqa: PLC0415 - it needs what may be missing

    return [{"key": key, "message": text, **alone(text)} for key, text in enumerate(texts(COUNT))]
