"""The edges of what validation is given, with each engine."""

from __future__ import annotations

import dataclasses
import json
import re
import subprocess
import sys
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from payloads import EXAMPLES, ROOT

from webex_connect_messaging import (
    ValidationError,
    Violation,
    accelerated,
    check,
    from_dict,
    is_valid,
    validate,
    validate_json,
)
from webex_connect_messaging.errors import list_errors
from webex_connect_messaging.validation import check_lines, check_text

pytestmark = pytest.mark.usefixtures("engine")
TEXT = EXAMPLES["sms/text"]
DEEP = 100_000


def nested(depth: int) -> Any:
    value: Any = {}
    for _ in range(depth):
        value = {"a": value}
    return value


def rules(violations: list[Violation]) -> list[tuple[str, str]]:
    return [(item.pointer, item.rule) for item in violations]


def test_a_valid_request_has_no_violations() -> None:
    assert validate(TEXT) == []
    assert is_valid(TEXT)
    check(TEXT)


def test_check_raises_with_all_violations() -> None:
    with pytest.raises(ValidationError) as caught:
        check({**TEXT, "icmessage": 1, "notifyurl": "nowhere"})
    assert [item.level for item in caught.value.violations] == ["error"]
    with pytest.raises(ValidationError, match="/gtrId") as caught:
        check({**TEXT, "gtrId": [], "notifyurl": "nowhere"})
    assert {item.level for item in caught.value.violations} == {"error", "warning"}


def test_warnings_leave_a_request_valid() -> None:
    payload = {**TEXT, "notifyurl": "nowhere"}
    assert [item.level for item in validate(payload)] == ["warning"]
    assert is_valid(payload)
    check(payload)


def test_nulls_as_asdict_writes_them_get_a_hint() -> None:
    request = from_dict(TEXT)
    written = dataclasses.asdict(request)
    for payload in (written, [TEXT, written]):
        found = validate(payload)
        of_null = [item for item in found if "null" in item.message]
        assert len(of_null) > 10
        assert all("to_dict leaves out what is not set" in item.message for item in of_null)
        assert "to_dict" not in str([item for item in found if item not in of_null])


@pytest.mark.parametrize(
    "payload", [{**TEXT, "expiry": None}, {"deliverychannel": None}, {**TEXT, "destination": None}]
)
def test_other_nulls_get_no_hint(payload: Any) -> None:
    found = validate(payload)
    assert "null" in found[0].message
    assert found == validate_json(json.dumps(payload))
    assert "to_dict" not in str(found)


def test_violations_come_in_document_order() -> None:
    payload = {
        "icmessage": 1,
        "deliverychannel": "sms",
        "destination": [{}, {"msisdn": []}],
        "channels": {"sms": {"text": 5}},
        "expiry": "soon",
    }
    assert [item.pointer for item in validate(payload)] == [
        "/icmessage",
        "/destination/0",
        "/destination/1",
        "/channels/sms/text",
        "/expiry",
    ]


def test_an_unknown_property_gets_a_suggestion() -> None:
    payload = {**TEXT, "channels": {"sms": {"text": "Hi", "senderId": "ACME"}}}
    (violation,) = validate(payload)
    assert violation.pointer == "/channels/sms"
    assert "did you mean 'senderid'?" in violation.message


@pytest.mark.parametrize("tag", ["rcs", "email", "mms", "twitter", "wechat", "instagram"])
def test_a_retired_channel_is_one_violation_that_says_where_it_went(tag: str) -> None:
    (violation,) = validate({**TEXT, "deliverychannel": tag})
    assert (violation.pointer, violation.rule) == ("/deliverychannel", "enum")
    assert "Send Message v2" in violation.message or "retired" in violation.message or "of its own" in violation.message


def test_a_limit_is_told_with_what_was_found() -> None:
    (violation,) = validate({**TEXT, "channels": {"sms": {"text": "a" * 1030}}})
    assert "1024" in violation.message
    assert "1030" in violation.message


def test_a_list_of_requests_has_pointers_with_indexes() -> None:
    assert rules(validate([TEXT, {**TEXT, "gtrId": []}, 5])) == [
        ("/1/gtrId", "every_destination_has_a_gtr_id"),
        ("/2", "type"),
    ]


def test_a_list_of_notifications_has_pointers_with_indexes() -> None:
    good = EXAMPLES["notifications/sms-delivered"]
    assert validate([good, good], "notification") == []
    assert rules(validate((good, {}, [good]), "notification")) == [("/1", "required"), ("/2", "type")]
    text = json.dumps([good, {}])
    assert rules(validate_json(text, "notification")) == [("/1", "required")]
    assert validate_json(json.dumps([good, TEXT]), None) == []
    assert rules(validate_json(json.dumps([good, {"deliveryInfoNotification": 5}]), None)) == [
        ("/1/deliveryInfoNotification", "type")
    ]


