"""Every pattern, as an automaton, matches what it matches as a regular expression."""

from __future__ import annotations

import re

from expressions import SELF, compiled, ruled
from hypothesis import given
from hypothesis import strategies as st
from webex_connect_messaging_spec.automata import AUTOMATA

from webex_connect_messaging import _native

EXPRESSIONS = {pattern: re.compile(re.sub(r"(?<!\\)\$$", r"\\Z", pattern), re.ASCII) for pattern in AUTOMATA}
VALIDATORS = {pattern: compiled({"pattern": pattern}) for pattern in AUTOMATA}
RULES = {pattern: ruled(["matches", pattern, SELF]) for pattern in AUTOMATA}


@st.composite
def cases(draw: st.DrawFn) -> tuple[str, str]:
    """Draw a pattern and a string that matches it, that nearly does, or that is any."""
    pattern = draw(st.sampled_from(sorted(AUTOMATA)))
    string = draw(st.from_regex(EXPRESSIONS[pattern]) | st.text(st.characters(exclude_categories=["Cs"])))
    index, removed = draw(st.integers(0, len(string))), draw(st.integers(0, 1))
    added = draw(st.just("") | st.sampled_from(list("0a:/ \n-~\x7f\x80\xff€😀")))
    return pattern, string[:index] + added + string[index + removed :]


@given(cases())
def test_an_automaton_matches_as_its_pattern_does(case: tuple[str, str]) -> None:
    pattern, string = case
    expected = EXPRESSIONS[pattern].search(string) is not None
    assert (_native.check_value(string, VALIDATORS[pattern]) == []) is expected
    assert (_native.check_value(string, RULES[pattern]) == []) is expected
