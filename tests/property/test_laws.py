"""Laws that hold for every document; each test is one."""

from __future__ import annotations

import copy
import json
from typing import Any
from unittest.mock import patch

import laws
import orjson
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from reference import SPEC, broken_rules, verdicts

from webex_connect_messaging import from_dict, is_valid, to_dict, validate, validate_json, validation

from .mutations import applied, are_apart, mutations
from .strategies import component, documents, json_values, requests

KINDS = tuple(SPEC.kinds)
TAGS = tuple(tag for channel in SPEC.channels for tag, _ in channel.members)
kinds = pytest.mark.parametrize("kind", KINDS)
tags = pytest.mark.parametrize("tag", TAGS)


def pointer(path: tuple[Any, ...]) -> str:
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in path)


@tags
def test_what_the_strategies_build_validates(tag: str) -> None:
    @given(requests(tag))
    def law(document: Any) -> None:
        assert is_valid(document), validate(document)

    law()


@kinds
def test_compiled_rules_agree_with_a_cel_engine(kind: Any) -> None:
    @given(component(SPEC.kinds[kind]))
    def law(document: Any) -> None:
        found = sorted((item.pointer, item.rule, item.level) for item in validate(document, kind))
        assert found == broken_rules(SPEC.kinds[kind], document)

    law()


@kinds
def test_one_mutation_gives_exactly_the_expected_violation(kind: Any) -> None:
    @given(st.data())
    def law(data: st.DataObject) -> None:
        document = data.draw(documents(kind))
        mutation = data.draw(st.sampled_from(mutations(kind, document)))
        violations = validate(applied(document, mutation), kind)
        assert [item.pointer for item in violations] == [pointer(mutation.pointer)], mutation
        assert violations[0].rule in mutation.keywords

    law()


@pytest.mark.parametrize("kind", ["request", "notification"])  # a response has no two places apart
def test_two_mutations_apart_give_both_violations(kind: Any) -> None:
    @given(st.data())
    def law(data: st.DataObject) -> None:
        document = data.draw(documents(kind))
        known = mutations(kind, document)
        first = data.draw(st.sampled_from(known))
        others = [other for other in known if are_apart(first, other)]
        assume(others)
        second = data.draw(st.sampled_from(others))
        expected = validate(applied(document, first), kind) + validate(applied(document, second), kind)
        found = validate(applied(applied(document, first), second), kind)
        assert sorted(map(repr, found)) == sorted(map(repr, expected)), (first, second)

    law()


@kinds
def test_all_validators_and_both_forms_agree(kind: Any) -> None:
    @given(shaken(kind))
    def law(document: Any) -> None:
        found = {name: judge(document) for name, judge in verdicts(kind).items()}
        assert len(set(found.values())) == 1, found

    law()


@st.composite
def shaken(draw: st.DrawFn, kind: str) -> Any:
    """Return a document that its schema accepts, with up to two changes."""
    document = draw(component(SPEC.kinds[kind]))
    for _ in range(draw(st.integers(0, 2))):
        document = draw(_shaken(document))
    return document


def _shaken(value: Any) -> st.SearchStrategy[Any]:
    """Replace, drop or add something anywhere in a value."""
    if isinstance(value, dict) and value:
        return st.sampled_from(sorted(value)).flatmap(
            lambda name: (
                st.just({key: item for key, item in value.items() if key != name})
                | st.just({**value, name + "x": value[name]})
                | _shaken(value[name]).map(lambda item: {**value, name: item})
            )
        )
    if isinstance(value, list) and value:
        return st.just(value[1:]) | st.just(value * 2) | _shaken(value[0]).map(lambda item: [item, *value[1:]])
    return json_values


@kinds
def test_what_is_flawless_at_a_glance_is_so_on_a_closer_look(kind: Any) -> None:
    @given(component(SPEC.kinds[kind]), st.data())
    def law(document: Any, data: st.DataObject) -> None:
        if data.draw(st.booleans()):
            document = data.draw(_shaken(document))
        with patch.multiple(validation, _CHANNELS={}, _KINDS={}):
            closely = validate(document, kind)
        assert validate(document, kind) == closely

    law()


@kinds
@given(payload=json_values)
def test_validation_never_raises_on_json(kind: Any, payload: Any) -> None:
    assert isinstance(validate(payload, kind), list)


@given(st.binary() | st.text() | json_values.map(json.dumps))
def test_validation_never_raises_on_text(data: Any) -> None:
    assert isinstance(validate_json(data), list)


@kinds
def test_every_answer_to_a_text_keeps_the_laws(kind: Any) -> None:
    texts = shaken(kind).map(lambda document: json.dumps(document, ensure_ascii=False).encode())
    cut = st.tuples(texts, st.floats(0, 1), st.binary(max_size=3))

    @given(st.binary() | texts | cut.map(lambda parts: damaged(*parts)))
    def law(data: bytes) -> None:
        laws.hold(data, kind)

    law()


def damaged(text: bytes, place: float, inserted: bytes) -> bytes:
    """Overwrite some bytes of a text."""
    at = int(place * len(text))
    return text[:at] + inserted + text[at + len(inserted) :]


@kinds
def test_the_text_of_a_document_is_judged_as_the_document(kind: Any) -> None:
    @given(documents(kind), st.booleans())
    def law(document: Any, escaped: bool) -> None:
        text = json.dumps(document, ensure_ascii=escaped, indent=1)
        assert validate_json(text, kind) == validate(orjson.loads(text), kind)

    law()


@kinds
def test_parse_then_dump_is_identity(kind: Any) -> None:
    @given(component(SPEC.kinds[kind]))
    def law(document: Any) -> None:
        model = from_dict(document, kind)
        assert to_dict(model) == document
        assert from_dict(to_dict(model), kind) == model

    law()


@given(st.lists(documents("request") | json_values.filter(lambda value: not isinstance(value, list)), max_size=3))
def test_a_list_of_requests_is_judged_one_by_one(payloads: list[Any]) -> None:
    expected = [
        (f"/{index}{item.pointer}", item.rule) for index, payload in enumerate(payloads) for item in validate(payload)
    ]
    assert [(item.pointer, item.rule) for item in validate(payloads)] == expected


@kinds
def test_validation_does_not_change_its_input(kind: Any) -> None:
    @given(documents(kind) | shaken(kind) | json_values)
    def law(document: Any) -> None:
        before = copy.deepcopy(document)
        first = validate(document, kind)
        assert (document, validate(document, kind)) == (before, first)

    law()
