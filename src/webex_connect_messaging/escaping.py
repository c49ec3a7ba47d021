"""Make text harmless to show: it can neither control a terminal nor look like a line of its own."""

from __future__ import annotations

import os
import re

# Control characters, marks and overrides of the writing direction, separators of lines, and halves of surrogate pairs.
_UNSAFE = "\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069"
_IN_TEXT = re.compile(f"[{_UNSAFE}\ud800-\udfff]")
# The same beyond ASCII, where JSON does not escape them anyway, in UTF-8.
_IN_JSON = re.compile(b"\xc2[\x80-\x9f]|\xd8\x9c|\xe2\x80[\x8e\x8f\xa8-\xae]|\xe2\x81[\xa6-\xa9]")


def escape(text: str) -> str:
    r"""Return a text with escapes as in Python, such as ``\x1b``, in place of what is unsafe to show."""
    return text if text.isprintable() else _IN_TEXT.sub(_escaped, text)


def escape_json(text: bytes) -> bytes:
    """Return the same JSON text with escapes in its strings."""
    return text if text.isascii() else _IN_JSON.sub(lambda match: b"\\u%04x" % ord(match[0].decode()), text)


def shown_name(name: str) -> str:
    r"""Return the name of a file as Unicode: a byte that is no UTF-8 is written as ``\xff``."""
    return os.fsencode(name).decode(errors="backslashreplace")


def _escaped(match: re.Match[str]) -> str:
    return match[0].encode("unicode_escape").decode()
