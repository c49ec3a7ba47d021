"""The accelerator keeps nothing of what it checks, and holds what it uses."""

from __future__ import annotations

import copy
import gc
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest
from expressions import ROOT, cached, compiled, member, operation, rule
from payloads import EXAMPLES

from webex_connect_messaging import _native

STATUS = Path("/proc/self/statm")
SCHEMA: dict[str, Any] = {
    "properties": {"some-name": {"type": "array"}, "other": {"maxLength": 3}, "dup": True},
    "x-rules": [
        rule(operation("in", member("other"), cached(2, operation("smart_links", ROOT)))),
        rule(["constant", False]),
    ],
    "anyOf": [True, {"required": ["x"]}],
    "additionalProperties": False,
}


def test_nothing_is_kept_of_what_was_checked() -> None:
    name, value = "".join(["some", "-name"]), object()
    text, payload = "".join(["a", "b" * 10]), {name: ["text" * 10], "other": ""}
    others = [{**payload, "x" * number: value if number % 2 else text, "\ud800": text} for number in range(9)]
    validator = compiled(SCHEMA)
    watched = [name, value, text, payload, payload[name], validator, SCHEMA]
    counts = [sys.getrefcount(item) for item in watched]
    for _ in range(100):
        for document in (payload, {name: text}, {"other": text}, *others):
            _native.check_value(document, validator)
            _native.check_value([document], ("other", {None: validator, "": validator, text: validator}))
    assert [sys.getrefcount(item) for item in watched] == counts
    found = _native.check_value({"other": text}, validator)
    assert [record[4] for record in found or [] if record[2] == "maxLength"] == [text]
    assert [sys.getrefcount(item) for item in watched] == counts, "the subject is a copy"


def test_a_validator_keeps_what_it_needs_and_no_more() -> None:
    schema = copy.deepcopy(SCHEMA)
    inner = schema["properties"]["other"]
    count = sys.getrefcount(inner)
    validator = compiled(schema)
    schema.clear()
    records = _native.check_value({"other": "long"}, validator) or []
    assert [record[2:] for record in records if record[2] == "maxLength"] == [("maxLength", inner, "long")]
    del validator, records
    gc.collect()
    assert sys.getrefcount(inner) == count - 1
    for _ in range(100):
        with pytest.raises(ValueError, match="malformed"):
            compiled({"properties": {"a": {"enum": [inner]}}, "x-rules": [rule(["unknown"])]})
    assert sys.getrefcount(inner) == count - 1


def resident() -> int:
    """Return the bytes of memory that this process has in use."""
    return int(STATUS.read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")


@pytest.mark.skipif(not STATUS.exists(), reason="memory in use is read from Linux's /proc")
@pytest.mark.parametrize("call", ["value", "text", "lines", "compile"])
def test_memory_does_not_grow(call: str) -> None:
    validator = compiled(SCHEMA)

    def refuse(number: int) -> Any:
        payload = {"some-name": number, f"unknown{number}": "é" * (number % 999), "other": f"{number}é"}
        if call == "value":
            return _native.check_value({**payload, **({"\ud800": 1} if number % 3 == 0 else {})}, validator)
        text = orjson.dumps(payload).replace(b"{", b'{"dup":1,"dup":2,', 1)[: -1 if number % 3 == 0 else None]
        if call == "text":
            return _native.check_text(text, ("kind", {None: validator}))
        if call == "lines":
            return _native.check_lines(b"{}\n" + text, 0, 5_000, validator)
        return compiled(SCHEMA) if number % 50 == 0 else None

    for number in range(20_000):
        refuse(number)
    gc.collect()
    before = resident()
    for number in range(50_000):
        refuse(number)
    gc.collect()
    assert resident() - before < 2_000_000, "of more than 10 MB that was read"


FINALIZER = """
import contextlib, copy, gc
from webex_connect_messaging import validate

class Cycle:
    def __init__(self, payload):
        self.itself, self.payload = self, payload
    def __del__(self):
        self.payload["destination"].clear()
        self.payload.clear()

example = {example!r}
for threshold in range(1, 61):
    for call in range(6):
        payload = copy.deepcopy(example)
        payload["destination"] = [{{"msisdn": ["+4477009" + str(n).zfill(5)]}} for n in range(40)]
        payload["notifyurl"] = "".join(["\\ud800"])
        if call % 2:
            payload = dict(reversed(payload.items()))
        Cycle(payload)
        gc.set_threshold(threshold)
        with contextlib.suppress(RuntimeError):  # Python code may notice that a dict changes while it goes through it
            validate(payload)
        gc.set_threshold(700)
print("done")
"""


def test_finalizers_may_change_a_payload_while_it_is_checked() -> None:
    """Half a surrogate pair once made an exception inside the walk, and the collector then freed what was borrowed."""
    program = FINALIZER.format(example=EXAMPLES["sms/text"])
    environment = {**os.environ, "PYTHONMALLOC": "debug"}
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, env=environment, check=False)
    assert (done.returncode, done.stdout) == (0, "done\n"), done.stderr[-2000:]


@pytest.mark.parametrize("phase", ["start", "stop"])
def test_the_collector_may_call_the_accelerator(phase: str) -> None:
    validator = compiled({"additionalProperties": {"type": "string", "maxLength": 2}, "required": ["z"]})
    values = [{f"{letter}{number}": f"{letter}{number}" * (number % 4) for number in range(40)} for letter in "aé"]
    checks: list[Callable[[], Any]] = [
        check
        for value in values
        for check in (
            lambda value=value: _native.check_value(value, validator),
            lambda value=value: _native.check_text(orjson.dumps(value), validator),
            lambda value=value: _native.check_lines(b"1\n" + orjson.dumps(value), 2, 10_000, validator),
        )
    ]
    expected = [check() for check in checks]
    thresholds, calls = gc.get_threshold(), list[Any]()

    def check_within(at: str, _: Any) -> None:
        if at == phase:
            calls.append(checks[len(calls) % len(checks)]())

    gc.callbacks.append(check_within)
    gc.set_threshold(1)
    try:
        found = [[check() for check in checks] for _ in range(10)]
    finally:
        gc.set_threshold(*thresholds)
        gc.callbacks.remove(check_within)
    assert found == [expected] * 10
    assert calls
    assert all(call == expected[number % len(expected)] for number, call in enumerate(calls))


def test_a_validator_lives_as_long_as_its_records_need_it() -> None:
    schema = {"required": ["".join(["name", "!"] * 9)]}

    class Mapping(dict[str | None, _native.Validator]):
        def __missing__(self, _key: str | None) -> _native.Validator:
            return compiled(copy.deepcopy(schema))

    expected = [(f"/{index}", "required", schema, "name" + "!name" * 8 + "!") for index in (0, 1)]
    for _ in range(200):
        for found in (
            _native.check_value([{"kind": 1}] * 2, ("kind", Mapping())),
            _native.check_text('[{"kind":1},{"kind":1}]', ("kind", Mapping())),
            _native.check_lines(b'[{"kind":1},{"kind":1}]', 0, 100, ("kind", Mapping()))[3],
        ):
            assert [record[1:] for record in found or []] == expected
