"""The calls of a phone: how one begins, how it ends, and how long it is remembered."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from functools import partial
from typing import Final

from sipdomain.errors import LocalProtocolError
from sipdomain.media.outputs import CloseMedia, OpenMedia
from sipdomain.media.sdes import OwnKeys
from sipdomain.phone.call import CallState, EndedBy, PhoneCall
from sipdomain.phone.leg import Leg
from sipdomain.phone.line import Line
from sipdomain.phone.session import Session
from sipdomain.phone.settings import checked_fields, checked_target, checked_value
from sipdomain.sip.address import NameAddress
from sipdomain.sip.credentials import CredentialsKeeper
from sipdomain.sip.message import Request
from sipdomain.sip.transactions import Transaction

KEPT: Final = 1_000
"""How many finished calls can still be read, and still answer late messages; past that the oldest goes."""


class CallBook:
    """All calls. At most `capacity` unfinished ones; past that a new one is refused.

    Attributes:
        calls: The records by Call-ID, oldest first.
        legs: Their insides by Call-ID; until 64 * T1 after the end.
        sessions: Those with open media, by the name of the session.
    """

    def __init__(self, line: Line, capacity: int) -> None:
        self.calls: dict[str, PhoneCall] = {}
        self.legs: dict[str, Leg] = {}
        self.sessions: dict[str, Leg] = {}
        self._line = line
        self._capacity = capacity
        self._finished: deque[str] = deque()
        self._session_number = 0

    def open(
        self,
        method: str,
        to: str,
        headers: Iterable[tuple[str, str]],
        now: float,
        *,
        user: str | None = None,
        password: str | None = None,
        transport: str | None = None,
    ) -> Leg:
        """Begin a call or a single request.

        Raises:
            LocalProtocolError: A bad URI, header field or transport, or too many calls.
        """
        line, settings = self._line, self._line.settings
        fields, flow = checked_fields(headers), settings.flow(transport)
        checked_value("Authorization", user or "")
        if self._is_full:
            raise LocalProtocolError(f"the phone has {self._capacity} calls already")
        call = PhoneCall(line.token(32), method, checked_target(to), "", now)
        local = NameAddress(settings.address_of_record, settings.display_name).with_tag(line.token())
        credentials = CredentialsKeeper(
            settings.username if user is None else user,
            settings.password if password is None else password,
            line.token,
        )
        leg = Leg(call, flow, local, credentials, fields)
        self.calls[call.call_id], self.legs[call.call_id] = call, leg
        line.note(call.call_id, "dialled" if method == "INVITE" else "sent", f"{method} {to}", now)
        return leg

    def receive(self, request: Request, transaction: Transaction, tag: str, now: float) -> Leg:
        """Begin a call to the phone.

        Raises:
            LocalProtocolError: There are too many calls, or one of that Call-ID.
        """
        if request.call_id in self.calls or self._is_full:
            raise LocalProtocolError("no room for a call more")
        caller = request.from_
        call = PhoneCall(
            request.call_id, "INVITE", request.target, "", now, state="ringing", caller=str(caller.uri),
            headers=list(request.headers),
        )  # fmt: skip
        settings = self._line.settings
        nobody = CredentialsKeeper(settings.username, settings.password, self._line.token)
        leg = Leg(call, transaction.flow, request.to.with_tag(tag), nobody, [], invite=(transaction, request))
        self.calls[call.call_id], self.legs[call.call_id] = call, leg
        self._line.note(call.call_id, "called", f"by {caller.uri}", now)
        return leg

    @property
    def _is_full(self) -> bool:
        return len(self.calls) - len(self._finished) >= self._capacity

    def open_media(self, leg: Leg, streams: int = 1) -> None:
        """Ask for the media of a call, a session for each stream."""
        opened = [self._new_session() for _ in range(streams)]
        leg.session, *leg.further = opened
        leg.call.session = leg.session.name
        for each in opened:
            self.sessions[each.name] = leg
            self._line.do(OpenMedia(each.name, self._line.settings.local.host, self._line.settings.srtp))

    def _new_session(self) -> Session:
        self._session_number += 1
        settings = self._line.settings
        name = f"{settings.name}-{self._session_number}"
        keys = OwnKeys(self._line.random_bytes) if settings.srtp else None
        return Session(name, settings.codecs, self._line.number(), keys, events=settings.telephone_event)

    def leg_of(self, call: PhoneCall) -> Leg | None:
        """Return the inside of a call; None when it is over.

        Raises:
            LocalProtocolError: It is a call of another phone.
        """
        if call.is_over:
            return None
        leg = self.legs.get(call.call_id)
        if leg is None:
            raise LocalProtocolError(f"{self._line.settings.name} has no call {call.call_id}")
        return leg

    def hang_up(self, leg: Leg, state: CallState, detail: str, now: float) -> None:
        """Send BYE within a call that is answered and not over yet, and end it."""
        if leg.dialog is not None and not leg.call.is_over:
            self._line.bye(leg, leg.dialog, now)
            self.finish(leg, state, "us", detail, now)

    def finish(self, leg: Leg, state: CallState, ended_by: EndedBy, detail: str, now: float) -> None:
        """End a call that is not over yet, and close its media."""
        call = leg.call
        if call.is_over:
            return
        call.state, call.ended_by, call.ended_at = state, ended_by, now
        for session in leg.sessions:
            self._line.do(CloseMedia(session.name))
            del self.sessions[session.name]
        self._line.note(call.call_id, state, detail, now)
        # Until then the peer may send its last message again.
        self._line.alarms.set(now + self._line.longest_wait, partial(self._forget, call.call_id))
        self._finished.append(call.call_id)
        if len(self._finished) > KEPT:
            oldest = self._finished.popleft()
            del self.calls[oldest]
            self._forget(oldest, now)

    def _forget(self, call_id: str, _: float) -> None:
        leg = self.legs.pop(call_id, None)
        if leg is not None:
            self._line.drop_requests(leg)
