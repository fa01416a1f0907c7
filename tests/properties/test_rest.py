"""Whatever is asked of the REST API, its answers, its lists and who may call are those of a plain model."""

from __future__ import annotations

import ipaddress
from typing import Any

from hypothesis import settings, strategies as st
from hypothesis.stateful import initialize, invariant, rule

from sipdomain.sip.digest import hash_a1
from sipdomain.twilio.store.snapshot import dump, load
from tests.properties.rest_model import (
    LIMITS,
    LISTS,
    MAIN,
    MAPPED,
    WEAK,
    WRONG,
    Account,
    Domain,
    Listed,
    RestModel,
    Where,
    addresses,
    askers,
    holders,
    kinds,
    labels,
    lengths,
    names,
    passwords,
    places,
    strangers,
    urls,
    users,
    which,
)


class RestMachine(RestModel):
    """Random requests of a main account and its subaccounts."""

    @initialize()
    def open(self) -> None:
        self.make_a_subaccount()
        for kind in ("CL", "CL", "AL"):
            self.create_a_list(0, 0, kind, "staff")
        self.add_a_user(0, None, 0, "alice", "Correct-Horse-42")
        self.add_an_address(0, None, 0, "10.0.0.1", 32)
        self.create_a_domain(0, 0, "a", "")
        for where in MAPPED[:2]:
            self.map_a_list(0, None, 0, 0, where)

    # --- accounts ----------------------------------------------------------------------------------------

    @rule()
    def make_a_subaccount(self) -> None:
        status, body = self.send(MAIN, "POST", "", FriendlyName="Branch")
        if len(self.accounts) > LIMITS.subaccounts:
            assert (status, body["code"]) == (400, 21480)
            return
        assert (status, body["owner_account_sid"]) == (201, MAIN)
        self.accounts[body["sid"]] = Account(body["auth_token"])

    @rule(of=which, wanted=st.sampled_from(["active", "active", "active", "suspended", "closed"]))
    def change_the_status_of_an_account(self, of: int, wanted: str) -> None:
        account = self.account(of)
        status, body = self.send(MAIN, "POST", f"/{account}", Status=wanted)
        closed = self.accounts[account].status == "closed" != wanted
        code = 21477 if account == MAIN else 21479 if closed else 0
        if code:
            assert (status, body["code"]) == (400, code)
        else:
            assert (status, body["status"]) == (200, wanted)
            self.accounts[account].status = wanted

    # --- domains -----------------------------------------------------------------------------------------

    def against_a_name(self, account: str, name: str, leaving: str = "") -> list[tuple[bool, int]]:
        """Return what stands against a name for a domain: it is taken, or the domain above it is not ours."""
        above = name.partition(".")[2]
        parent = next((sid for sid, each in self.domains.items() if each.name == above), None)
        owner = self.domains[parent].account if parent else ""
        orphan = above != "sip.twilio.com" and (parent in (None, leaving) or owner not in (account, MAIN))
        return [(name in [each.name for each in self.domains.values()], 21232), (orphan, 21232)]

    def is_gone(self, kept: dict[str, Any], account: str, sid: str) -> bool:
        return sid not in kept or kept[sid].account != account

    def has_subdomains(self, sid: str) -> bool:
        name = self.domains[sid].name if sid in self.domains else "-"
        return any(each.name.endswith(f".{name}") for each in self.domains.values())

    @rule(by=askers, of=holders, label=labels, url=urls)
    def create_a_domain(self, by: int, of: int, label: str, url: str) -> None:
        account, name = self.account(of), f"{label}.sip.twilio.com"
        full = sum(each.account == account for each in self.domains.values()) >= LIMITS.domains
        against = (*self.against_a_name(account, name.lower()), (full, 21230))
        made = self.ask(by, "POST", account, "SIP/Domains", *against, DomainName=name, VoiceUrl=url)
        if made is not None:
            self.domains[made["sid"]] = Domain(account, name.lower(), url or None)

    @rule(by=askers, stranger=strangers, of=which, label=labels, url=urls)
    def change_a_domain(self, by: int, stranger: int | None, of: int, label: str, url: str) -> None:
        (account, sid), name = self.a_domain(of, stranger), f"{label}.sip.twilio.com"
        against = [(self.is_gone(self.domains, account, sid), 20404)]
        if sid in self.domains and name.lower() != self.domains[sid].name:
            against += [(self.has_subdomains(sid), 21233), *self.against_a_name(account, name.lower(), sid)]
        path = f"SIP/Domains/{sid}"
        if self.ask(by, "POST", account, path, *against, DomainName=name, VoiceUrl=url) is not None:
            self.domains[sid].name, self.domains[sid].voice_url = name.lower(), url or None

    @rule(by=askers, stranger=strangers, of=which)
    def delete_a_domain(self, by: int, stranger: int | None, of: int) -> None:
        account, sid = self.a_domain(of, stranger)
        against = ((self.is_gone(self.domains, account, sid), 20404), (self.has_subdomains(sid), 21233))
        if self.ask(by, "DELETE", account, f"SIP/Domains/{sid}", *against) is not None:
            del self.domains[sid]
            self.gone.append((account, "", sid))

    # --- lists and their entries -------------------------------------------------------------------------

    @rule(by=askers, of=holders, kind=kinds, name=names)
    def create_a_list(self, by: int, of: int, kind: str, name: str) -> None:
        account, (path, _, wrong, too_many, _) = self.account(of), LISTS[kind]
        held = [each for sid, each in self.lists.items() if each.account == account and sid[:2] == kind]
        against = ((not name.strip(), wrong), (len(held) >= 3, too_many))
        made = self.ask(by, "POST", account, path, *against, FriendlyName=name)
        if made is not None:
            self.lists[made["sid"]] = Listed(account, name)

    @rule(by=askers, stranger=strangers, of=which, kind=kinds, name=names)
    def rename_a_list(self, by: int, stranger: int | None, of: int, kind: str, name: str) -> None:
        (account, sid), (path, _, wrong, _, _) = self.a_list(of, stranger, kind), LISTS[kind]
        against = ((self.is_gone(self.lists, account, sid), 20404), (not name.strip(), wrong))
        if self.ask(by, "POST", account, f"{path}/{sid}", *against, FriendlyName=name) is not None:
            self.lists[sid].name = name

    @rule(by=askers, stranger=strangers, of=which, kind=kinds)
    def delete_a_list(self, by: int, stranger: int | None, of: int, kind: str) -> None:
        (account, sid), (path, _, _, _, in_use) = self.a_list(of, stranger, kind), LISTS[kind]
        mapped = any(sid in each for domain in self.domains.values() for each in domain.lists.values())
        against = ((self.is_gone(self.lists, account, sid), 20404), (mapped, in_use))
        if self.ask(by, "DELETE", account, f"{path}/{sid}", *against) is not None:
            self.gone += [(account, sid, entry) for entry in self.lists.pop(sid).entries]
            self.gone.append((account, "", sid))

    @rule(by=askers, stranger=strangers, of=which, user=users, password=passwords)
    def add_a_user(self, by: int, stranger: int | None, of: int, user: str, password: str) -> None:
        account, sid = self.a_list(of, stranger, "CL")
        held = self.lists[sid].entries if sid in self.lists else {}
        known = user in [name for name, _ in held.values()]
        against = (
            (self.is_gone(self.lists, account, sid), 20404),
            (":" in user or password == WEAK or known, 21243),
            (len(held) >= 2, 21242),
        )
        path, form = f"SIP/CredentialLists/{sid}/Credentials", {"Username": user, "Password": password}
        made = self.ask(by, "POST", account, path, *against, **form)
        if made is not None:
            held[made["sid"]] = (user, password)

    @rule(by=askers, stranger=strangers, of=which, password=passwords)
    def change_a_password(self, by: int, stranger: int | None, of: int, password: str) -> None:
        account, place, sid = self.an_entry(of, stranger, "CR")
        against = ((self.has_no_entry(account, place, sid), 20404), (password == WEAK, 21243))
        path = f"SIP/CredentialLists/{place}/Credentials/{sid}"
        if self.ask(by, "POST", account, path, *against, Password=password) is not None:
            self.lists[place].entries[sid] = (self.lists[place].entries[sid][0], password)

    @rule(by=askers, stranger=strangers, of=which, address=addresses, length=lengths)
    def add_an_address(self, by: int, stranger: int | None, of: int, address: str, length: int) -> None:
        account, sid = self.a_list(of, stranger, "AL")
        held = self.lists[sid].entries if sid in self.lists else {}
        against = (
            (self.is_gone(self.lists, account, sid), 20404),
            (address == WRONG or length > 32, 21238),
            (len(held) >= 2, 21237),
        )
        form = {"FriendlyName": "x", "IpAddress": address, "CidrPrefixLength": str(length)}
        made = self.ask(by, "POST", account, f"SIP/IpAccessControlLists/{sid}/IpAddresses", *against, **form)
        if made is not None:
            held[made["sid"]] = (address, length)

    @rule(by=askers, stranger=strangers, of=which, length=lengths)
    def change_an_address(self, by: int, stranger: int | None, of: int, length: int) -> None:
        account, place, sid = self.an_entry(of, stranger, "IP")
        against = ((self.has_no_entry(account, place, sid), 20404), (length > 32, 21238))
        path = f"SIP/IpAccessControlLists/{place}/IpAddresses/{sid}"
        if self.ask(by, "POST", account, path, *against, CidrPrefixLength=str(length)) is not None:
            self.lists[place].entries[sid] = (self.lists[place].entries[sid][0], length)

    @rule(by=askers, stranger=strangers, of=which, kind=st.sampled_from(["CR", "IP"]))
    def delete_an_entry(self, by: int, stranger: int | None, of: int, kind: str) -> None:
        account, place, sid = self.an_entry(of, stranger, kind)
        path = (
            f"CredentialLists/{place}/Credentials"
            if kind == "CR"
            else f"IpAccessControlLists/{place}/IpAddresses"
        )
        gone = self.has_no_entry(account, place, sid)
        if self.ask(by, "DELETE", account, f"SIP/{path}/{sid}", (gone, 20404)) is not None:
            del self.lists[place].entries[sid]
            self.gone.append((account, place, sid))

    def has_no_entry(self, account: str, place: str, sid: str) -> bool:
        return self.is_gone(self.lists, account, place) or sid not in self.lists[place].entries

    # --- mappings ----------------------------------------------------------------------------------------

    @rule(by=askers, stranger=strangers, of=which, number=which, where=places)
    def map_a_list(self, by: int, stranger: int | None, of: int, number: int, where: Where) -> None:
        (account, domain), (path, parameter, kind, purpose, _) = self.a_domain(of, stranger), where
        _, sid = self.a_list(number, None, kind if number < 15 else "")
        there = self.domains[domain].lists[purpose] if domain in self.domains else []
        against = (
            (self.is_gone(self.domains, account, domain), 20404),
            (sid[:2] != kind or self.is_gone(self.lists, account, sid), 21231),
            (sid in there or sum(each[:2] == kind for each in there) >= 2, 21231),
        )
        made = self.ask(by, "POST", account, f"SIP/Domains/{domain}/{path}", *against, **{parameter: sid})
        if made is not None:
            assert made["sid"] == sid
            there.append(sid)

    @rule(by=askers, stranger=strangers, of=which, number=which, where=places)
    def unmap_a_list(self, by: int, stranger: int | None, of: int, number: int, where: Where) -> None:
        (account, domain), (path, _, kind, purpose, _) = self.a_domain(of, stranger), where
        there = self.domains[domain].lists[purpose] if domain in self.domains else []
        mapped = [each for each in there if each[:2] == kind]
        sid = mapped[number % len(mapped)] if mapped and number < 17 else self.a_list(number, None)[1]
        against = ((self.is_gone(self.domains, account, domain) or sid not in mapped, 20404),)
        if self.ask(by, "DELETE", account, f"SIP/Domains/{domain}/{path}/{sid}", *against) is not None:
            there.remove(sid)

    @rule()
    def start_again_with_what_was_kept(self) -> None:
        load(self.store, dump(self.store))

    # --- what must hold ----------------------------------------------------------------------------------

    def listed(self, account: str, path: str, key: str) -> list[dict[str, Any]]:
        """Return a whole list, gathered from pages of two."""
        found: list[dict[str, Any]] = []
        target = f"/{account}/{path}?PageSize=2"
        while target:
            status, page = self.send(MAIN, "GET", target)
            assert status == 200, page
            found += page[key]
            following = page["next_page_uri"] or ""
            target = following.replace("/2010-04-01/Accounts", "").replace(".json", "")
        return found

    @invariant()
    def accounts_are_those_of_the_model(self) -> None:
        _, page = self.send(MAIN, "GET", "")
        told = {each["sid"]: each["status"] for each in page["accounts"]}
        assert told == {sid: each.status for sid, each in self.accounts.items()}

    @invariant()
    def domains_and_mappings_are_those_of_the_model(self) -> None:
        for account in self.accounts:
            told = [
                (each["sid"], each["domain_name"].lower(), each["voice_url"])
                for each in self.listed(account, "SIP/Domains", "domains")
            ]
            mine = {sid: each for sid, each in self.domains.items() if each.account == account}
            assert told == [(sid, each.name, each.voice_url) for sid, each in mine.items()]
            for sid, each in mine.items():
                for path, _, kind, purpose, key in MAPPED:
                    mapped = self.listed(account, f"SIP/Domains/{sid}/{path}", key)
                    wanted = [one for one in each.lists[purpose] if one[:2] == kind]
                    # The name is the list's own: no mapping dangles.
                    assert [(one["sid"], one["friendly_name"]) for one in mapped] == [
                        (one, self.lists[one].name) for one in wanted
                    ]

    @invariant()
    def lists_and_entries_are_those_of_the_model(self) -> None:
        for account in self.accounts:
            for kind, (path, key, *_) in LISTS.items():
                told = [(each["sid"], each["friendly_name"]) for each in self.listed(account, path, key)]
                mine = {
                    sid: each
                    for sid, each in self.lists.items()
                    if each.account == account and sid[:2] == kind
                }
                assert told == [(sid, each.name) for sid, each in mine.items()]
                for sid, each in mine.items():
                    if kind == "CL":
                        entries = self.listed(account, f"{path}/{sid}/Credentials", "credentials")
                        assert [(one["sid"], one["username"]) for one in entries] == [
                            (one, user) for one, (user, _) in each.entries.items()
                        ]
                    else:
                        entries = self.listed(account, f"{path}/{sid}/IpAddresses", "ip_addresses")
                        assert [
                            (one["sid"], (one["ip_address"], one["cidr_prefix_length"])) for one in entries
                        ] == [*each.entries.items()]

    @invariant()
    def who_may_call_or_register_is_what_the_model_says(self) -> None:
        for each in self.domains.values():
            domain = self.store.domain_named(each.name.upper())
            assert domain is not None
            for lists, access in (
                (each.lists["calls"], self.store.call_access(domain)),
                (each.lists["registrations"], self.store.registration_access(domain)),
            ):
                known: dict[str, str] = {}
                # Of two lists that know a user the one mapped first decides.
                for sid in (one for one in reversed(lists) if one.startswith("CL")):
                    known |= dict(self.lists[sid].entries.values())
                networks = [
                    ipaddress.ip_network(f"{address}/{length}", strict=False)
                    for sid in lists
                    if sid.startswith("AL")
                    for address, length in self.lists[sid].entries.values()
                ]
                assert access.lists_credentials == any(one.startswith("CL") for one in lists)
                assert access.lists_addresses == any(one.startswith("AL") for one in lists)
                for user in ("alice", "bob", "Alice"):
                    password = known.get(user)
                    assert access.ha1(user) == (
                        hash_a1(user, "sip.twilio.com", password) if password else None
                    )
                for ip in ("10.0.0.1", "10.0.0.77", "10.9.9.9", "192.168.0.1", "127.0.0.1"):
                    assert access.allows(ip) == any(ipaddress.ip_address(ip) in one for one in networks)


TestRest = RestMachine.TestCase
TestRest.settings = settings(max_examples=80, stateful_step_count=40, deadline=None)
