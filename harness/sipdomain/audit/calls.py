"""A call that the target took, with a port for its audio, for as long as a probe needs it."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from sipdomain.audit.answer import Answer
from sipdomain.audit.attacker import NOBODY, Attacker
from sipdomain.audit.draft import OFFER, Draft
from sipdomain.audit.wires import udp_at
from sipdomain.sip.outputs import Address

_RINGS: Final = 6.0
"""How long a call may ring, in seconds."""


@dataclass(slots=True)
class TakenCall:
    """A call.

    Attributes:
        draft: The INVITE that was answered, with credentials where they were asked for.
        answer: Its final answer; no call when that is not a success.
        rtp: Where our audio goes out and theirs comes in.
        ended: Whether it is over already, so that nobody needs to end it.
    """

    draft: Draft
    answer: Answer
    rtp: socket.socket
    ended: bool = False

    @property
    def is_up(self) -> bool:
        """Whether it was taken."""
        return 200 <= self.answer.status < 300

    @property
    def media(self) -> Address | None:
        """Where the target takes RTP, or None when its description does not say."""
        body = self.answer.response.body.decode("utf-8", "replace") if self.answer.response else ""
        host = port = ""
        for line in body.splitlines():
            if line.startswith("c=IN IP"):
                host = line.split()[-1]
            elif line.startswith("m=audio "):
                port = line.split()[1]
        return Address(host, int(port)) if host and port.isdecimal() and int(port) else None


@contextmanager
def calling(attacker: Attacker) -> Iterator[TakenCall]:
    """Call the target's extension, log in when asked, acknowledge, and end the call when it is still up at the end."""
    target = attacker.target
    with udp_at(attacker.host) as rtp:
        body = OFFER.format(host=attacker.host, port=rtp.getsockname()[1])
        draft = attacker.draft("INVITE", target.user or NOBODY, body=body)
        answer = attacker.exchange(draft)
        if answer.challenge is not None and target.password:
            attacker.acknowledge(draft, answer)
            fields = attacker.credentials(answer, "INVITE", target.user, target.password)
            draft = draft.again(fields)
            answer = attacker.exchange(draft)
        if 0 < answer.status < 200:
            final = attacker.final(draft, _RINGS)
            if not final.status:
                attacker.send(draft.cancelling())
                final = attacker.final(draft, 1.0)
            answer = final if final.status else answer
        if answer.status >= 200:
            attacker.acknowledge(draft, answer)
        call = TakenCall(draft, answer, rtp)
        try:
            yield call
        finally:
            if call.is_up and not call.ended:
                attacker.end(draft, answer)
