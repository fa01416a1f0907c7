"""A foreign phone's call, as the emulator's own journal shows it: the phone itself reports nothing."""

from __future__ import annotations

from collections.abc import Callable, Collection

from sipdomain.entries import Entry, SipMessage
from sipdomain.errors import RemoteProtocolError
from sipdomain.journal import Journal
from sipdomain.sip.codec import parse
from sipdomain.sip.message import Request, Response


class WatchedCall:
    """The first call, or registration, that reaches the emulator from now on and is none of the known ones.

    It has the fields of a phone's call, so that `expect` reads it alike; `call_id` is "" until it came.

    Attributes:
        gone_at: When the phone was gone, after which nothing more comes from it; None as long as it runs.
        settled: How many of its requests it knows the final response to, retransmissions not counted: to an INVITE by the
            ACK that it sent, to any other by the response that was sent to it.
        is_confirmed: Whether it acknowledged the 200 to its call: it may be given orders from then on.
    """

    def __init__(
        self,
        journal: Journal,
        known: Collection[str],
        method: str = "INVITE",
        *,
        is_gone_with_its_call: bool = False,
    ) -> None:
        """Watch from now on.

        Args:
            journal: Where the emulator's messages are written.
            known: Call-IDs that are not meant.
            method: "INVITE" for a call, "REGISTER" for a registration.
            is_gone_with_its_call: Whether nothing else says when the phone is gone: it is a person's.
        """
        self.call_id = ""
        self.settled = 0
        self.is_confirmed = False
        self.state = "trying"
        self.responses: list[int] = []
        self.final_headers: list[tuple[str, str]] = []
        self.ended_by = ""
        self.transfer: None = None
        self.said: list[str] = []
        self.not_said: dict[str, str] = {}
        self.started_at: float | None = None
        self.answered_at: float | None = None
        self.ended_at: float | None = None
        self.gone_at: float | None = None
        self.method = method
        self._known = frozenset(known)
        self._is_gone_with_its_call = is_gone_with_its_call
        self._seen: set[bytes] = set()
        self._acknowledged: set[str] = set()
        self._stop: Callable[[], None] = journal.listen(self._watch)

    def phone_is_gone(self, at: float) -> None:
        """Take note that its phone ended; what the emulator still does with the call is watched on."""
        self.gone_at = at

    def close(self) -> None:
        """Stop watching."""
        self._stop()

    def _watch(self, entry: Entry) -> None:
        self._take(entry)
        if self._is_gone_with_its_call and self.gone_at is None:
            self.gone_at = self.ended_at

    def _take(self, entry: Entry) -> None:
        if not isinstance(entry, SipMessage) or entry.owner != "cloud" or entry.data in self._seen:
            return
        try:
            message = parse(entry.data)
        except RemoteProtocolError:
            return
        call_id = message.headers.get("call-id") or ""
        if isinstance(message, Request):
            is_first = not self.call_id and self.gone_at is None
            if is_first and message.method == self.method and call_id not in self._known:
                self.call_id, self.started_at = call_id, entry.at
            if call_id == self.call_id and message.method == "ACK" and entry.lane == "in":
                self._acknowledge((message.headers.get("cseq") or "").partition(" ")[0])
            if call_id == self.call_id and message.method == "BYE" and not self.ended_by:
                self.state, self.ended_at = "ended", entry.at
                self.ended_by = "us" if entry.lane == "in" else "them"
        elif call_id == self.call_id and entry.lane == "out":
            self._seen.add(entry.data)
            is_of_invite = (message.headers.get("cseq") or "").endswith(" INVITE")
            self.settled += message.status >= 200 and not is_of_invite
            self._respond(message, entry.at)

    def _acknowledge(self, number: str) -> None:
        self.settled += number not in self._acknowledged
        self._acknowledged.add(number)
        self.is_confirmed = self.state == "answered"

    def _respond(self, response: Response, at: float) -> None:
        if not (response.headers.get("cseq") or "").endswith(f" {self.method}"):
            return
        self.responses.append(response.status)
        if response.status >= 200:
            self.final_headers = list(response.headers)
        if response.status < 200:
            self.state = "ringing" if response.status == 180 else self.state
        elif response.status < 300:
            self.state, self.answered_at = "answered", at
            if self.method == "REGISTER":
                self.state, self.ended_at = "ended", at
        elif response.status not in {401, 407}:
            self.state, self.ended_at = "refused", at
