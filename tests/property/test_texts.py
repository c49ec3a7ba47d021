"""The native module reads a JSON text as another parser does, or leaves it alone."""

from __future__ import annotations

import json
from typing import Any

import orjson
from hypothesis import given
from hypothesis import strategies as st

from webex_connect_messaging import _native

TEXTS = st.text(st.characters(exclude_categories=["Cs"])) | st.text(st.sampled_from('aé€😀"\\\n\0/'), max_size=30)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False) | TEXTS,
    lambda values: st.lists(values, max_size=6) | st.dictionaries(TEXTS, values, max_size=6),
)


def exactly(value: Any) -> dict[str, Any]:
    """Return a schema of a value and of hardly any other."""
    if isinstance(value, dict):
        members = {name: exactly(member) for name, member in value.items()}
        return {"type": "object", "properties": members, "required": list(members), "additionalProperties": False}
    if isinstance(value, list):
        entries = {"items": {"anyOf": [exactly(entry) for entry in value]}} if value else {}
        size = {"minItems": len(value), "maxItems": len(value)}
        contained = {"allOf": [{"contains": exactly(entry)} for entry in value]}
        return {"type": "array", **entries, **size, **contained}
    return {"const": value}


def judge(schema: Any) -> _native.Judge:
    return _native.Schemas({}, {}).judge(schema)


@st.composite
def texts(draw: st.DrawFn) -> bytes:
    """Draw the text of a value, written in one of many ways."""
    spaces = st.sampled_from(["", " ", "\n", "\t \r"])
    separators = (draw(spaces) + "," + draw(spaces), draw(spaces) + ":" + draw(spaces))
    text = json.dumps(draw(VALUES), ensure_ascii=draw(st.booleans()), separators=separators)
    return (draw(spaces) + text + draw(spaces)).encode()


@given(texts())
def test_a_text_is_read_as_another_parser_reads_it(text: bytes) -> None:
    value = orjson.loads(text)
    found = judge(exactly(value))
    assert _native.broken_rules(text, found) == found.broken_rules(value) or not _native.names_members_once(text)


@given(texts(), st.data())
def test_a_damaged_text_is_read_as_another_parser_reads_it(text: bytes, data: st.DataObject) -> None:
    place, removed = data.draw(st.integers(0, len(text))), data.draw(st.integers(0, 2))
    inserted = data.draw(
        st.sampled_from([b"", *(b"%c" % byte for byte in b'"\\{}[]:,.-+eEu019 \n\0atrue\x80\xc3\xed\xf0')])
    )
    damaged = text[:place] + inserted + text[place + removed :]
    found = _native.broken_rules(damaged, judge({}))
    if found is not None:
        value = orjson.loads(damaged)
        assert _native.broken_rules(damaged, judge(exactly(value))) == ()
