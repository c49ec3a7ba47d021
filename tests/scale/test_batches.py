"""Arrow data, as any engine may hand it over."""

from __future__ import annotations

from typing import Any, get_args

import pyarrow as pa
import pytest

from webex_connect_messaging import Kind
from webex_connect_messaging.batches import Results, add_violations, validate_column

from .inputs import BROKEN, alone

TEXTS = [*BROKEN, "{}", "[]", '[{"deliverychannel": "é"}]']
EXPECTED = [alone(text) for text in TEXTS]
BATCH = pa.RecordBatch.from_pydict({"message": TEXTS, "key": range(len(TEXTS))})
TYPES = [pa.string(), pa.large_string(), pa.string_view(), pa.binary(), pa.large_binary(), pa.binary_view()]


@pytest.mark.parametrize("type_", TYPES, ids=str)
def test_every_string_and_binary_type_is_accepted(type_: Any) -> None:
    found = validate_column(pa.array(TEXTS, pa.string()).cast(type_))
    assert pa.Table.from_arrays([*found], names=Results._fields).to_pylist() == EXPECTED


def test_values_may_be_dictionary_encoded() -> None:
    assert validate_column(pa.array(TEXTS).dictionary_encode()).valid.to_pylist() == [
        item["valid"] for item in EXPECTED
    ]


@pytest.mark.parametrize("given", [BATCH, BATCH.slice(3, 4), BATCH.slice(0, 0)])
def test_a_batch_gets_two_columns_behind_the_others(given: pa.RecordBatch) -> None:
    done = add_violations(given, "message")
    assert isinstance(done, pa.RecordBatch)
    assert done.select(["message", "key"]) == given
    assert done.schema.names == ["message", "key", "valid", "violations"]
    assert done.select(["valid", "violations"]).to_pylist() == [alone(text) for text in given["message"].to_pylist()]


def test_a_table_may_have_many_chunks_and_none() -> None:
    table = pa.Table.from_batches([BATCH, BATCH])
    assert add_violations(table, "message").select(["valid", "violations"]).to_pylist() == EXPECTED * 2
    assert add_violations(table.schema.empty_table(), "message").num_rows == 0


def test_half_of_a_surrogate_pair_and_what_is_not_utf8_are_violations() -> None:
    found = validate_column(pa.array([b'"\xed\xa0\x80"', b"\xff", b'{"a": "\\udc00"}']))
    assert [[item["rule"] for item in row] for row in found.violations.to_pylist()] == [["json"]] * 3


@pytest.mark.parametrize("kind", get_args(Kind))
def test_the_kind_is_passed_on(kind: Kind) -> None:
    done = add_violations(BATCH.slice(len(BROKEN), 1), "message", kind).select(["valid", "violations"])
    assert done.to_pylist() == [alone("{}", kind)]


def test_wrong_columns_are_refused() -> None:
    with pytest.raises(KeyError, match="massage"):
        add_violations(BATCH, "massage")
    with pytest.raises(KeyError, match="one column"):
        add_violations(BATCH.append_column("key", BATCH["key"]), "key")
    with pytest.raises(TypeError, match="not int64"):
        add_violations(BATCH, "key")
    with pytest.raises(ValueError, match="'valid'"):
        add_violations(BATCH.append_column("valid", BATCH["key"]), "message")
