"""What Python callers pass, JSON or not, is validated as the JSON that it stands for, with each engine."""

from __future__ import annotations

import collections
import dataclasses
import enum
import json
import types
from collections.abc import Callable
from decimal import Decimal
from typing import Any, NamedTuple
from unittest.mock import Mock

import pytest
from payloads import EXAMPLES, kind_of

from webex_connect_messaging import from_dict, is_valid, models, to_dict, validate
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


class Odd(enum.Enum):
    """Values that cannot be read."""

    RAISES = 1
    ITSELF = 2

    @property
    def value(self) -> Any:
        if self is Odd.RAISES:
            raise KeyError
        return self


class Values(enum.Enum):
    """Values by name."""

    WRONG_DESTINATION = ({"msisdn": [5]},)
    NUMBER = 5


class Number(enum.IntEnum):
    """Numbers by name."""

    ONE = 1


class OddDecimal(Decimal):
    """A decimal whose methods must not be called."""

    def _raise(self, *_: Any, **__: Any) -> Any:
        raise RuntimeError

    is_finite = adjusted = to_integral_value = __int__ = __float__ = __str__ = __eq__ = _raise
    __hash__ = None  # type: ignore[assignment] # as of any class that says what is equal


class Nameless(type):
    """A class that does not tell its name."""

    @property
    def __name__(cls) -> str:  # type: ignore[override] # as careless code does
        raise RuntimeError


@dataclasses.dataclass
class Model:
    """A dataclass with an attribute that cannot be read."""

    text: dataclasses.InitVar[str] = ""

    def __getattribute__(self, name: str) -> Any:
        raise RuntimeError


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
    return value if type(value) is str and value.isascii() else type.__dict__["__name__"].__get__(type(value))


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
        (Number.ONE, "type"), (OddDecimal("1.5"), "type"), (Decimal("1E+2"), "type"),
        (Odd.RAISES, "json"), (Odd.ITSELF, "json"), (Model(), "json"), (OddDecimal("NaN"), "json"), (Nameless("Name", (), {})(), "json"),
        (10**400, "json"), (-(10**400), "json"), (Whole(10**309), "json"), (Decimal("1" * 5000), "json"),
        ({1}, "json"), (b"a", "json"), (object(), "json"), (Mock(spec=dict), "json"), (types.MappingProxyType({}), "json"),
        (float("nan"), "json"), (float("-inf"), "json"), (Decimal("NaN"), "json"), (Decimal("1e400"), "json"),
        (Decimal("sNaN"), "json"), (1j, "json"), (10**5000, "json"), ("\ud800", "json"), (range(3), "json"),
    ],
    ids=repr_or_type,
)  # fmt: skip
def test_another_value_is_one_violation_at_its_pointer(value: Any, rule: str) -> None:
    assert rules({**TEXT, "callbackData": value}) == [("/callbackData", rule)]


@pytest.mark.parametrize(
    "name", [(), b"name", "\ud800", frozenset(), 10**5000, Odd.RAISES, Odd.ITSELF], ids=repr_or_type
)
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


@pytest.mark.parametrize("name", [1, -2.5, True, None, Number.ONE, float("inf"), Whole(7), Tags.SMS, Text("a")])
def test_a_name_is_the_one_that_json_dumps_writes(name: Any) -> None:
    (written,) = json.loads(json.dumps({name: 5}))
    message = {"template": "a", "parameters": {name: 5}}
    assert rules({**TEXT, "message": message}) == [(f"/message/parameters/{written}", "type")]


def test_the_name_of_a_member_of_an_enumeration_is_its_value() -> None:
    assert rules({**TEXT, "channels": {"sms": {Names.TEXT: "Hi"}}}) == []


def test_each_value_that_is_not_json_is_a_violation() -> None:
    found = validate({**TEXT, "callbackData": ["\ud800", {"a/b": {1}}, (b"",)], "x": 1})
    assert [item.pointer for item in found] == ["/callbackData/0", "/callbackData/1/a~1b", "/callbackData/2/0"]
    assert found[1].message == "Not a JSON value. Expected a JSON value, got one of type set."


def test_what_contains_itself_is_a_violation_where_it_does() -> None:
    assert rules({**TEXT, "callbackData": cycle()}) == [("/callbackData/value/0", "json")]
    assert rules({**TEXT, "callbackData": ({1}, cycle(), {2})}) == [
        ("/callbackData/0", "json"),
        ("/callbackData/1/value/0", "json"),
    ]


def test_many_ways_into_a_cycle_take_no_time() -> None:
    rings: list[list[Any]] = [[] for _ in range(30)]
    for ring in rings:
        ring.extend(rings)
    assert rules({**TEXT, "callbackData": rings}) == [("/callbackData/0/0", "json")]


def test_a_dataclass_is_validated_as_its_dict() -> None:
    for name, example in EXAMPLES.items():
        model = from_dict(example, kind_of(name))
        assert validate(model, kind_of(name)) == validate(to_dict(model), kind_of(name)), name


def test_dataclasses_are_validated_wherever_they_stand() -> None:
    sms = models.SmsMessage(text="{{link_1}}")
    wrong: Any = models.SmsDestination(msisdn=({1},))  # type: ignore[arg-type] # as a careless caller would
    payload = {**TEXT, "channels": {"sms": sms}, "destination": (wrong,)}
    assert rules({**payload, "destination": TEXT["destination"]}) == [("/channels/sms/text", "every_link_is_declared")]
    assert rules([TEXT, payload]) == [("/1/destination/0/msisdn/0", "json")]
    request = from_dict(TEXT)
    assert validate((request, [request])) == validate([TEXT, [TEXT]])


def test_a_dataclass_that_contains_itself_is_a_violation() -> None:
    loop: list[Any] = []
    loop.append(models.SmsDestination(msisdn=loop))
    assert rules({**TEXT, "destination": loop}) == [("/destination/0", "json")]


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
    assert (repr(plain), problems) == (repr({"a": [1, 0.5, 2.0, 0.1, "b", True, None], "c": [1, []]}), [])
    assert type(plain["a"][4]) is str


def test_the_pointers_of_many_problems_take_bounded_memory() -> None:
    _, problems = to_plain({"n" * 100_000: [{1}] * 10_000})
    assert len(problems) < 20
