"""What the phone saw on the wire: responses, header fields, who ended the call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import get_close_matches

from harness.scenario.expect.unmet import Unmet, listed
from harness.scenario.values import Text, fits
from harness.scenario.world import PhoneCall

ENDED_BY = {"phone": "us", "cloud": "them"}


def responses(call: PhoneCall, wanted: Sequence[int]) -> Unmet | None:
    """Expect exactly these response statuses, in order."""
    if list(call.responses) == list(wanted):
        return None
    return Unmet("responses", listed(wanted), listed(call.responses))


def answered(call: PhoneCall, wanted: bool) -> Unmet | None:  # noqa: FBT001
    """Expect that the call was answered, or that it never was."""
    if (call.answered_at is not None) == wanted:
        return None
    words = {True: "answered", False: "never answered"}
    return Unmet("answered", words[wanted], call.state, (f"responses: {listed(call.responses)}",))


def ended_by(call: PhoneCall, wanted: str) -> Unmet | None:
    """Expect that the "phone" or the "cloud" sent the BYE."""
    if call.ended_by == ENDED_BY[wanted]:
        return None
    got = {"us": "the phone", "them": "the cloud"}.get(call.ended_by, f"nobody; the call is {call.state}")
    return Unmet("ended_by", f"the {wanted}", got)


def headers(call: PhoneCall, wanted: Mapping[str, Text]) -> Unmet | None:
    """Expect header fields in the last final response; their names in any case."""
    for name, value in wanted.items():
        values = [got for key, got in call.final_headers if key.lower() == name.lower()]
        if not any(fits(value, got) for got in values):
            names = sorted({key for key, _ in call.final_headers})
            close = get_close_matches(name, names, n=3)
            near = (
                tuple(f"{key}: {got}" for key, got in call.final_headers if key in close)
                if not values
                else ()
            )
            return Unmet(f"headers.{name}", str(value), listed(values, "no such header field"), near)
    return None
