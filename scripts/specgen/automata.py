"""Compile patterns to automata, which match a string in one pass."""

from __future__ import annotations

import interegular
from interegular.fsm import FSM, State, TransitionKey, anything_else

Automaton = tuple[bytes, bytes, bytes]
_CHARACTERS = 256  # that have a class of their own


def automaton(pattern: str) -> Automaton:
    """Return the automaton of a pattern, which is searched for, as in JSON Schema.

    That is: where a class of characters begins and its number, in pairs, of which the last holds for all others too;
    for each state, from 0, the next one by class; and whether a string may end there. The states that are never left
    come last.
    """
    machine: FSM = interegular.parse_pattern(_whole(pattern)).to_fsm().reduce()  # type: ignore[no-untyped-call]
    known = {ord(symbol): name for symbol, name in machine.alphabet.items() if symbol is not anything_else}
    if max(known, default=0) >= _CHARACTERS - 1:
        raise ValueError(f"the pattern {pattern} tells characters apart that lie beyond U+00FE")
    by_character = [known.get(character, machine.alphabet[anything_else]) for character in range(_CHARACTERS)]
    names = list(dict.fromkeys(by_character))
    classes = [names.index(name) for name in by_character]
    pairs = [pair for pair in enumerate(classes) if pair[0] == 0 or pair[1] != classes[pair[0] - 1]]
    transitions = _transitions(machine, names)
    states = sorted(transitions, key=lambda state: set(transitions[state]) == {state})
    rows = [[states.index(target) for target in transitions[state]] for state in states]
    ends = [state in machine.finals for state in states]
    return b"".join(map(bytes, pairs)), b"".join(map(bytes, rows)), bytes(ends)


def _transitions(machine: FSM, names: list[TransitionKey]) -> dict[State | None, list[State | None]]:
    """Return where each state leads, by class; the first is the one to begin with, and nothing is where all is lost."""
    found: dict[State | None, list[State | None]] = {}
    pending: list[State | None] = [machine.initial]
    for state in pending:  # which grows
        if state not in found:
            found[state] = [None if state is None else machine.map[state].get(name) for name in names]
            pending += found[state]
    return found


def _whole(pattern: str) -> str:
    """Return a pattern of whole texts that matches those in which the given one is found."""
    start, end = pattern.startswith("^"), pattern.endswith("$") and not pattern.endswith(r"\$")
    inner = pattern[start : len(pattern) - end]
    return f"{'' if start else '(?s:.*)'}(?:{inner}){'' if end else '(?s:.*)'}"
