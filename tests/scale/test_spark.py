"""Spark finds what one process finds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
from pyspark.sql import DataFrame, SparkSession

from webex_connect_messaging import Kind
from webex_connect_messaging.spark import add_violations

from .engines import spark
from .inputs import Row, alone, read
from .page import code

COLUMNS = """
    1 AS key, '{}' AS message, timestamp '2030-01-01 00:00:00' AS time, 1.50BD AS price, map('a', array(1)) AS map,
    CAST(NULL AS struct<x: int>) AS nothing, date '2030-01-01' AS day, X'ff' AS bytes
"""


@pytest.fixture(scope="module")
def session() -> Iterator[SparkSession]:
    with spark(cores=2) as running:
        yield running


@pytest.fixture
def row(session: SparkSession) -> DataFrame:
    return session.sql(f"SELECT {COLUMNS}")


def test_many_partitions_give_what_one_process_gives(
    session: SparkSession, campaign: Path, expected: list[Row], tmp_path: Path
) -> None:
    add_violations(session.read.parquet(str(campaign)), "message").write.parquet(str(tmp_path / "out"))
    assert len([*tmp_path.glob("out/*.parquet")]) > 1
    assert read(tmp_path / "out") == expected


def test_all_other_columns_pass_through(row: DataFrame) -> None:
    done = add_violations(row, "message")
    assert done.select(row.columns).collect() == row.collect()
    assert done.columns == [*row.columns, "valid", "violations"]


def test_the_schema_says_that_nothing_added_is_null(row: DataFrame) -> None:
    added = add_violations(row, "message").select("valid", "violations").schema
    struct = "struct<pointer:string,rule:string,level:string,message:string>"
    assert added.simpleString() == f"struct<valid:boolean,violations:array<{struct}>>"
    assert "true" not in re.findall(r'"(?:nullable|containsNull)":(\w+)', added.json())


@pytest.mark.parametrize("kind", get_args(Kind))
def test_binary_columns_hold_texts_of_the_kind_given(session: SparkSession, kind: Kind) -> None:
    frame = session.sql("SELECT CAST('{}' AS binary) AS text UNION ALL SELECT CAST('[' AS binary)").coalesce(1)
    done = add_violations(frame, "text", kind).drop("text").collect()
    assert [row.asDict(recursive=True) for row in done] == [alone("{}", kind), alone("[", kind)]


def test_an_empty_frame_stays_empty(row: DataFrame) -> None:
    assert add_violations(row.where("key > 1"), "message").collect() == []


@pytest.mark.parametrize(("column", "error"), [("massage", KeyError), ("key", TypeError), ("nothing", TypeError)])
def test_a_column_without_texts_is_refused_before_anything_runs(row: DataFrame, column: str, error: Any) -> None:
    with pytest.raises(error, match="column"):
        add_violations(row, column)


def test_names_that_are_taken_are_refused(row: DataFrame) -> None:
    with pytest.raises(ValueError, match="valid"):
        add_violations(add_violations(row, "message"), "message")


def test_the_page_shows_code_that_runs(
    session: SparkSession, campaign: Path, expected: list[Row], tmp_path: Path
) -> None:
    exec(code("spark", campaign, tmp_path / "out"), {"spark": session})
    refused = [{"key": row["key"], "violations": row["violations"]} for row in expected if not row["valid"]]
    assert read(tmp_path / "out") == refused
