"""Places a call of ours, by the way that leads to whom it is ordered for."""

from __future__ import annotations

from sipdomain.sip.uri import Uri
from sipdomain.twilio.calls.leg import Service
from sipdomain.twilio.calls.orders import CallOrder
from sipdomain.twilio.calls.originated import OriginatedCall
from sipdomain.twilio.calls.outbound import OutboundCall
from sipdomain.twilio.calls.owner import Owner
from sipdomain.twilio.calls.simulated import SimulatedCall
from sipdomain.twilio.engine.turn import Turn
from sipdomain.twilio.store.call_records import CallRecord


def place_call(
    service: Service, record: CallRecord, order: CallOrder, turn: Turn, owner: Owner | None = None
) -> OriginatedCall:
    """Return the call that carries an order out; it waits for `begin`. A leg of another call has an owner.

    A number or a client that is a phone is called by SIP (rule number-phone).
    """
    if isinstance(order.to, Uri):
        return OutboundCall(service, record, order, order.to, turn, owner)
    who = service.engine.store.subscribers.at(record.account_sid, order.to)
    if who is not None and who.phone:
        return OutboundCall(service, record, order, Uri.parse(who.phone), turn, owner)
    return SimulatedCall(service, record, order, who, turn, owner)
