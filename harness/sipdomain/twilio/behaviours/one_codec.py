"""An answer with one codec of those offered."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import ClassVar

from sipdomain.sip.message import Request, Response
from sipdomain.sip.outputs import Flow
from sipdomain.twilio.behaviours.on_call import Later, Memory, OnCall, is_answer, with_body

_MEDIA = re.compile(rb"^m=(audio \d+ [^ \r\n]+) ([0-9 ]+)", re.MULTILINE)
_EVENTS = re.compile(rb"^a=rtpmap:(\d+) telephone-event/", re.MULTILINE | re.IGNORECASE)
_OF_NUMBER = re.compile(rb"^a=(?:rtpmap|fmtp):(\d+) [^\r\n]*\r?\n", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class OneCodec(OnCall):
    """The answer names the first codec alone, with telephone-event where that was offered, whatever the profile."""

    WORD: ClassVar[str] = "one_codec"

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
        body = message.body.replace(found[0], b"m=" + found[1] + b" " + b" ".join(kept))
        return [
            Later(
                0.0,
                with_body(message, _OF_NUMBER.sub(lambda line: line[0] if line[1] in kept else b"", body)),
            )
        ]
