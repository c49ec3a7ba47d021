"""JSON Pointers (RFC 6901): write, extend and read them."""

from __future__ import annotations

from collections.abc import Iterable


def escape(step: str | int) -> str:
    """Write one step of a path as it stands in a pointer."""
    return str(step).replace("~", "~0").replace("/", "~1")


def pointer(path: Iterable[str | int]) -> str:
    """Write a path as a pointer; the root is the empty text."""
    return "".join([f"/{escape(step)}" for step in path])


def child_pointer(pointer: str, step: str | int) -> str:
    """Extend a pointer by one step."""
    return f"{pointer}/{escape(step)}"


def parse(pointer: str) -> list[str]:
    """Return the steps of a pointer."""
    return [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]]
