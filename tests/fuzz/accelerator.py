"""Hold the accelerator against the pure engine on mutated documents for some time: ``nox -s sanitize``."""

from __future__ import annotations

import copy
import ctypes
import gc
import importlib.util
import random
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from typing import Any

from engines import ENGINES
from fuzz.mutator import ODD, change_bytes, change_value, write
from laws import KINDS, comparable
from payloads import EXAMPLES, VECTORS
from webex_connect_messaging_spec import schemas
from webex_connect_messaging_spec.automata import AUTOMATA
from webex_connect_messaging_spec.roots import TAG

from webex_connect_messaging import Violation, _native, accelerator
from webex_connect_messaging.lowering import Program

DOCUMENTS = [*EXAMPLES.values(), *(vector["payload"] for vector in VECTORS.values())]
ODD_IN_PYTHON = [*ODD, (), ([],), "\ud800", {1: 2}, float("nan"), b"", type("Str", (str,), {})("a"), {"\udfff": []}]


def check_text(chance: random.Random) -> None:
    """Check a mutated text, as a line among others, too."""
    payload = [copy.deepcopy(chance.choice(DOCUMENTS))]
    for _ in range(chance.randint(0, 3)):
        change_value(payload, chance)
    text = write(payload[0], chance)
    for _ in range(chance.choice([0, 0, 0, 1, 2])):
        text = change_bytes(text, chance)
    kind = chance.choice([*KINDS, None])
    found = [comparable(engine.check_text(text, kind)) for engine in ENGINES.values()]
    assert found[0] == found[-1], (text, kind)
    line = text.replace(b"\n", b" ")
    lines = [engine.check_lines(b"{}\n" + line + b"\n1", 3, 1_000_000, kind) for engine in ENGINES.values()]
    assert lines[0][:3] == lines[-1][:3], (line, kind)
    assert comparable(lines[0][3] or []) == comparable(lines[-1][3] or []), (line, kind)


def check_value(chance: random.Random) -> None:
    """Check a mutated Python value."""
    payload = [copy.deepcopy(chance.choice(DOCUMENTS))]
    for _ in range(chance.randint(0, 3)):
        change_value(payload, chance, ODD_IN_PYTHON)
    kind = chance.choice(KINDS)
    found = [comparable(engine.check_value(payload[0], kind)) for engine in ENGINES.values()]
    assert [record[1:] for record in found[0]] == [record[1:] for record in found[-1]], (payload[0], kind)


TESTCAPI: Any = importlib.import_module("_testcapi") if importlib.util.find_spec("_testcapi") else None
PROGRAM = Program(accelerator._with_rules(schemas.load("request")), AUTOMATA)


def check_without_memory(chance: random.Random) -> None:
    """Let memory run out in the accelerator, or in Python while it is called: there is no answer, or the right one."""
    every = ctypes.c_uint.in_dll(ctypes.CDLL(_native.__file__), "fail_every")
    payload: Any = [copy.deepcopy(chance.choice(DOCUMENTS)) for _ in range(chance.choice([1, 1, 40]))]
    change_value(payload, chance)
    validator = _native.Validator(PROGRAM.shapes, PROGRAM.cached_count)
    validators: defaultdict[str | None, _native.Validator] = defaultdict(lambda: validator)
    mapping = (TAG, validators)
    text = write(payload, chance)
    calls: list[Callable[[], Any]] = [
        lambda: _native.check_text(text, mapping),
        lambda: _native.check_value(payload, mapping),
        lambda: _native.check_value(payload[0] if payload else 5, mapping, Violation),
        lambda: _native.check_lines(text, 0, 1_000_000, mapping),
        lambda: bool(_native.Validator(PROGRAM.shapes, PROGRAM.cached_count)),
    ]
    for call in calls:
        expected = call()
        every.value = chance.randint(1, 40)
        try:
            found = _call_without_memory(call, chance)
        finally:
            every.value = 0
        undecided = (0, 0, len(text), None) if isinstance(expected, tuple) else None
        assert found in (expected, undecided, MemoryError), found


def _call_without_memory(call: Callable[[], Any], chance: random.Random) -> Any:
    start = chance.randint(1, 200)
    testcapi: Any = TESTCAPI if chance.random() < 0.5 else None
    try:
        if testcapi is not None:
            testcapi.set_nomemory(start, start + chance.randint(1, 3))
        return call()
    except MemoryError:
        return MemoryError
    finally:
        if testcapi is not None:
            testcapi.remove_mem_hooks()


def main(seconds: float, seed: int) -> None:
    """Run until the time is over; each round has a seed of its own, which is printed where it fails."""
    assert "accelerated" in ENGINES
    print(f"checking {_native.__file__} for {seconds:.0f} s from seed {seed}", flush=True)
    checks = (check_text, check_text, check_value, check_without_memory)
    counts: Counter[str] = Counter()
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        chance = random.Random(seed)
        check = chance.choice(checks)
        try:
            check(chance)
        except BaseException:
            print(f"seed {seed}: {check.__name__}", flush=True)
            raise
        counts[check.__name__] += 1
        seed += 1
    gc.collect()
    print(", ".join(f"{count} times {name}" for name, count in counts.items()))


if __name__ == "__main__":
    main(float(sys.argv[1]), int(sys.argv[2]))
