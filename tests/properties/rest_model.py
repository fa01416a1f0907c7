"""What a model of the REST API knows, and what is asked of it."""

from __future__ import annotations

import base64
import json
import random
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine

from sipdomain.twilio.names.sids import Ids
from sipdomain.twilio.rest import RestApi, RestRequest
from sipdomain.twilio.store import Limits, Purpose, Store
from sipdomain.twilio.store.call_records import CallStore

MAIN = "AC00000000000000000000000000000001"
LIMITS = Limits(
    subaccounts=2, domains=3, credential_lists=3, credentials=2, access_lists=3, addresses=2, mapped_lists=2
)
WEAK, WRONG = "weak", "10.0.0.01"

# Where lists are mapped: the path below the domain, the parameter, the kind of list, what for, the key of a page.
Where = tuple[str, str, str, Purpose, str]
MAPPED: list[Where] = [
    (
        "IpAccessControlListMappings",
        "IpAccessControlListSid",
        "AL",
        "calls",
        "ip_access_control_list_mappings",
    ),
    ("CredentialListMappings", "CredentialListSid", "CL", "calls", "credential_list_mappings"),
    ("Auth/Calls/IpAccessControlListMappings", "IpAccessControlListSid", "AL", "calls", "contents"),
    ("Auth/Calls/CredentialListMappings", "CredentialListSid", "CL", "calls", "contents"),
    ("Auth/Registrations/CredentialListMappings", "CredentialListSid", "CL", "registrations", "contents"),
]

# Of each kind of list: its path, the key of a page, and the codes of a wrong name, of one too many, of one in use.
LISTS = {
    "CL": ("SIP/CredentialLists", "credential_lists", 21240, 21239, 21241),
    "AL": ("SIP/IpAccessControlLists", "ip_access_control_lists", 21235, 21255, 21236),
}


@dataclass
class Domain:
    """What the model knows of a domain: its name in small letters, and its lists in the order of mapping."""

    account: str
    name: str
    voice_url: str | None
    lists: dict[Purpose, list[str]] = field(default_factory=lambda: {"calls": [], "registrations": []})


@dataclass
class Listed:
    """What the model knows of a list: entries by SID, (user name, password) or (address, prefix length)."""

    account: str
    name: str
    entries: dict[str, tuple[str, Any]] = field(default_factory=dict)


@dataclass
class Account:
    """What the model knows of an account."""

    token: str
    status: str = "active"


# Most requests are the main account's, about its own, and mean what is there; a few are none of that.
askers = st.sampled_from([0, 0, 0, 0, 1, 2])
holders = st.sampled_from([0, 0, 0, 1, 2])
strangers = st.sampled_from([None, None, None, None, 0, 1])
which = st.integers(0, 19)
labels = st.sampled_from(["a", "B", "b", "c.a", "d.c.a"])
urls = st.sampled_from(["http://app.test/voice", ""])
kinds = st.sampled_from(["CL", "AL"])
names = st.sampled_from(["staff", "office", "home", " "])
users = st.sampled_from(["alice", "bob", "Alice", "alice", "a:b"])
passwords = st.sampled_from(["Correct-Horse-42", "Battery-Staple-7", "Correct-Horse-42", WEAK])
addresses = st.sampled_from(["10.0.0.1", "10.0.0.2", "192.168.0.1", "0.0.0.0", WRONG])
lengths = st.sampled_from([32, 24, 8, 0, 33])
places = st.sampled_from(MAPPED)


class RestModel(RuleBasedStateMachine):
    """A main account and its subaccounts, as the store has them and as the model knows them; requests are compared."""

    def __init__(self) -> None:
        super().__init__()
        self.store = Store(Ids(random.Random(1)), limits=LIMITS)
        self.store.accounts.create(sid=MAIN, auth_token="main", now=0.0)
        self.api = RestApi(self.store, CallStore(), Ids(random.Random(2)))
        self.accounts = {MAIN: Account("main")}
        self.domains: dict[str, Domain] = {}
        self.lists: dict[str, Listed] = {}
        self.gone: list[tuple[str, str, str]] = []  # account, list of an entry or "", SID

    def account(self, number: int) -> str:
        """Return one of the accounts."""
        return [*self.accounts][number % len(self.accounts)]

    def pick(self, number: int, there: Iterable[tuple[str, str, str]], kind: str) -> tuple[str, str, str]:
        """Return something that is there, or now and then what once was: its account, list and SID."""
        living = list(there)
        dead = [each for each in self.gone if each[2].startswith(kind)]
        if not living or (number > 16 and dead):
            living = dead
        return living[number % len(living)] if living else (MAIN, f"{kind}1", f"{kind}1")

    def a_domain(self, number: int, stranger: int | None) -> tuple[str, str]:
        """Return an account and a domain, mostly one of its own."""
        there = ((each.account, "", sid) for sid, each in self.domains.items())
        owner, _, sid = self.pick(number, there, "SD")
        return owner if stranger is None else self.account(stranger), sid

    def a_list(self, number: int, stranger: int | None, kind: str = "") -> tuple[str, str]:
        """Return an account and a list, mostly one of its own."""
        there = ((each.account, "", sid) for sid, each in self.lists.items() if sid.startswith(kind))
        owner, _, sid = self.pick(number, there, kind or "CL")
        return owner if stranger is None else self.account(stranger), sid

    def an_entry(self, number: int, stranger: int | None, kind: str) -> tuple[str, str, str]:
        """Return an account, a list and an entry, mostly of its own."""
        there = (
            (each.account, sid, entry)
            for sid, each in self.lists.items()
            for entry in each.entries
            if entry.startswith(kind)
        )
        owner, place, sid = self.pick(number, there, kind)
        return owner if stranger is None else self.account(stranger), place, sid

    def send(self, asker: str, method: str, target: str, **form: str) -> tuple[int, Any]:
        """Ask the API; returns the status and the body."""
        token = base64.b64encode(f"{asker}:{self.accounts[asker].token}".encode()).decode()
        path, _, query = target.partition("?")
        answer = self.api.handle(
            RestRequest(
                method,
                f"/2010-04-01/Accounts{path}.json",
                query=tuple(parse_qsl(query)),
                form=tuple(form.items()),
                authorization=f"Basic {token}",
            ),
            1.0,
        )
        return answer.status, json.loads(answer.body) if answer.body else {}

    def ask(
        self, by: int, method: str, account: str, path: str, *refusals: tuple[bool, int], **form: str
    ) -> Any:
        """Ask the API to change something, and see that it does so unless the model says why not.

        Args:
            by: Whose credentials are given.
            method: POST or DELETE.
            account: Whose resource is meant.
            path: Below the account.
            refusals: What stands against it and the code to be refused with; the first that holds decides.
            form: The parameters.

        Returns:
            The body, or None when it was rightly refused.
        """
        asker = self.account(by)
        creates = method == "POST" and path.endswith(("s", "Mappings"))
        standing = self.accounts[account].status
        first = (
            (self.accounts[asker].status != "active", 20005),
            (asker not in (account, MAIN), 20404),
            (standing == "closed" or (standing == "suspended" and creates), 20005),
        )
        status, body = self.send(asker, method, f"/{account}/{path}", **form)
        code = next((code for holds, code in (*first, *refusals) if holds), None)
        if code is None:
            assert status == (204 if method == "DELETE" else 201 if creates else 200), body
            return body
        assert (status, body["code"]) == ({20404: 404, 20005: 403}.get(code, 400), code), body
        return None
