"""The BYE by which we end a call: its dialog is known until that is answered (RFC 3261 section 15.1.1)."""

from __future__ import annotations

from typing import Final, Protocol

from sipdomain.errors import LocalProtocolError
from sipdomain.sip.dialog import Dialog
from sipdomain.sip.message import Response
from sipdomain.sip.outputs import Address, Flow
from sipdomain.twilio.admission.admission import is_address
from sipdomain.twilio.engine.turn import Turn
from sipdomain.twilio.signalling.fields import USER_AGENT
from sipdomain.twilio.signalling.user_agent import UserAgent

_REASON: Final = ("Reason", 'Q.850;cause=16;text="Normal call clearing"')


class Ended(Protocol):
    """The call that a BYE ends."""

    @property
    def dialog(self) -> Dialog:
        """The dialog with the phone."""

    def bye_sent(self) -> None:
        """Be found by the dialog: a BYE of the phone may cross ours (RFC 5407 section 3.2)."""

    def bye_over(self) -> None:
        """Be found so no more: whatever became of the BYE, the call is over."""

    def bye_failed(self, why: str, turn: Turn) -> None:
        """Note that no BYE could be sent."""


class Bye:
    """One BYE; when its connection breaks, one more by a new connection."""

    __slots__ = ("_agent", "_call", "_flow", "_headers")

    def __init__(
        self, agent: UserAgent, call: Ended, flow: Flow, headers: tuple[tuple[str, str], ...]
    ) -> None:
        """Be ready to send it.

        Args:
            agent: Sends it.
            call: What it ends.
            flow: The way to take.
            headers: Header fields besides `User-Agent` and `Reason`.
        """
        self._agent = agent
        self._call = call
        self._flow = flow
        self._headers = headers

    def send(self, turn: Turn) -> None:
        """Send it; that it cannot be sent is noted with the call."""
        agent, flow = self._agent, self._flow
        try:
            request = self._call.dialog.request(
                "BYE", agent.new_via(flow), headers=(USER_AGENT, _REASON, *self._headers)
            )
            agent.request(request, flow, self, turn)
        except LocalProtocolError as error:
            self._call.bye_failed(str(error), turn)
        else:
            self._call.bye_sent()

    def responded(self, response: Response, turn: Turn) -> None:
        """Take a response: any final one will do."""
        del turn
        if response.status >= 200:
            self._call.bye_over()

    def unanswered(self, status: int, turn: Turn) -> None:
        """Give up; when the connection is gone, send it by a new one, to the first route or the Contact, if that can be.

        RFC 3261 section 18.2.2 says so of responses; of requests section 8.1.2 does, as each hop is found anew.
        """
        self._call.bye_over()
        flow, hop = self._flow, self._call.dialog.next_hop
        if status == 503 and flow.connection and is_address(hop.host):
            port = hop.port or (5061 if flow.transport == "tls" else 5060)
            self._flow = Flow(flow.transport, flow.local, Address(hop.host, port))
            self.send(turn)
