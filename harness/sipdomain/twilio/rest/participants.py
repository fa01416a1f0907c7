"""Participants of a conference (https://www.twilio.com/docs/voice/api/conference-participant-resource)."""

from __future__ import annotations

from collections.abc import Iterable

from sipdomain.errors import RestError
from sipdomain.twilio.rest.call_order import method, url
from sipdomain.twilio.rest.conferences import conference
from sipdomain.twilio.rest.dates import rfc2822
from sipdomain.twilio.rest.messages import Parameters
from sipdomain.twilio.rest.resource import Asked, Json, Resource, uri
from sipdomain.twilio.rooms.conference import ParticipantChange
from sipdomain.twilio.rooms.orders import ParticipantOrder
from sipdomain.twilio.store.conferences import ConferenceRecord, ParticipantRecord


def _render(asked: Asked, one: ParticipantRecord) -> Json:
    account, sid = asked.account_sid, asked.sids["CF"]
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
        "status": "connected",
        "queue_time": None,
        "date_created": rfc2822(one.joined_at),
        "date_updated": rfc2822(one.updated_at),
        "uri": uri("Accounts", account, "Conferences", sid, "Participants", one.call_sid),
    }


def _list(asked: Asked) -> Iterable[ParticipantRecord]:
    query = asked.query
    muted, hold = query.boolean("Muted", code=20422), query.boolean("Hold", code=20422)
    coaching = query.boolean("Coaching", code=20422)
    return [
        each
        for each in conference(asked, asked.sids["CF"]).participants.values()
        if muted in {None, each.muted}
        and hold in {None, each.hold}
        and coaching in {None, bool(each.coached)}
    ]


def _find(record: ConferenceRecord, name: str) -> ParticipantRecord:
    """Return a participant by the SID of its call, or by its label."""
    by_label = (each for each in record.participants.values() if each.label == name)
    found = record.participants.get(name) or next(by_label, None)
    if found is None:
        raise RestError(404, 20404, f"There is no participant {name[:60]} in {record.sid}")
    return found


def _fetch(asked: Asked) -> ParticipantRecord:
    return _find(conference(asked, asked.sids["CF"]), asked.sid)


def _flag(form: Parameters, name: str) -> bool | None:
    """Return a flag: what is neither true nor false counts as false; None when it is absent."""
    text = form.text(name)
    return None if text is None else text.lower() == "true"


def _update(asked: Asked) -> ParticipantRecord:
    record, form = conference(asked, asked.sids["CF"]), asked.form
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
    one = _fetch(asked)
    if asked.switchboard is not None:
        asked.switchboard.change_participant(
            ParticipantOrder(sid=asked.sids["CF"], call_sid=one.call_sid, leaves=True)
        )


RESOURCE = Resource(
    path="Accounts/{AC}/Conferences/{CF}/Participants",
    list_key="participants",
    render=_render,
    list=_list,
    fetch=_fetch,
    update=_update,
    delete=_delete,
    not_emulated=frozenset({"create"}),
)
