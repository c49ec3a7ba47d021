"""Threads and interpreters validate at the same time and find what one alone finds; SECONDS says for how long."""

from __future__ import annotations

import copy
import json
import os
import pickle
import random
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from engines import ENGINES
from expressions import compiled, member, operation, rule
from payloads import EXAMPLES, VECTORS, kind_of

from webex_connect_messaging import _native, accelerator, validate, validate_json
from webex_connect_messaging.lowering import Program

SECONDS = float(os.environ.get("SECONDS", "2"))
THREADS = 16
DOCUMENTS = [
    *((example, kind_of(name)) for name, example in EXAMPLES.items()),
    *((vector["payload"], vector["kind"]) for vector in VECTORS.values()),
]


@pytest.fixture(autouse=True)
def _hurry() -> Iterator[None]:
    """Let threads take turns more often."""
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    yield
    sys.setswitchinterval(interval)


def run(*targets: Any) -> None:
    """Run functions in threads; raise the first error of one of them."""
    errors: list[BaseException] = []

    def call(target: Any) -> None:
        try:
            target()
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=call, args=(target,)) for target in targets]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]


def test_threads_find_what_one_finds() -> None:
    documents = random.Random(0).sample(DOCUMENTS, 400)
    texts = [json.dumps(payload) for payload, _ in documents]
    expected = [validate(payload, kind) for payload, kind in documents]
    assert [validate_json(text, kind) for text, (_, kind) in zip(texts, documents, strict=True)] == expected
    end, counts = time.monotonic() + SECONDS, [0] * THREADS

    def check(number: int) -> None:
        chance = random.Random(number)
        while time.monotonic() < end:
            index = chance.randrange(len(documents))
            payload, kind = documents[index]
            assert validate(payload, kind) == expected[index]
            assert validate_json(texts[index], kind) == expected[index]
            counts[number] += 1

    run(*(lambda number=number: check(number) for number in range(THREADS)))
    assert min(counts) > 0


@pytest.mark.skipif("accelerated" not in ENGINES, reason="the accelerator was not built")
def test_threads_may_compile_and_use_validators_at_once() -> None:
    schema = {
        "additionalProperties": {"maxLength": 3},
        "x-rules": [rule(operation("in", member("a"), ["cached", 0, operation("smart_links", ["variable", 0])]))],
    }
    shared = compiled(schema)
    end = time.monotonic() + SECONDS / 2

    def check(number: int) -> None:
        name, text = f"name{number}", "x" * (number % 7)
        payload = {"a": "1", name: text, "{{link_1}}": ""}
        long = [(5, f"/{name}", "maxLength", {"maxLength": 3}, text)] if len(text) > 3 else []
        while time.monotonic() < end:
            validator = compiled(copy.deepcopy(schema)) if number % 4 == 0 else shared
            found = _native.check_value(payload, validator) or []
            assert [record[1:] for record in found] == [record[1:] for record in long]
            assert len(_native.check_text(json.dumps(payload), validator) or []) == len(long)

    run(*(lambda number=number: check(number) for number in range(THREADS)))


@pytest.mark.skipif("accelerated" not in ENGINES, reason="the accelerator was not built")
def test_a_payload_may_change_while_another_thread_checks_it() -> None:
    payload: dict[str, Any] = copy.deepcopy(EXAMPLES["sms/text"])
    destination = payload["destination"]
    end = time.monotonic() + SECONDS / 2

    def change() -> None:
        chance = random.Random(0)
        while time.monotonic() < end:
            destination[:] = [{"msisdn": [f"+4477009{number:05}"]} for number in range(chance.randrange(1, 40))]
            destination[0]["msisdn"].clear()
            payload.pop("options", None)
            payload["options"] = {"a" * chance.randrange(5): "\U0001f600" * chance.randrange(9)}

    def check() -> None:
        validator = accelerator.compile_schema("sms")
        while time.monotonic() < end:
            assert isinstance(_native.check_value(payload, validator), list)

    run(change, check, change, check)


INTERPRETERS = """
import importlib.util, pickle, sys, threading
if sys.version_info >= (3, 13):
    import _interpreters as interpreters
    create = lambda: interpreters.create("isolated")
else:
    import _xxsubinterpreters as interpreters
    create = lambda: interpreters.create(isolated=True)

def run(code):
    interpreter = create()
    try:
        failed = interpreters.run_string(interpreter, code)
        if failed is not None:
            print(failed)
    finally:
        interpreters.destroy(interpreter)
"""
NATIVE = """
import importlib.util, pickle
spec = importlib.util.spec_from_file_location("_native", {path!r})
native = importlib.util.module_from_spec(spec)
spec.loader.exec_module(native)
validator = native.Validator(*pickle.loads({program!r}))
documents = pickle.loads({documents!r})
for _ in range(100):
    for value, text, expected in documents:
        assert [record[1:3] for record in native.check_value(value, validator)] == expected
        assert [record[1:3] for record in native.check_text(text, validator)] == expected
print("done")
"""
PACKAGE = """
import json, time
import webex_connect_messaging as package
assert package.accelerated
value = json.loads({text!r})
def measure(function):
    def seconds():
        start = time.perf_counter()
        for _ in range(200):
            function()
        return time.perf_counter() - start
    return min(seconds() for _ in range(5))
assert package.validate(value) == package.validate_json({text!r}) == []
assert [item.rule for item in package.validate({{**value, "unknown": 1}})] == ["additionalProperties"]
ratio = measure(lambda: package.validate_json({text!r})) / measure(lambda: json.loads({text!r}))
print("done" if ratio < 5 else ratio)
"""


def run_program(program: str) -> str:
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


needs_isolation = pytest.mark.skipif(
    "accelerated" not in ENGINES or sys.version_info < (3, 12),
    reason="interpreters have a lock of their own since Python 3.12",
)


@needs_isolation
def test_the_package_is_fast_in_an_isolated_interpreter() -> None:
    """In it orjson does not load, so that what the accelerator leaves undecided raises ImportError."""
    code = PACKAGE.format(text=json.dumps(EXAMPLES["sms/text"]))
    assert run_program(f"{INTERPRETERS}\nrun({code!r})") == "done\n"


@needs_isolation
def test_isolated_interpreters_check_at_once() -> None:
    program = Program(
        {"properties": {"a": {"type": "string"}}, "required": ["b"], "additionalProperties": {"minimum": 0}}, {}
    )
    validator = _native.Validator(program.shapes, program.cached_count)
    values = [{"a": 1}, {"b": -1, "a": "é" * 99}, {"b": [], "c": {}}, {str(number): -number for number in range(99)}]
    documents = [
        (value, json.dumps(value), [record[1:3] for record in _native.check_value(value, validator) or []])
        for value in values
    ]
    plain = pickle.dumps((_plain(program.shapes), program.cached_count))
    code = NATIVE.format(path=_native.__file__, program=plain, documents=pickle.dumps(documents))
    threads = "threads = [threading.Thread(target=run, args=(code,)) for _ in range(8)]"
    start = "for thread in threads: thread.start()\nfor thread in threads: thread.join()"
    output = run_program(f"{INTERPRETERS}\ncode = {code!r}\n{threads}\n{start}")
    assert (output.count("done"), output.replace("done", "").strip()) == (8, "")


def _plain(value: Any) -> Any:
    """Return tuples without names, which need no package to be read."""
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    if isinstance(value, (tuple, list)):
        return tuple(map(_plain, value)) if isinstance(value, tuple) else [*map(_plain, value)]
    return value
