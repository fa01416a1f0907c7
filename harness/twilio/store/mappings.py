"""Which lists are on which domain, for calls and for registrations."""

from __future__ import annotations

from itertools import count

from harness.twilio.store.model import Mapping, Purpose


class Mappings:
    """Mappings by domain and by list."""

    __slots__ = ("_domains", "_numbers", "_on")

    def __init__(self) -> None:
        self._numbers = count(1)
        # (domain, purpose, two letters of the list's kind) -> list -> mapping, in the order of mapping.
        self._on: dict[tuple[str, Purpose, str], dict[str, Mapping]] = {}
        self._domains: dict[str, dict[tuple[str, Purpose], None]] = {}

    def put(self, account_sid: str, domain_sid: str, list_sid: str, purpose: Purpose, now: float) -> Mapping:
        """Put a list on a domain."""
        mapping = Mapping(
            sid=list_sid,
            number=next(self._numbers),
            account_sid=account_sid,
            domain_sid=domain_sid,
            created_at=now,
            updated_at=now,
        )
        self._on.setdefault((domain_sid, purpose, list_sid[:2]), {})[list_sid] = mapping
        self._domains.setdefault(list_sid, {})[domain_sid, purpose] = None
        return mapping

    def find(self, domain_sid: str, list_sid: str, purpose: Purpose) -> Mapping | None:
        """Return a mapping, or None."""
        return self._on.get((domain_sid, purpose, list_sid[:2]), {}).get(list_sid)

    def of(self, domain_sid: str, purpose: Purpose, kind: str) -> list[Mapping]:
        """Return the mappings of one kind of list, "CL" or "AL", in the order they were made."""
        return list(self._on.get((domain_sid, purpose, kind), {}).values())

    def remove(self, domain_sid: str, list_sid: str, purpose: Purpose) -> None:
        """Take a list off a domain."""
        key = (domain_sid, purpose, list_sid[:2])
        del self._on[key][list_sid]
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
