"""The client's side of an INVITE within a dialog: its ACK, the pause after 491, and one outcome (RFC 3261 section 14.1).

What happens to it goes in by methods, and comes back as what it means for the session.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from sipdomain.sip.credentials import AUTHORIZATION, CredentialsKeeper
from sipdomain.sip.dialog import Dialog
from sipdomain.sip.message import Request, Response
from sipdomain.sip.outputs import Send

GONE: Final = frozenset({408, 481})
"""The statuses that say that the other side does not know the dialog, or is dead (section 12.2.1.2)."""
PENDING: Final = 491
"""The status that says that an INVITE of the other side is under way (section 14.1)."""
MOST_GLARES: Final = 5
"""How often an INVITE is sent again after 491; our own."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """A 2xx came.

    Attributes:
        ack: The ACK to send.
        is_first: Whether it is the outcome, and not a copy whose ACK was lost.
    """

    ack: Send
    is_first: bool


@dataclass(frozen=True, slots=True)
class Challenged:
    """The request is to be sent again with the credentials that were asked for."""

    request: Request


@dataclass(frozen=True, slots=True)
class Postponed:
    """It is to be sent anew after a pause, in seconds."""

    pause: float


@dataclass(frozen=True, slots=True)
class Refused:
    """It was refused, and the session goes on as before, except where the other side has no such dialog: see `GONE`."""

    status: int


ReinviteOutcome = Accepted | Challenged | Postponed | Refused


class Reinvite:
    """A change or a refresh of a session: one INVITE after another, until one is accepted or refused."""

    __slots__ = ("_ack", "_credentials", "_draw", "_glares", "_is_owner", "_request")

    def __init__(
        self, draw: Callable[[], int], *, is_owner: bool, credentials: CredentialsKeeper | None = None
    ) -> None:
        """Begin before the first request.

        Args:
            draw: Returns a random number of 31 bits.
            is_owner: Whether we made the Call-ID.
            credentials: Answer its challenges; None when a challenge is a refusal.
        """
        self._draw = draw
        self._is_owner = is_owner
        self._credentials = credentials
        self._glares = 0
        self._request: Request | None = None
        self._ack: Send | None = None

    @property
    def is_under_way(self) -> bool:
        """Whether an INVITE was sent that has no final response yet."""
        return self._request is not None and self._ack is None

    def sent(self, request: Request) -> None:
        """Take note that an INVITE was sent: the first one, or another after `Challenged`, `Postponed` or `Refused`."""
        self._request, self._ack = request, None

    def received(
        self, response: Response, dialog: Dialog, acknowledgement: Callable[[Request], Send]
    ) -> ReinviteOutcome | None:
        """Take a response to the INVITE that was sent last.

        Args:
            response: The response.
            dialog: The dialog, whose remote target a 2xx refreshes (section 12.2.1.2).
            acknowledgement: Writes the ACK of an INVITE.

        Returns:
            None for a provisional response, and for one to an earlier INVITE.

        Raises:
            RemoteProtocolError: The Contact of a 2xx cannot be read.
        """
        request = self._request
        if request is None or response.status < 200 or response.cseq.number != request.cseq.number:
            return None
        if response.status < 300:
            if self._ack is not None:
                return Accepted(self._ack, is_first=False)
            dialog.refresh_target(response)
            self._ack = acknowledgement(request)
            return Accepted(self._ack, is_first=True)
        self._request = None
        if response.status == PENDING:
            return self.postponed()
        credentials = self._credentials
        if response.status in AUTHORIZATION and credentials is not None and not credentials.accept(response):
            return Challenged(request)
        return Refused(response.status)

    def postponed(self) -> Postponed | Refused:
        """Return what is to be done where an INVITE of the other side is under way: to wait, but not for ever."""
        self._glares += 1
        if self._glares > MOST_GLARES:
            return Refused(PENDING)
        return Postponed(glare_pause(self._draw(), is_owner=self._is_owner))

    def lost(self) -> bool:
        """Take note that no final response will come to the INVITE that was sent last; return whether one was awaited."""
        was_under_way = self.is_under_way
        if was_under_way:
            self._request = None
        return was_under_way


def glare_pause(number: int, *, is_owner: bool) -> float:
    """Return how long an INVITE that got 491 waits, so that the two ends do not meet again (section 14.1).

    Args:
        number: A random number of 31 bits.
        is_owner: Whether we made the Call-ID.

    Returns:
        In seconds, in steps of 10 ms: 2.1 to 4 for the owner of the Call-ID, up to 2 for the other.
    """
    return 2.1 + number % 191 / 100 if is_owner else number % 201 / 100
