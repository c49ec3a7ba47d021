"""Say why bytes are not the UTF-8 that JSON requires, and what they look like instead."""

from __future__ import annotations

from typing import NamedTuple

_CONVERT = "Save it as UTF-8."
# Longer marks first: the one of UTF-16 begins the one of UTF-32.
_SIGNATURES = (
    (b"\xff\xfe\x00\x00", "UTF-32 (little-endian)"),
    (b"\x00\x00\xfe\xff", "UTF-32 (big-endian)"),
    (b"\xff\xfe", "UTF-16 (little-endian)"),
    (b"\xfe\xff", "UTF-16 (big-endian)"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard archive"),
    (b"PK\x03\x04", "a ZIP archive"),
)
# A text in JSON begins with an ASCII character, so that the zeros beside it tell the width of characters.
_ZEROS: dict[tuple[bool, ...], str] = {
    (False, True, True, True): "UTF-32 (little-endian)",
    (True, True, True, False): "UTF-32 (big-endian)",
    (False, True, False, True): "UTF-16 (little-endian)",
    (True, False, True, False): "UTF-16 (big-endian)",
}
_MARK = b"\xef\xbb\xbf"


class Undecodable(NamedTuple):
    """Why a text is not UTF-8 as JSON has it."""

    message: str
    offset: int
    """Of the first byte that is wrong."""


def recognize(data: bytes) -> str | None:
    """Tell from its first bytes which other encoding or archive a text is in, if that can be told."""
    for signature, name in _SIGNATURES:
        if data.startswith(signature):
            return name
    return _ZEROS.get(tuple(byte == 0 for byte in data[:4]))


def explain_encoding(data: bytes) -> Undecodable | None:
    """Say what is wrong with the encoding of a text; nothing when it is UTF-8 without a byte order mark."""
    if data.startswith(_MARK):
        return Undecodable("Not JSON: it begins with a byte order mark (bytes EF BB BF). Save it without one.", 0)
    other = recognize(data)
    try:
        data.decode()
    except UnicodeDecodeError as error:
        offset = error.start
        byte = f"byte {data[offset]:02X} at offset {offset}"
        looks = other or _guess(data, error)
        return Undecodable(f"Not JSON: it is not UTF-8 ({byte}); it looks like {looks}. {_remedy(looks)}", offset)
    if other is None:
        return None
    zero = f" (byte 00 at offset {data.index(0)})" if 0 in data else ""
    return Undecodable(f"Not JSON: it looks like {other}{zero}. {_remedy(other)}", 0)


def _remedy(looks: str) -> str:
    return "Decompress it, or end its name in .gz or .zst." if looks.endswith("archive") else _CONVERT


def _guess(data: bytes, error: UnicodeDecodeError) -> str:
    """Name the encoding of a text whose characters are bytes, or say how UTF-8 is damaged."""
    if error.reason == "unexpected end of data":
        return "UTF-8 that ends within a character"
    if 0 in data:
        return "binary data"
    single = "Windows-1252" if any(0x80 <= byte < 0xA0 for byte in data) else "ISO-8859-1"
    return f"an encoding of one byte a character, such as {single}"
