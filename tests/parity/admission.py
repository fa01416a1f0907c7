"""An INVITE that is let in or refused."""

from __future__ import annotations

from sipdomain.entries import Decision
from tests.unit.twilio.bench import Bench


def refused(bench: Bench, status: int, code: int, symbol: str) -> Decision:
    """See that the call was refused like that; return the decision, which names both sides and a remedy."""
    assert bench.response(status).require("x-twilio-error").split(" ")[0] == str(code)
    decision = bench.refusal
    assert (decision.outcome, decision.reason, decision.code) == ("refused", symbol, code)
    assert decision.wanted
    assert decision.mend
    assert bench.asks == []
    assert bench.emulator.open_calls == 0
    return decision
