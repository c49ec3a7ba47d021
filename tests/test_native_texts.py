"""The accelerator reads JSON texts as another parser does, or says that it is undecided."""

from __future__ import annotations

import json
from typing import Any

import orjson
import pytest
from expressions import compiled

from webex_connect_messaging import _native

ANYTHING = compiled({})
NOTHING = compiled({"not": {}})
VALID: list[str] = [
    *('{"a":1,"b":{"a":[{"a":2}]}}', ' {\t"a" : [ 1 , 2 ] ,\r\n"b" : { } } ', "[]", "[[],{}]", '"\x7f"', "[1,[]]"),
    *("true", "false", "null", "0", "-1", "1.5", "0.0", "0.000000000000001", "-123456.0625", "9007199254740.991", str(2**53 - 1), str(1 - 2**53)),
    *('""', r'"\"\\\/\b\f\n\r\t"', r'"\u0000\u007f\u0080\u07ff\u0800\uFFFF\ud83d\uDE00"', '"é€😀\u07ff\U0010ffff"'),
    *(r'"12345678\n12345678é\t"', r'{"\u0061":1,"b":2}', "[" * 65 + "]" * 65, f'"{"x" * 999_998}"', '"' + r"\n" * 9999 + '"'),
    *(json.dumps({f"name{number}": number for number in range(count)}) for count in (30, 100, 3000)),
]  # fmt: skip
NOT_JSON: list[str | bytes] = [
    *("", " ", "{", "}", "[", "]", "[1", "[1,]", "[,1]", "[1 2]", "[1}", '{"a":1,}', '{"a" 1}', '{"a"}', "{1:2}", "{a:1}", "{,}"),
    *("01", "-", "-01", "1.", ".5", "1e", "1e+", "1.e1", "+1", "0x1", "NaN", "Infinity", "1 1", "1,", '{"a":1]', '{"a":', '{"'),
    *("nul", "nulll", "tru", "falsey", "True", "'a'", '"a', '"', '"\\', r'"\x"', r'"\u12"', r'"\u12g4"', r'"\u 123"', "t", "n", "f"),
    *('"\n"', '"\x00"', '"\x1f"', '"12345678\x0112345678"', "\x00", "1\x00", "\ufeff1", "\x0b1", "\xa01", '"\\u', '"\\ud800\\'),
    *(b'"\xff"', b'"\x80"', b'"\xc0\x80"', b'"\xc1\xbf"', b'"\xc3"', b'"\xe0\x9f\xbf"', b'"\xe2\x82"', b'"\xe2\x82a"', b'"\xf0\x9f\x98a"'),
    *(b'"\xed\xa0\x80"', b'"\xf0\x8f\xbf\xbf"', b'"\xf0\x9f\x98"', b'"\xf4\x90\x80\x80"', b'"\xf5\x80\x80\x80"', b"\xc3\xa9", b'"\xe2\x28\xa1"'),
]  # fmt: skip
RARE: list[str] = [
    *(r'"\ud800"', r'"\udc00"', r'"\ud800a"', r'"\ud800\n"', r'"\ud800\u0041"', r'"\ud800\ud800"', r'"\ud800\ue000"'),
    *(
        "-0",
        "900719925474099.3",
        "-0.0",
        "1e2",
        "1E+2",
        "12.5e-1",
        "1.00000000000000000",
        "[-0]",
        str(2**53),
        str(-(2**80)),
        "1" * 400,
        "1e300",
        "1e400",
        "0." + "1" * 70,
    ),
    *("[" * 66 + "]" * 66, "[" * 100_000, "[" + "1," * 499_979 + "[" * 39 + "t", f'"{"x" * (1 << 24)}"'),
]


def short(text: Any) -> str:
    return ascii(text)[:40]


def read(text: str | bytes) -> Any:
    """Return what the accelerator reads from a text: the subject of what is wrong at its root."""
    found = _native.check_text(text, NOTHING)
    assert found is not None
    ((order, pointer, keyword, _, subject),) = found
    assert (pointer, keyword) == ("", "not")
    data = text.encode() if isinstance(text, str) else text
    assert order == len(data) - len(data.lstrip())
    return subject


@pytest.mark.parametrize("text", VALID, ids=short)
def test_a_text_is_read(text: str) -> None:
    for data in (text, text.encode()):
        assert _native.check_text(data, ANYTHING) == []
        assert repr(read(data)) == repr(orjson.loads(data))
    line = text.replace("\n", " ").encode()
    assert _native.check_lines(b"\n" + line + b"\n", 1, 1 << 24, ANYTHING) == (1, len(line) + 3, len(line) + 3, None)


