"""What validation reports can be passed on."""

from __future__ import annotations

import copy
import multiprocessing
import pickle
from concurrent.futures import ProcessPoolExecutor

import pytest
from payloads import EXAMPLES

from webex_connect_messaging import ValidationError, check

WRONG = {**EXAMPLES["sms/text"], "gtrId": [], "icmessage": 1}


def caught() -> ValidationError:
    with pytest.raises(ValidationError) as raised:
        check(WRONG)
    return raised.value


@pytest.mark.parametrize("again", [copy.copy, copy.deepcopy, lambda error: pickle.loads(pickle.dumps(error))])
def test_an_error_can_be_copied_and_pickled(again: object) -> None:
    error = caught()
    copied = again(error)  # type: ignore[operator] # each is a function
    assert (type(copied), copied.violations, str(copied)) == (ValidationError, error.violations, str(error))


def test_an_error_names_each_pointer() -> None:
    assert str(caught()).startswith("/icmessage: ")


def test_an_error_comes_back_from_another_process() -> None:
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        future = pool.submit(check, WRONG)
        with pytest.raises(ValidationError) as raised:
            future.result(timeout=60)
    assert raised.value.violations == caught().violations
