"""What a request to call a participant asks for, as an order of a call whose document takes it into the conference.

Source: https://www.twilio.com/docs/voice/api/conference-participant-resource#create-a-participant
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from sipdomain.errors import RestError
from sipdomain.twilio.calls.orders import CallOrder
from sipdomain.twilio.rest.call_order import call_order, method, url
from sipdomain.twilio.rest.callee import caller
from sipdomain.twilio.rest.messages import Parameters
from sipdomain.twilio.store.conferences import ParticipantRecord
from sipdomain.twiml.meeting import CALL_SID, CONFERENCE_EVENTS, LARGEST_CONFERENCE, LONGEST_LABEL, is_label
from sipdomain.twiml.recording import RECORDING_EVENTS

_INVALID: Final = 20422
_OF_A_DOCUMENT: Final = frozenset({"Url", "Twiml", "ApplicationSid", "FallbackUrl", "SendDigits"})
"""What a call has, and a participant has not: its document is the conference."""
_LEAST_TIMEOUT: Final = 5


def participant_order(form: Parameters, conference_sid: str, name: str) -> CallOrder:
    """Read the parameters of a participant that is to be called.

    Args:
        form: The parameters.
        conference_sid: The conference that it is for.
        name: That one's name.

    Raises:
        RestError: What is missing or wrong, by the provider's code; 501 for what is not emulated.
    """
    timeout = form.integer("Timeout", code=21208)
    if timeout is not None and timeout < _LEAST_TIMEOUT:
        raise RestError(400, 21208, f"Timeout must be from {_LEAST_TIMEOUT} to 600 seconds (got {timeout})")
    order = call_order(form.instead(_OF_A_DOCUMENT, ("Twiml", "<Response/>")))
    webhooks, shown = replace(order.webhooks, twiml=_document(form, name)), form.text("CallerId")
    from_ = caller(shown, order.to) if shown else order.from_
    return replace(order, webhooks=webhooks, conference=conference_sid, from_=from_)


def participant(form: Parameters, conference_sid: str, call_sid: str, now: float) -> ParticipantRecord:
    """Return how somebody who is called is to take part; raises RestError 16023 or 20422."""
    return ParticipantRecord(
        call_sid=call_sid,
        conference_sid=conference_sid,
        status="queued",
        joined_at=now,
        updated_at=now,
        label=_label(form),
        muted=_flag(form, "Muted") == "true",
        coached=_coached(form),
        start_on_enter=_flag(form, "StartConferenceOnEnter") != "false",
        end_on_exit=_flag(form, "EndConferenceOnExit") == "true",
    )


def _document(form: Parameters, name: str) -> str:
    attributes = {
        "participantLabel": _label(form),
        "muted": _flag(form, "Muted"),
        "beep": form.one_of("Beep", "true", "false", "onEnter", "onExit") or "",
        "startConferenceOnEnter": _flag(form, "StartConferenceOnEnter"),
        "endConferenceOnExit": _flag(form, "EndConferenceOnExit"),
        "waitMethod": method(form, "WaitMethod") or "",
        "maxParticipants": _most(form),
        "coach": _coached(form),
        "record": form.one_of("ConferenceRecord", "true", "false", "record-from-start", "do-not-record") or "",
        "trim": form.one_of("ConferenceTrim", "trim-silence", "do-not-trim") or "",
        "statusCallback": url(form, "ConferenceStatusCallback") or "",
        "statusCallbackMethod": method(form, "ConferenceStatusCallbackMethod") or "",
        "statusCallbackEvent": _events(form, "ConferenceStatusCallbackEvent", CONFERENCE_EVENTS),
        "recordingStatusCallback": url(form, "ConferenceRecordingStatusCallback") or "",
        "recordingStatusCallbackMethod": method(form, "ConferenceRecordingStatusCallbackMethod") or "",
        "recordingStatusCallbackEvent": _events(form, "ConferenceRecordingStatusCallbackEvent", RECORDING_EVENTS),
        "jitterBufferSize": form.one_of("JitterBufferSize", "large", "medium", "small", "off") or "",
    }  # fmt: skip
    written = {key: value for key, value in attributes.items() if value}
    if (wait_url := form.text("WaitUrl")) is not None:
        # An empty one is silence.
        written["waitUrl"] = url(form, "WaitUrl") or wait_url
    named = "".join(f" {key}={quoteattr(value)}" for key, value in written.items())
    return f"<Response><Dial><Conference{named}>{escape(name)}</Conference></Dial></Response>"


def _flag(form: Parameters, name: str) -> str:
    """Return a flag as the document has it; "" when it is absent."""
    value = form.boolean(name, code=_INVALID)
    return "" if value is None else str(value).lower()


def _label(form: Parameters) -> str:
    text = form.text("Label") or ""
    if not is_label(text):
        raise RestError(
            400, 16023, f"Label may have {LONGEST_LABEL} characters, no / among them, and not be a CallSid"
        )
    return text


def _coached(form: Parameters) -> str:
    """Return whom it coaches; raises RestError 16028."""
    coaching, named = form.boolean("Coaching", code=_INVALID), form.text("CallSidToCoach") or ""
    if coaching is False:
        return ""
    if (coaching or named) and not CALL_SID.fullmatch(named):
        raise RestError(400, 16028, "CallSidToCoach must be the SID of a participant's call")
    return named


def _most(form: Parameters) -> str:
    most = form.integer("MaxParticipants", code=_INVALID)
    if most is None:
        return ""
    if not 2 <= most <= LARGEST_CONFERENCE:
        raise RestError(400, _INVALID, f"MaxParticipants must be from 2 to {LARGEST_CONFERENCE} (got {most})")
    return str(most)


def _events(form: Parameters, name: str, known: tuple[str, ...]) -> str:
    asked = form.words(name)
    wrong = [word for word in asked if word not in known]
    if wrong:
        raise RestError(400, _INVALID, f"{name} must be of {', '.join(known)} (got {wrong[0][:20]!r})")
    return " ".join(asked)
