"""Devices that register, and domains where they may."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from sipdomain.entries import Decision
from sipdomain.sip.digest import Challenge, answer_challenge
from sipdomain.sip.message import Request, Response
from sipdomain.sip.outputs import Address, Flow
from sipdomain.twilio.store import Domain
from tests.unit.twilio.bench import ACCOUNT, ACME, CLOUD, EPOCH, PASSWORD, Bench

HOME = Address("127.0.0.10", 5070)
AOR = f"sip:alice@{ACME}"


@dataclass
class Device:
    """One device of a user, as bytes.

    Attributes:
        bench: What it registers at.
        at: Where it stands; also what its Contact says.
        aor: Its address of record.
        target: The Request-URI.
        call_id: Its Call-ID.
        number: The CSeq number of its last request.
        local: Which address of ours it reaches.
    """

    bench: Bench
    at: Address = HOME
    aor: str = AOR
    target: str = f"sip:{ACME}"
    call_id: str = "device-1"
    number: int = 0
    transport: str = "udp"
    local: Address = CLOUD

    def build(
        self, *fields: tuple[str, str], contact: str | None = "", number: int | None = None, sender: str = ""
    ) -> Request:
        self.number = number or self.number + 1
        contacts = [("Contact", contact or f"<sip:alice@{self.at}>")] if contact is not None else []
        return Request(
            "REGISTER",
            self.target,
            [
                (
                    "Via",
                    f"SIP/2.0/{self.transport.upper()} {self.at};branch=z9hG4bK{self.call_id}{self.at}{self.number};rport",
                ),
                ("Max-Forwards", "70"),
                ("From", f"<{sender or self.aor}>;tag=r1"),
                ("To", f"<{self.aor}>"),
                ("Call-ID", self.call_id),
                ("CSeq", f"{self.number} REGISTER"),
                *contacts,
                *fields,
            ],
        )

    def send(
        self, *fields: tuple[str, str], contact: str | None = "", sender: str = "", number: int | None = None
    ) -> Response:
        """Send a REGISTER as it is; return what comes back."""
        request = self.build(*fields, contact=contact, number=number, sender=sender)
        self.bench.receive(
            request, Flow(self.transport, self.local, self.at, 0 if self.transport == "udp" else self.at.port)
        )
        message = self.bench.take()[-1]
        assert isinstance(message, Response)
        return message

    def register(
        self, *fields: tuple[str, str], contact: str | None = "", user: str = "alice", password: str = PASSWORD,
        sender: str = "", number: int | None = None,
    ) -> Response:  # fmt: skip
        """Send a REGISTER with credentials for a challenge just got; return what comes back."""
        challenged = self.send(*fields, contact=contact, sender=sender)
        assert challenged.status == 407
        proof = answer_challenge(
            Challenge.parse(challenged.require("proxy-authenticate")), method="REGISTER", uri=self.target,
            username=user, password=password, cnonce="c0ffee",
        )  # fmt: skip
        return self.send(
            *fields, ("Proxy-Authorization", str(proof)), contact=contact, sender=sender, number=number
        )


def registering(bench: Bench, *users: str, **settings: Any) -> Domain:
    """Make a domain where these users may register."""
    domain = bench.domain(users=None, sip_registration=True, **settings)
    map_users(bench, domain, *(users or ("alice",)))
    return domain


def map_users(bench: Bench, domain: Domain, *users: str) -> None:
    """Map one more credential list for registrations."""
    phones = bench.store.credential_lists.create(ACCOUNT, "phones", now=EPOCH)
    for user in users:
        bench.store.credential_lists.add(ACCOUNT, phones.sid, user, password=PASSWORD, now=EPOCH)
    bench.store.map_list(ACCOUNT, domain.sid, phones.sid, "registrations", now=EPOCH)


def contacts(response: Response) -> list[tuple[str, int]]:
    """Return the bindings that a 200 lists: the host and port of each, and its seconds."""
    assert response.status == 200
    text = response.headers.get("contact") or ""
    assert len(response.headers.all("contact")) <= 1
    return [(at, int(left)) for at, left in re.findall(r"<sip:alice@([^>;]+)[^>]*>[^,]*;expires=(\d+)", text)]


def refused(bench: Bench, response: Response, status: int, code: int, symbol: str) -> Decision:
    """See that a REGISTER was refused like that; return the decision, which says how to mend it."""
    assert response.status == status
    assert (response.headers.get("x-twilio-error") or "0").split(" ")[0] == str(code)
    assert response.require("server") == "Twilio"
    decision = bench.refusal
    assert (decision.method, decision.reason, decision.code) == ("REGISTER", symbol, code)
    assert decision.got
    assert decision.wanted
    assert decision.mend
    return decision
