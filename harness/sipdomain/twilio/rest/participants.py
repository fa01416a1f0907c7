"""Participants of a conference (https://www.twilio.com/docs/voice/api/conference-participant-resource)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from sipdomain.errors import RestError
from sipdomain.twilio.calls.orders import CallUpdate
from sipdomain.twilio.names.sids import is_sid
from sipdomain.twilio.rest.call_order import method, url
from sipdomain.twilio.rest.callee import check_caller
from sipdomain.twilio.rest.conferences import conference
from sipdomain.twilio.rest.dates import rfc2822
from sipdomain.twilio.rest.messages import NO_CODE, Parameters
from sipdomain.twilio.rest.participant_order import participant, participant_order
from sipdomain.twilio.rest.resource import Asked, Json, Resource, uri
from sipdomain.twilio.rooms.conference import ParticipantChange
from sipdomain.twilio.rooms.orders import ParticipantOrder
from sipdomain.twilio.store.call_records import CallRecord, CallStatus
from sipdomain.twilio.store.conferences import ConferenceRecord, ParticipantRecord, ParticipantStatus

_STATUSES: Final[dict[CallStatus, ParticipantStatus]] = {
    "queued": "queued", "initiated": "connecting", "ringing": "ringing", "in-progress": "connecting",
}  # fmt: skip
"""The status of a participant who is called, by the call's."""


def _conference(asked: Asked) -> ConferenceRecord:
    """Return the conference in the path, by its SID or, while it goes on, by its name; raises RestError 20404."""
    named = asked.calls.conferences.named(asked.account_sid, asked.sids["CF"])
    return conference(asked, asked.sids["CF"]) if named is None else named


def _called(asked: Asked, one: ParticipantRecord) -> ParticipantRecord:
    """Return a participant who is called, with how far that came."""
    call = asked.calls.find(one.call_sid)
    return replace(one, status="complete" if call is None else _STATUSES.get(call.status, "complete"))


def _render(asked: Asked, one: ParticipantRecord) -> Json:
    account, sid = asked.account_sid, one.conference_sid
    return {
        "account_sid": account,
        "call_sid": one.call_sid,
        "conference_sid": sid,
        "label": one.label or None,
        "call_sid_to_coach": one.coached or None,
        "coaching": bool(one.coached),
        "end_conference_on_exit": one.end_on_exit,
        "muted": one.muted,
        "hold": one.hold,
        "start_conference_on_enter": one.start_on_enter,
        "status": one.status,
        "queue_time": None,
        "date_created": rfc2822(one.joined_at),
        "date_updated": rfc2822(one.updated_at),
        "uri": uri("Accounts", account, "Conferences", sid, "Participants", one.call_sid),
    }


def _list(asked: Asked) -> Iterable[ParticipantRecord]:
    query = asked.query
    muted, hold = query.boolean("Muted", code=20422), query.boolean("Hold", code=20422)
    coaching = query.boolean("Coaching", code=20422)
    record = _conference(asked)
    return [
        each
        for each in (
            *record.participants.values(),
            *(_called(asked, each) for each in record.called.values()),
        )
        if muted in {None, each.muted}
        and hold in {None, each.hold}
        and coaching in {None, bool(each.coached)}
    ]


def _find(record: ConferenceRecord, name: str, *, called: bool = False) -> ParticipantRecord:
    """Return a participant by the SID of its call, or by its label; one that is only called where that is wanted."""
    there = {**record.called, **record.participants} if called else record.participants
    by_label = (each for each in there.values() if each.label == name)
    found = there.get(name) or next(by_label, None)
    if found is None:
        raise RestError(404, 20404, f"There is no participant {name[:60]} in {record.sid}")
    return found


def _fetch(asked: Asked) -> ParticipantRecord:
    record = _conference(asked)
    found = _find(record, asked.sid, called=True)
    return found if found.call_sid in record.participants else _called(asked, found)


