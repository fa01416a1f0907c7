"""G.711 is offered, at 20 ms."""

from __future__ import annotations

from typing import Final

from sipdomain.qa.check import Check
from sipdomain.qa.seen import Seen
from sipdomain.qa.verdict import Verdict, failed, passed, unclear

_FIELDS: Final = ("m=", "a=rtpmap", "a=ptime")
_STATIC: Final = {"0": "PCMU", "8": "PCMA"}


def _judge(seen: Seen) -> Verdict:
    for call in seen.calls:
        for offer in call.described("pbx")[:1]:
            encodings = offer.audio.encodings()
            names = [
                encodings.get(number, "").partition("/")[0].upper() or _STATIC.get(number, number)
                for number in offer.audio.formats
            ]
            offered = ", ".join(names)
            if not {"PCMU", "PCMA"}.intersection(names):
                return failed(f"offered is {offered}", offer.wire, fields=_FIELDS)
            ptime = [text.strip() for text in offer.audio.attributes("ptime")]
            if ptime and ptime[0] != "20":
                return failed(f"the offer asks for packets of {ptime[0]} ms", offer.wire, fields=_FIELDS)
            return passed(f"offered is {offered}", offer.wire, fields=_FIELDS)
    return unclear("no offer of audio came")


CHECK: Final = Check(
    name="codecs",
    level="must",
    what="offers PCMU or PCMA, in packets of 20 ms",
    source="https://www.twilio.com/docs/voice/api/sip-interface; https://www.twilio.com/docs/api/errors/32102",
    situation="call",
    judge=_judge,
    mend="allow ulaw and alaw, and nothing else",
    vendors={
        "asterisk": "disallow=all, then allow=ulaw,alaw",
        "freeswitch": "absolute_codec_string=PCMU,PCMA for this gateway",
        "baresip": "audio_codecs=PCMU/8000,PCMA/8000 in the account",
    },
    rules=("other-codecs-first",),
)
