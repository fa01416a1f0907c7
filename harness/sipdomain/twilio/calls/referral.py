"""A REFER of ours within a call, and what the phone reports of the new call by NOTIFY (RFC 3515).

Source of the statuses: https://www.twilio.com/docs/voice/twiml/refer
"""

from __future__ import annotations

from contextlib import suppress
from typing import Final, Protocol

from sipdomain.errors import LocalProtocolError
from sipdomain.sip.dialog import Dialog, DialogState
from sipdomain.sip.message import Request, Response
from sipdomain.sip.outputs import Flow
from sipdomain.sip.sipfrag import SIPFRAG, status_of
from sipdomain.sip.status import reason_phrase
from sipdomain.sip.timers import Alarm
from sipdomain.twilio.engine.engine import Engine
from sipdomain.twilio.engine.turn import Then, Turn
from sipdomain.twilio.interpreter.voice import TransferReport
from sipdomain.twilio.signalling.fields import USER_AGENT
from sipdomain.twilio.signalling.user_agent import UserAgent
from sipdomain.twiml.transferring import Transferred

LONGEST: Final = 180.0
"""For how many seconds a phone may report nothing new, once it accepted a transfer (assumed)."""
NEWS_LAST: Final = 60
"""For how many seconds a phone is promised news of a transfer that it asked for (assumed)."""
_BUSY: Final = frozenset({486, 600})


class Referrer(Protocol):
    """The call that a REFER goes out in."""

    @property
    def dialog(self) -> Dialog:
        """The dialog with the phone."""

    def next_flow(self) -> Flow:
        """Return the flow for a request of ours."""


class Referral:
    """One transfer, from the REFER to the last news of it."""

    __slots__ = (
        "_agent",
        "_alarm",
        "_call",
        "_engine",
        "_is_reported",
        "_number",
        "_report",
        "_response",
        "_status",
        "_to",
    )

    def __init__(
        self, engine: Engine, agent: UserAgent, call: Referrer, to: str, report: TransferReport
    ) -> None:
        """Wait for `send`.

        Args:
            engine: Sets alarms.
            agent: Sends the REFER.
            call: In whose dialog it goes out.
            to: Whom the phone is to call.
            report: Told how that went.
        """
        self._engine = engine
        self._agent = agent
        self._call = call
        self._to = to
        self._report: TransferReport | None = report
        self._alarm: Alarm[Then] | None = None
        self._number = 0
        self._response = 0
        self._status = 0
        self._is_reported = False

    def send(self, turn: Turn) -> None:
        """Send the REFER, unless it was sent or nobody wants it any more."""
        if self._number or self._report is None:
            return
        agent, dialog, flow = self._agent, self._call.dialog, self._call.next_flow()
        by = ("Referred-By", f"<{dialog.local.uri.bare}>")
        fields = [agent.target_fields(flow)[-1], ("Refer-To", f"<{self._to}>"), by, USER_AGENT]
        try:
            request = dialog.request("REFER", agent.new_via(flow), headers=fields)
            agent.request(request, flow, self, turn)
        except LocalProtocolError:
            self._over(turn)
        else:
            self._number = request.cseq.number

    def responded(self, response: Response, turn: Turn) -> None:
        """Take a response to the REFER; after a 2xx the phone is to report."""
        if response.status < 200 or self._report is None:
            return
        self._response = response.status
        if response.status >= 300 or self._is_reported:
            self._over(turn)  # A NOTIFY may overtake the 2xx (RFC 3515 section 2.4.4).
        else:
            self._wait(turn)

    def unanswered(self, status: int, turn: Turn) -> None:
        """Take note that no answer came (408), or the way is broken (503)."""
        del status
        self._over(turn)

    def concerns(self, request: Request) -> bool:
        """Return whether a NOTIFY is of this transfer, and that is under way."""
        event, *parameters = (part.strip() for part in (request.headers.get("event") or "").split(";"))
        if self._report is None or not self._number or event.lower() != "refer":
            return False
        return not any(each.startswith("id=") and each != f"id={self._number}" for each in parameters)

    def notified(self, request: Request, turn: Turn) -> None:
        """Take a NOTIFY that concerns it."""
        self._status = status_of(request) or self._status
        state = (request.headers.get("subscription-state") or "").partition(";")[0].strip().lower()
        self._is_reported = self._status >= 200 or state == "terminated"
        if self._response and self._is_reported:
            self._over(turn)
        elif self._response:
            self._wait(turn)

    def stop(self) -> Transferred:
        """Wait no more, as the call is over or goes on otherwise; return how far it came."""
        self._report = None
        self._engine.alarms.cancel(self._alarm)
        return Transferred("canceled", self._response, self._status)

    def _wait(self, turn: Turn) -> None:
        self._engine.alarms.cancel(self._alarm)
        self._alarm = self._engine.alarms.set(turn.now + LONGEST, self._over)

    def _over(self, turn: Turn) -> None:
        report = self._report
        if report is not None:
            self.stop()
            report.transferred(Transferred(self._word(), self._response, self._status), turn)

    def _word(self) -> str:
        """Return the provider's ReferCallStatus."""
        if 200 <= self._response < 300 and not self._status:
            return ""
        if 200 <= self._status < 300:
            return "in-progress"
        return "busy" if self._status in _BUSY else "failed"


class Referrals:
    """The transfers of one call, one at a time."""

    __slots__ = ("_agent", "_call", "_engine", "_latest")

    def __init__(self, engine: Engine, agent: UserAgent, call: Referrer) -> None:
        """Begin with none.

        Args:
            engine: Sets alarms.
            agent: Sends the REFERs.
            call: In whose dialog they go out.
        """
        self._engine = engine
        self._agent = agent
        self._call = call
        self._latest: Referral | None = None

    def transfer(self, to: str, report: TransferReport, turn: Turn) -> Referral:
        """Ask the phone to call somebody else, once its ACK has come: before that it may not know the dialog."""
        self._latest = Referral(self._engine, self._agent, self._call, to, report)
        if self._call.dialog.state is DialogState.CONFIRMED:
            self._latest.send(turn)
        return self._latest

    def acknowledged(self, turn: Turn) -> None:
        """Send what waited for the ACK."""
        if self._latest is not None:
            self._latest.send(turn)

    def report(self, refer: Request, status: int, turn: Turn, *, last: bool) -> None:
        """Tell the phone by NOTIFY how the transfer goes that it asked for (RFC 3515 section 2.4.4).

        Args:
            refer: Its REFER.
            status: That of the new call.
            turn: Now, and where outputs go.
            last: Whether nothing more is to come.
        """
        agent, dialog, flow = self._agent, self._call.dialog, self._call.next_flow()
        state = "terminated;reason=noresource" if last else f"active;expires={NEWS_LAST}"
        fields = [
            agent.target_fields(flow)[-1], ("Event", f"refer;id={refer.cseq.number}"), ("Subscription-State", state),
            ("Content-Type", SIPFRAG), USER_AGENT,
        ]  # fmt: skip
        body = f"SIP/2.0 {status} {reason_phrase(status)}\r\n".encode()
        with suppress(LocalProtocolError):  # There is too much to do: the phone learns the end by BYE.
            request = dialog.request("NOTIFY", agent.new_via(flow), headers=fields, body=body)
            agent.request(request, flow, None, turn)

    def of(self, request: Request) -> Referral | None:
        """Return the transfer that a NOTIFY is of, and that is under way; None for none."""
        return self._latest if self._latest is not None and self._latest.concerns(request) else None
