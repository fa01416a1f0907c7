"""Audio goes on in silence."""

from __future__ import annotations

from itertools import pairwise
from typing import Final

from sipdomain.qa.check import Check
from sipdomain.qa.seen import Seen
from sipdomain.qa.verdict import Verdict, failed, passed, unclear

_LONGEST: Final = 1.0
_LEAST: Final = 8.0
_COMFORT_NOISE: Final = 13


def _judge(seen: Seen) -> Verdict:
    call, answer = seen.answers[0]
    audio = [each for each in seen.audio if each.rtp.payload_type != _COMFORT_NOISE]
    end = min((each.at for each in call.wires if each.method == "BYE"), default=None)
    if end is None or end - answer.at < _LEAST:
        return unclear("the call did not last long enough")
    if not audio:
        return failed("no audio came at all", answer)
    moments = [answer.at, *(each.at for each in audio if answer.at <= each.at <= end), end]
    gap, since = max((after - before, before) for before, after in pairwise(moments))
    if gap > _LONGEST:
        return failed(f"{since - answer.at:.1f} s after the answer no audio came for {gap:.1f} s", answer)
    return passed(f"the longest gap in {end - answer.at:.0f} s is {gap * 1000:.0f} ms", answer)


CHECK: Final = Check(
    name="audio-in-silence",
    level="should",
    what="goes on sending in silence: no gap of a second, and no comfort noise in place of audio",
    source="https://www.twilio.com/docs/api/errors/32014; RFC 3551 section 4.1",
    situation="silence",
    judge=_judge,
    mend="switch silence suppression (VAD) off for this trunk",
    needs="answer",
    vendors={
        "freeswitch": "suppress-cng=true, and vad=none in the profile",
        "pjsip": "no_vad=true; pjsua: --no-vad",
        "yealink": "voice.vad = 0",
        "grandstream": "Silence Suppression: No",
    },
)
