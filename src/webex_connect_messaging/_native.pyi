from collections.abc import Mapping
from typing import Any, TypeAlias, final

from .record import Records

@final
class Validator:
    def __new__(cls, schema: dict[str, Any], patterns: dict[str, tuple[bytes, bytes, bytes]]) -> Validator: ...

Validators: TypeAlias = Validator | tuple[str, Mapping[str | None, Validator]]

def check_value(value: Any, validators: Validators, /) -> Records | None: ...
def check_text(text: bytes | str, validators: Validators, /) -> Records | None: ...
def check_lines(
    data: bytes, start: int, max_length: int, validators: Validators, /
) -> tuple[int, int, int, Records | None]: ...
