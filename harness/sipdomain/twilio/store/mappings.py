"""Which lists are on which domain, for calls and for registrations."""

from __future__ import annotations

from collections.abc import Iterator
from operator import attrgetter

from sipdomain.twilio.store.changes import Changes
from sipdomain.twilio.store.model import Mapping, Purpose


class Mappings:
    """Mappings by domain and by list."""

    __slots__ = ("_changes", "_domains", "_last", "_on")

    def __init__(self, changes: Changes) -> None:
        self._last = 0
        self._changes = changes
        # (domain, purpose, two letters of the list's kind) -> list -> mapping, in the order of mapping.
        self._on: dict[tuple[str, Purpose, str], dict[str, Mapping]] = {}
        self._domains: dict[str, dict[tuple[str, Purpose], None]] = {}

    def put(self, account_sid: str, domain_sid: str, list_sid: str, purpose: Purpose, now: float) -> Mapping:
        """Put a list on a domain."""
        mapping = Mapping(
            sid=list_sid,
            number=self._last + 1,
            account_sid=account_sid,
            domain_sid=domain_sid,
            purpose=purpose,
            created_at=now,
            updated_at=now,
        )
        self.restore(mapping)
        return mapping

    def restore(self, mapping: Mapping) -> None:
        """Keep a mapping as it is."""
        domain_sid, purpose, list_sid = mapping.domain_sid, mapping.purpose, mapping.sid
        self._changes.note("mapping", mapping.key, self.find(domain_sid, list_sid, purpose), mapping)
        self._on.setdefault((domain_sid, purpose, list_sid[:2]), {})[list_sid] = mapping
        self._domains.setdefault(list_sid, {})[domain_sid, purpose] = None
        self._last = max(self._last, mapping.number)

    def __iter__(self) -> Iterator[Mapping]:
        """Return all mappings."""
        return iter([mapping for found in self._on.values() for mapping in found.values()])

    def find(self, domain_sid: str, list_sid: str, purpose: Purpose) -> Mapping | None:
        """Return a mapping, or None."""
        return self._on.get((domain_sid, purpose, list_sid[:2]), {}).get(list_sid)

    def of(self, domain_sid: str, purpose: Purpose, kind: str) -> list[Mapping]:
        """Return the mappings of one kind of list, "CL" or "AL", in the order they were made."""
        return sorted(self._on.get((domain_sid, purpose, kind), {}).values(), key=attrgetter("number"))

    def remove(self, domain_sid: str, list_sid: str, purpose: Purpose) -> None:
        """Take a list off a domain."""
        key = (domain_sid, purpose, list_sid[:2])
        mapping = self._on[key].pop(list_sid)
        self._changes.note("mapping", mapping.key, mapping, None)
        if not self._on[key]:
            del self._on[key]
        del self._domains[list_sid][domain_sid, purpose]
        if not self._domains[list_sid]:
            del self._domains[list_sid]

    def domains_with(self, list_sid: str) -> list[str]:
        """Return the SIDs of the domains that a list is on, each once."""
        return list(dict.fromkeys(domain_sid for domain_sid, _ in self._domains.get(list_sid, ())))

    def remove_domain(self, domain_sid: str) -> None:
        """Take all lists off a domain."""
        for key in [key for key in self._keys(domain_sid) if key in self._on]:
            for list_sid in list(self._on[key]):
                self.remove(domain_sid, list_sid, key[1])

    @staticmethod
    def _keys(domain_sid: str) -> tuple[tuple[str, Purpose, str], ...]:
        return (
            (domain_sid, "calls", "AL"),
            (domain_sid, "calls", "CL"),
            (domain_sid, "registrations", "CL"),
        )
