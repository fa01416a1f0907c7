"""A call that talks."""

from __future__ import annotations

import pytest

from tests.unit.twilio.bench import LONG, Bench
from tests.unit.twilio.caller import Caller
from tests.unit.twilio.pages import page


@pytest.fixture
def talking(bench: Bench, alice: Caller) -> Caller:
    """Alice, in a call that says nothing more."""
    bench.pages["/voice"] = page(LONG)
    alice.talk()
    bench.wait(3.0)
    bench.take()
    return alice
