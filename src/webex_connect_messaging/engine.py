"""Choose what validates: the accelerator, or pure Python where it was not built."""

from __future__ import annotations

from typing import Any, Protocol, TypeAlias

from .kinds import Kind
from .record import Records
from .violation import Violation

Found: TypeAlias = "Records | list[Violation]"


class Engine(Protocol):
    """Finds what is wrong with documents. Every engine makes the same records."""

    accelerated: bool
    """Whether it is the accelerator."""

    def validate_value(self, value: Any, kind: Kind) -> Found:
        """Return the sorted violations of a Python value, which may take less time, or what ``check_value`` returns."""

    def validate_text(self, text: bytes | str, kind: Kind | None) -> Found:
        """Return the sorted violations of a JSON text, which may take less time, or what ``check_text`` returns."""

    def check_value(self, value: Any, kind: Kind) -> Records:
        """Return what is wrong with a Python value."""

    def check_text(self, text: bytes | str, kind: Kind | None) -> Records:
        """Return what is wrong with a JSON text; without a kind, its root shows which one it is."""

    def check_lines(
        self, data: bytes, start: int, max_length: int, kind: Kind | None
    ) -> tuple[int, int, int, Records | None]:
        """Skip lines without findings; return how many, where the next one begins and ends, and its records.

        A line that is blank or longer than ``max_length`` is not read: its records are ``None``. After the last line,
        both offsets are beyond the end.
        """


def choose_engine() -> Engine:
    """Return the accelerated engine if the accelerator was built, or else the pure one."""
    try:
        from .accelerator import AcceleratedEngine  # noqa: PLC0415 - only one of the engines is needed
    except ImportError:
        from .pure import PureEngine  # noqa: PLC0415

        return PureEngine()
    return AcceleratedEngine()