def test_an_empty_list_is_an_error() -> None:
    expected = [Violation("", "minItems", "error", "Give at least 1 item; there are 0.")]
    assert validate([]) == validate((), "notification") == validate([], "notification") == expected
    assert validate_json("[]") == validate_json("[]", "notification") == expected
    assert not is_valid([])
    assert validate_json(" [ ] ", None) == expected
    assert rules(validate([[]])) == [("/0", "type")]


def test_a_list_of_responses_is_refused() -> None:
    assert rules(validate([EXAMPLES["responses/accepted"]], "response")) == [("", "type")]
    assert rules(validate([], "response")) == [("", "type")]


def test_the_schema_of_batches_is_published() -> None:
    schema = json.loads((ROOT / "generated" / "schemas" / "batch.schema.json").read_text(encoding="utf-8"))
    is_accepted = Draft202012Validator(schema).is_valid
    assert is_accepted([TEXT])
    assert [payload for payload in ([], TEXT, [5], [[TEXT]], [{**TEXT, "more": 1}]) if is_accepted(payload)] == []


def test_a_list_in_a_list_is_refused() -> None:
    assert rules(validate([[TEXT]])) == [("/0", "type")]


@pytest.mark.parametrize(
    "payload", [nested(DEEP), {**TEXT, "channels": nested(DEEP)}, [nested(DEEP)], {**TEXT, "x": [[]] * 9}]
)
def test_deep_nesting_is_refused(payload: Any) -> None:
    assert not is_valid(payload)


@pytest.mark.parametrize("number", [10**400, -(10**400), float("inf"), float("nan"), 1e308])
def test_odd_numbers_are_refused_where_a_text_belongs(number: float) -> None:
    assert not is_valid({**TEXT, "callbackData": number})


@pytest.mark.parametrize("number", [10**400, float("inf"), float("nan"), 1e308, True])
def test_odd_numbers_are_refused_where_a_number_belongs(number: float) -> None:
    payload = {**TEXT, "channels": {"sms": {"text": "{{link_1}}"}, "smartlinks": [{"linkid": number, "validity": 1}]}}
    assert not is_valid(payload)


@pytest.mark.parametrize(
    "data", [b"", b"{", b"\xff", "\ud800", b'{"a": NaN}', b"1e999", b"[" * 5000, "\ufeff{}", b'"\\ud800"']
)
def test_what_is_not_json_is_one_violation(data: bytes | str) -> None:
    assert rules(validate_json(data)) == [("", "json")]


def test_a_text_may_be_bytes_or_str() -> None:
    text = json.dumps(TEXT)
    assert validate_json(text) == validate_json(text.encode()) == []


@pytest.mark.parametrize(
    ("text", "pointers"),
    [
        ('{"a": 1, "a": 2}', [""]),
        ('{"a": {"b": 1, "b": 1}}', ["/a"]),
        ('[{"a/b": {"c": 1, "d": 2, "c" \t\n: 3}}]', ["/0/a~1b"]),
        ('{"a": 1, "\\u0061": 2}', [""]),
        ('{"a": 1, "a": 2, "b": "\\":"}', [""]),
        ('{"a" : 1, "a" : "\\u0022:"}', [""]),
        ('{"a": 1, "a": 1, "a": 1, "b": 2, "b": 3}', ["", ""]),
    ],
)
def test_a_member_that_stands_twice_is_a_violation(text: str, pointers: list[str]) -> None:
    found = [item.pointer for item in validate_json(text) if item.rule == "duplicate_member"]
    assert found == pointers


@pytest.mark.parametrize(
    "text", ['{"a": "\\":"}', '{"a": ":", "b": "\\" :"}', '{"\\u0022": "\\u0022:", "c" : ":"}', '["a", ":"]']
)
def test_colons_in_texts_are_no_names(text: str) -> None:
    assert "duplicate_member" not in [item.rule for item in validate_json(text)]


def test_duplicates_in_a_text_nested_to_the_limit_are_no_crash() -> None:
    text = '{"a":' * 1000 + "1" + "}" * 1000
    assert validate_json(text.replace("1", '{"b":1,"b":2}')) != []


def test_a_huge_number_beside_a_duplicate_is_no_crash() -> None:
    text = f'{{"a": 1, "a": {"9" * 300}, "b": {"9" * 300}.5}}'
    assert ("", "duplicate_member") in rules(validate_json(text))


