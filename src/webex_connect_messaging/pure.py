"""The engine without the accelerator: jsonschema-rs for schemas, and the rules as compiled to Python."""

from __future__ import annotations

from typing import Any

import orjson
from webex_connect_messaging_spec.compiled import Violated
from webex_connect_messaging_spec.pointers import parse
from webex_connect_messaging_spec.roots import Root

from .encoding import explain_encoding
from .errors import compile_schema, list_errors
from .kinds import BATCH, Kind, documents, find_root, is_empty_batch, kind_of, root_of
from .plain import TOO_DEEP, is_plain, to_plain
from .record import Record, Records, not_json
from .scan import has_unique_names, scan


class PureEngine:
    """Validates without the accelerator."""

    accelerated = False

    def validate_value(self, value: Any, kind: Kind) -> Records:
        """Return what ``check_value`` returns."""
        return self.check_value(value, kind)

    def validate_text(self, text: bytes | str, kind: Kind | None) -> Records:
        """Return what ``check_text`` returns."""
        return self.check_text(text, kind)

    def check_value(self, value: Any, kind: Kind) -> Records:
        """Return what is wrong with a Python value."""
        try:
            if is_plain(value):
                root = find_root(value, kind)
                if compile_schema(root.schema).is_valid(value):
                    return numbered(value, evaluate_rules(value, root))
        except (RecursionError, ValueError):
            pass  # it is nested too deeply, or holds what no text can carry; what that is, is found below
        return self.check_any_value(value, kind)

    def check_any_value(self, value: Any, kind: Kind) -> Records:
        """Return what is wrong with a value that may be refused, or may hold what is no plain JSON value."""
        root_of(kind)
        copy, has_problems = to_plain(value)
        records: Records = list_errors(copy, BATCH) if is_empty_batch(copy, kind) and not has_problems else []
        for at, document in documents(value if has_problems else copy, kind):
            plain, problems = to_plain(document) if has_problems else (document, [])
            records += _below(at, numbered(plain, problems or _check(plain, kind)), len(records))
        return records

    def check_text(self, text: bytes | str, kind: Kind | None) -> Records:
        """Return what is wrong with a JSON text; without a kind, its root shows which one it is."""
        if kind is not None:
            root_of(kind)
        found = read_json(text)
        if isinstance(found, Record):
            return [found]
        data, value = found
        records: Records = list_errors(value, BATCH) if is_empty_batch(value, kind) else []
        for at, document in documents(value, kind):
            records += _below(at, _check(document, kind_of(document) if kind is None else kind))
        if not records and has_unique_names(data, value):
            return records
        offsets, duplicates = scan(data, {record[1] for record in records})
        return [*((offsets[at], at, *rest) for _, at, *rest in records), *duplicates]

    def check_lines(
        self, data: bytes, start: int, max_length: int, kind: Kind | None
    ) -> tuple[int, int, int, Records | None]:
        """Skip lines without findings; return how many, where the next one begins and ends, and its records.

        There are no records of a line that is blank or too long. After the last line, both offsets are beyond the end.
        """
        count = 0
        while start < len(data):
            end = data.find(b"\n", start)
            end = len(data) if end < 0 else end
            line = data[start:end]
            is_read = len(line) <= max_length and not (line.isspace() or not line)
            records = self.check_text(line, kind) if is_read else None
            if records is None or records:
                return count, start, end, records
            count, start = count + 1, end + 1
        return count, len(data) + 1, len(data) + 1, None


def read_json(text: bytes | str) -> tuple[bytes, Any] | Record:
    """Return a JSON text in UTF-8 and its value, or the record of what is not JSON."""
    try:
        data = text.encode() if isinstance(text, str) else text
    except UnicodeEncodeError:
        return not_json("Not JSON: it holds half of a surrogate pair, which no UTF-8 can carry.")
    try:
        return data, orjson.loads(data)
    except orjson.JSONDecodeError as error:
        if (wrong := explain_encoding(data)) is not None:
            return not_json(wrong.message, order=wrong.offset)
        return not_json(f"Not JSON: {error}.", order=len(error.doc[: error.pos].encode(errors="replace")))


def numbered(value: Any, records: Records) -> Records:
    """Return records of one value with the order in which a reader meets what they point to."""
    if len(records) < 2:
        return records
    indexes: dict[int, dict[str, int]] = {}
    positions = {at: _position(value, at, indexes) for at in {record[1] for record in records}}
    numbers = {position: number for number, position in enumerate(sorted(set(positions.values())))}
    return [Record(numbers[positions[at]], at, *rest) for _, at, *rest in records]


def _position(value: Any, at: str, indexes: dict[int, dict[str, int]]) -> tuple[int, ...]:
    """Return the number of each step of a pointer among its neighbours, as far as it leads."""
    position = []
    for step in parse(at):
        if isinstance(value, dict) and step in value:
            known = indexes.get(id(value))
            if known is None:
                known = indexes[id(value)] = {name: index for index, name in enumerate(value)}
            position.append(known[step])
            value = value[step]
        elif isinstance(value, (list, tuple)) and step.isdecimal() and int(step) < len(value):
            position.append(int(step))
            value = value[int(step)]
        else:
            break
    return tuple(position)


def _below(at: str, records: Records, base: int = 0) -> Records:
    if not at:
        return records
    return [Record(base + order, at + inner, *rest) for order, inner, *rest in records]


def _check(document: Any, kind: Kind) -> Records:
    """Return what is wrong with one plain document: by its rules, if its schema accepts it."""
    root = find_root(document, kind)
    if not compile_schema(root.schema).is_valid(document):
        return list_errors(document, root.schema)
    try:
        return evaluate_rules(document, root)
    except RecursionError:
        return [TOO_DEEP]


def evaluate_rules(document: Any, root: Root) -> Records:
    """Return the rules that a document violates which its schema accepts."""
    violated = Violated()
    root.visit(document, (), document, violated)
    return [Record(0, at, rule.id, rule, None) for at, rule in violated] if violated else []
