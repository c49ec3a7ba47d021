"""Laws that hold for every document; each test is one.

The kind of a document, and the channel of a request, are drawn as all else is; so a law has as many examples as the
profile says, whatever it speaks of.
"""

from __future__ import annotations

import copy
import json
from decimal import Decimal
from operator import itemgetter
from typing import Any

import laws
import orjson
from engines import ENGINES, using
from hypothesis import assume, given
from hypothesis import strategies as st
from reference import SPEC, expected_violations, verdicts
from specgen.pointers import pointer

from webex_connect_messaging import from_dict, is_valid, to_dict, validate, validate_json
from webex_connect_messaging.errors import compile_schema
from webex_connect_messaging.messages import violations

from .mutations import applied, are_apart, mutations
from .strategies import Case, accepted, documents, json_values, mutated

kinds = st.sampled_from(laws.KINDS)


@given(documents())
def test_what_the_strategies_build_validates(case: Case) -> None:
    kind, document = case
    assert is_valid(document, kind), validate(document, kind)


@given(accepted())
def test_compiled_rules_agree_with_a_cel_engine(case: Case) -> None:
    kind, document = case
    found = sorted((item.pointer, item.rule, item.level) for item in validate(document, kind))
    assert found == expected_violations(SPEC.kinds[kind], document)


@given(documents(), st.data())
def test_one_mutation_gives_exactly_the_expected_violation(case: Case, data: st.DataObject) -> None:
    kind, document = case
    mutation = data.draw(st.sampled_from(mutations(kind, document)))
    violations = validate(applied(document, mutation), kind)
    assert [item.pointer for item in violations] == [pointer(mutation.pointer)], mutation
    assert violations[0].rule in mutation.keywords


@given(documents(["request", "notification"]), st.data())  # a response has no two places apart
def test_two_mutations_apart_give_both_violations(case: Case, data: st.DataObject) -> None:
    kind, document = case
    known = mutations(kind, document)
    first = data.draw(st.sampled_from(known))
    others = [other for other in known if are_apart(first, other)]
    assume(others)
    second = data.draw(st.sampled_from(others))
    expected = validate(applied(document, first), kind) + validate(applied(document, second), kind)
    found = validate(applied(applied(document, first), second), kind)
    assert sorted(map(repr, found)) == sorted(map(repr, expected)), (first, second)


@given(mutated())
def test_all_validators_and_both_forms_agree(case: Case) -> None:
    kind, document = case
    found = {name: accepts(document) for name, accepts in verdicts(kind).items()}
    assert len(set(found.values())) == 1, found


@given(accepted() | mutated() | st.tuples(kinds, json_values()))
def test_all_engines_make_the_same_records_and_violations(case: Case) -> None:
    kind, document = case
    found = [engine.check_value(document, kind) for engine in ENGINES.values()]
    placeless = [laws.comparable([(0, *record[1:]) for record in records]) for records in found]
    assert all(records == placeless[0] for records in placeless)
    said = [violations(records) for records in found]
    assert all(answer == said[0] for answer in said)


@given(mutated() | st.tuples(kinds, json_values()))
def test_what_the_schema_refuses_has_an_error(case: Case) -> None:
    kind, document = case
    if not compile_schema(kind).is_valid(document):
        for engine in ENGINES.values():
            with using(engine):
                assert not is_valid(document, kind) or isinstance(document, list)


@given(mutated() | st.tuples(kinds, json_values()), st.sets(st.sampled_from([dict, list, str, int, float]), min_size=1))
def test_values_of_other_python_types_are_validated_as_the_json_that_they_stand_for(
    case: Case, types: set[type]
) -> None:
    kind, document = case
    expected = validate(document, kind)
    for engine in ENGINES.values():
        with using(engine):
            assert validate(disguised(document, types), kind) == expected


class _Object(dict[str, Any]):
    pass


class _Text(str):
    __slots__ = ()


class _Whole(int):
    pass


def disguised(value: Any, types: set[type]) -> Any:
    """Return a value in which other types stand for some of the types of JSON."""
    if isinstance(value, dict):
        items = {disguised(name, types): disguised(item, types) for name, item in value.items()}
        return _Object(items) if dict in types else items
    if isinstance(value, list):
        return (tuple if list in types else list)(disguised(item, types) for item in value)
    return _OTHERS[type(value)](value) if type(value) in types else value


_OTHERS: dict[type, Any] = {str: _Text, int: _Whole, float: lambda number: Decimal(repr(number))}


@given(json_values(), kinds)
def test_validation_never_raises_on_json(payload: Any, kind: Any) -> None:
    assert isinstance(validate(payload, kind), list)


@given(st.binary() | st.text() | json_values().map(json.dumps))
def test_validation_never_raises_on_text(data: Any) -> None:
    assert isinstance(validate_json(data), list)


@given(mutated(), st.none() | st.tuples(st.floats(0, 1), st.binary(max_size=3)))
def test_every_answer_to_a_text_keeps_the_laws(case: Case, damage: tuple[float, bytes] | None) -> None:
    kind, document = case
    text = json.dumps(document, ensure_ascii=False).encode()
    laws.hold(damaged(text, *damage) if damage else text, kind)


@given(st.binary(), kinds)
def test_every_answer_to_bytes_keeps_the_laws(data: bytes, kind: Any) -> None:
    laws.hold(data, kind)


def damaged(text: bytes, place: float, inserted: bytes) -> bytes:
    """Overwrite some bytes of a text."""
    at = int(place * len(text))
    return text[:at] + inserted + text[at + len(inserted) :]


@given(documents(), st.booleans())
def test_the_text_of_a_document_gets_the_answer_of_the_document(case: Case, escaped: bool) -> None:
    kind, document = case
    text = json.dumps(document, ensure_ascii=escaped, indent=1)
    assert validate_json(text, kind) == validate(orjson.loads(text), kind)


@given(accepted())
def test_parse_then_dump_is_identity(case: Case) -> None:
    kind, document = case
    model = from_dict(document, kind)
    assert to_dict(model) == document
    assert from_dict(to_dict(model), kind) == model


@given(
    st.lists(
        documents(["request"]).map(itemgetter(1)) | json_values().filter(lambda value: not isinstance(value, list)),
        min_size=1,
        max_size=2,
    )
)
def test_a_list_of_requests_is_validated_one_by_one(payloads: list[Any]) -> None:
    expected = [
        (f"/{index}{item.pointer}", item.rule) for index, payload in enumerate(payloads) for item in validate(payload)
    ]
    assert [(item.pointer, item.rule) for item in validate(payloads)] == expected


@given(accepted() | mutated() | st.tuples(kinds, json_values()))
def test_validation_does_not_change_its_input(case: Case) -> None:
    kind, document = case
    before = copy.deepcopy(document)
    first = validate(document, kind)
    assert (document, validate(document, kind)) == (before, first)
