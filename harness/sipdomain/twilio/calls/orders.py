"""What the REST API asks of calls: to begin one, or to change one (https://www.twilio.com/docs/voice/api/call-resource)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, Protocol

from sipdomain.sip.uri import Uri
from sipdomain.twilio.calls.call_webhooks import CallWebhooks
from sipdomain.twilio.store.call_records import CallRecord
from sipdomain.twilio.store.recordings import RecordingOrder, RecordingWish
from sipdomain.twiml.hearing import Transcribe
from sipdomain.twiml.siprec import OpenSiprec
from sipdomain.twiml.streaming import OpenStream


@dataclass(frozen=True, slots=True, kw_only=True)
class CallOrder:
    """A call to be made.

    Attributes:
        to: A SIP URI, the header fields of which go into the INVITE; or the address of a number or a client, as in the
            numbering plan.
        from_: What the callee sees: a user part, or a SIP URI.
        webhooks: Its webhooks.
        timeout: How long it may ring, in seconds.
        time_limit: The longest that it may last, from its answer, in seconds; None for the usual limit.
        username: Answers a digest challenge, or "".
        password: With it.
        recording: How it is recorded from its answer on, or None.
        conference: The SID of the conference that its document takes it into, or "".
        send_digits: Keys that are pressed when it is answered; w waits half a second, W a whole one.
    """

    to: Uri | str
    from_: str
    webhooks: CallWebhooks
    timeout: float = 60.0
    time_limit: float | None = None
    username: str = ""
    password: str = ""
    send_digits: str = ""
    recording: RecordingWish | None = None
    conference: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallUpdate:
    """A change of a call; what is None stays.

    Attributes:
        status: "completed" ends the call, "canceled" only if it is not answered.
        url: Asked for a document that takes the place of what is carried out.
        method: How, "GET" or "POST".
        twiml: The document itself, where there is no URL.
        fallback_url: Asked from now on when a document cannot be had.
        fallback_method: How.
        status_callback: Told from now on how the call progresses.
        status_callback_method: How.
        time_limit: The longest that the call may last, from its answer, in seconds.
    """

    status: Literal["canceled", "completed"] | None = None
    url: str | None = None
    method: str = "POST"
    twiml: str | None = None
    fallback_url: str | None = None
    fallback_method: str | None = None
    status_callback: str | None = None
    status_callback_method: str | None = None
    time_limit: float | None = None

    def applied_to(self, before: CallWebhooks) -> CallWebhooks:
        """Return the webhooks of a call that is so changed; its first document is past."""
        return replace(
            before,
            fallback_url=_or(self.fallback_url, before.fallback_url),
            fallback_method=_or(self.fallback_method, before.fallback_method),
            status_callback=_or(self.status_callback, before.status_callback),
            status_callback_method=_or(self.status_callback_method, before.status_callback_method),
        )


@dataclass(frozen=True, slots=True)
class StreamOrder:
    """What becomes of a stream of a call, which is on record.

    Attributes:
        call_sid: The call.
        sid: The stream.
        wish: What it is to be; None to stop it.
    """

    call_sid: str
    sid: str
    wish: OpenStream | None = None


@dataclass(frozen=True, slots=True)
class SiprecOrder:
    """What becomes of a recording session of a call, which is on record.

    Attributes:
        call_sid: The call.
        sid: The session.
        wish: What it is to be; None to end it.
    """

    call_sid: str
    sid: str
    wish: OpenSiprec | None = None


@dataclass(frozen=True, slots=True)
class TranscriptionOrder:
    """What becomes of a transcription, which is on record.

    Attributes:
        transcription: Its SID.
        wish: What it is to be; None to stop it.
    """

    transcription: str
    wish: Transcribe | None = None


def _or(text: str | None, otherwise: str) -> str:
    return otherwise if text is None else text


class Switchboard(Protocol):
    """Who carries calls, as the REST API sees it. What is asked for is done at once, or after the step in progress."""

    def dial(self, record: CallRecord, order: CallOrder) -> None:
        """Make a call that is on record as queued."""

    def record_call(self, order: RecordingOrder) -> None:
        """Begin, pause, resume or stop a recording that is on record."""

    def stream(self, order: StreamOrder) -> None:
        """Begin or stop a stream that is on record; nothing happens when its call is over by then."""

    def transcribe(self, order: TranscriptionOrder) -> None:
        """Begin or stop a transcription that is on record."""

    def record_elsewhere(self, order: SiprecOrder) -> None:
        """Begin or end a recording session that is on record; nothing happens when its call is over by then."""

    def change(self, sid: str, update: CallUpdate) -> None:
        """Change a call; nothing happens when it is over by then."""
