"""Validate a column of JSON texts in Arrow data, the form in which engines for large data hand rows to Python.

Needs ``pyarrow``. The modules ``spark`` and ``dask`` of this package are made of it; whatever gives a function record
batches or tables can call ``add_violations`` itself.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from typing import NamedTuple, TypeVar

import pyarrow as pa

from .validation import Kind, validate_json
from .violation import Violation

__all__ = ["Findings", "add_violations", "check_columns", "findings"]

Batch = TypeVar("Batch", pa.RecordBatch, pa.Table)
_MEMBERS = [pa.field(name, pa.string(), nullable=False) for name in Violation._fields]
_MISSING = Violation("", "json", "error", "Not JSON: there is no text.")


class Findings(NamedTuple):
    """What was found in the texts of a column; both arrays have an entry for each text."""

    valid: pa.Array
    """Booleans: whether the text has no errors; warnings do not count."""
    violations: pa.Array
    """Lists of structs with the members of ``Violation``, errors and warnings; an empty list when there are none."""


def add_violations(batch: Batch, column: str, kind: Kind = "request") -> Batch:
    """Return the batch with two more columns, ``valid`` and ``violations``, which ``Findings`` describes.

    Each text of the column, of Arrow's string or binary types, is one document; what is null or no JSON has a
    violation of the rule ``json``. Rows and the other columns stay as they are. Raises ``KeyError`` when there is no
    such column, ``TypeError`` when it does not hold texts, ``ValueError`` when one of the new names is taken.
    """
    check_columns(batch.schema.names, column)
    for name, values in findings(batch.column(column), kind)._asdict().items():
        batch = batch.append_column(name, values)
    return batch


def check_columns(names: Iterable[str], column: str) -> None:
    """Raise ``KeyError`` unless the column is there once, ``ValueError`` when a name that is added is taken."""
    known = list(names)
    if known.count(column) != 1:
        raise KeyError(f"There must be one column {column!r}; there are {known}.")
    taken = [name for name in Findings._fields if name in known]
    if taken:
        raise ValueError(f"Rename the column {taken[0]!r} first; a column of that name is added.")


def findings(texts: pa.Array | pa.ChunkedArray, kind: Kind = "request") -> Findings:
    """Validate each text of a column. Raises ``TypeError`` when it does not hold texts."""
    try:
        data = texts.cast(pa.large_binary())  # bytes, because a parser would only encode what Arrow had decoded
    except pa.ArrowNotImplementedError as error:
        raise TypeError(f"The column must hold texts, not {texts.type}.") from error
    found = [[_MISSING] if text is None else validate_json(text, kind) for text in data.to_pylist()]
    valid = [not any(violation.level == "error" for violation in row) for row in found]
    return Findings(pa.array(valid, pa.bool_()), _lists(found))


def _lists(found: list[list[Violation]]) -> pa.Array:
    """Write rows of violations column by column, which takes a fraction of the time that a dict for each would."""
    flat = list(itertools.chain.from_iterable(found))
    members = [pa.array([getattr(item, member.name) for item in flat], member.type) for member in _MEMBERS]
    offsets = pa.array(itertools.accumulate(map(len, found), initial=0), pa.int32())
    return pa.ListArray.from_arrays(offsets, pa.StructArray.from_arrays(members, fields=_MEMBERS))
