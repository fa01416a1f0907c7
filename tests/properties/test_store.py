"""Whatever is done to a store, nothing dangles, names stay unique, and caches tell the truth."""

from __future__ import annotations

import ipaddress
import random
from typing import Any

from hypothesis import settings, strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, multiple, rule

from sipdomain.errors import RestError
from sipdomain.twilio.names.sids import Ids
from sipdomain.twilio.store import Access, Domain, Limits, Purpose, Store

MAIN = "AC00000000000000000000000000000001"
SUB = "AC00000000000000000000000000000002"
ACCOUNTS = (MAIN, SUB)
PURPOSES: tuple[Purpose, ...] = ("calls", "registrations")
PASSWORD = "Correct-Horse-42"

accounts = st.sampled_from(ACCOUNTS)
labels = st.sampled_from(["a", "B", "b", "c.a", "c.b", "D.c.a"])
addresses = st.sampled_from(["10.0.0.1", "10.0.0.2", "10.1.0.0", "192.168.0.1", "0.0.0.0", "255.255.255.255"])
users = st.sampled_from(["alice", "bob", "Alice"])


def attempt(action: Any, *arguments: Any, **named: Any) -> Any:
    """Do something that may be refused; a refusal is the only error there is."""
    try:
        return action(*arguments, now=1.0, **named)
    except RestError:
        return None


