"""Which lists are on which domain, for calls and for registrations."""

from __future__ import annotations

from operator import attrgetter
from typing import Final

from sipdomain.twilio.store.kind import Kind
from sipdomain.twilio.store.model import Mapping, Purpose
from sipdomain.twilio.store.table import Table

_KINDS: Final = {"AL": "access-list", "CL": "credential-list"}

MAPPING: Final = Kind(
    name="mapping",
    model=Mapping,
    prefix="",
    most="mapped_lists",
    full=(21231, "A domain has at most {most} of {record.list_name}"),
    key=attrgetter("key"),
    owner=lambda each: (each.domain_sid, each.purpose, each.sid[:2]),
    group=attrgetter("sid"),
    refers=lambda each: ((_KINDS.get(each.sid[:2], "access-list"), each.sid), ("domain", each.domain_sid)),
)


class Mappings:
    """Mappings by domain and by list."""

    __slots__ = ("table",)

    def __init__(self, table: Table[Mapping]) -> None:
        self.table = table

    def find(self, domain_sid: str, list_sid: str, purpose: Purpose) -> Mapping | None:
        """Return a mapping, or None."""
        key = f"{domain_sid}/{purpose}/{list_sid}"
        return self.table.find((domain_sid, purpose, list_sid[:2]), key)

    def of(self, domain_sid: str, purpose: Purpose, kind: str) -> list[Mapping]:
        """Return the mappings of one kind of list, "CL" or "AL", in the order they were made."""
        return self.table.of((domain_sid, purpose, kind))

    def domains_with(self, list_sid: str) -> list[str]:
        """Return the SIDs of the domains that a list is on, each once."""
        return list(dict.fromkeys(each.domain_sid for each in self.table.among(list_sid)))

    def remove_domain(self, domain_sid: str) -> None:
        """Take all lists off a domain."""
        purposes: tuple[tuple[Purpose, str], ...] = (
            ("calls", "AL"),
            ("calls", "CL"),
            ("registrations", "CL"),
        )
        for purpose, kind in purposes:
            for mapping in self.of(domain_sid, purpose, kind):
                self.table.take_out(mapping)
