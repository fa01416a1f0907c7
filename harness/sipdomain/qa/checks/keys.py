"""Keys are sent as telephone-events."""

from __future__ import annotations

from itertools import groupby
from typing import Final

from sipdomain.media.dtmf import KEYS
from sipdomain.qa.check import Check
from sipdomain.qa.seen import Seen
from sipdomain.qa.verdict import Verdict, failed, passed, unclear
from sipdomain.qa.wire import Packet

_FIELDS: Final = ("m=", "a=rtpmap", "a=fmtp")
_ENDS: Final = 3


def _judge(seen: Seen) -> Verdict:
    offer = next(iter(seen.described("pbx")), None)
    answer = next(iter(seen.described("cloud")), None)
    if offer is None or answer is None:
        return unclear("no offer of audio was answered")
    names = {number: text.lower() for number, text in offer.audio.encodings().items()}
    if "telephone-event/8000" not in names.values():
        return failed("telephone-event/8000 is not offered", offer.wire, fields=_FIELDS)
    numbers = {
        number for number, text in answer.audio.encodings().items() if text.lower() == "telephone-event/8000"
    }
    events = [each for each in seen.audio if str(each.rtp.payload_type) in numbers]
    if "press keys" not in seen.marks:
        return unclear("nobody was asked to press keys", offer.wire)
    if not events:
        pressed = next((each for call in seen.answered for each in call.requests("INFO")), None)
        shown = (offer.wire,) if pressed is None else (offer.wire, pressed)
        how = "" if pressed is None else ": they came by INFO"
        return failed(f"keys were to be pressed, and no telephone-event came{how}", *shown, fields=_FIELDS)
    wrong = next(filter(None, map(_wrong, _presses(events))), "")
    if wrong:
        return failed(wrong, offer.wire, fields=_FIELDS)
    keys = "".join(KEYS[each[0].rtp.payload[0]] for each in _presses(events))
    return passed(
        f"pressed were {keys}: one timestamp a key, growing duration, the end three times",
        offer.wire,
        fields=_FIELDS,
    )


def _presses(events: list[Packet]) -> list[list[Packet]]:
    known = [each for each in events if len(each.rtp.payload) >= 4 and each.rtp.payload[0] < len(KEYS)]
    return [list(group) for _, group in groupby(known, key=lambda each: each.rtp.timestamp)]


def _wrong(press: list[Packet]) -> str:
    """Return what is wrong with a key, or ""."""
    key = KEYS[press[0].rtp.payload[0]]
    durations = [int.from_bytes(each.rtp.payload[2:4]) for each in press]
    if durations != sorted(durations):
        return f"the duration of key {key} goes back"
    ends = sum(bool(each.rtp.payload[1] & 0x80) for each in press)
    if ends < _ENDS:
        return f"key {key} has its end {ends} times, and not three times"
    return ""


CHECK: Final = Check(
    name="keys",
    level="must",
    what="sends keys as telephone-events: one timestamp a key, a growing duration, the end three times",
    source="RFC 4733 sections 2.5.1.2 and 2.5.1.4",
    situation="keys",
    judge=_judge,
    mend="send keys by RFC 4733, which some call RFC 2833; not by INFO, and not as tones",
    needs="answer",
    vendors={
        "asterisk": "dtmf_mode=rfc4733",
        "freeswitch": '<param name="dtmf-type" value="rfc2833"/>',
        "grandstream": "DTMF: via RTP (RFC2833)",
        "yealink": "account.X.dtmf.type = 1",
    },
    rules=("keys-not-by-rfc-4733",),
)
