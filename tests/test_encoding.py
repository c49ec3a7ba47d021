"""Texts in other encodings: the message says which one it looks like, and where the first wrong byte is."""

from __future__ import annotations

import gzip

import pytest
from running import GOOD

from webex_connect_messaging import validate_json
from webex_connect_messaging.encoding import explain_encoding
from webex_connect_messaging.engine import Engine

TEXT = GOOD.decode().replace("Sending", "Grüße für 5 €")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (TEXT.encode("utf-16"), "byte FF at offset 0); it looks like UTF-16 (little-endian)"),
        (TEXT.encode("utf-16-be"), "UTF-16 (big-endian)"),
        ("{}".encode("utf-16-le"), "it looks like UTF-16 (little-endian) (byte 00 at offset 1)"),
        (b"PK\x03\x04", "a ZIP archive"),
        (TEXT.encode("utf-32"), "UTF-32 (little-endian)"),
        ("{}".encode("utf-32-be"), "UTF-32 (big-endian) (byte 00 at offset 0)"),
        (TEXT.encode("cp1252", "replace"), "Windows-1252"),
        ('{"ü": 1}'.encode("iso-8859-1"), "byte FC at offset 2); it looks like an encoding of one byte a character"),
        ('"ü"'.encode()[:-2], "UTF-8 that ends within a character"),
        (b'\x80{"a": "\x00"}', "binary data"),
        (b"\xef\xbb\xbf{}", "a byte order mark"),
        (gzip.compress(GOOD), "a gzip archive. Decompress it"),
    ],
)
def test_the_encoding_and_the_byte_are_named(data: bytes, words: str, engine: Engine) -> None:
    ((_, pointer, keyword, _, reason),) = engine.check_text(data, "request")
    assert (pointer, keyword) == ("", "json")
    assert words in reason


def test_utf8_has_nothing_to_explain() -> None:
    assert explain_encoding(TEXT.encode()) is None
    assert [item.message for item in validate_json("{")] == [
        "Not JSON: unexpected end of data: line 1 column 2 (char 1)."
    ]
