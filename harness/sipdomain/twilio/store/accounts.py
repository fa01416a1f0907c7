"""Accounts and their subaccounts."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from operator import attrgetter
from typing import Final

from sipdomain.errors import RestError
from sipdomain.twilio.names.sids import Ids, is_sid
from sipdomain.twilio.store import checks
from sipdomain.twilio.store.changes import Changes
from sipdomain.twilio.store.kind import Kind
from sipdomain.twilio.store.limits import Limits
from sipdomain.twilio.store.model import Account, AccountStatus
from sipdomain.twilio.store.table import Table

ACCOUNT: Final = Kind(
    name="account",
    model=Account,
    prefix="AC",
    most="subaccounts",
    full=(21480, "An account has at most {most} subaccounts"),
    # A main account stands alone.
    owner=lambda each: each.account_sid if each.account_sid != each.sid else (each.sid,),
    once=lambda each: (each.sid,),
)


class Accounts:
    """All accounts, by SID."""

    def __init__(self, ids: Ids, limits: Limits, changes: Changes, closed: Callable[[str], None]) -> None:
        """Start empty.

        Args:
            ids: Makes SIDs.
            limits: How much may be stored.
            changes: Where changes are noted.
            closed: Called with the SID of an account that was closed.
        """
        self._ids = ids
        self._closed = closed
        self.table = Table(ACCOUNT, ids, limits, changes)

    def create(
        self, *, now: float, sid: str = "", auth_token: str = "", friendly_name: str = "", owner_sid: str = ""
    ) -> Account:
        """Make an account.

        Args:
            now: Unix seconds.
            sid: AC and 32 hexadecimal digits; "" draws one.
            auth_token: The password; "" draws one.
            friendly_name: At most 64 characters; "" gives one, which for a subaccount says when it was made.
            owner_sid: The parent of a subaccount; "" makes a main account.

        Raises:
            RestError: 21470 a malformed SID, 21471 no such parent, 21472 an inactive one, 21480 too many
                subaccounts, 20002 a wrong name, 20409 the SID is taken.
        """
        sid = sid or self._ids.new("AC")
        if not is_sid("AC", sid):
            raise checks.refused(
                21470, f"An account's SID is AC and 32 hexadecimal digits (got {sid[:60]!r})"
            )
        if self.table.known_by(sid) is not None:
            raise RestError(409, 20409, f"Account {sid} already exists")
        if owner_sid:
            self._check_parent(owner_sid)
        return self.table.make(
            owner_sid or sid,
            sid=sid,
            now=now,
            auth_token=auth_token or self._ids.new(""),
            friendly_name=checks.friendly_name(
                friendly_name or (_usual_name(now) if owner_sid else "sipdomain"), most=64, code=20002
            ),
        )

    def __iter__(self) -> Iterator[Account]:
        """Return all accounts, oldest first."""
        return iter(sorted(self.table, key=attrgetter("number")))

    def _check_parent(self, owner_sid: str) -> None:
        parent = self.table.known_by(owner_sid)
        if parent is None or parent.account_sid != parent.sid:
            raise checks.refused(21471, f"{owner_sid[:60]} is not a main account")
        if parent.status != "active":
            raise checks.refused(21472, "The parent account is not active")

    def fetch(self, sid: str) -> Account:
        """Return an account.

        Raises:
            RestError: 20404, there is none.
        """
        account = self.table.known_by(sid)
        if account is None:
            raise RestError(404, 20404, f"There is no account {sid[:60]}")
        return account

    def family(self, owner_sid: str) -> list[Account]:
        """Return an account and its subaccounts, oldest first."""
        account = self.table.known_by(owner_sid)
        return [*([account] if account is not None else ()), *self.table.of(owner_sid)]

    def standing(self, sid: str) -> AccountStatus:
        """Return what holds for an account: its own status, or its parent's when only that is not "active".

        Source: https://www.twilio.com/docs/api/errors/10001
        """
        account = self.fetch(sid)
        return self.fetch(account.account_sid).status if account.status == "active" else account.status

    def authenticated(self, sid: str, auth_token: str) -> Account | None:
        """Return the account whose SID and token these are, or None."""
        account = self.table.known_by(sid)
        given = auth_token.encode("utf-8", "replace")
        wanted = account.auth_token.encode() if account else b""
        return account if hmac.compare_digest(given, wanted) and account else None

    def may_use(self, account: Account, sid: str) -> bool:
        """Return whether an account may work on another's resources: its own and its subaccounts'."""
        other = self.table.known_by(sid)
        return other is not None and account.sid in (other.sid, other.account_sid)

    def update(
        self, sid: str, *, now: float, friendly_name: str | None = None, status: AccountStatus | None = None
    ) -> Account:
        """Change an account; what is None stays.

        Raises:
            RestError: 20404 no such account, 20002 a wrong name, 21476 the parent is not active, 21479 a closed
                account stays closed.
        """
        account = self.fetch(sid)
        if status is not None:
            self._check_status(account, status)
        name = account.friendly_name
        if friendly_name is not None:
            name = checks.friendly_name(friendly_name, most=64, code=20002)
        changed = self.table.change(account, now=now, friendly_name=name, status=status or account.status)
        if status == "closed":
            self._closed(sid)
        return changed

    def _check_status(self, account: Account, status: AccountStatus) -> None:
        parent = self.fetch(account.account_sid)
        if parent is not account and parent.status != "active":
            raise checks.refused(21476, f"The parent account is {parent.status}")
        if account.status == "closed" and status != "closed":
            raise checks.refused(21479, "A closed account cannot be opened again")


def _usual_name(now: float) -> str:
    """Return the name of a subaccount that was given none (https://www.twilio.com/docs/iam/api/account)."""
    made = datetime.fromtimestamp(int(now), UTC)
    half = "PM" if made.hour >= 12 else "AM"
    return f"SubAccount Created at {made:%Y-%m-%d} {made.hour % 12 or 12:02}:{made.minute:02} {half}"
