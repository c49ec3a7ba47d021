from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias, TypeVar, final, overload

from .lowering import Shape
from .record import Records

_T = TypeVar("_T", bound=tuple[Any, ...])

@final
class Validator:
    def __new__(cls, shapes: Sequence[Shape], cached_count: int) -> Validator: ...

Validators: TypeAlias = Validator | tuple[str, Mapping[str | None, Validator]]

@overload
def check_value(value: Any, validators: Validators, /) -> Records | None: ...
@overload
def check_value(value: Any, validators: Validators, type: type[_T], /) -> Records | list[_T] | None: ...
@overload
def check_text(text: bytes | str, validators: Validators, /) -> Records | None: ...
@overload
def check_text(text: bytes | str, validators: Validators, type: type[_T], /) -> Records | list[_T] | None: ...
def check_lines(
    data: bytes, start: int, max_length: int, validators: Validators, /
) -> tuple[int, int, int, Records | None]: ...
