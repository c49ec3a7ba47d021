"""Validate a column of JSON documents in a Spark DataFrame; install it with ``webex-connect-messaging[spark]``.

Install the package on the executors, too.
"""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql.types import ArrayType, BinaryType, BooleanType, StringType, StructField, StructType

from . import batches
from .kinds import Kind
from .violation import Violation

__all__ = ["add_violations"]

_VIOLATION = StructType([StructField(name, StringType(), name == "fix") for name in Violation._fields])
_ADDED = [
    StructField("valid", BooleanType(), False),
    StructField("violations", ArrayType(_VIOLATION, False), False),
]


def add_violations(frame: DataFrame, column: str, kind: Kind = "request") -> DataFrame:
    """Return the frame with two more columns, ``valid`` (boolean) and ``violations`` (array of structs).

    Each value of the column, string or binary, is one document. ``valid`` tells whether it has no errors; a struct has
    the fields of ``Violation``. Null and values that are not JSON have a violation of the rule ``json``. The other
    columns pass through. Nothing is shuffled, and nothing runs before an action. Raises ``KeyError`` when there is no
    such column, ``TypeError`` when it has another type, ``ValueError`` when one of the new names is taken.
    """
    batches.check_columns(frame.columns, column)
    type_ = frame.schema[column].dataType
    if not isinstance(type_, (StringType, BinaryType)):
        raise TypeError(f"The column must hold strings or binary data, not {type_.simpleString()}.")

    def validated(rows: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in rows:
            yield batches.add_violations(batch, column, kind)

    return frame.mapInArrow(validated, StructType([*frame.schema.fields, *_ADDED]))
