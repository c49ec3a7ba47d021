from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias, final

from .lowering import Shape
from .record import Records

@final
class Validator:
    def __new__(cls, shapes: Sequence[Shape], cached_count: int) -> Validator: ...

Validators: TypeAlias = Validator | tuple[str, Mapping[str | None, Validator]]

def check_value(value: Any, validators: Validators, /) -> Records | None: ...
def check_text(text: bytes | str, validators: Validators, /) -> Records | None: ...
def check_lines(
    data: bytes, start: int, max_length: int, validators: Validators, /
) -> tuple[int, int, int, Records | None]: ...
