"""The numbering plan: what simulated phone numbers and clients do when they are called."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal

from sipdomain.twilio.names.sids import Ids
from sipdomain.twilio.store.changes import Changes
from sipdomain.twilio.store.kind import Kind, kept
from sipdomain.twilio.store.limits import Limits
from sipdomain.twilio.store.model import Record
from sipdomain.twilio.store.table import Table

CLIENT: Final = "client:"
"""What the address of a client begins with; the address of a number is the number."""

Outcome = Literal["answers", "busy", "no-answer", "fails", "unallocated"]
What = Literal["say", "play", "press", "pause"]


@dataclass(frozen=True, slots=True)
class Act:
    """Something that a subscriber does in a call.

    Attributes:
        what: Whether it says words, plays a file, presses keys, or pauses.
        value: The words, the file's URL, the keys, or the seconds.
    """

    what: What
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscriber(Record):
    """A number or a client that can be called, though no telephone network leads there.

    Attributes:
        address: A number in E.164 form, or "client:" and an identity.
        outcome: What comes of a call; one that is answered rings before, and so does one that is not.
        sip_code: By which SIP status a call ends that is not answered; 0 for the usual one.
        answers_after: How long it rings before it is answered, in seconds.
        acts: What it does once it has answered, one after another.
        hangs_up_after: How many seconds after the last act it hangs up; None when it waits for the other side to.
        phone: A SIP URI that is called in its place, or "".
    """

    address: str
    outcome: Outcome = "answers"
    sip_code: int = 0
    answers_after: float = 0.0
    acts: tuple[Act, ...] = ()
    hangs_up_after: float | None = None
    phone: str = ""


SUBSCRIBER: Final = Kind(
    name="subscriber",
    model=Subscriber,
    prefix="SU",
    most="subscribers",
    full=kept("simulated numbers and clients"),
    once=lambda each: (each.address, each.account_sid),
)


class Subscribers(Table[Subscriber]):
    """All simulated numbers and clients, by account and by address."""

    def __init__(self, ids: Ids, limits: Limits, changes: Changes) -> None:
        super().__init__(SUBSCRIBER, ids, limits, changes)

    def at(self, account_sid: str, address: str) -> Subscriber | None:
        """Return who is at an address for the calls of an account, or None."""
        return self.known_by(address, account_sid)

    def define(self, account_sid: str, address: str, *, now: float, **settings: Any) -> Subscriber:
        """Say what an address does when it is called, in place of what was said before.

        Args:
            account_sid: Whose calls find it there.
            address: As in `Subscriber`.
            now: Unix seconds.
            settings: As in `Subscriber`; what is absent is as usual.

        Raises:
            RestError: There are too many, without a code.
        """
        before = self.at(account_sid, address)
        if before is not None:
            self.take_out(before)
        return self.make(account_sid, now=now, address=address, **settings)
