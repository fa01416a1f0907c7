"""A call and those that it dials: the record of such a leg, and what the journal and its webhooks say of it."""

from __future__ import annotations

from sipdomain.entries import CallBegan
from sipdomain.twilio.calls.orders import CallOrder
from sipdomain.twilio.engine.engine import Engine
from sipdomain.twilio.engine.turn import Turn
from sipdomain.twilio.store.call_records import CallRecord


def child_record(engine: Engine, parent: CallRecord, order: CallOrder, turn: Turn) -> CallRecord:
    """Put a leg on record that a call dials; `OutboundCall` makes it (rule child-call).

    It is never queued: its first status is "initiated" (https://www.twilio.com/docs/voice/twiml/sip#events).

    Args:
        engine: Where records are kept.
        parent: The call that dials; its account owns the leg too.
        order: What to call, and how.
        turn: Now.
    """
    return engine.records.add(
        CallRecord(
            sid=engine.ids.new("CA"), account_sid=parent.account_sid, domain_sid="", to=str(order.to),
            from_=order.from_, sip_call_id="", created_at=engine.wall(turn.now), direction="outbound-dial",
            status="initiated", parent_call_sid=parent.sid,
        )
    )  # fmt: skip


def note_began(record: CallRecord, turn: Turn) -> None:
    """Write down that a call begins."""
    turn.out.append(
        CallBegan(
            at=turn.now,
            call_sid=record.sid,
            call_id=record.sip_call_id,
            parent=record.parent_call_sid,
            to=record.to if record.direction != "inbound" else "",
        )
    )


def parent_parameters(record: CallRecord) -> dict[str, str]:
    """Return the parameters of the call that dials a leg, for its webhooks; {} for any other call (rule child-call)."""
    return {"ParentCallSid": record.parent_call_sid} if record.parent_call_sid else {}
