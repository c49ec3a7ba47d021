"""The kinds of documents, and the root by which each document is validated."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

from webex_connect_messaging_spec import schemas
from webex_connect_messaging_spec.roots import CHANNELS, KINDS, TAG, Root

from .plain import items_of

Kind = Literal["request", "response", "notification"]
ANSWERS: tuple[Kind, ...] = ("response", "notification")
BATCH = "batch"
"""The name of the schema of a list of requests."""
LISTED: tuple[Kind | None, ...] = ("request", "notification", None)
"""The kinds of which a list is validated one by one."""


def root_of(kind: object) -> Root:
    """Return the root of all documents of a kind; what is no ``Kind`` raises ``ValueError``."""
    root = KINDS.get(kind) if isinstance(kind, str) else None
    if root is None:
        raise ValueError(f"Unknown kind {kind!r}; expected one of {', '.join(KINDS)}.")
    return root


def find_root(document: Any, kind: Kind) -> Root:
    """Return the root by which a document is validated: that of its channel, if it names one."""
    if kind == "request" and type(document) is dict:
        tag = document.get(TAG)
        if isinstance(tag, str) and tag in CHANNELS:
            return CHANNELS[tag]
    return root_of(kind)


def kind_of(document: object) -> Kind:
    """Tell a response or a notification by the properties that its root must have; all else is a request."""
    if isinstance(document, dict) and TAG not in document:
        for kind in ANSWERS:
            if set(required_of(kind)) <= set(document):
                return kind
    return "request"


def required_of(kind: Kind) -> list[str]:
    """Return the properties that every document of a kind must have."""
    required: list[str] = schemas.load(kind)["$defs"][KINDS[kind].model]["required"]
    return required


def documents(value: Any, kind: Kind | None) -> Iterator[tuple[str, Any]]:
    """Yield each document of a list with the pointer to it, or the one document; see ``is_empty_batch``."""
    if kind in LISTED and issubclass(type(value), (list, tuple)):
        yield from ((f"/{index}", document) for index, document in enumerate(items_of(value)))
    else:
        yield "", value


def is_empty_batch(value: Any, kind: Kind | None) -> bool:
    """Tell whether a plain value is a list in which there should be documents, but are none."""
    return kind in LISTED and value == []
