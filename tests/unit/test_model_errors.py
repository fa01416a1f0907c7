"""What the model library finds wrong is never told in its own words."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic_core import ErrorDetails
from pydantic_core._pydantic_core import list_all_errors

from sipdomain.model_errors import misfit
from sipdomain.scenario.model import Scenario

KINDS = [
    each for each in list_all_errors() if each["type"] not in {"value_error", "missing", "extra_forbidden"}
]


@pytest.mark.parametrize("kind", KINDS, ids=[each["type"] for each in KINDS])
def test_no_kind_of_error_has_the_words_of_the_library(kind: Any) -> None:
    error = ErrorDetails(
        type=kind["type"],
        loc=("steps", 0, "dial", "headers"),
        msg=kind["example_message_python"],
        input="x",
        ctx=kind["example_context"] or {},
    )
    said = misfit(error, Scenario)
    assert said.message
    assert said.message != kind["example_message_python"]
    assert "Input" not in said.message
    assert "should" not in said.message
    assert said.choices or said.example == 'headers: [[X, "1"]]'
