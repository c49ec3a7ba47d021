"""What cannot run everywhere, how hard the property tests try, and the engines that tests of verdicts run on."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator

import pytest
from engines import ENGINES, using

from webex_connect_messaging import accelerated
from webex_connect_messaging.engine import Engine

collect_ignore: list[str] = []
if not accelerated:  # these call the accelerator itself
    collect_ignore += ["property/test_patterns.py", "property/test_texts.py", "test_program.py", "test_threads.py"]
    collect_ignore += [f"test_native{part}.py" for part in ("", "_expressions", "_memory", "_portability", "_texts")]
if sys.version_info < (3, 11):
    # Neither Google's CEL engine nor the Hypothesis that is needed runs on 3.10. The runtime is tested there by vectors.
    collect_ignore += ["property", "test_cel.py", "test_functions.py"]
else:
    from hypothesis import settings

    settings.register_profile("ci", max_examples=500, deadline=None, derandomize=True)
    settings.register_profile(
        "deep",
        max_examples=int(os.environ.get("EXAMPLES", "100000")),
        deadline=None,
        derandomize=False,  # which Hypothesis switches on where it sees continuous integration
        database=None,
        print_blob=True,
    )
    settings.load_profile("ci")


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """Run a test with each engine."""
    with using(ENGINES[request.param]):
        yield ENGINES[request.param]
