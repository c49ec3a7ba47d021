"""What Python callers pass, JSON or not, is validated as the JSON that it stands for, with each engine."""

from __future__ import annotations

import collections
import enum
import types
from collections.abc import Callable
from decimal import Decimal
from typing import Any, NamedTuple
from unittest.mock import Mock

import pytest
from payloads import EXAMPLES

from webex_connect_messaging import is_valid, validate
from webex_connect_messaging.plain import to_plain

pytestmark = pytest.mark.usefixtures("engine")
TEXT = EXAMPLES["sms/text"]


class Names(enum.Enum):
    """Names of properties."""

    TEXT = "text"


class Lone(str):
    """A string that equals no other."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return self is other

    def __hash__(self) -> int:
        return id(self)


class Hostile(dict[str, Any]):
    """A dict whose methods must not be called."""

    def __getitem__(self, name: str) -> Any:
        raise RuntimeError(name)

    def get(self, *_: Any) -> Any:
        raise RuntimeError

    def items(self) -> Any:
        raise RuntimeError


class Text(str):
    """A string whose methods tell something else."""

    __slots__ = ()
    __hash__ = str.__hash__

    def __str__(self) -> str:
        return "something else"

    def __eq__(self, other: object) -> bool:
        raise RuntimeError

    def __len__(self) -> int:
        return 0


class Items(list[Any]):
    """A list that seems empty."""

    def __iter__(self) -> Any:
        return iter(())


class Whole(int):
    """An integer of its own."""


class Fraction(float):
    """A float of its own."""


class Tags(str, enum.Enum):
    """Texts by name."""

    SMS = "sms"


class Values(enum.Enum):
    """Values by name."""

    WRONG_DESTINATION = ({"msisdn": [5]},)
    NUMBER = 5


class Pair(NamedTuple):
    """Two values."""

    first: Any
    second: Any


def cycle() -> Any:
    value: dict[str, Any] = {}
    value["value"] = [value]
    return value


def nested(depth: int, wrap: Callable[[Any], Any]) -> Any:
    value: Any = 1
    for _ in range(depth):
        value = wrap(value)
    return value


def repr_or_type(value: Any) -> str:
    return value if type(value) is str and value.isascii() else type(value).__name__


def rules(payload: Any) -> list[tuple[str, str]]:
    return [(item.pointer, item.rule) for item in validate(payload)]


@pytest.mark.parametrize(
    "payload",
    [
        collections.OrderedDict(TEXT),
        Hostile(TEXT),
        {Text(name): value for name, value in TEXT.items()},
        {**TEXT, "deliverychannel": Tags.SMS},
        {**TEXT, "deliverychannel": Text("sms")},
        {**TEXT, "destination": tuple(TEXT["destination"])},
        {**TEXT, "destination": Items(TEXT["destination"])},
        (TEXT, TEXT),
        Items([TEXT]),
    ],
)
def test_what_stands_for_a_valid_payload_is_valid(payload: Any) -> None:
    assert validate(payload) == []


@pytest.mark.parametrize(
    ("value", "rule"),
    [
        (Whole(5), "type"), (Fraction(5.5), "type"), (Decimal("5.5"), "type"), (Decimal(5), "type"),
        (Values.NUMBER, "type"), (Text("a" * 2001), "maxLength"), (Pair(1, 2), "type"), (Items(), "type"),
        ({1}, "json"), (b"a", "json"), (object(), "json"), (Mock(spec=dict), "json"), (types.MappingProxyType({}), "json"),
        (float("nan"), "json"), (float("-inf"), "json"), (Decimal("NaN"), "json"), (Decimal("1e400"), "json"),
        (Decimal("sNaN"), "json"), (1j, "json"), (10**5000, "json"), ("\ud800", "json"), (range(3), "json"),
    ],
    ids=repr_or_type,
)  # fmt: skip
def test_another_value_is_one_violation_at_its_pointer(value: Any, rule: str) -> None:
    assert rules({**TEXT, "callbackData": value}) == [("/callbackData", rule)]


@pytest.mark.parametrize("name", [1, None, 1.5, (), b"name", "\ud800"])
def test_a_name_that_is_no_string_is_a_violation_of_its_object(name: Any) -> None:
    assert rules({**TEXT, "channels": {"sms": {name: 1}}}) == [("/channels/sms", "json")]
    assert rules([TEXT, {name: 2}]) == [("/1", "json")]


@pytest.mark.parametrize("name", [Names.TEXT, Lone("text")])
def test_names_that_stand_for_the_same_string_are_a_violation_of_their_object(name: Any) -> None:
    for members in ({"text": "a", name: 5}, {name: 5, "text": "a"}):
        assert rules({**TEXT, "channels": {"sms": members}}) == [("/channels/sms", "json")]


@pytest.mark.parametrize(
    "destination", [({"msisdn": [5]},), [{"msisdn": (5,)}], Values.WRONG_DESTINATION, Items([Hostile(msisdn=[5])])]
)
def test_what_is_refused_below_a_container_of_another_type_is_found(destination: Any) -> None:
    assert rules({**TEXT, "destination": destination}) == [("/destination/0/msisdn/0", "type")]


def test_each_value_that_is_not_json_is_a_violation() -> None:
    found = validate({**TEXT, "callbackData": ["\ud800", {"a/b": {1}}, (b"",)], "x": 1})
    assert [item.pointer for item in found] == ["/callbackData/0", "/callbackData/1/a~1b", "/callbackData/2/0"]
    assert found[1].message == "Not a JSON value. Expected a JSON value, got one of type set."


@pytest.mark.parametrize(
    "payload",
    [
        cycle(),
        {**TEXT, "callbackData": cycle()},
        nested(100_000, lambda value: [value]),
        nested(100_000, lambda value: {"a": value}),
        {**TEXT, "callbackData": nested(2_000, lambda value: (value,))},
    ],
)
def test_what_is_nested_too_deeply_is_one_violation(payload: Any) -> None:
    assert not is_valid(payload)
    assert {item.rule for item in validate(payload)} <= {"json", "type"}


def test_a_default_dict_is_not_changed() -> None:
    payload: dict[str, Any] = collections.defaultdict(list)
    assert rules(payload) == [("", "required")]
    assert payload == {}


def test_copies_have_the_types_of_json_alone() -> None:
    value = {"a": [Whole(1), Fraction(0.5), Decimal("2.0"), Decimal("0.1"), Text("b"), True, None], "c": Pair(1, ())}
    plain, problems = to_plain(value)
    assert (repr(plain), problems) == (repr({"a": [1, 0.5, 2, 0.1, "b", True, None], "c": [1, []]}), [])
    assert type(plain["a"][4]) is str


def test_the_pointers_of_many_problems_take_bounded_memory() -> None:
    _, problems = to_plain({"n" * 100_000: [{1}] * 10_000})
    assert len(problems) < 20
