"""A call, or a single request, as its phone sees it: what a script reads."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import Final, Literal

from sipdomain.phone.recorder import Track

CallState = Literal["trying", "ringing", "answered", "refused", "ended", "failed"]
EndedBy = Literal["", "us", "them"]
HoldState = Literal["", "holding", "held", "resuming"]


@dataclass(slots=True)
class Transfer:
    """How a transfer goes that the phone asked for.

    Attributes:
        to: Whom the peer is to call.
        statuses: The final response to the REFER, then the statuses of the new call that the peer reported, in order.
        is_over: Whether nothing more is to come: it was refused, or the new call has its final status.
    """

    to: str
    statuses: list[int] = field(default_factory=list)
    is_over: bool = False


MOST_UTTERANCES: Final = 1000
"""Of how many utterances of a call, the last ones, it is kept when they were said."""


@dataclass(slots=True, eq=False)
class Said:
    """Something that the phone is to say, to play or to press.

    Attributes:
        name: The words, the name of what is played, or `keys 123`.
        what: "words"; "audio" for what is played, keys as tones included; "keys" for telephone-events and INFO.
        began_at: When it began to, in seconds; None before.
        ended_at: When that was over; None before, and where the call ended first.
    """

    name: str
    what: Literal["words", "audio", "keys"]
    began_at: float | None = None
    ended_at: float | None = None


@dataclass(slots=True)
class PhoneCall:
    """The record of a call, of the phone's or to it. The phone writes it; everybody else reads it.

    Attributes:
        call_id: The SIP Call-ID.
        method: "INVITE" for a call, else the method of the single request.
        target: The Request-URI.
        session: The name of its media session, or "" for a single request.
        state: How far it came. "ringing" from the first provisional response after 100; "refused" by a final
            response of 300 or more, 487 to our CANCEL included; "ended" by BYE, by `cancel` before
            anything was sent, or for a single request by a 2xx; "failed" when no answer came, when the
            transport broke, or when media could not be set up.
        responses: Every response to the requests that set it up, in order, without retransmissions:
            [100, 407, 100, 180, 200]; of a call to the phone, what it answered: [180, 200].
        final_status: The last final response to them, or 0.
        final_headers: The header fields of that response, in order.
        ended_by: Who sent BYE (or CANCEL): "us" for the phone, "them" for its peer, "" for nobody.
        started_at: When the phone was asked to call.
        answered_at: When the first 2xx came, or None.
        ended_at: When it was over, or None.
        requests_received: The methods of the peer's requests within the call, without retransmissions and
            ACK; an INVITE among them is a re-INVITE. The first 100.
        end_headers: The header fields of the BYE received, in order.
        caller: The URI of who calls the phone; "" for a call of its own.
        headers: The header fields of the INVITE that called the phone, in order.
        hold: Whether the phone holds the call: "" for no, "held", or on its way there ("holding") or back ("resuming").
        hold_refusal: The status that refused the last hold or resume, or 0.
        transfer: The latest transfer of the call that the phone asked for, or None.
        tracks: What is recorded, where the phone is a session recording server and this a recording session.
        said: What the phone said to its end, in order: words, or the name of what was played.
        not_said: What could not be rendered, with the reason.
        utterances: What the phone said, says or is to say, with the moments: the last 1,000.
    """

    call_id: str
    method: str
    target: str
    session: str
    started_at: float
    state: CallState = "trying"
    responses: list[int] = field(default_factory=list)
    final_status: int = 0
    final_headers: list[tuple[str, str]] = field(default_factory=list)
    ended_by: EndedBy = ""
    answered_at: float | None = None
    ended_at: float | None = None
    requests_received: list[str] = field(default_factory=list)
    end_headers: list[tuple[str, str]] = field(default_factory=list)
    caller: str = ""
    headers: list[tuple[str, str]] = field(default_factory=list)
    hold: HoldState = ""
    hold_refusal: int = 0
    transfer: Transfer | None = None
    tracks: tuple[Track, ...] = ()
    said: list[str] = field(default_factory=list)
    not_said: dict[str, str] = field(default_factory=dict)
    utterances: deque[Said] = field(default_factory=lambda: deque(maxlen=MOST_UTTERANCES))

    @property
    def is_over(self) -> bool:
        """Whether nothing more is to come."""
        return self.state in {"refused", "ended", "failed"}