def test_importing_the_package_loads_only_what_validation_needs() -> None:
    late = ["click", "rich", *(f"webex_connect_messaging.{name}" for name in ("codec", "bulk", "cli"))]
    late += [f"webex_connect_messaging_spec.{name}" for name in ("models", "schemas.sms")]
    if accelerated:
        late += ["webex_connect_messaging.pure", "webex_connect_messaging_spec.compiled", "jsonschema_rs", "difflib"]
    code = f"import sys, webex_connect_messaging as package; print([name for name in {late} if name in sys.modules])"
    code += "; print(package.models.SmsRequest.__name__, package.to_dict.__module__, hasattr(package, 'nothing'))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["[]", "SmsRequest webex_connect_messaging.codec False"]


@pytest.mark.parametrize("kind", ["letter", "", 5, [], None])
def test_an_unknown_kind_is_an_error_that_lists_the_kinds(kind: Any) -> None:
    assert validate_json("{}", None) != []  # for texts alone, None is no unknown kind
    functions: list[Any] = [validate, is_valid, check, from_dict, *([] if kind is None else [validate_json])]
    for function in functions:
        data = "{}" if function is validate_json else TEXT
        with pytest.raises(ValueError, match=re.escape(f"Unknown kind {kind!r}; expected one of request, response, ")):
            function(data, kind=kind)


def test_without_a_kind_the_root_shows_it() -> None:
    response, notification = EXAMPLES["responses/accepted"], EXAMPLES["notifications/sms-delivered"]
    assert validate_json(json.dumps(response), None) == validate_json(json.dumps(notification), None) == []
    assert rules(validate_json(json.dumps({**notification, "deliverychannel": 1}), None)) == [
        ("/deliverychannel", "enum")
    ]
    assert rules(validate_json("{}", None)) == [("", "required")]


@pytest.mark.parametrize("convert", [bytearray, memoryview, type("Bytes", (bytes,), {}), bytes])
def test_the_content_of_what_is_nearly_bytes_is_validated(convert: Any) -> None:
    assert validate_json(convert(json.dumps(TEXT).encode())) == []
    assert rules(validate_json(convert(b"[5]"))) == [("/0", "type")]


def test_the_content_of_a_subclass_of_str_is_validated() -> None:
    class SafeString(str):
        __slots__ = ()

        def __str__(self) -> str:
            return "another text"

        def encode(self, *_: Any) -> bytes:
            return b"another text"

    assert validate_json(SafeString(json.dumps(TEXT))) == []


def test_what_is_no_text_is_an_error() -> None:
    with pytest.raises(TypeError, match="Expected a text in bytes or str, got int"):
        validate_json(5)  # type: ignore[arg-type] # as a careless caller would


def test_a_text_is_located_by_its_offsets() -> None:
    found = check_text(b'{"deliverychannel": "sms",\n "destination": [],\n "\xc3\xa9": 1, "destination": 5}')
    assert [(item.violation.rule, item.line, item.column) for item in found] == [
        ("additionalProperties", 1, 1),
        ("required", 1, 1),
        ("duplicate_member", 3, 10),
        ("type", 3, 10),
    ]


def test_lines_without_findings_are_skipped() -> None:
    good, bad = json.dumps(TEXT).encode(), json.dumps({**TEXT, "gtrId": []}).encode()
    data = b"\n".join([good, good, bad, b" ", good, b"nonsense", good])
    found: list[Any] = []
    start = 0
    while start <= len(data):
        skipped, start, end, records = check_lines(data, start, 10_000, "request")
        found.append((skipped, data[start:end], None if records is None else [record[2] for record in records]))
        start = end + 1
    assert found == [
        (2, bad, ["every_destination_has_a_gtr_id"]),
        (0, b" ", None),
        (1, b"nonsense", ["json"]),
        (1, b"", None),
    ]


def test_a_line_that_is_too_long_is_not_read() -> None:
    assert check_lines(b"nonsense", 0, 7, None) == (0, 0, 8, None)


def test_what_is_refused_for_no_known_reason_is_not_valid(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("webex_connect_messaging.errors._subjects", lambda *_: iter(()))
    assert [record[2] for record in list_errors(5, "request")] == ["json"]


def test_a_long_text_between_findings_is_read_once() -> None:
    entries = ", ".join(['"é", 5'] * 50_000)
    text = json.dumps(TEXT).replace('["', f'[{entries}, "', 1).encode()
    found = check_text(text)
    assert len([item for item in found if item.violation.rule == "type"]) == 50_000
    assert found[1].column - found[0].column == len('5, "é", ')
