"""What a rule reads is worked out from its tree."""

from __future__ import annotations

import pytest
from specgen.cel import UnsupportedExpressionError, compile_rule
from specgen.reads import reads

READS = {
    "true": [],
    "self": ["self"],
    "self == root.a": ["root/a", "self"],
    "self.a == 1": ["self/a"],
    "self['a/b'].c == 1": ["self/a~1b/c"],
    "has(self.a)": ["self/a"],
    "!has(self.a) || self.a.b == 1": ["self/a/b"],
    "has(self.a) && json_size(self.a) < 9 && has(self.a.b)": ["self/a"],
    "has(self.a) && !has(self.a.b)": ["self/a/b"],
    "self[0].pos != self[1].pos": ["self/0/pos", "self/1/pos"],
    "self.map(x, x.id) == []": ["self/*/id"],
    "unique(self.rows.map(row, string(row.id)))": ["self/rows/*/id"],
    "self.rows.filter(row, has(row.a)).map(row, row.b) == []": ["self/rows/*/a", "self/rows/*/b"],
    "self.rows.filter(row, has(row.a)).map(entry, entry.b) == []": ["self/rows/*/a", "self/rows/*/b"],
    "self.rows.map(row, row.cells).all(cells, cells.all(cell, cell.a == 1))": ["self/rows/*/cells/*/a"],
    "self.rows.all(row, row.cells.exists(cell, cell.a == row.b))": ["self/rows/*/b", "self/rows/*/cells/*/a"],
    "flatten(self.map(row, row.cells)).all(cell, cell.a == 1)": ["self/*/cells/*/a"],
    "size(flatten(self.map(row, row.cells))) == 1": ["self/*/cells"],
    "flatten(self.map(row, [row.a])).all(a, a == 1)": ["self/*/a"],
    "'a' in self && self.b == 'c' || 'd' != self.e": ["self"],
    "self.rows.all(row, true)": ["self/rows/*"],
    "self.all(name, name == self.type)": ["self/*", "self/type"],
    "size(self.a) == 1": ["self/a"],
    "item.id in self.rows.map(row, row.id)": ["item/id", "self/rows/*/id"],
    "has(root.links) && self in root.links.map(link, link.id)": ["root/links/*/id", "self"],
    "self.matches('^a') && self.a.startsWith('b')": ["self"],
    "self.a.matches('^a') && self.b.startsWith(self.c)": ["self/a", "self/b", "self/c"],
    "(has(self.a) ? self.a : self.b) == 1": ["self/a", "self/b"],
    "[self.a, self.b].exists_one(given, given)": ["self/a", "self/b"],
    "-0.5 < self.a + self.b": ["self/a", "self/b"],
    "'a' in self.b": ["self/b"],
}


@pytest.mark.parametrize("expression", READS)
def test_what_a_rule_reads(expression: str) -> None:
    assert list(reads(compile_rule(expression, is_repeated=True))) == READS[expression]


def test_a_property_of_what_is_no_part_of_the_document_is_refused() -> None:
    with pytest.raises(UnsupportedExpressionError, match="is no part of self, item or root"):
        reads(compile_rule("has(self.a) && (has(self.b) ? self.b : self.c).d == 1"))
