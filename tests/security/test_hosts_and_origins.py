"""No web page works the emulator: neither one of another origin, nor one whose name was made to lead here."""

from __future__ import annotations

import pytest

from harness.runtime.control import Guard


@pytest.mark.parametrize("host", ["rebound.example", "rebound.example:8080", "127.0.0.1.rebound.example", ""])
def test_the_control_api_answers_for_no_name_that_is_not_this_machine(host: str) -> None:
    refusal = Guard().refusal(host, "", "")
    assert refusal is not None
    assert refusal.status == 403
