"""Rows are neither dropped nor doubled: a killed worker's rows are checked again, or the job fails."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import dask
import dask.dataframe as dd
import pandas as pd
import psutil
import pyarrow as pa
import pytest
from distributed import Client, LocalCluster
from pyspark.sql import SparkSession

from webex_connect_messaging import dask as in_dask
from webex_connect_messaging import spark as in_spark

from .engines import spark
from .inputs import Row, read

FAILURES = 4  # of a task, after which Spark gives up; on a cluster, this is the default


def once(marker: Path, kill: Callable[[], object]) -> Callable[[], None]:
    """Return a function that kills a worker when it is called in some process for the first time."""

    def call() -> None:  # within another function, Spark and Dask pass it as code; they cannot import this module
        try:
            marker.touch(exist_ok=False)
        except FileExistsError:
            return
        time.sleep(0.5)  # some rows are under way
        kill()

    return call


@pytest.fixture(scope="module")
def session() -> Iterator[SparkSession]:
    with spark(cores=2, failures=FAILURES) as running:
        yield running


@pytest.fixture
def damaged(campaign: Path, tmp_path: Path) -> Path:
    """A campaign of which one file ends too early."""
    folder = tmp_path / "damaged"
    folder.mkdir()
    for number, path in enumerate(sorted(campaign.glob("*.parquet"))):
        data = path.read_bytes()
        (folder / path.name).write_bytes(data[: len(data) // 2] if number == 1 else data)
    return folder


def test_spark_checks_the_rows_of_a_killed_worker_again(
    session: SparkSession, campaign: Path, expected: list[Row], tmp_path: Path
) -> None:
    marker = tmp_path / "marker"

    def kill() -> None:
        for worker in psutil.Process(os.getppid()).children():  # all workers have one parent
            worker.kill()

    kill_once = once(marker, kill)
    frame = in_spark.add_violations(session.read.parquet(str(campaign)), "message")

    def dying(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            yield batch
            kill_once()

    frame.mapInArrow(dying, frame.schema).write.parquet(str(tmp_path / "out"))
    assert marker.exists()
    assert read(tmp_path / "out") == expected


def test_spark_fails_on_a_damaged_file(session: SparkSession, damaged: Path, tmp_path: Path) -> None:
    frame = in_spark.add_violations(session.read.parquet(str(damaged / "0000.parquet")), "message")
    assert frame.count() > 0
    frame = in_spark.add_violations(
        session.read.schema(frame.drop("valid", "violations").schema).parquet(str(damaged)), "message"
    )
    with pytest.raises(Exception, match=r"0001\.parquet"):
        frame.write.parquet(str(tmp_path / "out"))
    assert not (tmp_path / "out" / "_SUCCESS").exists()


def _dying(campaign: Path, marker: Path) -> Any:
    frame = in_dask.add_violations(dd.read_parquet(campaign, split_row_groups=True), "message")
    kill_once = once(marker, lambda: os.kill(os.getpid(), signal.SIGKILL))

    def dying(rows: pd.DataFrame) -> pd.DataFrame:
        kill_once()
        return rows

    return frame.map_partitions(dying, meta=frame._meta)


def test_dask_checks_the_rows_of_a_killed_worker_again(campaign: Path, expected: list[Row], tmp_path: Path) -> None:
    with (
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None, silence_logs=50) as cluster,
        Client(cluster),
    ):
        _dying(campaign, tmp_path / "marker").to_parquet(tmp_path / "out", write_index=False)
    assert (tmp_path / "marker").exists()
    assert read(tmp_path / "out") == expected


def test_dask_without_a_cluster_fails_when_a_worker_is_killed(campaign: Path, tmp_path: Path) -> None:
    with dask.config.set(scheduler="processes", num_workers=2), pytest.raises(Exception, match="terminated abruptly"):
        _dying(campaign, tmp_path / "marker").to_parquet(tmp_path / "out", write_index=False)


def test_dask_fails_on_a_damaged_file(damaged: Path, tmp_path: Path) -> None:
    with dask.config.set(scheduler="sync"), pytest.raises(Exception, match=r"Parquet|footer|magic"):
        in_dask.add_violations(dd.read_parquet(damaged), "message").to_parquet(tmp_path / "out", write_index=False)
