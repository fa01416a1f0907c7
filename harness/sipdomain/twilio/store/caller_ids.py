"""Outgoing caller IDs: numbers of others that an account has shown to be its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from sipdomain.twilio.names.sids import Ids
from sipdomain.twilio.store import checks
from sipdomain.twilio.store.changes import Changes
from sipdomain.twilio.store.model import CallerId, Limits
from sipdomain.twilio.store.table import Table


class CallerIds:
    """All verified numbers, by account and by number.

    Source: https://www.twilio.com/docs/voice/api/outgoing-caller-ids
    """

    def __init__(self, ids: Ids, limits: Limits, changes: Changes) -> None:
        self._ids = ids
        self._limits = limits
        self._caller_ids: Table[CallerId] = Table("caller-id", changes)
        self._by_number: dict[tuple[str, str], CallerId] = {}

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
        if (account_sid, phone_number) in self._by_number:
            raise checks.refused(21450, f"Phone number already validated on your account: {phone_number}")
        if self._caller_ids.count(account_sid) >= self._limits.caller_ids:
            raise checks.too_many("outgoing caller IDs", self._limits.caller_ids)
        caller_id = CallerId(
            sid=self._ids.new("PN"),
            number=self._caller_ids.next_number(),
            account_sid=account_sid,
            created_at=now,
            updated_at=now,
            friendly_name=name,
            phone_number=phone_number,
        )
        self.put(caller_id)
        return caller_id

    def new_validation_code(self) -> str:
        """Return six digits, such as a person would be asked to key in."""
        return f"{int(self._ids.new(''), 16) % 1_000_000:06}"

    def put(self, caller_id: CallerId) -> None:
        """Keep a caller ID as it is, in place of one with its SID."""
        self._caller_ids.put(caller_id.account_sid, caller_id)
        self._by_number[caller_id.account_sid, caller_id.phone_number] = caller_id

    def take_out(self, caller_id: CallerId) -> None:
        """Take a caller ID out."""
        self._caller_ids.remove(caller_id.account_sid, caller_id.sid)
        del self._by_number[caller_id.account_sid, caller_id.phone_number]

    def __iter__(self) -> Iterator[CallerId]:
        """Return all caller IDs."""
        return iter(self._caller_ids)

    def numbered(self, account_sid: str, phone_number: str) -> CallerId | None:
        """Return an account's caller ID of that number, or None."""
        return self._by_number.get((account_sid, phone_number))

    def fetch(self, account_sid: str, sid: str) -> CallerId:
        """Return a caller ID, or raise RestError 20404."""
        return self._caller_ids.fetch(account_sid, sid)

    def of(self, account_sid: str) -> list[CallerId]:
        """Return an account's caller IDs, oldest first."""
        return self._caller_ids.of(account_sid)

    def rename(self, account_sid: str, sid: str, friendly_name: str, *, now: float) -> CallerId:
        """Give a caller ID another name; raises RestError 20404 or 20002."""
        found = self._caller_ids.fetch(account_sid, sid)
        name = checks.friendly_name(friendly_name, most=64, code=20002)
        changed = replace(found, friendly_name=name, updated_at=now)
        self.put(changed)
        return changed

    def delete(self, account_sid: str, sid: str) -> None:
        """Delete a caller ID, or raise RestError 20404."""
        self.take_out(self._caller_ids.fetch(account_sid, sid))
