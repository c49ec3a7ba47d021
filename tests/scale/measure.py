"""Measure how much processor time each way of validating takes on this machine and write docs/scale.md from it."""

from __future__ import annotations

import json
import os
import platform
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import dask
import dask.dataframe as dd
import psutil
import pyarrow.parquet as pq
import pyspark

from webex_connect_messaging import validate_json
from webex_connect_messaging.batches import add_violations
from webex_connect_messaging.dask import add_violations as add_in_dask
from webex_connect_messaging.spark import add_violations as add_in_spark

from .engines import spark
from .inputs import texts, write
from .page import FIGURES, PAGE, render

COUNT = int(os.environ.get("MESSAGES", "1000000"))
CORES = os.cpu_count() or 1
FILES = 8 * CORES


def main() -> None:
    """Measure, keep the figures, write the page."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write(folder / "campaign", COUNT, FILES)
        figures = {
            "count": COUNT,
            "cores": CORES,
            "workers": CORES,
            "python": platform.python_version(),
            "spark_version": pyspark.__version__,
            "dask_version": dask.__version__,
            **_described(),
            "runs": {way.__name__.strip("_"): way(folder) for way in (_alone, _arrow, _dask, _spark)},
        }
    FIGURES.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    PAGE.write_text(render(figures), encoding="utf-8")


def _described() -> dict[str, Any]:
    """Say of what kind the messages are; a sample of them is enough."""
    sample = [text or "" for text in texts(min(COUNT, 20_000))]
    levels = [{item.level for item in validate_json(text)} for text in sample]
    counts = {
        "warned": sum(found == {"warning"} for found in levels),
        "refused": sum("error" in found for found in levels),
    }
    shares = {name: round(100 * count / len(sample)) for name, count in counts.items()}
    return {"bytes": round(sum(len(text.encode()) for text in sample) / len(sample)), **shares}


def _alone(_folder: Path) -> dict[str, float]:
    kept = [text or "" for text in texts(COUNT)]

    def job() -> None:
        for text in kept:
            validate_json(text)

    return _timed(job)


def _arrow(folder: Path) -> dict[str, float]:
    out = folder / "arrow"
    out.mkdir()

    def job() -> None:
        for path in sorted((folder / "campaign").iterdir()):
            found = add_violations(pq.read_table(path), "message")
            pq.write_table(found.drop_columns("message"), out / path.name)

    return _timed(job)


def _dask(folder: Path) -> dict[str, float]:
    def job() -> None:
        found = add_in_dask(dd.read_parquet(folder / "campaign", split_row_groups=True), "message")
        found.drop(columns="message").to_parquet(folder / "dask", write_index=False)

    with dask.config.set(scheduler="processes", num_workers=CORES):
        return _timed(job)


def _spark(folder: Path) -> dict[str, float]:
    with spark(CORES) as session:
        frame = session.read.parquet(str(folder / "campaign"))
        found = add_in_spark(frame, "message").drop("message")
        add_in_spark(frame.limit(10_000), "message").drop("message").write.parquet(str(folder / "first"))
        return _timed(lambda: found.write.parquet(str(folder / "spark")))


def _timed(job: Callable[[], object]) -> dict[str, float]:
    """Return the seconds that a job takes, and the processor seconds of this process and all that it has started."""
    cpu, start = _processor_time(), time.perf_counter()
    job()
    return {"cpu": round(_processor_time() - cpu, 2), "wall": round(time.perf_counter() - start, 2)}


def _processor_time() -> float:
    this = psutil.Process()
    # What has ended is counted by the process that had started it.
    return sum(sum(process.cpu_times()[:4]) for process in (this, *this.children(recursive=True)))


if __name__ == "__main__":
    main()
