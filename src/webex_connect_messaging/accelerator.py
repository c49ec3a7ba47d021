"""The engine that calls the accelerator, an optional module in C; pure Python decides what that leaves undecided."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from webex_connect_messaging_spec import schemas
from webex_connect_messaging_spec.pointers import parse
from webex_connect_messaging_spec.roots import CHANNELS, KINDS, TAG

from . import _native
from .kinds import ANSWERS, LISTED, Kind, required_of, root_of
from .lowering import Json, Program
from .plain import to_plain
from .record import Records
from .violation import Violation

if TYPE_CHECKING:
    from webex_connect_messaging_spec.roots import Root
    from webex_connect_messaging_spec.rules import Rule

    from .engine import Found
    from .pure import PureEngine


class AcceleratedEngine:
    """Validates with the accelerator."""

    accelerated = True

    def __init__(self) -> None:
        self._validators: dict[Kind, _native.Validators] = {}  # each compiled when it is asked for

    def validate_value(self, value: Any, kind: Kind) -> Found:
        """Return the sorted violations of a Python value if all are of rules, or what ``check_value`` returns."""
        try:
            validators = self._validators[kind]
        except (KeyError, TypeError):  # of what is no str, there may be no hash
            validators = self._add(kind)
        found = _native.check_value(value, validators, Violation)
        return self._check_undecided(value, kind, validators) if found is None else found

    def validate_text(self, text: bytes | str, kind: Kind | None) -> Found:
        """Return the sorted violations of a JSON text if all are of rules, or what ``check_text`` returns."""
        try:
            validators = self._detecting if kind is None else self._validators[kind]
        except (KeyError, TypeError):
            validators = self._add(kind)
        found = _native.check_text(text, validators, Violation)
        return _pure().check_text(text, kind) if found is None else found

    def check_value(self, value: Any, kind: Kind) -> Records:
        """Return what is wrong with a Python value."""
        validators = self._get(kind)
        records = _native.check_value(value, validators)
        return self._check_undecided(value, kind, validators) if records is None else records

    def check_text(self, text: bytes | str, kind: Kind | None) -> Records:
        """Return what is wrong with a JSON text; without a kind, its root shows which one it is."""
        records = _native.check_text(text, self._get(kind))
        return _pure().check_text(text, kind) if records is None else records

    def check_lines(
        self, data: bytes, start: int, max_length: int, kind: Kind | None
    ) -> tuple[int, int, int, Records | None]:
        """Skip lines without findings; return how many, where the next one begins and ends, and its records."""
        validators = self._get(kind)
        skipped = 0
        while True:
            count, start, end, records = _native.check_lines(data, start, max_length, validators)
            skipped += count
            if records is None and start < len(data) and end - start <= max_length:
                line = data[start:end]
                records = _pure().check_text(line, kind) if line and not line.isspace() else None
            if records != []:
                return skipped, start, end, records
            skipped, start = skipped + 1, end + 1

    def _check_undecided(self, value: Any, kind: Kind, validators: _native.Validators) -> Records:
        plain, problems = to_plain(value)
        records = None if problems else _native.check_value(plain, validators)
        return _pure().check_any_value(value, kind) if records is None else records

    def _get(self, kind: Kind | None) -> _native.Validators:
        return self._detecting if kind is None else self._validators.get(kind) or self._add(kind)

    @functools.cached_property
    def _detecting(self) -> _native.Validators:
        """The validators of texts of which the root shows the kind."""
        return TAG, _ByTag(CHANNELS, _load_any_schema)

    def _add(self, kind: Any) -> _native.Validators:
        schema = root_of(kind).schema
        by_tag = TAG, _ByTag(CHANNELS if kind == "request" else {}, lambda: schemas.load(schema))
        self._validators[kind] = by_tag if kind in LISTED else compile_schema(schema)
        return self._validators[kind]


class _ByTag(dict["str | None", "_native.Validator"]):
    """The validators of channels by their tags, each compiled when it is asked for."""

    def __init__(self, roots: Mapping[Any, Root], load_other: Callable[[], Json]) -> None:
        super().__init__()
        self._roots = roots
        self._load_other = load_other

    def __missing__(self, tag: str | None) -> _native.Validator:
        if tag in self._roots:
            self[tag] = compile_schema(self._roots[tag].schema)
            return self[tag]
        return self._other  # which no unknown tag is remembered for

    @functools.cached_property
    def _other(self) -> _native.Validator:
        return _make(self._load_other())


@functools.cache
def _pure() -> PureEngine:
    from .pure import PureEngine  # noqa: PLC0415 - hardly any document needs it

    return PureEngine()


@functools.cache
def compile_schema(name: str) -> _native.Validator:
    """Return the validator of an exported schema and its rules."""
    return _make(schemas.load(name))


def _make(schema: Json) -> _native.Validator:
    from webex_connect_messaging_spec.automata import AUTOMATA  # noqa: PLC0415

    program = Program(_with_rules(schema), AUTOMATA)
    return _native.Validator(program.shapes, program.cached_count)


def _load_any_schema() -> Json:
    """Return the schema of a document of any kind that names no channel; see ``kind_of``."""
    loaded = {kind: schemas.load(kind) for kind in KINDS}
    found: Json = {"$ref": loaded["request"]["$ref"]}
    for kind in reversed(ANSWERS):
        condition = {"type": "object", "required": required_of(kind), "not": {"required": [TAG]}}
        found = {"if": condition, "then": {"$ref": loaded[kind]["$ref"]}, "else": found}
    return {**found, "$defs": {name: value for schema in loaded.values() for name, value in schema["$defs"].items()}}


def _with_rules(schema: Json) -> Json:
    """Return a schema with the rules beside what they govern; what changes is a copy."""
    from webex_connect_messaging_spec import rules  # noqa: PLC0415
    from webex_connect_messaging_spec.expressions import EXPRESSIONS, RULES_AT  # noqa: PLC0415

    definitions = {**schema["$defs"]}
    for at, names in RULES_AT.items():
        steps = parse(f"/{at}")
        if steps[0] in definitions:
            _attach(definitions, steps, [_rule(getattr(rules, name), EXPRESSIONS[name]) for name in names])
    return {**schema, "$defs": definitions}


def _attach(parent: Json, steps: list[str], rules: list[Json]) -> None:
    for step in steps:
        key = int(step) if isinstance(parent, list) else step
        inner = parent[key]
        parent[key] = [*inner] if isinstance(inner, list) else {**inner}
        parent = parent[key]
    parent["x-rules"] = rules


def _rule(rule: Rule, expression: Json) -> Json:
    each = [None if step == "*" else step for step in parse(rule.each or "")]
    return [rule, rule.id, each, parse(rule.pointer), expression]
