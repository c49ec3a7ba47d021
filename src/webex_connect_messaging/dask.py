"""Validate a column of JSON documents in a Dask DataFrame; install it with ``webex-connect-messaging[dask]``.

Install the package on the workers, too.
"""

from __future__ import annotations

import pandas as pd
import pyarrow as pa
from dask.dataframe import DataFrame

from . import batches
from .kinds import Kind

__all__ = ["add_violations"]


def add_violations(frame: DataFrame, column: str, kind: Kind = "request") -> DataFrame:
    """Return the frame with two more columns, ``valid`` (boolean) and ``violations`` (Arrow lists of structs).

    Each value of the column, ``str`` or ``bytes``, is one document. ``valid`` tells whether it has no errors; a struct
    has the fields of ``Violation``. Null and values that are not JSON have a violation of the rule ``json``. Index,
    partitions and the other columns stay as they are, and nothing runs before the frame is computed. Raises
    ``KeyError`` when there is no such column, ``TypeError`` when it has another type, ``ValueError`` when one of the
    new names is taken.
    """
    batches.check_columns(frame.columns, column)
    return frame.map_partitions(_validated, column, kind, meta=_validated(frame._meta, column, kind))


def _validated(rows: pd.DataFrame, column: str, kind: Kind) -> pd.DataFrame:
    results = batches.validate_column(pa.array(rows[column], from_pandas=True), kind)
    added = {
        name: pd.Series(pd.arrays.ArrowExtensionArray(values), index=rows.index)
        for name, values in results._asdict().items()
    }
    return rows.assign(**added)
