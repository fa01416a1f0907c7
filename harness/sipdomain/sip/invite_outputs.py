"""What the client's side of an INVITE wants done, and what it reports."""

from __future__ import annotations

from dataclasses import dataclass

from sipdomain.errors import RemoteProtocolError
from sipdomain.sip.dialog import Dialog
from sipdomain.sip.message import Request, Response
from sipdomain.sip.outputs import Send


@dataclass(frozen=True, slots=True)
class Transact:
    """Send this INVITE, CANCEL or BYE in a client transaction of its own; only an INVITE's responses come back."""

    request: Request


@dataclass(frozen=True, slots=True)
class Wake:
    """Call `due` at this moment."""

    at: float


@dataclass(frozen=True, slots=True)
class Provisional:
    """A provisional response came that is not the copy of another."""

    response: Response


@dataclass(frozen=True, slots=True)
class Challenged:
    """The INVITE was challenged, and goes out once more with credentials."""

    response: Response


@dataclass(frozen=True, slots=True)
class Answered:
    """Outcome: the first 2xx. It is acknowledged, unless it brings a late offer: then its user calls `acknowledge`."""

    response: Response
    dialog: Dialog


@dataclass(frozen=True, slots=True)
class Forked:
    """A 2xx came when there was an outcome already: it is acknowledged and hung up on."""

    response: Response


@dataclass(frozen=True, slots=True)
class Refused:
    """Outcome: a final response from 300 on.

    Attributes:
        response: The response.
        why: Why a challenge could not be answered, or "".
    """

    response: Response
    why: str = ""


@dataclass(frozen=True, slots=True)
class Unusable:
    """A response came that makes no dialog: its Contact or its route cannot be read. Outcome when it is a 2xx."""

    response: Response
    error: RemoteProtocolError


@dataclass(frozen=True, slots=True)
class Lost:
    """Outcome: no response came (408), or the way is broken (503)."""

    status: int


@dataclass(frozen=True, slots=True)
class GaveUp:
    """Outcome: no final response came for 64 * T1 after CANCEL. No timer ends its transaction: it is to be abandoned."""


Report = Provisional | Challenged | Answered | Forked | Refused | Unusable | Lost | GaveUp
"""What happened to an INVITE."""
InviteOutput = Send | Transact | Wake | Report
"""What its client's side wants done, and what happened to it, in order."""
