"""What the phone saw on the wire: responses, header fields, who ended the call."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches

from sipdomain.scenario.expect.answers import once_set_up
from sipdomain.scenario.expect.finding import Finding, Standing, begun, complete, fate, listed
from sipdomain.scenario.stage import Stage
from sipdomain.scenario.values import Text, fits
from sipdomain.scenario.world import PhoneCall

ENDED_BY = {"phone": "us", "cloud": "them"}


def responses(stage: Stage, call: PhoneCall, wanted: Sequence[int]) -> Finding:
    """Expect exactly these response statuses, in order."""
    standing = once_set_up(stage, call, complete(wanted, call.responses))
    return Finding(standing, "responses", listed(wanted), listed(call.responses))


def responses_begin(stage: Stage, call: PhoneCall, wanted: Sequence[int]) -> Finding:
    """Expect these response statuses first, in order, whatever follows."""
    got = call.responses
    standing = once_set_up(stage, call, begun(wanted, got))
    return Finding(standing, "responses_begin", f"{listed(wanted)}, …", listed(got))


def answered(stage: Stage, call: PhoneCall, wanted: bool) -> Finding:  # noqa: FBT001 - the value of the key
    """Expect that the call was answered, or that it never was."""
    if call.answered_at is not None:
        standing = Standing.MET if wanted else Standing.LOST
    else:
        standing = once_set_up(stage, call, Standing.OPEN if wanted else Standing.SO_FAR)
    words = {True: "answered", False: "never answered"}
    return Finding(standing, "answered", words[wanted], call.state, (f"responses: {listed(call.responses)}",))


def ended_by(stage: Stage, call: PhoneCall, wanted: str) -> Finding:
    """Expect that the "phone" or the "cloud" sent the BYE."""
    if call.ended_by == ENDED_BY[wanted]:
        standing = Standing.MET
    else:
        standing = Standing.LOST if call.ended_by or stage.is_over(call) else Standing.OPEN
    got = {"us": "the phone", "them": "the cloud"}.get(call.ended_by, f"nobody; {fate(call)}")
    return Finding(standing, "ended_by", f"the {wanted}", got)


def transfer(stage: Stage, call: PhoneCall, wanted: Sequence[int]) -> Finding:
    """Expect exactly these statuses of the latest transfer, in order: the answer to REFER, then those of the new call."""
    found = call.transfer
    got = found.statuses if found is not None else []
    standing = complete(wanted, got)
    if standing is Standing.SO_FAR and found is not None and found.is_over:
        standing = Standing.MET
    elif standing is Standing.OPEN and ((found is not None and found.is_over) or stage.is_over(call)):
        standing = Standing.LOST
    near = (f"asked to call {found.to}",) if found is not None else ("no transfer was asked for",)
    return Finding(standing, "transfer", listed(wanted), listed(got), near)


def headers(stage: Stage, call: PhoneCall, name: str, wanted: Text) -> Finding:
    """Expect a header field in the last final response; its name in any case."""
    values = [got for key, got in call.final_headers if key.lower() == name.lower()]
    is_there = any(fits(wanted, got) for got in values)
    standing = once_set_up(stage, call, Standing.SO_FAR if is_there else Standing.OPEN)
    close = [] if values else get_close_matches(name, sorted({key for key, _ in call.final_headers}), n=3)
    near = tuple(f"{key}: {got}" for key, got in call.final_headers if key in close)
    return Finding(standing, f"headers.{name}", str(wanted), listed(values, "no such header field"), near)