class StoreMachine(RuleBasedStateMachine):
    """Random work on a small store with small limits."""

    domains = Bundle("domains")
    credential_lists = Bundle("credential_lists")
    access_lists = Bundle("access_lists")

    @initialize()
    def open(self) -> None:
        limits = Limits(
            domains=4, credential_lists=3, credentials=2, access_lists=3, addresses=3, mapped_lists=2
        )
        self.store = Store(Ids(random.Random(1)), limits=limits)
        self.store.accounts.create(sid=MAIN, now=0.0)
        self.store.accounts.create(sid=SUB, owner_sid=MAIN, now=0.0)

    @rule(target=domains, account=accounts, label=labels)
    def create_domain(self, account: str, label: str) -> Any:
        made = attempt(self.store.domains.create, account, f"{label}.sip.twilio.com")
        return made.sid if made else multiple()

    @rule(account=accounts, sid=domains, label=labels)
    def rename_domain(self, account: str, sid: str, label: str) -> None:
        attempt(self.store.domains.update, account, sid, domain_name=f"{label}.sip.twilio.com")

    @rule(account=accounts, sid=domains)
    def delete_domain(self, account: str, sid: str) -> None:
        attempt(lambda **_: self.store.domains.delete(account, sid))

    @rule(target=credential_lists, account=accounts)
    def create_credential_list(self, account: str) -> Any:
        made = attempt(self.store.credential_lists.create, account, "list")
        return made.sid if made else multiple()

    @rule(account=accounts, sid=credential_lists)
    def delete_credential_list(self, account: str, sid: str) -> None:
        attempt(lambda **_: self.store.credential_lists.delete(account, sid))

    @rule(account=accounts, sid=credential_lists, user=users)
    def add_user(self, account: str, sid: str, user: str) -> None:
        attempt(self.store.credential_lists.add, account, sid, user, password=PASSWORD)

    @rule(account=accounts, sid=credential_lists, data=st.data())
    def remove_user(self, account: str, sid: str, data: st.DataObject) -> None:
        known = attempt(lambda **_: self.store.credential_lists.entries_of(account, sid))
        if known:
            self.store.credential_lists.remove(account, sid, data.draw(st.sampled_from(known)).sid)

    @rule(target=access_lists, account=accounts)
    def create_access_list(self, account: str) -> Any:
        made = attempt(self.store.access_lists.create, account, "list")
        return made.sid if made else multiple()

    @rule(account=accounts, sid=access_lists)
    def delete_access_list(self, account: str, sid: str) -> None:
        attempt(lambda **_: self.store.access_lists.delete(account, sid))

    @rule(account=accounts, sid=access_lists, address=addresses, length=st.integers(0, 32))
    def add_address(self, account: str, sid: str, address: str, length: int) -> None:
        attempt(self.store.access_lists.add, account, sid, "x", address, cidr_prefix_length=length)

    @rule(account=accounts, sid=access_lists, length=st.integers(0, 32), data=st.data())
    def change_or_remove_address(self, account: str, sid: str, length: int, data: st.DataObject) -> None:
        known = attempt(lambda **_: self.store.access_lists.entries_of(account, sid))
        if not known:
            return
        chosen = data.draw(st.sampled_from(known)).sid
        if data.draw(st.booleans()):
            self.store.access_lists.remove(account, sid, chosen)
        else:
            self.store.access_lists.change_entry(account, sid, chosen, cidr_prefix_length=length, now=1.0)

    @rule(
        account=accounts,
        domain=domains,
        sid=st.one_of(credential_lists, access_lists),
        purpose=st.sampled_from(PURPOSES),
    )
    def map_list(self, account: str, domain: str, sid: str, purpose: Purpose) -> None:
        attempt(self.store.map_list, account, domain, sid, purpose)

    @rule(
        account=accounts,
        domain=domains,
        sid=st.one_of(credential_lists, access_lists),
        purpose=st.sampled_from(PURPOSES),
    )
    def unmap_list(self, account: str, domain: str, sid: str, purpose: Purpose) -> None:
        attempt(lambda **_: self.store.unmap_list(account, domain, sid, purpose))

    def all_domains(self) -> list[Domain]:
        return [domain for account in ACCOUNTS for domain in self.store.domains.of(account)]

    @invariant()
    def names_are_unique_and_lead_to_their_domain(self) -> None:
        names = [domain.domain_name.lower() for domain in self.all_domains()]
        assert len(names) == len(set(names))
        for domain in self.all_domains():
            assert self.store.domain_named(domain.domain_name.swapcase()) is domain
        for label in ("a", "b", "c.a", "c.b", "d.c.a"):
            found = self.store.domain_named(f"{label}.sip.twilio.com")
            assert (found is not None) == (f"{label}.sip.twilio.com" in names)

    @invariant()
    def every_subdomain_has_its_parent(self) -> None:
        for domain in self.all_domains():
            parent = domain.domain_name.partition(".")[2]
            if parent.lower() != "sip.twilio.com":
                above = self.store.domain_named(parent)
                assert above is not None
                assert above.account_sid in (domain.account_sid, MAIN)

    @invariant()
    def no_limit_is_passed(self) -> None:
        for account in ACCOUNTS:
            assert len(self.store.domains.of(account)) <= 4
            assert len(self.store.credential_lists.of(account)) <= 3
            for each in self.store.credential_lists.of(account):
                names = [one.username for one in self.store.credential_lists.entries_of(account, each.sid)]
                assert len(names) == len(set(names)) <= 2

    @invariant()
    def access_agrees_with_a_look_at_the_lists_themselves(self) -> None:
        for domain in self.all_domains():
            kinds = {kind for kind in ("CL", "AL") if self.mapped(domain, "calls", kind)}
            assert (
                self.store.auth_type(domain)
                == {
                    frozenset(): "",
                    frozenset({"CL"}): "CREDENTIAL_LIST",
                    frozenset({"AL"}): "IP_ACL",
                    frozenset({"CL", "AL"}): "CREDENTIAL_LIST,IP_ACL",
                }[frozenset(kinds)]
            )
            assert self.mapped(domain, "registrations", "AL") == []
            self.check_access(domain, "calls", self.store.call_access(domain))
            self.check_access(domain, "registrations", self.store.registration_access(domain))

    def mapped(self, domain: Domain, purpose: Purpose, kind: str) -> list[str]:
        return [each.sid for each in self.store.mappings(domain.account_sid, domain.sid, purpose, kind)]

    def check_access(self, domain: Domain, purpose: Purpose, access: Access) -> None:
        owner = domain.account_sid
        # Fetching each list fails when a mapping dangles.
        hashes: dict[str, str] = {}
        for sid in self.mapped(domain, purpose, "CL"):
            for one in self.store.credential_lists.entries_of(owner, sid):
                hashes.setdefault(one.username, one.ha1)
        networks = [
            ipaddress.ip_network(f"{one.ip_address}/{one.cidr_prefix_length}", strict=False)
            for sid in self.mapped(domain, purpose, "AL")
            for one in self.store.access_lists.entries_of(owner, sid)
        ]
        assert access.lists_credentials == bool(self.mapped(domain, purpose, "CL"))
        assert access.lists_addresses == bool(self.mapped(domain, purpose, "AL"))
        for user in ("alice", "bob", "Alice", "nobody"):
            assert access.ha1(user) == hashes.get(user)
        for ip in ("10.0.0.1", "10.0.0.3", "10.1.2.3", "192.168.0.1", "127.255.255.255", "128.0.0.0"):
            assert access.allows(ip) == any(ipaddress.ip_address(ip) in network for network in networks)


TestStore = StoreMachine.TestCase
TestStore.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)
