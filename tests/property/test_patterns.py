"""Every pattern of the schemas, as an automaton, matches what it matches as a regular expression."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st
from webex_connect_messaging_spec.automata import AUTOMATA

from webex_connect_messaging import _native

EXPRESSIONS = {pattern: re.compile(re.sub(r"(?<!\\)\$$", r"\\Z", pattern), re.ASCII) for pattern in AUTOMATA}
JUDGES = {pattern: _native.Schemas({}, AUTOMATA).judge({"pattern": pattern}) for pattern in AUTOMATA}


@st.composite
def cases(draw: st.DrawFn) -> tuple[str, str]:
    """Draw a pattern and a text that matches it, that nearly does, or that is any."""
    pattern = draw(st.sampled_from(sorted(AUTOMATA)))
    text = draw(st.from_regex(EXPRESSIONS[pattern]) | st.text(st.characters(exclude_categories=["Cs"])))
    place, removed = draw(st.integers(0, len(text))), draw(st.integers(0, 1))
    inserted = draw(st.just("") | st.sampled_from(list("0a:/ \n-~\x7f\x80\xff€😀")))
    return pattern, text[:place] + inserted + text[place + removed :]


@given(cases())
def test_an_automaton_matches_as_its_pattern_does(case: tuple[str, str]) -> None:
    pattern, text = case
    assert (JUDGES[pattern].errors(text) == []) == (EXPRESSIONS[pattern].search(text) is not None)