def _flag(form: Parameters, name: str) -> bool | None:
    """Return a flag: what is neither true nor false counts as false; None when it is absent."""
    text = form.text(name)
    return None if text is None else text.lower() == "true"


def _update(asked: Asked) -> ParticipantRecord:
    record, form = _conference(asked), asked.form
    one = _find(record, asked.sid)
    hold_url, wait_url = url(form, "HoldUrl"), url(form, "WaitUrl")
    order = ParticipantOrder(
        sid=record.sid,
        call_sid=one.call_sid,
        change=ParticipantChange(
            muted=_flag(form, "Muted"),
            hold=_flag(form, "Hold"),
            coached=_coached(record, one, form),
            beep_on_exit=_flag(form, "BeepOnExit"),
            end_on_exit=_flag(form, "EndConferenceOnExit"),
        ),
        wait_url=hold_url or wait_url,
        wait_method=(method(form, "HoldMethod") if hold_url else method(form, "WaitMethod")) or "GET",
        announce_url=url(form, "AnnounceUrl") or "",
        announce_method=method(form, "AnnounceMethod") or "POST",
    )
    if asked.switchboard is not None:
        asked.switchboard.change_participant(order)
    return one


def _coached(record: ConferenceRecord, one: ParticipantRecord, form: Parameters) -> str | None:
    """Return whom a participant coaches from now on, "" for nobody, None when that stays.

    Raises:
        RestError: 16028, that one is not there, or none is named.
    """
    coaching, named = _flag(form, "Coaching"), form.text("CallSidToCoach")
    if coaching is False:
        return ""
    if coaching is None and not named:
        return None
    if not named or named == one.call_sid or named not in record.participants:
        raise RestError(400, 16028, "CallSidToCoach must be another participant of the conference")
    if record.participants[named].hold:
        raise RestError(400, 16027, "CallSidToCoach is on hold")
    return named


def _delete(asked: Asked) -> None:
    record, one = _conference(asked), _fetch(asked)
    if asked.switchboard is None:
        return
    if one.call_sid in record.participants:
        asked.switchboard.change_participant(
            ParticipantOrder(sid=record.sid, call_sid=one.call_sid, leaves=True)
        )
    else:
        asked.switchboard.change(one.call_sid, CallUpdate(status="completed"))


def _create(asked: Asked) -> ParticipantRecord:
    """Call somebody into a conference, which is made when there is none of that name (rule conference-call)."""
    calls, form, now = asked.calls, asked.form, asked.now
    text, account = asked.sids["CF"], asked.account_sid
    found = calls.conferences.named(account, text)
    if found is None and is_sid("CF", text):
        found = conference(asked, text)
        if found.status == "completed":
            raise RestError(400, 16022, f"The conference {found.sid} is completed")
    if asked.switchboard is None:
        raise RestError(501, NO_CODE, "nobody makes calls here")
    sid = asked.ids.new("CF") if found is None else found.sid
    order = participant_order(form, sid, text if found is None else found.friendly_name)
    check_caller(asked.store, account, order.from_, order.to)
    call_sid = asked.ids.new("CA")
    one = participant(form, sid, call_sid, now)
    if found is None:
        record = ConferenceRecord(
            sid=sid, account_sid=account, friendly_name=text, created_at=now, updated_at=now
        )
        found = calls.conferences.add(record)
    found.called[call_sid] = one
    call = calls.add(
        CallRecord(
            sid=call_sid, account_sid=account, domain_sid="", to=str(order.to), from_=order.from_, sip_call_id="",
            created_at=now, direction="outbound-api", status="queued",
        )
    )  # fmt: skip
    asked.switchboard.dial(call, order)
    return one


RESOURCE = Resource(
    path="Accounts/{AC}/Conferences/{CF}/Participants",
    list_key="participants",
    render=_render,
    list=_list,
    fetch=_fetch,
    update=_update,
    create=_create,
    makes_place=True,
    delete=_delete,
)
