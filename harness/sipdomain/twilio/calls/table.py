"""The live calls, by dialog, by INVITE transaction, by SID; and how many each source has of them."""

from __future__ import annotations

from typing import Generic, Protocol, TypeVar

from sipdomain.media.outputs import MediaFailed, MediaOpened, PlaybackDone
from sipdomain.sip.dialog import Dialog, DialogId
from sipdomain.sip.message import Request
from sipdomain.sip.outputs import Flow
from sipdomain.sip.sources import Shares
from sipdomain.sip.transactions.transaction import Key
from sipdomain.twilio.calls.recorder import Recorder
from sipdomain.twilio.calls.siprec import Siprec
from sipdomain.twilio.calls.siprec_table import SiprecTable
from sipdomain.twilio.engine.turn import Turn
from sipdomain.twilio.webhooks.exchange import CallIdentity


class Live(Protocol):
    """What the table has to know of a call."""

    @property
    def session(self) -> str:
        """Its SID, by which its media session goes too."""

    @property
    def identity(self) -> CallIdentity:
        """With its SIP Call-ID."""

    @property
    def dialog(self) -> Dialog:
        """The dialog with the phone."""

    @property
    def flow(self) -> Flow:
        """How its messages come and go."""

    @property
    def source(self) -> str:
        """In whose share of all calls it is; "" for a call of ours."""

    @property
    def places(self) -> int:
        """How many calls it counts for there."""


class FarEnd(Protocol):
    """A call whose peer has a media session of ours, too."""

    def media_opened(self, event: MediaOpened | MediaFailed, turn: Turn) -> None:
        """Take the end of opening that session."""

    def far_end_played(self, event: PlaybackDone, turn: Turn) -> None:
        """Take the end of a playback in it."""


C = TypeVar("C", bound=Live)


class LiveCalls(Generic[C]):
    """Calls that are not over, and what lasts a little longer: dialogs whose BYE is not answered, recordings.

    Attributes:
        shares: How many calls each source may have.
        parties: By the media session of a simulated party, the call that leads there.
        siprecs: The recording sessions that are not over.
        recorders: By the SID of a recording that is not finished, who takes its audio.
    """

    __slots__ = ("_dialogs", "_invites", "_sessions", "parties", "recorders", "shares", "siprecs")

    def __init__(self, most_calls: int) -> None:
        """Begin with none.

        Args:
            most_calls: How many one source may have that is alone; there are a third more in all.
        """
        self._sessions: dict[str, C] = {}
        self._dialogs: dict[DialogId, C] = {}
        self._invites: dict[Key, C] = {}
        self.shares = Shares(most_calls * 4 // 3)
        self.parties: dict[str, FarEnd] = {}
        self.recorders: dict[str, Recorder] = {}
        self.siprecs: SiprecTable[Siprec] = SiprecTable()

    def __len__(self) -> int:
        return len(self._sessions)

    @property
    def dialogs(self) -> int:
        """How many dialogs are known."""
        return len(self._dialogs)

    # --- who is it? --------------------------------------------------------------------------------------

    def find(self, sid: str) -> C | None:
        """Return the call of this SID, or media session."""
        return self._sessions.get(sid)

    def of_request(self, request: Request) -> C | None:
        """Return the call within whose dialog a request came; it may be over, while its BYE is not answered."""
        return self._dialogs.get(Dialog.id_of(request))

    def of_invite(self, key: Key) -> C | None:
        """Return the call that an INVITE to us began, while it has no end, by the key of its transaction."""
        return self._invites.get(key)

    def is_ended_by(self, request: Request) -> bool:
        """Return whether a request is the BYE of a call, which is taken however much there is to do."""
        return request.method == "BYE" and request.to.tag is not None and self.of_request(request) is not None

    def all(self) -> list[C]:
        """Return the calls that are not over."""
        return list(self._sessions.values())

    def go_by(self, connection: Flow) -> bool:
        """Return whether a call goes by a connection."""
        return any(call.flow.is_on(connection) for call in self._sessions.values()) or self.siprecs.go_by(
            connection
        )

    def is_busy(self, call_id: str) -> bool:
        """Return whether a call of this SIP Call-ID is not over, or one of its recordings is not."""
        return any(call.identity.call_id == call_id for call in self._sessions.values()) or any(
            recorder.call_id == call_id for recorder in self.recorders.values()
        )

    # --- who comes and goes ------------------------------------------------------------------------------

    def enter(self, call: C) -> None:
        """Let a call take its place."""
        self._sessions[call.session] = call
        self.shares.take(call.source, call.places)

    def leave(self, call: C) -> None:
        """Free the place of a call that is over, if it has one, and forget its dialog."""
        self._dialogs.pop(call.dialog.id, None)
        if self._sessions.pop(call.session, None) is not None:
            self.shares.give_back(call.source, call.places)

    def note_dialog(self, call: C) -> None:
        """Find a call by its dialog from now on."""
        self._dialogs[call.dialog.id] = call

    def forget_dialog(self, call: C) -> None:
        """Find it so no more."""
        self._dialogs.pop(call.dialog.id, None)

    def note_invite(self, key: Key, call: C) -> None:
        """Find a call by the INVITE transaction that began it from now on."""
        self._invites[key] = call

    def forget_invite(self, key: Key) -> None:
        """Find it so no more."""
        self._invites.pop(key, None)