@pytest.mark.parametrize(
    "character", [*"\0\x1f\x7f\x80\u07ff\u0800\ud7ff\ue000\uffff", *map(chr, (0x10000, 0x10FFFF))], ids=ascii
)
def test_a_character_may_be_written_as_itself_or_as_an_escape(character: str) -> None:
    for value in (character, f"{character}12345678{character}", f"1234567{character}12345678", f"é{character}"):
        validator = compiled({"const": value, "maxLength": len(value), "minLength": len(value)})
        assert _native.check_value(value, validator) == []
        assert _native.check_text(json.dumps(value), validator) == []
        assert _native.check_text(f'"{value}"', validator) == ([] if character >= " " else None)
        assert _native.check_text(json.dumps(value), compiled({"maxLength": len(value) - 1})) != []
        assert read(json.dumps(value)) == value
        pointer = "/" + value.replace("~", "~0").replace("/", "~1")
        found = _native.check_text(json.dumps({value: 1}), compiled({"additionalProperties": False}))
        assert [record[4] for record in found or []] == [value]
        found = _native.check_text(json.dumps({value: 1}), compiled({"additionalProperties": {"type": "null"}}))
        assert [record[1] for record in found or []] == [pointer]


@pytest.mark.parametrize("text", [*NOT_JSON, *RARE], ids=short)
def test_a_text_that_is_not_json_or_rare_is_undecided(text: str | bytes) -> None:
    data = text.encode() if isinstance(text, str) else text
    for document in (text, data, b'[{"a":' + data):
        assert _native.check_text(document, ANYTHING) is None
    # What stands behind the text is not read.
    for behind in (b"\n", b'\n"', b"\n1", b"\n]", b"\nabcdef0123"):
        if b"\n" not in data:
            assert _native.check_lines(data + behind, 0, 1 << 25, ANYTHING) == (0, 0, len(data), None)


@pytest.mark.parametrize("text", NOT_JSON, ids=short)
def test_another_parser_agrees_that_a_text_is_not_json(text: str | bytes) -> None:
    with pytest.raises(orjson.JSONDecodeError):
        orjson.loads(text)


@pytest.mark.parametrize(
    "text",
    [None, 1, bytearray(b"1"), memoryview(b"1"), "\ud800", "1".encode("utf-16"), ["1"]],
    ids=lambda text: type(text).__name__,
)
def test_what_is_no_text_is_undecided(text: Any) -> None:
    assert _native.check_text(text, ANYTHING) is None


# Texts, then the offset, the pointer and the name of each duplicate, and what is read.
DUPLICATES: list[tuple[str, list[tuple[int, str, str]], Any]] = [
    ('{"a":1,"a":2}', [(7, "", "a")], {"a": 2}),
    ('{"a":1,"b":2,"a":3,"a":4}', [(13, "", "a")], {"a": 4, "b": 2}),
    ('{"":1,"":[]}', [(6, "", "")], {"": []}),
    ('[{"b":{"a":1,"\\u0061":1}}]', [(13, "/0/b", "a")], [{"b": {"a": 1}}]),
    ('{"é":1,"\\u00e9":2,"~/":{"x":1,"x":2}}', [(8, "", "é"), (31, "/~0~1", "x")], {"é": 2, "~/": {"x": 2}}),
    ('{"a":{"b":1,"b":2},"a":3}', [(12, "/a", "b"), (19, "", "a")], {"a": 3}),
    ('{"b":1,"a":1,"b":2,"a":2,"c":1}', [(13, "", "b"), (19, "", "a")], {"b": 2, "a": 2, "c": 1}),
    ('{"abcdefgh1":1,"abcdefgh2":2,"abcdefgh1":3}', [(29, "", "abcdefgh1")], {"abcdefgh1": 3, "abcdefgh2": 2}),
    ('[[{"a":1,"a":1}],{"a":1},{"a":1,"a":1}]', [(9, "/0/0", "a"), (32, "/2", "a")], [[{"a": 1}], {"a": 1}, {"a": 1}]),
]


@pytest.mark.parametrize(("text", "duplicates", "expected"), DUPLICATES, ids=short)
def test_a_name_that_stands_twice_is_reported(text: str, duplicates: list[Any], expected: Any) -> None:
    records = [(order, pointer, "duplicate_member", None, name) for order, pointer, name in duplicates]
    data = text.encode()
    assert sorted(_native.check_text(data, ANYTHING) or []) == records
    assert _native.check_lines(b"1\n" + data + b"\n1", 0, 100, ANYTHING) == (
        1,
        2,
        2 + len(data),
        _native.check_text(text, ANYTHING),
    )
    found = _native.check_text(text, NOTHING) or []
    assert sorted(record for record in found if record[2] != "not") == records
    assert [repr(record[4]) for record in found if record[2] == "not"] == [repr(expected)]
    assert list(found[-1][4]) == list(expected)
    assert found[-1][4] == orjson.loads(data)


