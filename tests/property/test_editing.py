"""What is made of a text is what is made of its value."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from webex_connect_messaging_spec.pointers import pointer

from webex_connect_messaging import Violation
from webex_connect_messaging.editing import fix_text
from webex_connect_messaging.fixing import apply_fixes

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=3) | st.floats(-9, 9),
    lambda values: st.lists(values, max_size=4) | st.dictionaries(st.text(max_size=2), values, max_size=4),
)
SPACES = st.sampled_from(["", " ", "\n  ", "\r\n\t"])


@st.composite
def operations(draw: st.DrawFn, document: Any) -> dict[str, Any]:
    """Draw an operation that can be applied to a document."""
    steps: list[int | str] = []
    parent: Any = None
    value = document
    while isinstance(value, (dict, list)) and value and (not steps or draw(st.booleans())):
        step: Any = draw(st.sampled_from(sorted(value) if isinstance(value, dict) else range(len(value))))
        steps.append(step)
        parent, value = value, value[step]
    path = pointer(steps)
    if not steps or draw(st.booleans()):
        return {"op": "replace", "path": path, "value": draw(st.one_of(VALUES, st.just([value]), st.just(str(value))))}
    if isinstance(parent, dict) and draw(st.booleans()):
        name = draw(st.text(max_size=2).filter(lambda name: name not in parent))
        return {"op": "move", "from": path, "path": pointer([*steps[:-1], name])}
    return {"op": "remove", "path": path}


@given(VALUES, SPACES, SPACES, st.booleans(), st.data())
def test_a_fixed_text_has_the_fixed_value(
    value: Any, before: str, after: str, is_ascii: bool, data: st.DataObject
) -> None:
    indent = data.draw(st.sampled_from([None, 0, 2, "\t"]))
    text = before + json.dumps(value, ensure_ascii=is_ascii, indent=indent) + after
    operation = data.draw(operations(value))
    violations = [Violation("", "type", "error", "", [operation])]
    fixed = fix_text(text, violations)
    assert json.loads(fixed) == apply_fixes(value, violations)
    assert fixed.startswith(before)
    assert fixed.endswith(after)
