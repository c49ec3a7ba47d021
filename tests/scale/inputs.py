"""A campaign in Parquet files, with lines that are no JSON among its messages."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from campaign import lines

from webex_connect_messaging import Kind, Violation, validate_json

Row = dict[str, Any]
SCHEMA = pa.schema([pa.field("key", pa.int64(), nullable=False), pa.field("message", pa.string())])
BROKEN = (None, "", "{", '{"é": "é" 1}', '"\\ud800"', "[" * 5000, '{"a": 1, "a": 2}')
EVERY = 101  # of so many lines one is broken
NULL = Violation("", "json", "error", "Not JSON: the value is null.")


def texts(count: int) -> Iterator[str | None]:
    """Yield the lines of the campaign in the order of their keys, which count from 0."""
    for key, line in enumerate(lines(count)):
        yield line.decode() if key % EVERY else BROKEN[key // EVERY % len(BROKEN)]


def write(folder: Path, count: int, files: int) -> None:
    """Write the campaign as columns ``key`` and ``message`` into so many files."""
    folder.mkdir()
    source, size = enumerate(texts(count)), -(-count // files)
    for number in range(files):
        rows = [{"key": key, "message": text} for key, text in itertools.islice(source, size)]
        pq.write_table(pa.Table.from_pylist(rows, SCHEMA), folder / f"{number:04}.parquet")


def alone(text: str | None, kind: Kind = "request") -> Row:
    """Return what an engine must add to a line, found without engine and Arrow."""
    found = [NULL] if text is None else validate_json(text, kind)
    return {
        "valid": all(item.level == "warning" for item in found),
        "violations": [
            {**item._asdict(), "fix": item.fix and json.dumps(item.fix, separators=(",", ":"))} for item in found
        ],
    }


def read(folder: Path) -> list[Row]:
    """Return the rows of an engine's files in the order of their keys."""
    rows: list[Row] = pq.read_table(folder).sort_by("key").to_pylist()
    return rows
