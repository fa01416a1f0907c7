"""A call of ours to a phone number or a client: no network leads there, so that the numbering plan plays its part."""

from __future__ import annotations

from typing import Final

from sipdomain.entries import Decision
from sipdomain.media.negotiation import Negotiation
from sipdomain.media.outputs import (
    CloseMedia,
    ConnectMedia,
    MediaFailed,
    MediaOpened,
    OpenMedia,
    PlaybackDone,
)
from sipdomain.sip.address import NameAddress
from sipdomain.sip.dialog import Dialog
from sipdomain.sip.outputs import Address, Flow
from sipdomain.sip.uri import Uri
from sipdomain.twilio.calls.leg import Service
from sipdomain.twilio.calls.orders import CallOrder
from sipdomain.twilio.calls.originated import OriginatedCall
from sipdomain.twilio.calls.owner import Owner
from sipdomain.twilio.calls.party import Party
from sipdomain.twilio.engine.turn import Turn
from sipdomain.twilio.store.call_records import CallRecord, CallStatus
from sipdomain.twilio.store.subscribers import CLIENT, Subscriber

_LOOPBACK: Final = "127.0.0.1"
"""Where both ends of the audio are."""
_NOWHERE: Final = Flow("udp", Address(_LOOPBACK, 0), Address(_LOOPBACK, 0))


class SimulatedCall(OriginatedCall):
    """A call without SIP. Its audio is a session as any other, whose peer is a session of the party's own."""

    def __init__(
        self, service: Service, record: CallRecord, order: CallOrder, who: Subscriber | None, turn: Turn,
        owner: Owner | None = None,
    ) -> None:  # fmt: skip
        """Take an order up.

        Args:
            service: What it stands on.
            record: What is known of it.
            order: Whom to call, and how.
            who: What the plan says of that address; None when it is not there.
            turn: Now, and where outputs go.
            owner: Who has it dialled, if it is a leg of another call.
        """
        engine = service.engine
        # Nothing is sent by SIP; the journal and the families of calls know a call by its Call-ID.
        record.sip_call_id = engine.identifiers.new_call_id()
        local = NameAddress(Uri("sip", "", _LOOPBACK)).with_tag(engine.identifiers.new_tag())
        super().__init__(
            service, record, order, flow=_NOWHERE,
            dialog=Dialog(record.sip_call_id, local, local, local.uri, local_sequence=0), parameters={}, turn=turn,
            owner=owner,
        )  # fmt: skip
        self.referrals = None
        self._who = who
        self._party = Party(engine, who, self, self.identity) if who is not None else None
        self._far = Negotiation(engine.rng.getrandbits(31))
        self._opening = False

    # --- until it is answered ----------------------------------------------------------------------------

    def _is_possible(self, turn: Turn) -> bool:
        if self._who is None:
            self._not_in_the_plan(turn)
        return self._who is not None

    def _not_in_the_plan(self, turn: Turn) -> None:
        """Say that nobody is at this address (rule number-unknown)."""
        address, record = self.record.to, self.record
        is_client = address.startswith(CLIENT)
        code = 32009 if is_client else 13224 if record.parent_call_sid else 21214
        self._report_end(480 if is_client else 404)
        kind = "clients" if is_client else "numbers"
        turn.out.append(
            Decision(
                at=turn.now, call_id=record.sip_call_id, method="INVITE", check="numbering-plan", outcome="refused",
                reason="not-in-the-plan", rule="number-unknown", got=address, wanted=f"an entry under `{kind}`",
                code=code, mend=f"say under `{kind}` what {address.removeprefix(CLIENT)} does when it is called",
                account_sid=record.account_sid,
            )
        )  # fmt: skip
        self._alert(code, "warning", f"{address} is not in the numbering plan", turn)

    def _call(self, turn: Turn) -> None:
        self._initiated(turn)
        if self._party is not None:
            self._calls.parties[self._party.session] = self
            self._party.call(turn)

    def turned_away(self, status: int, turn: Turn) -> None:
        """The party does not answer."""
        self._report_end(status)
        busy = self._who is not None and self._who.outcome == "busy"
        self._end("busy" if busy else "failed", turn)

    # --- the answer --------------------------------------------------------------------------------------

    def picked_up(self, turn: Turn) -> None:
        """Open both ends of the audio."""
        if self._over or self._party is None:
            return
        self._opening = True
        turn.out.append(OpenMedia(self.session, _LOOPBACK))
        turn.out.append(OpenMedia(self._party.session, _LOOPBACK))

    def media_opened(self, event: MediaOpened | MediaFailed, turn: Turn) -> None:
        """Take the end of opening one end of the audio; with the second the call is answered."""
        party = self._party
        if self._over or party is None or not self._opening:
            return
        if isinstance(event, MediaFailed):
            self._alert(12400, "error", f"no media port: {event.reason}", turn)
            self._end("failed", turn)
            return
        (self.negotiation if event.session == self.session else self._far).address = event.address
        if self.negotiation.address is None or self._far.address is None:
            return
        self._opening = False
        theirs = self._far.answer(self.negotiation.offer())
        ours = self.negotiation.accept(theirs.description)
        self._connect(ours, turn)
        turn.out.append(ConnectMedia(party.session, theirs, _LOOPBACK))
        party.talk(turn)
        self._talk(turn)

    def far_end_played(self, event: PlaybackDone, turn: Turn) -> None:
        """Let the party go on."""
        if self._party is not None:
            self._party.played(event, turn)

    # --- the end -----------------------------------------------------------------------------------------

    def far_end_hung_up(self, turn: Turn) -> None:
        """The party hangs up."""
        self.ended_by_peer(turn)

    def _stop_calling(self, turn: Turn) -> None:
        if self._party is not None:
            self._party.leave(turn)

    def _send_bye(self, turn: Turn) -> None:
        """Send nothing: nobody is there to whom SIP would say it."""

    def _finish(self, status: CallStatus, turn: Turn) -> None:
        party, self._party = self._party, None
        if party is not None:
            party.leave(turn)
            self._calls.parties.pop(party.session, None)
            if self._opening or self._far.address is not None:
                turn.out.append(CloseMedia(party.session))
        super()._finish(status, turn)

    @property
    def _media_is_open(self) -> bool:
        return super()._media_is_open or self._opening
