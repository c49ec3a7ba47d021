"""What an engine finds: one record for each thing that is wrong."""

from __future__ import annotations

from typing import Any, NamedTuple, TypeAlias


class Record(NamedTuple):
    """One thing that is wrong with a document."""

    order: int
    """Where the pointer leads, so that records sort as a reader meets them: the byte offset in a text (of a property,
    that of its name), or the number among the values of a Python object."""
    pointer: str
    keyword: str
    """A keyword of JSON Schema, the id of a rule, ``duplicate_member`` or ``json``."""
    schema: Any
    """The exported schema that holds the keyword, or the ``Rule``; ``None`` where there is neither."""
    subject: Any
    """The value; of ``required``, ``additionalProperties`` and ``duplicate_member`` the name of the property; of
    ``json`` the reason."""


Records: TypeAlias = "list[tuple[int, str, str, Any, Any]]"
"""Unsorted. Each is a ``Record``, or a plain tuple of the same parts, as the accelerator makes them."""


def not_json(reason: str, pointer: str = "", order: int = 0) -> Record:
    """Return the record of what is not JSON."""
    return Record(order, pointer, "json", None, reason)
