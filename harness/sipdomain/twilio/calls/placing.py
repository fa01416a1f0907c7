"""Places a call of ours, by the way that leads to whom it is ordered for."""

from __future__ import annotations

from typing import Final

from sipdomain.sip.uri import Uri
from sipdomain.twilio.calls.leg import Service
from sipdomain.twilio.calls.orders import CallOrder
from sipdomain.twilio.calls.originated import OriginatedCall
from sipdomain.twilio.calls.outbound import OutboundCall
from sipdomain.twilio.calls.owner import Owner
from sipdomain.twilio.calls.simulated import SimulatedCall
from sipdomain.twilio.engine.turn import Turn
from sipdomain.twilio.names.phone_numbers import EMERGENCY
from sipdomain.twilio.store.call_records import CallRecord
from sipdomain.twilio.store.subscribers import Act, Subscriber

_SIMULATED: Final = "This is a simulated emergency call. Nobody was alerted."
_ADDRESS: Final = "This is a test of emergency calling. No address is on record for this number."


def place_call(
    service: Service, record: CallRecord, order: CallOrder, turn: Turn, owner: Owner | None = None
) -> OriginatedCall:
    """Return the call that carries an order out; it waits for `begin`. A leg of another call has an owner.

    A number or a client that is a phone is called by SIP (rule number-phone). A number of emergency services that the
    plan says nothing of answers that it is simulated (rule number-emergency).
    """
    if isinstance(order.to, Uri):
        return OutboundCall(service, record, order, order.to, turn, owner)
    who = service.engine.store.subscribers.at(record.account_sid, order.to)
    if who is not None and who.phone:
        return OutboundCall(service, record, order, Uri.parse(who.phone), turn, owner)
    if who is None and order.to in EMERGENCY:
        who = _emergency_service(record, order.to)
    return SimulatedCall(service, record, order, who, turn, owner)


def _emergency_service(record: CallRecord, number: str) -> Subscriber:
    at = record.created_at
    return Subscriber(
        sid="", number=0, account_sid=record.account_sid, created_at=at, updated_at=at, address=number,
        acts=(Act("say", _ADDRESS if number == "933" else _SIMULATED),), hangs_up_after=1.0,
    )  # fmt: skip
