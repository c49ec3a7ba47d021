"""Dask finds what one process finds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dask
import dask.dataframe as dd
import pandas as pd
import pyarrow as pa
import pytest

from webex_connect_messaging.dask import add_violations

from .inputs import Row, alone, read
from .page import code

TEXTS = ["{}", None, "[]", "{"]
INDEX = list("dbca")


@pytest.fixture
def frame() -> Iterator[dd.DataFrame]:
    rows = pd.DataFrame({"message": TEXTS, "other": [b"\xff", {}, 1, None]}, index=INDEX)
    with dask.config.set({"dataframe.convert-string": False}):
        yield dd.from_pandas(rows, npartitions=2, sort=False)


def test_many_partitions_give_what_one_process_gives(campaign: Path, expected: list[Row], tmp_path: Path) -> None:
    frame = dd.read_parquet(campaign, split_row_groups=True)
    assert frame.npartitions > 1
    with dask.config.set(scheduler="processes", num_workers=2):
        add_violations(frame, "message").to_parquet(tmp_path / "out", write_index=False)
    assert read(tmp_path / "out") == expected


def test_index_and_other_columns_stay_and_types_are_known_beforehand(frame: dd.DataFrame) -> None:
    done = add_violations(frame, "message")
    rows = done.compute()
    pd.testing.assert_frame_equal(rows[["message", "other"]], frame.compute())
    assert rows.index.tolist() == INDEX
    assert rows.dtypes.to_dict() == done.dtypes.to_dict()
    assert done.dtypes["valid"] == pd.ArrowDtype(pa.bool_())


@pytest.mark.parametrize("type_", ["object", "string", pd.ArrowDtype(pa.large_binary())])
def test_texts_may_be_held_in_any_way(frame: dd.DataFrame, type_: Any) -> None:
    rows = frame.compute().astype({"message": type_})
    done = add_violations(dd.from_pandas(rows, npartitions=1), "message").compute()
    found = pa.Table.from_pandas(done.loc[INDEX, ["valid", "violations"]], preserve_index=False).to_pylist()
    assert found == [alone(text) for text in TEXTS]


def test_what_holds_no_texts_is_refused(frame: dd.DataFrame) -> None:
    with pytest.raises(KeyError, match="massage"):
        add_violations(frame, "massage")
    with pytest.raises(ValueError, match="valid"):
        add_violations(add_violations(frame, "message"), "message")
    with pytest.raises(TypeError, match="not int64"):
        add_violations(frame.assign(number=1), "number")


def test_the_page_shows_code_that_runs(campaign: Path, expected: list[Row], tmp_path: Path) -> None:
    exec(code("dask", campaign, tmp_path / "out"), {})
    refused = [{"key": row["key"], "violations": row["violations"]} for row in expected if not row["valid"]]
    assert [{name: row[name] for name in ("key", "violations")} for row in read(tmp_path / "out")] == refused
