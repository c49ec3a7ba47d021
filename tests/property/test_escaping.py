"""Nothing that is written about inputs can control a terminal or forge a line, whatever names and payloads hold."""

from __future__ import annotations

import json
import re
from typing import Literal, get_args

from hypothesis import given
from hypothesis import strategies as st

from webex_connect_messaging.bulk.reports import Form, Reporter
from webex_connect_messaging.escaping import escape_json, shown_name
from webex_connect_messaging.positions import Located
from webex_connect_messaging.violation import Violation

UNSAFE = re.compile("[\x00-\x09\x0b-\x1f\x80-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
EVIL = "\x1b\r\n\x07\x00\x7f\x85\x9b\u202e\u2028\u2066[]%,:/é"
TEXTS = st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from(EVIL))
LEVELS: st.SearchStrategy[Literal["error", "warning"]] = st.sampled_from(["error", "warning"])


@given(TEXTS, TEXTS, TEXTS, st.sampled_from(get_args(Form)), LEVELS)
def test_no_output_has_an_unsafe_character(
    file: str, pointer: str, message: str, form: Form, level: Literal["error", "warning"]
) -> None:
    found = [Located(Violation(f"/{pointer}", "enum", level, message), 1, 1)]
    reporter = Reporter(shown_name(file), form, False, None)
    (summary,) = reporter.report_document(found).summaries
    for output in (summary.output(0), reporter.report_problem(message, 3)):
        text = output.decode()
        assert not UNSAFE.search(text)
        if form in {"text", "github"}:
            assert text.count("\n") <= 1
        if form == "records":
            assert json.loads(text)["file"] == file


@given(TEXTS)
def test_escaped_json_means_the_same(text: str) -> None:
    assert json.loads(escape_json(json.dumps(text, ensure_ascii=False).encode())) == text
