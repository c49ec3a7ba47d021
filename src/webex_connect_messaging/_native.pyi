from collections.abc import Mapping
from typing import Any, TypeAlias, final

_Record: TypeAlias = tuple[int, str, str, Any, Any]
_Validators: TypeAlias = Validator | tuple[str, Mapping[str | None, Validator]]

@final
class Validator:
    def __new__(cls, schema: dict[str, Any], patterns: Mapping[str, tuple[bytes, bytes, bytes]]) -> Validator: ...

def check_value(value: object, validators: _Validators, /) -> list[_Record] | None: ...
def check_text(text: object, validators: _Validators, /) -> list[_Record] | None: ...
def check_lines(
    data: bytes, start: int, max_length: int, validators: _Validators, /
) -> tuple[int, int, int, list[_Record] | None]: ...
