"""How a call went on: its status, the TwiML verbs carried out, the alerts raised."""

from __future__ import annotations

from collections.abc import Sequence

from sipdomain.entries import Alert, Announced, CallChanged, Entry, VerbStarted
from sipdomain.scenario.expect.finding import Finding, Standing, begun, complete, cut_short, listed
from sipdomain.scenario.stage import Stage
from sipdomain.scenario.world import PhoneCall
from sipdomain.twilio.store.call_records import FINAL


def status(stage: Stage, call: PhoneCall, wanted: str) -> Finding:
    """Expect that the call took on a status; a final one must be its last, and the phone must have seen the end."""
    changes = [each.status for each in stage.seen(call, CallChanged)]
    got = " → ".join(changes) or "none: the call was never taken on"
    if wanted not in (changes[-1:] if wanted in FINAL else changes):
        standing = Standing.LOST if FINAL & set(changes) else Standing.OPEN
    elif wanted in FINAL and not stage.is_over(call) and stage.world.is_busy(call.call_id):
        # The BYE is under way: what comes next must not find a phone that is still in its call.
        standing, got = Standing.OPEN, f"{got}, but the phone does not know yet"
    else:
        standing = Standing.MET
    return Finding(standing, "status", wanted, got)


def verbs(stage: Stage, call: PhoneCall, wanted: Sequence[str]) -> Finding:
    """Expect exactly these verbs, in order."""
    carried_out = [each.verb for each in stage.seen(call, VerbStarted)]
    standing = complete(wanted, carried_out)
    return unless_lost(stage, call, Finding(standing, "verbs", listed(wanted), listed(carried_out)))


def verbs_begin(stage: Stage, call: PhoneCall, wanted: Sequence[str]) -> Finding:
    """Expect these verbs first, in order, whatever follows."""
    carried_out = [each.verb for each in stage.seen(call, VerbStarted)]
    standing = begun(wanted, carried_out)
    found = Finding(standing, "verbs_begin", f"{listed(wanted)}, …", listed(carried_out))
    return unless_lost(stage, call, found)


def alerts(stage: Stage, call: PhoneCall, wanted: Sequence[int]) -> Finding:
    """Expect exactly these alerts, in order, by the provider's code."""
    raised = stage.seen(call, Alert)
    codes = [each.code for each in raised]
    texts = tuple(f"{each.code}: {each.text}" for each in raised)
    return unless_lost(
        stage, call, Finding(complete(wanted, codes), "alerts", listed(wanted), listed(codes), texts)
    )


def unless_lost(stage: Stage, call: PhoneCall, found: Finding) -> Finding:
    """Return a finding about all that happened; it is unmet for good when entries of the call were dropped."""
    return cut_short(found, stage.evidence.lost(call.call_id), "entries")


def spoken(stage: Stage, call: PhoneCall) -> tuple[str, ...]:
    """Return what the emulator said and played, a line for each verb, and the apology if it came to that."""
    return tuple(filter(None, map(said, stage.seen(call, Entry))))


def said(entry: Entry) -> str:
    """Return the words that an entry says were spoken, or what was played; "" when it is about neither."""
    match entry:
        case VerbStarted(verb="Say" | "Play") if entry.text:
            return f"{entry.verb}: {entry.text}"
        case Announced():
            return f"apology: {entry.text}"
        case _:
            return ""
