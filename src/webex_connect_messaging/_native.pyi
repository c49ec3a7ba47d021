from collections.abc import Callable
from typing import Any, final

from .native import Broken, Error
from .native import Judge as AnyJudge

@final
class Schemas:
    def __init__(self, definitions: dict[str, Any], patterns: dict[str, tuple[bytes, bytes, bytes]]) -> None: ...
    def judge(self, schema: Any, /) -> Judge: ...

@final
class Judge:
    def broken_rules(self, value: Any, /) -> Broken | None: ...
    def errors(self, value: Any, /) -> list[Error] | None: ...

def names_members_once(text: bytes, value: Any, /) -> bool: ...
def skip_flawless_lines(
    lines: bytes,
    start: int,
    longest: int,
    read: Callable[[bytes], Any],
    judges: AnyJudge | tuple[str, dict[str, AnyJudge]],
    /,
) -> tuple[int, int]: ...
