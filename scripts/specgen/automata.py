"""Turn patterns into automata, which tell in one pass over a text whether it matches."""

from __future__ import annotations

import interegular
from interegular.fsm import anything_else

Automaton = tuple[bytes, bytes, bytes]
_CHARACTERS = 256  # that are told apart


def automaton(pattern: str) -> Automaton:
    """Return the automaton of a pattern, which searches a text, as JSON Schema has it.

    That is: where a class of characters begins and its number, in pairs, of which the last holds for all others too;
    for each state the next one by class; and by state how it ends: 0 refuses, 1 accepts, 2 refuses and 3 accepts
    whatever follows. It begins in state 0.
    """
    machine = interegular.parse_pattern(_whole(pattern)).to_fsm().reduce()
    known = {ord(symbol): name for symbol, name in machine.alphabet.items() if symbol is not anything_else}
    if max(known, default=0) >= _CHARACTERS - 1:
        raise ValueError(f"the pattern {pattern} tells characters apart that lie beyond U+00FE")
    by_character = [known.get(character, machine.alphabet[anything_else]) for character in range(_CHARACTERS)]
    names = list(dict.fromkeys(by_character))
    states: list[int | None] = [machine.initial]
    rows = []
    for state in states:  # which grows
        row = [machine.map[state].get(name) if state is not None else None for name in names]
        states += [target for target in dict.fromkeys(row) if target not in states]
        rows.append([states.index(target) for target in row])
    classes = [names.index(name) for name in by_character]
    pairs = [pair for pair in enumerate(classes) if pair[0] == 0 or pair[1] != classes[pair[0] - 1]]
    stays = [set(row) == {number} for number, row in enumerate(rows)]
    ends = [(state in machine.finals) + 2 * stay for state, stay in zip(states, stays, strict=True)]
    return b"".join(map(bytes, pairs)), b"".join(map(bytes, rows)), bytes(ends)


def _whole(pattern: str) -> str:
    """Return a pattern of whole texts that matches those in which the given one is found."""
    start, end = pattern.startswith("^"), pattern.endswith("$") and not pattern.endswith(r"\$")
    inner = pattern[start : len(pattern) - end]
    return f"{'' if start else '(?s:.*)'}(?:{inner}){'' if end else '(?s:.*)'}"
