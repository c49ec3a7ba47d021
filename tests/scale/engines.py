"""Engines for large data on this machine alone, as the tests and the measurement use them."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from pyspark.sql import SparkSession

SETTINGS = {
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "localhost",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "ERROR",
}


@contextmanager
def spark(cores: int, failures: int = 1) -> Iterator[SparkSession]:
    """Run Spark on the loopback device, with as many Python workers as cores; a task may fail less often than that."""
    os.environ |= {"PYSPARK_PYTHON": sys.executable, "SPARK_LOCAL_IP": "127.0.0.1"}
    session = SparkSession.builder.master(f"local[{cores},{failures}]").config(map=SETTINGS).getOrCreate()
    try:
        yield session
    finally:
        session.stop()
