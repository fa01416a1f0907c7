"""The recording sessions of all calls, by their media sessions and dialogs."""

from __future__ import annotations

from typing import Generic, Protocol, TypeVar

from sipdomain.media.outputs import MediaInput
from sipdomain.sip.dialog import Dialog, DialogId
from sipdomain.sip.message import Request
from sipdomain.sip.outputs import Flow
from sipdomain.sip.transactions import Transaction
from sipdomain.twilio.engine.turn import Turn


class Open(Protocol):
    """What the table has to know of a recording session."""

    @property
    def dialog(self) -> Dialog:
        """The dialog with the server."""

    @property
    def flow(self) -> Flow:
        """How messages come from there and go there."""

    def take(self, event: MediaInput, turn: Turn) -> None:
        """Take news of a media session."""

    def asked(self, transaction: Transaction, request: Request, turn: Turn) -> None:
        """Answer a request of the server's within the dialog."""


S = TypeVar("S", bound=Open)


class SiprecTable(Generic[S]):
    """The recording sessions of all calls that are not over, and those whose BYE is not answered."""

    __slots__ = ("_dialogs", "_media")

    def __init__(self) -> None:
        self._dialogs: dict[DialogId, S] = {}
        self._media: dict[str, S] = {}

    def __len__(self) -> int:
        return len({id(each) for each in (*self._dialogs.values(), *self._media.values())})

    def at(self, session: str) -> S | None:
        """Return the recording session that a media session is of."""
        return self._media.get(session)

    def of_request(self, request: Request) -> S | None:
        """Return the recording session within whose dialog a request came."""
        return self._dialogs.get(Dialog.id_of(request)) if request.to.tag else None

    def go_by(self, connection: Flow) -> bool:
        """Return whether one goes by a connection."""
        return any(each.flow.is_on(connection) for each in self._dialogs.values())

    def note_media(self, session: str, siprec: S) -> None:
        """Find one by a media session from now on."""
        self._media[session] = siprec

    def forget_media(self, session: str) -> None:
        """Find it so no more."""
        self._media.pop(session, None)

    def note_dialog(self, siprec: S) -> None:
        """Find one by its dialog from now on."""
        self._dialogs[siprec.dialog.id] = siprec

    def forget_dialog(self, siprec: S) -> None:
        """Find it so no more."""
        self._dialogs.pop(siprec.dialog.id, None)
