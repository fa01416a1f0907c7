"""What credential lists and access lists have in common: a name, entries, and domains that they are on."""

from __future__ import annotations

from collections.abc import Hashable
from typing import ClassVar, Generic, TypeVar

from sipdomain.twilio.names.sids import Ids
from sipdomain.twilio.store import checks
from sipdomain.twilio.store.changes import Changes
from sipdomain.twilio.store.kind import Kind
from sipdomain.twilio.store.limits import Limits
from sipdomain.twilio.store.mappings import Mappings
from sipdomain.twilio.store.model import NamedList, Record
from sipdomain.twilio.store.table import Table

E = TypeVar("E", bound=Record)


class NamedLists(Table[NamedList], Generic[E]):
    """Lists of one kind, by account, and their entries.

    Attributes:
        entries: The entries of all lists, by list.
    """

    what: ClassVar[str]
    """What the provider calls such a list."""
    longest_name: ClassVar[int]
    """How many characters its name may have."""
    wrong_name: ClassVar[int]
    """The provider's code for a name that is not valid."""
    in_use: ClassVar[int]
    """The provider's code for a list that cannot be deleted because a domain has it."""

    def __init__(
        self,
        kind: Kind[NamedList],
        entry: Kind[E],
        ids: Ids,
        limits: Limits,
        changes: Changes,
        mappings: Mappings,
    ) -> None:
        super().__init__(kind, ids, limits, changes)
        self.entries: Table[E] = Table(entry, ids, limits, changes)
        self._mappings = mappings

    def create(self, account_sid: str, friendly_name: str, *, now: float) -> NamedList:
        """Make an empty list.

        Raises:
            RestError: 21240 or 21235 a wrong name, 21239 or 21255 too many lists.
        """
        return self.make(account_sid, now=now, friendly_name=self._checked(friendly_name))

    def _checked(self, name: str) -> str:
        return checks.friendly_name(name, most=self.longest_name, code=self.wrong_name)

    def rename(self, account_sid: str, sid: str, friendly_name: str, *, now: float) -> NamedList:
        """Give a list another name; raises RestError 20404, 21240 or 21235."""
        found = self.fetch(account_sid, sid)
        return self.change(found, now=now, friendly_name=self._checked(friendly_name))

    def delete(self, owner: Hashable, sid: str) -> None:
        """Delete a list with its entries.

        Raises:
            RestError: 20404 no such list, 21241 or 21236 it is still on a domain.
        """
        found = self.fetch(owner, sid)
        domains = self._mappings.domains_with(sid)
        if domains:
            raise checks.refused(
                self.in_use, f"{self.what} {sid} is still mapped to {', '.join(domains[:3])}"
            )
        for entry in self.entries.of(sid):
            self.entries.take_out(entry)
        self.take_out(found)

    def entry(self, account_sid: str, list_sid: str, sid: str) -> E:
        """Return an entry, or raise RestError 20404."""
        self.fetch(account_sid, list_sid)
        return self.entries.fetch(list_sid, sid)

    def entries_of(self, account_sid: str, list_sid: str) -> list[E]:
        """Return a list's entries, oldest first, or raise RestError 20404."""
        self.fetch(account_sid, list_sid)
        return self.entries.of(list_sid)

    def remove(self, account_sid: str, list_sid: str, sid: str) -> None:
        """Delete an entry, or raise RestError 20404."""
        self.entries.take_out(self.entry(account_sid, list_sid, sid))
