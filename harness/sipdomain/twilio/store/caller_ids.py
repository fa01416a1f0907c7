"""Outgoing caller IDs: numbers of others that an account has shown to be its own."""

from __future__ import annotations

from typing import Final

from sipdomain.twilio.names.sids import Ids
from sipdomain.twilio.store import checks
from sipdomain.twilio.store.changes import Changes
from sipdomain.twilio.store.kind import Kind, kept
from sipdomain.twilio.store.limits import Limits
from sipdomain.twilio.store.model import CallerId
from sipdomain.twilio.store.table import Table

CALLER_ID: Final = Kind(
    name="caller-id",
    model=CallerId,
    prefix="PN",
    most="caller_ids",
    full=kept("outgoing caller IDs"),
    once=lambda each: (each.phone_number, each.account_sid),
)


class CallerIds(Table[CallerId]):
    """All verified numbers, by account and by number.

    Source: https://www.twilio.com/docs/voice/api/outgoing-caller-ids
    """

    def __init__(self, ids: Ids, limits: Limits, changes: Changes) -> None:
        super().__init__(CALLER_ID, ids, limits, changes)

    def create(self, account_sid: str, phone_number: str, friendly_name: str = "", *, now: float) -> CallerId:
        """Take a number for verified, without a call to it.

        Args:
            account_sid: The owner.
            phone_number: In E.164 form; the same number may be verified for several accounts.
            friendly_name: At most 64 characters; "" gives the number, formatted.
            now: Unix seconds.

        Raises:
            RestError: 21217 no number (assumed), 21450 it is verified already, 20002 a wrong name; without a
                code, too many.
        """
        checks.phone_number(phone_number, code=21217)
        name = checks.friendly_name(
            friendly_name or checks.formatted_number(phone_number), most=64, code=20002
        )
        if self.known_by(phone_number, account_sid) is not None:
            raise checks.refused(21450, f"Phone number already validated on your account: {phone_number}")
        return self.make(account_sid, now=now, friendly_name=name, phone_number=phone_number)

    def new_validation_code(self) -> str:
        """Return six digits, such as a person would be asked to key in."""
        return f"{int(self._ids.new(''), 16) % 1_000_000:06}"

    def numbered(self, account_sid: str, phone_number: str) -> CallerId | None:
        """Return an account's caller ID of that number, or None."""
        return self.known_by(phone_number, account_sid)

    def rename(self, account_sid: str, sid: str, friendly_name: str | None, *, now: float) -> CallerId:
        """Give a caller ID another name; None leaves it. Raises RestError 20404 or 20002."""
        found = self.fetch(account_sid, sid)
        if friendly_name is None:
            return found
        name = checks.friendly_name(friendly_name, most=64, code=20002)
        return self.change(found, now=now, friendly_name=name)