def test_the_last_value_of_a_name_is_checked_at_its_own_place() -> None:
    validator = compiled({"additionalProperties": {"type": "string"}, "maxProperties": 2})
    found = _native.check_text('{"a": "x", "b": "", "a": 5}', validator) or []
    assert sorted(record[:3] for record in found) == [(20, "", "duplicate_member"), (20, "/a", "type")]
    assert _native.check_text('{"a": 5, "b": "", "a": "x"}', validator) == [(18, "", "duplicate_member", None, "a")]


def test_many_names_that_stand_twice_are_reported() -> None:
    members = [f'"name{number % 4000}":{number}' for number in range(5000)]
    text = "{" + ",".join(members) + "}"
    found = sorted(_native.check_text(text, ANYTHING) or [])
    assert [record[4] for record in found] == [f"name{number}" for number in range(1000)]
    assert [record[0] for record in found] == [
        len("{" + ",".join(members[:number])) + 1 for number in range(4000, 5000)
    ]


def test_pointers_to_duplicates_are_bounded() -> None:
    """The pure engine omits those beyond the same number of bytes."""
    twice = ",".join(['{"a":1,"a":2}'] * 100)
    for size, is_decided in ((4_980, True), (5_000, False)):
        text = "".join(['{"', "n" * size, '":[', twice, "]}"])
        assert (_native.check_text(text, ANYTHING) is not None) is is_decided
    for count, is_decided in ((18, True), (19, False)):
        text = "[" * 60 + ",".join([twice] * count) + "]" * 60
        assert (_native.check_text(text, ANYTHING) is not None) is is_decided


def test_duplicates_are_reported_beside_errors_and_rules() -> None:
    validator = compiled({"required": ["b"], "properties": {"a": {"type": "null"}}})
    found = _native.check_text(' {"a": 1, "a": 2}', validator) or []
    assert sorted(record[:3] for record in found) == [
        (1, "", "required"),
        (10, "", "duplicate_member"),
        (10, "/a", "type"),
    ]


def test_a_line_ends_at_its_line_break() -> None:
    for line in (b'{"a":', b"[1", b'"a', b"1\x00", b"tru", b"-", b'"\\', b"", b" \r"):
        assert _native.check_lines(line + b'\n1}"]e', 0, 100, ANYTHING) == (0, 0, len(line), None)
    assert _native.check_lines(b"1\r\n 2 \n3", 0, 100, ANYTHING) == (3, 9, 9, None)
    assert _native.check_lines(b"1\n2\n", 0, 100, ANYTHING) == (2, 5, 5, None)
    assert _native.check_lines(b"1\n\n2", 0, 100, ANYTHING) == (1, 2, 2, None)
    assert _native.check_lines(b"1\n\n2", 3, 100, ANYTHING) == (1, 5, 5, None)


def test_lines_without_findings_are_skipped() -> None:
    schema = {"type": "object", "properties": {"a": {"type": "integer"}}}
    validator = compiled(schema)
    data = b'{"a":1}\n{}\n {"a":"x"} \n{"a":1}\n5\n'
    assert _native.check_lines(data, 0, 100, validator) == (2, 11, 22, [(2, "/a", "type", {"type": "integer"}, "x")])
    assert _native.check_lines(data, 23, 100, validator) == (1, 31, 32, [(0, "", "type", schema, 5)])
    assert _native.check_lines(data, 33, 100, validator) == (0, len(data) + 1, len(data) + 1, None)
    for start in (len(data), len(data) + 1, len(data) + 100):
        assert _native.check_lines(data, start, 100, validator) == (0, len(data) + 1, len(data) + 1, None)
    assert _native.check_lines(b"", 0, 10, validator) == (0, 1, 1, None)


def test_a_line_that_is_too_long_is_undecided() -> None:
    data = b'1\n"abcdef"\n2'
    assert _native.check_lines(data, 0, 8, ANYTHING) == (3, 13, 13, None)
    assert _native.check_lines(data, 0, 7, ANYTHING) == (1, 2, 10, None)
    assert _native.check_lines(data, 0, 0, ANYTHING) == (0, 0, 1, None)
