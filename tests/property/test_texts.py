"""The accelerator reads a JSON text as another parser does, or is undecided."""

from __future__ import annotations

import json
from typing import Any

import orjson
from expressions import compiled
from hypothesis import given
from hypothesis import strategies as st

from webex_connect_messaging import _native

STRINGS = st.text(st.characters(exclude_categories=["Cs"])) | st.text(st.sampled_from('aé€😀"\\\n\0/'), max_size=30)
SCALARS = st.none() | st.booleans() | st.floats(allow_nan=False, allow_infinity=False) | STRINGS
VALUES = st.recursive(
    SCALARS | st.integers(-(2**53), 2**53),
    lambda values: st.lists(values, max_size=6) | st.dictionaries(STRINGS, values, max_size=6),
)
REFUSED = compiled({"not": {}})  # reports the root itself


@st.composite
def texts(draw: st.DrawFn) -> bytes:
    """Draw the text of a value, written in one of many ways."""
    spaces = st.sampled_from(["", " ", "\n", "\t \r"])
    separators = (draw(spaces) + "," + draw(spaces), draw(spaces) + ":" + draw(spaces))
    text = json.dumps(draw(VALUES), ensure_ascii=draw(st.booleans()), separators=separators)
    return (draw(spaces) + text + draw(spaces)).encode()


@st.composite
def damaged_texts(draw: st.DrawFn) -> bytes:
    """Draw a text of which a few bytes are removed, and to which others are added."""
    text: bytes = draw(texts())
    index, removed = draw(st.integers(0, len(text))), draw(st.integers(0, 2))
    added = draw(st.sampled_from(["", *'"\\{}[]:,.-+eEu019 \n\0atrue']))
    character = draw(st.sampled_from([b"", b"\x80", b"\xc3", b"\xed", b"\xf0"]))
    return b"".join([text[:index], added.encode(), character, text[index + removed :]])


def read(found: list[tuple[Any, ...]] | None) -> str:
    """Return what the records show of the value that was read, and duplicate names in no object."""
    if found is None or any(keyword == "duplicate_member" for _, _, keyword, _, _ in found):
        return "undecided"
    ((_, _, _, _, subject),) = found
    return repr(subject)


@given(texts())
def test_a_text_is_read_as_another_parser_reads_it(text: bytes) -> None:
    value = orjson.loads(text)
    found = read(_native.check_text(text, REFUSED))
    assert found in (repr(value), "undecided")
    assert found in (read(_native.check_value(value, REFUSED)), "undecided")


@given(damaged_texts())
def test_a_damaged_text_is_read_as_another_parser_reads_it(text: bytes) -> None:
    found = read(_native.check_text(text, REFUSED))
    assert found == "undecided" or found == repr(orjson.loads(text))


@given(st.lists(STRINGS, max_size=80), st.sampled_from([b"1", b'"\\n"', b"[{}]"]))
def test_the_last_value_of_a_name_counts(names: list[str], value: bytes) -> None:
    names = [*names, *names[::3]]
    members = [json.dumps(name).encode() + b":[%d,%s]" % (index, value) for index, name in enumerate(names)]
    text = b"{" + b",".join(members) + b"}"
    found = _native.check_text(text, REFUSED)
    assert found is not None
    expected = {name for index, name in enumerate(names) if name in names[:index]}
    assert {record[4] for record in found if record[1:3] == ("", "duplicate_member")} == expected
    assert repr(found[-1][4]) == repr(orjson.loads(text))
