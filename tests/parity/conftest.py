"""Every parity test names the rules that it proves: `@pytest.mark.rule("acl-drop")`."""

from __future__ import annotations

import pytest

from sipdomain.twilio.fidelity.rules import RULES
from tests.parity.lobby import Lobby
from tests.unit.twilio.bench import Bench
from tests.unit.twilio.caller import Caller, alice, bench, make, talking

__all__ = ["alice", "bench", "make", "talking"]


@pytest.fixture
def lobby(bench: Bench, alice: Caller) -> Lobby:
    """Return an emulator with callers who wait in queues."""
    return Lobby(bench, alice)


def pytest_itemcollected(item: pytest.Item) -> None:
    """Refuse a parity test that names no rule, or one that is not known."""
    if "parity" not in item.path.parts:
        return
    named = [rule for marker in item.iter_markers("rule") for rule in marker.args]
    unknown = [rule for rule in named if rule not in RULES]
    if not named or unknown:
        raise pytest.UsageError(
            f"{item.nodeid}: " + (f"unknown rules {unknown}" if unknown else "names no rule")
        )
