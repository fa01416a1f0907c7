"""What documents are carried out on: a call or a room, where it meets or waits for others, and who calls others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple, Protocol

from sipdomain.twilio.engine.turn import Then, Turn
from sipdomain.twilio.store.call_records import CallStatus
from sipdomain.twilio.store.recordings import RecordingSource, RecordingWish
from sipdomain.twilio.webhooks.exchange import CallIdentity
from sipdomain.twiml.dialling import Call, Called
from sipdomain.twiml.hearing import Transcribe
from sipdomain.twiml.meeting import (
    Confer,
    Dequeued,
    DialQueue,
    DialResult,
    Enqueue,
    QueueDialled,
    QueueResult,
)
from sipdomain.twiml.program import Failed, Parameters, Reason
from sipdomain.twiml.siprec import OpenSiprec
from sipdomain.twiml.transferring import Transferred


class Webhooks(Protocol):
    """Where documents come from."""

    @property
    def url(self) -> str:
        """Asked for the first document, or "" when `twiml` is the document."""

    @property
    def method(self) -> str:
        """How the URL is asked, "GET" or "POST"."""

    @property
    def twiml(self) -> str:
        """The first document itself, or ""."""

    @property
    def fallback_url(self) -> str:
        """Asked when a document cannot be had, or ""."""

    @property
    def fallback_method(self) -> str:
        """How the fallback URL is asked."""


class LastRecording(NamedTuple):
    """What is known of a recording that ended, before its audio is ready.

    Attributes:
        url: Where its media will be.
        duration: Its length in whole seconds, before silence is cut off.
    """

    url: str
    duration: int


class Recorder(Protocol):
    """Records whoever is spoken to."""

    def begin(
        self, wish: RecordingWish, source: RecordingSource, turn: Turn, *, longest: float, ended: Then
    ) -> str | None:
        """Begin a recording.

        Args:
            wish: How it is to be.
            source: What began it.
            turn: Now, and where outputs go.
            longest: After how many seconds it ends; 0 for as late as may be.
            ended: Called once at its end, whoever ends it.

        Returns:
            Its SID; None when too many are unfinished.
        """

    def end(self, recording: str, turn: Turn) -> None:
        """End a recording; harmless when it has ended."""

    @property
    def last(self) -> LastRecording | None:
        """The recording that ended last, or None."""


class Transcriber(Protocol):
    """Transcribes whoever is spoken to."""

    def begin(self, wish: Transcribe, turn: Turn, *, ended: Then) -> str | None:
        """Begin a transcription.

        Args:
            wish: How it is to be.
            turn: Now, and where outputs go.
            ended: Called once at its end, whoever ends it.

        Returns:
            Its SID; None when too many go on.
        """

    def end(self, transcription: str, turn: Turn) -> None:
        """Stop a transcription; harmless when it was stopped."""


class Siprecs(Protocol):
    """Sends the audio of a call to session recording servers."""

    @property
    def tracks(self) -> int:
        """How many tracks are sent."""

    def begin(self, wish: OpenSiprec, turn: Turn, *, ended: Then) -> str:
        """Begin a recording session; return its SID. One that cannot begin is over at once, and `ended` was called.

        Args:
            wish: How it is to be.
            turn: Now, and where outputs go.
            ended: Called once at its end, unless `end` ends it.
        """

    def end(self, sid: str, turn: Turn) -> None:
        """End a session; harmless when it is over."""


class Member(Protocol):
    """Who takes part in a conference, as the conference sees it."""

    def wait(self, url: str | None, method: str, turn: Turn, *, vital: bool) -> None:
        """Hear a document or a sound in place of the others: None for music of our own, "" for silence.

        Args:
            url: Where it comes from.
            method: How that is asked.
            turn: Now, and where outputs go.
            vital: Whether the call does not take part when this cannot be had.
        """

    def stop_waiting(self, turn: Turn) -> None:
        """Hear that no more."""

    def announce(self, url: str, method: str, turn: Turn) -> None:
        """Hear a document besides the others."""

    def left(self, sid: str, turn: Turn) -> None:
        """Go on elsewhere: the conference of this SID is over, or the call was taken out of it."""


class Conferences(Protocol):
    """Where conferences are."""

    def join(self, want: Confer, voice: Voice, member: Member, turn: Turn) -> Failed | None:
        """Let a call take part; return why it cannot."""

    def expect(self, call_sid: str, conference_sid: str) -> None:
        """Expect a call that is made for a conference, until it joins or leaves."""

    def leave(self, call_sid: str, reason: Reason, turn: Turn) -> None:
        """Take a call out that goes by itself, or is expected no more; harmless when it is in no conference."""


class QueueWaiter(Protocol):
    """Who waits in a queue, as the queue sees it."""

    def taken(self, url: str, method: str, parameters: Parameters, then: Then, turn: Turn) -> None:
        """Hear no more of what is heard meanwhile; hear a document, if there is a URL; then go on with `then`."""

    def left(self, dequeued: Dequeued, turn: Turn) -> None:
        """Go on elsewhere: it is over."""


class QueueDialler(Protocol):
    """Who dials a queue, as the queue sees it."""

    def matched(self, turn: Turn) -> None:
        """Wait no more: somebody was taken out."""

    def missed(self, turn: Turn) -> None:
        """Wait on: that one is gone before the two were connected."""

    def connected(self, turn: Turn) -> None:
        """Talk to that one."""

    def parted(self, dialled: QueueDialled, turn: Turn) -> None:
        """Go on: it is over."""


class Queues(Protocol):
    """Where queues are."""

    def enter(self, want: Enqueue, voice: Voice, waiting: QueueWaiter, turn: Turn) -> Dequeued | None:
        """Let a call wait; return why it cannot."""

    def leave(self, call_sid: str, result: QueueResult, turn: Turn) -> Dequeued:
        """Take a call out that goes by itself, and return how it waited."""

    def standing(self, call_sid: str, turn: Turn) -> Parameters:
        """Return the parameters that a waitUrl gets about a waiting call."""

    def dial(self, want: DialQueue, voice: Voice, dialler: QueueDialler, turn: Turn) -> QueueDialled | None:
        """Let a call talk to who has waited the longest, or wait until somebody comes; return why it cannot."""

    def give_up(self, call_sid: str, status: DialResult, turn: Turn) -> QueueDialled:
        """Let a call go that ends that by itself, and return how it was."""


class DialCaller(Protocol):
    """Who has others called, as the dialler sees it."""

    def rang(self, turn: Turn) -> None:
        """Hear that somebody's phone rings; said once."""

    def early(self, then: Then, turn: Turn) -> None:
        """Be ready to hear what a phone plays before it answers, and no ringing any more; then go on with `then`."""

    def answer(self, then: Then, turn: Turn) -> None:
        """Be answered, if that is still to be done; then go on with `then`."""

    def bridged(self, turn: Turn) -> None:
        """Hear who answered, and no ringing any more."""

    def called(self, called: Called, turn: Turn) -> None:
        """Go on: it is over."""


