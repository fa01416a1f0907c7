"""An answer with one codec of those offered."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import ClassVar, Final

from sipdomain.media.outputs import ConnectMedia, MediaOutput
from sipdomain.sip.message import Request, Response
from sipdomain.sip.outputs import Flow
from sipdomain.twilio.behaviours.behaviour import Bounds, key
from sipdomain.twilio.behaviours.on_call import Later, Memory, OnCall, is_answer, with_body

_MEDIA = re.compile(rb"^m=(audio \d+ [^ \r\n]+) ([0-9 ]+)", re.MULTILINE)
_EVENTS = re.compile(rb"^a=rtpmap:(\d+) telephone-event/", re.MULTILINE | re.IGNORECASE)
_DYNAMIC: Final = 96
_OF_NUMBER = re.compile(rb"^a=(?:rtpmap|fmtp):(\d+) [^\r\n]*\r?\n", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class OneCodec(OnCall):
    """The answer names the first codec alone, with telephone-event where that was offered, whatever the profile.

    Attributes:
        events: The payload number by which it wants telephone-event (RFC 3264 section 6.1); 0 for the one that was offered.
    """

    WORD: ClassVar[str] = "one_codec"
    BOUNDS: ClassVar[Bounds] = {"events": (0, 127)}

    events: int = key(
        "The payload number by which it wants telephone-event, 96 to 127; the offered one when left out.",
        default=0,
    )

    def __post_init__(self) -> None:
        """Check the values.

        Raises:
            ValueError: One is out of its range.
        """
        OnCall.__post_init__(self)
        if 0 < self.events < _DYNAMIC:
            raise ValueError("`events` is a dynamic payload number, 96 to 127 (RFC 3551 section 3)")

    def leaving(self, message: Request | Response, flow: Flow, memory: Memory) -> list[Later] | None:
        """Leave the other codecs out."""
        del flow, memory
        if not isinstance(message, Response) or not is_answer(message, 101, 299):
            return None
        found = _MEDIA.search(message.body)
        if found is None:
            return None
        numbers, events = found[2].split(), set(_EVENTS.findall(message.body))
        voice = next((each for each in numbers if each not in events), None)
        kept = [each for each in numbers if each == voice or each in events]
        shown = {each: self._number(each) if each in events else each for each in kept}
        body = message.body.replace(found[0], b"m=" + found[1] + b" " + b" ".join(shown.values()))

        def line(of: re.Match[bytes]) -> bytes:
            number = shown.get(of[1])
            return b"" if number is None else of[0].replace(b":" + of[1], b":" + number, 1)

        return [Later(0.0, with_body(message, _OF_NUMBER.sub(line, body)))]

    def media(self, output: MediaOutput) -> MediaOutput:
        """Take keys by the number that the answer has; they are sent by that of the offer."""
        if not (self.events and isinstance(output, ConnectMedia) and output.agreement.dtmf_payload_type):
            return output
        return replace(output, agreement=replace(output.agreement, own_dtmf_payload_type=self.events))

    def _number(self, offered: bytes) -> bytes:
        return b"%d" % self.events if self.events else offered
