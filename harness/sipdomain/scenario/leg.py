"""A call of the emulator's own, as its messages show it: the phone may be anybody's, or a simulated number."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from sipdomain.entries import CallBegan, CallChanged, Entry, PhoneEvent, SipMessage
from sipdomain.errors import RemoteProtocolError
from sipdomain.journal import Journal
from sipdomain.sip.codec import parse
from sipdomain.sip.message import Request, Response
from sipdomain.twilio.calls.party import FAR
from sipdomain.twilio.store.call_records import FINAL


class DialledLeg:
    """It has the fields of a phone's call, so that `expect` reads it alike.

    What was heard in it is known of a simulated number only.
    """

    def __init__(self, began: CallBegan) -> None:
        """Follow a leg from its beginning on."""
        self.method = "INVITE"
        self.call_id = began.call_id
        self.to = began.to
        self.session = ""
        self._far = began.call_sid + FAR
        self.state = "trying"
        self.responses: list[int] = []
        self.final_headers: list[tuple[str, str]] = []
        self.ended_by = ""
        self.transfer: None = None
        self.said: tuple[str, ...] = ()
        self.not_said: Mapping[str, str] = {}
        self.started_at: float | None = began.at
        self.answered_at: float | None = None
        self.ended_at: float | None = None
        self._seen: set[bytes] = set()

    def take(self, entry: SipMessage) -> None:
        """Take a message of the emulator in this leg; one that was sent again counts once."""
        if entry.data in self._seen:
            return
        self._seen.add(entry.data)
        try:
            message = parse(entry.data)
        except RemoteProtocolError:
            return
        if isinstance(message, Request):
            self._ask(message.method, entry)
        elif entry.lane == "in" and message.cseq.method == "INVITE":
            self._respond(message, entry.at)

    def change(self, entry: CallChanged) -> None:
        """Take a new status of this leg, which a simulated number has by this alone."""
        if entry.status == "ringing" and self.state == "trying":
            self.state = "ringing"
        elif entry.status == "in-progress" and self.answered_at is None:
            self.state, self.answered_at = "answered", entry.at
        if entry.status in FINAL and self.state not in {"refused", "ended"}:
            self._end("failed" if self.answered_at is None else "ended", entry.at)

    def note(self, entry: PhoneEvent) -> None:
        """Take what a simulated number did; a phone of ours has its own say."""
        if entry.phone == self.to:
            self.session = self._far
            if entry.event == "ended":
                self.ended_by = "us"

    def _ask(self, method: str, entry: SipMessage) -> None:
        if method in {"BYE", "CANCEL"} and not self.ended_by:
            self.ended_by = "us" if entry.lane == "in" else "them"
            if method == "BYE":
                self._end("ended", entry.at)

    def _respond(self, response: Response, at: float) -> None:
        status = response.status
        self.responses.append(status)
        if status >= 200:
            self.final_headers = list(response.headers)
        if 100 < status < 200 and self.state == "trying":
            self.state = "ringing"
        elif 200 <= status < 300 and self.answered_at is None:
            self.state, self.answered_at = "answered", at
        elif status >= 300 and status not in {401, 407} and self.answered_at is None:
            self._end("refused", at)

    def _end(self, state: str, at: float) -> None:
        self.state, self.ended_at = state, at
        if state == "ended" and not self.ended_by:
            self.ended_by = "them"


MOST_LEGS: Final = 5_000
"""How many calls of the emulator's own are followed; further ones are not."""


class Legs:
    """Listens to a journal and follows the calls that the emulator makes."""

    def __init__(self, journal: Journal) -> None:
        self._by_call_id: dict[str, DialledLeg] = {}
        self._by_sid: dict[str, DialledLeg] = {}
        self._stop: Callable[[], None] = journal.listen(self._follow)

    def close(self) -> None:
        """Stop listening."""
        self._stop()

    def of(self, call_id: str) -> DialledLeg | None:
        """Return the leg of a Call-ID, or None."""
        return self._by_call_id.get(call_id)

    def of_sid(self, sid: str) -> DialledLeg | None:
        """Return the leg of a call's SID, or None."""
        return self._by_sid.get(sid)

    def _follow(self, entry: Entry) -> None:
        legs = self._by_call_id
        match entry:
            case CallBegan(to=str(to)) if to and len(legs) < MOST_LEGS:
                self._by_sid[entry.call_sid] = legs.setdefault(entry.call_id, DialledLeg(entry))
            case SipMessage(owner="cloud") if entry.call_id in legs:
                legs[entry.call_id].take(entry)
            case CallChanged() if entry.call_id in legs:
                legs[entry.call_id].change(entry)
            case PhoneEvent() if entry.call_id in legs:
                legs[entry.call_id].note(entry)
            case _:
                pass
