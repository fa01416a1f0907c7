"""How a call went on: its status, the TwiML verbs carried out, the alerts raised."""

from __future__ import annotations

from collections.abc import Sequence

from harness.journal import Alert, Announced, CallChanged, Entry, VerbStarted
from harness.scenario.expect.unmet import Unmet, listed
from harness.scenario.stage import Stage
from harness.scenario.world import PhoneCall

FINAL = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})


def status(stage: Stage, call: PhoneCall, wanted: str) -> Unmet | None:
    """Expect that the call took on a status; a final one must be its last."""
    changes = [each.status for each in stage.evidence.of(call.call_id, CallChanged)]
    if wanted in (changes[-1:] if wanted in FINAL else changes):
        return None
    return Unmet("status", wanted, " → ".join(changes) or "none: the call was never taken on")


def verbs(stage: Stage, call: PhoneCall, wanted: Sequence[str]) -> Unmet | None:
    """Expect exactly these verbs, in order."""
    begun = stage.evidence.of(call.call_id, VerbStarted)
    if [each.verb for each in begun] == list(wanted):
        return None
    return Unmet("verbs", listed(wanted), listed(each.verb for each in begun))


def alerts(stage: Stage, call: PhoneCall, wanted: Sequence[int]) -> Unmet | None:
    """Expect exactly these alerts, in order, by the provider's code."""
    raised = stage.evidence.of(call.call_id, Alert)
    if [each.code for each in raised] == list(wanted):
        return None
    texts = tuple(f"{each.code}: {each.text}" for each in raised)
    return Unmet("alerts", listed(wanted), listed(each.code for each in raised), texts)


def spoken(stage: Stage, call: PhoneCall) -> tuple[str, ...]:
    """Return what the emulator said and played, a line for each verb, and the apology if it came to that."""
    return tuple(filter(None, map(said, stage.evidence.of(call.call_id, Entry))))


def said(entry: Entry) -> str:
    """Return the words that an entry says were spoken, or what was played; "" when it tells of neither."""
    match entry:
        case VerbStarted(verb="Say" | "Play") if entry.text:
            return f"{entry.verb}: {entry.text}"
        case Announced():
            return f"apology: {entry.text}"
        case _:
            return ""
