"""The laws hold for the odd texts from which the fuzzer starts, and for those on which it once failed."""

from __future__ import annotations

import laws
import pytest
from payloads import ROOT

from webex_connect_messaging import Kind

CORPUS = {path.name: path.read_bytes() for path in sorted((ROOT / "tests" / "corpus").iterdir())}


@pytest.mark.parametrize("kind", laws.KINDS)
@pytest.mark.parametrize("name", CORPUS)
def test_the_laws_hold_for_a_file_of_the_corpus(name: str, kind: Kind) -> None:
    laws.hold(CORPUS[name], kind)


def test_the_corpus_holds_texts_of_every_outcome() -> None:
    found = [laws.hold(data, "request") for data in CORPUS.values()]
    outcomes = {tuple(sorted({item.level for item in violations})) for violations in found}
    assert outcomes == {(), ("error",), ("warning",)}
    assert {"json", "duplicate_member", "type", "enum"} <= {item.rule for violations in found for item in violations}