class Dial(Protocol):
    """Calls to others that are under way."""

    def hand_over(self, url: str, method: str, parameters: Parameters, turn: Turn) -> None:
        """Let the one who answered go on with a document of its own, without the caller."""

    def leave(self, reason: Reason, turn: Turn) -> Called:
        """End them, since the caller goes on elsewhere; return how they were."""


class Dialler(Protocol):
    """Who calls others."""

    def dial(self, want: Call, voice: Voice, caller: DialCaller, turn: Turn) -> Dial:
        """Call others for a call; it may be over at once, and `caller` was called."""


class TransferReport(Protocol):
    """Who wants to know how a transfer went."""

    def transferred(self, transferred: Transferred, turn: Turn) -> None:
        """Take the end of it."""


class Referral(Protocol):
    """A transfer that is under way."""

    def stop(self) -> Transferred:
        """Wait no more; return how far it came."""


class Referrals(Protocol):
    """What has the phone of a call call somebody else."""

    def transfer(self, to: str, report: TransferReport, turn: Turn) -> Referral:
        """Ask the phone; it may be over at once, and `report` was notified."""


class Identified(Protocol):
    """A call, or a room, as webhooks say which it is."""

    @property
    def session(self) -> str:
        """The name of its media session."""

    @property
    def identity(self) -> CallIdentity:
        """What its webhooks need to know."""

    @property
    def parameters(self) -> Mapping[str, str]:
        """The provider's parameters that stay the same, CallStatus excepted."""

    @property
    def sip_headers(self) -> tuple[tuple[str, str], ...]:
        """The `SipHeader_` parameters."""

    @property
    def status(self) -> str:
        """The provider's CallStatus."""


class Voice(Identified, Protocol):
    """Whoever is spoken to, and what its webhooks need."""

    @property
    def answered_at(self) -> float | None:
        """When it was answered, or None."""

    @property
    def recorder(self) -> Recorder:
        """Who records it."""

    @property
    def transcriber(self) -> Transcriber:
        """Who transcribes it."""

    @property
    def siprecs(self) -> Siprecs | None:
        """Who sends its audio to session recording servers; None for a room."""

    @property
    def webhooks(self) -> Webhooks:
        """Its webhooks."""

    @property
    def conferences(self) -> Conferences:
        """Where it may take part in conferences."""

    @property
    def queues(self) -> Queues:
        """Where it may wait in queues."""

    @property
    def dialler(self) -> Dialler:
        """Who calls others for it."""

    @property
    def referrals(self) -> Referrals | None:
        """What has its phone call somebody else; None when it has no phone that speaks SIP."""

    def answer(self, then: Then, turn: Turn) -> None:
        """Answer, then go on with `then`; never when it ends before."""

    def early(self, then: Then, turn: Turn) -> None:
        """Let it hear what is played before it is answered, then go on with `then`; never when it ends before."""

    def reject(self, reason: str, turn: Turn) -> None:
        """Refuse, "busy" or "rejected"."""

    def hang_up(self, turn: Turn, status: CallStatus = "completed") -> None:
        """End it from our side; `status` is the last that an answered call has."""
