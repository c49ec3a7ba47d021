"""The accelerator loads programs, and refuses those that would lead it out of them."""

from __future__ import annotations

from typing import Any

import pytest

from webex_connect_messaging import _native
from webex_connect_messaging.lowering import Expression, Keyword, Program, Shape

MATCHES_ALL = (b"\0\0", b"\0", b"\1")
TRUE = Expression("constant", constant=True)


def load(*keywords: Any, names: Any = ("a", "b"), branches: Any = (), cached_count: Any = 1) -> _native.Validator:
    """Load a program of one shape whose schema has these keywords."""
    shape: Any = (names, [[*keywords], [], *branches])
    return _native.Validator([shape], cached_count)


def violate(expression: Any, each: Any = (), pointer: Any = (), record: Any = None, rule_id: Any = "RULE") -> Keyword:
    return Keyword("x-rules", 127, rules=[(record, rule_id, each, pointer, expression)])


def test_a_program_is_loaded() -> None:
    program = Program({"properties": {"a": {"$ref": "#/$defs/A"}}, "$defs": {"A": {"type": "string"}}}, {})
    assert [record[1] for record in _native.check_value({"a": 1}, _native.Validator(program.shapes, 0)) or []] == ["/a"]
    assert _native.check_value({}, load(violate(TRUE), Keyword("pattern", 4, automaton=MATCHES_ALL))) == []


def wrong(keyword: Keyword, **fields: Any) -> Any:
    return keyword._replace(**fields)


PATTERN, LENGTH, TYPE = Keyword("pattern", 4, automaton=MATCHES_ALL), Keyword("length", 4), Keyword("type", 4)
MALFORMED: dict[str, Any] = {
    "unknown keyword": Keyword("unknown", 127),
    "a keyword of other parts": ("type", 4),
    "no tuple": [*TYPE],
    "kinds that are no number": wrong(TYPE, kinds="4"),
    "a name that is no str": wrong(TYPE, name=5),
    "a bound that is no number": wrong(LENGTH, least="1"),
    "slot beyond the names": Keyword("required", 1, slots=[2]),
    "slot below 0": Keyword("required", 1, slots=[-1]),
    "slot beyond any": Keyword("required", 1, slots=[2**70]),
    "slot that is no number": Keyword("required", 1, slots=["0"]),  # type: ignore[list-item] # as it says
    "slots that are no sequence": wrong(Keyword("required", 1), slots=5),
    "shape beyond": Keyword("$ref", 127, shapes=[1]),
    "no shape": Keyword("$ref", 127),
    "no shape of items": Keyword("items", 2),
    "no shape of contains": Keyword("contains", 2),
    "more slots than shapes": Keyword("properties", 1, slots=[0, 1], shapes=[0]),
    "schema beyond": Keyword("allOf", 127, schemas=[2]),
    "schema that holds itself": Keyword("allOf", 127, schemas=[0]),
    "no schema of not": Keyword("not", 127),
    "too few schemas of if": Keyword("if", 127, schemas=[1, 1]),
    "more tags than schemas": Keyword("tagged", 1, slots=[0], strings=["x"]),
    "no property that tags": Keyword("tagged", 1, strings=["x"], schemas=[1]),
    "a duplicate string": Keyword("enum", 127, strings=["x", "x"]),
    "too many strings": Keyword("enum", 127, strings=map(str, range(40_000))),
    "half of a surrogate pair": Keyword("enum", 127, strings=["\ud800"]),
    "a string that is none": Keyword("enum", 127, strings=[1]),  # type: ignore[list-item] # as it says
    "a value that is no scalar": Keyword("enum", 127, others=[[]]),
    "a value that is too large": Keyword("enum", 127, others=[2**53]),
    "a value that no double holds": Keyword("enum", 127, others=[10**400]),
    "no automaton": wrong(PATTERN, automaton=None),
    "a pattern of anything": wrong(PATTERN, kinds=127),
    "a length of anything": wrong(LENGTH, kinds=127),
    "unique items of anything": Keyword("uniqueItems", 127),
    "an automaton of two tables": wrong(PATTERN, automaton=MATCHES_ALL[:2]),
    "an automaton of str": wrong(PATTERN, automaton=("", "", "")),
    "an automaton in a list": wrong(PATTERN, automaton=[*MATCHES_ALL]),
    **{
        f"an automaton such as {[part[:3] for part in tables]}": wrong(PATTERN, automaton=tables)
        for tables in (
            *((b"\0\2", b"\0", b"\1"), (b"\0\0", b"\1", b"\1"), (b"", b"", b""), (b"\0\0", b"\0\0\0", b"\1\1")),
            *((b"\1\0", b"\0", b"\1"), (b"\0\0", b"\0", b"\7"), (b"\0\0", bytes(256), b"\1")),
            (b"\0\0", bytes(300 * 255), bytes(300)),
        )
    },
    "a rule of other parts": wrong(violate(TRUE), rules=[(None, "RULE", TRUE)]),
    "a rule without an id": violate(TRUE, rule_id=None),
    "steps that are no strings": violate(TRUE, each=[1]),
    "too many steps": violate(TRUE, each=[None] * 17),
    "too long a pointer": violate(TRUE, pointer=["a"] * 17),
    "no expression": violate(None),
    "an expression of other parts": violate(("constant", [])),
    "unknown operation": violate(Expression("unknown")),
    "too many parts": violate(Expression("not", [TRUE, TRUE])),
    "too few parts": violate(Expression("equal", [TRUE])),
    "parts that are no expressions": violate(Expression("not", [True])),  # type: ignore[list-item] # as it says
    "variable beyond": violate(Expression("variable", number=16)),
    "variable below 0": violate(Expression("variable", number=-1)),
    "slot of an expression beyond": violate(Expression("slot", number=2)),
    "cached array beyond": violate(Expression("cached", [TRUE], 1)),
    "no name of a property": violate(Expression("property", [TRUE])),
    "no automaton of matches": violate(Expression("matches", [TRUE])),
    "a malformed automaton of matches": violate(Expression("matches", [TRUE], automaton=(b"\0\2", b"\0", b"\1"))),
}


@pytest.mark.parametrize("keyword", MALFORMED.values(), ids=MALFORMED)
def test_a_malformed_keyword_is_refused(keyword: Any) -> None:
    with pytest.raises((OverflowError, TypeError, ValueError)):
        load(keyword)


@pytest.mark.parametrize(
    "shapes",
    [
        *([], [None], [()], [("a", [])], [Shape({}, [])], [(5, [[]])], [({}, 5)], [({}, [5])], 5, [({}, [[]]), None]),
        *([(["a", "a"], [[]])], [([1], [[]])], [([*map(str, range(65))], [[]])], [({},)]),
    ],
    ids=lambda shapes: str(shapes)[:40],
)
def test_a_malformed_shape_is_refused(shapes: Any) -> None:
    with pytest.raises((TypeError, ValueError)):
        _native.Validator(shapes, 0)


def test_an_endless_program_is_refused() -> None:
    with pytest.raises(ValueError, match="may lead to itself"):
        load(branches=[[Keyword("anyOf", 127, schemas=[1])]])
    parts: list[Any] = []
    parts.append(Expression("not", parts))
    with pytest.raises(RecursionError):
        load(violate(parts[0]))
    with pytest.raises(ValueError, match="malformed"):
        load(cached_count=-1)
    assert _native.check_value(5, load(Keyword("$ref", 127, shapes=[0]))) is None
