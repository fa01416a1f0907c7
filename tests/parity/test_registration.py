"""REGISTER: who may, for how long, how many, and what the answer says."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import pytest

from sipdomain.entries import Decision, Registered, Unregistered
from sipdomain.sip.digest import Challenge, answer_challenge
from sipdomain.sip.message import Request, Response
from sipdomain.sip.outputs import Address, Flow
from sipdomain.twilio.fidelity.profile import DOCUMENTED, OBSERVED, Profile
from sipdomain.twilio.store import AccountStatus, Domain
from tests.unit.twilio.bench import ACCOUNT, ACME, BOTH, CLOUD, EPOCH, PASSWORD, Bench, Make

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
    """

    bench: Bench
    at: Address = HOME
    aor: str = AOR
    target: str = f"sip:{ACME}"
    call_id: str = "device-1"
    number: int = 0
    transport: str = "udp"

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
            request, Flow(self.transport, CLOUD, self.at, 0 if self.transport == "udp" else self.at.port)
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


def register_many(bench: Bench, count: int) -> list[Response]:
    """Register that many devices of alice, a second apart."""
    answers = []
    for number in range(count):
        bench.wait(1.0)
        device = Device(bench, at=Address("127.0.0.10", 6000 + number), call_id=f"device-{number}")
        answers.append(device.register())
    return answers


@pytest.mark.rule("register-off", "register-off-status")
@BOTH
def test_a_domain_that_takes_no_registrations_refuses_with_32210(make: Make, profile: Profile) -> None:
    bench = make(profile)
    bench.domain()
    decision = refused(bench, Device(bench).send(), 403, 32210, "registration-off")
    assert "SipRegistration" in decision.mend


@pytest.mark.rule("register-list", "register-list-status")
@BOTH
def test_a_domain_without_a_list_for_registrations_refuses_with_32212(make: Make, profile: Profile) -> None:
    bench = make(profile)
    bench.domain(sip_registration=True)
    decision = refused(bench, Device(bench).send(), 403, 32212, "no-registration-list")
    assert "Auth/Registrations" in decision.mend


@pytest.mark.rule("register-own-list")
def test_users_of_calls_cannot_register_and_users_of_registrations_can(make: Make) -> None:
    bench = make()
    map_users(bench, bench.domain(users=["bob"], sip_registration=True), "alice")
    assert Device(bench).register().status == 200
    bob = Device(bench, aor=f"sip:bob@{ACME}", call_id="device-2")
    refused(bench, bob.register(user="bob"), 403, 32202, "bad-credentials")


@pytest.mark.rule("register-no-acl")
def test_an_access_list_for_calls_does_not_guard_registrations(make: Make) -> None:
    bench = make(OBSERVED)
    registering(bench, addresses=["192.0.2.1"])
    assert Device(bench).register().status == 200


@pytest.mark.rule("acl-drop")
def test_by_the_text_all_packets_from_unlisted_addresses_are_dropped_registrations_too(make: Make) -> None:
    bench = make(DOCUMENTED)
    registering(bench, addresses=["192.0.2.1"])
    bench.receive(Device(bench).build(), Flow("udp", CLOUD, HOME))
    assert bench.take() == []
    assert bench.refusal.reason == "address-not-listed"


@pytest.mark.rule("register-407")
@BOTH
def test_a_registration_is_challenged_with_407_in_the_form_of_a_call(make: Make, profile: Profile) -> None:
    bench = make(profile)
    registering(bench)
    challenged = Device(bench).send()
    assert (challenged.status, challenged.reason) == (407, "Proxy Authentication required")
    assert "www-authenticate" not in challenged.headers
    assert re.fullmatch(
        r'Digest realm="sip\.twilio\.com",qop="auth",nonce="[\w-]{48}",opaque="[0-9a-f]{32}"',
        challenged.require("proxy-authenticate"),
    )
    assert challenged.to.tag
    assert "contact" not in challenged.headers
    assert list(bench.emulator.bindings) == []


@pytest.mark.rule("bad-credentials")
@pytest.mark.parametrize(("user", "password"), [("alice", "Wrong-Horse-42"), ("mallory", PASSWORD)])
def test_a_wrong_password_and_an_unknown_user_get_the_same_refusal(
    make: Make, user: str, password: str
) -> None:
    bench = make()
    registering(bench)
    response = Device(bench, aor=f"sip:{user}@{ACME}").register(user=user, password=password)
    refused(bench, response, 403, 32202, "bad-credentials")
    assert response.require("x-twilio-error") == "32202 Authentication failure - bad user credentials."


@pytest.mark.rule("register-user", "register-user-status")
@pytest.mark.parametrize(
    ("aor", "sender"),
    [
        (f"sip:bob@{ACME}", f"sip:bob@{ACME}"),
        (f"sip:Alice@{ACME}", f"sip:Alice@{ACME}"),
        (AOR, f"sip:bob@{ACME}"),
        (f"sip:{ACME}", f"sip:{ACME}"),
    ],
)
def test_the_digest_user_must_be_the_user_of_to_and_from(make: Make, aor: str, sender: str) -> None:
    bench = make()
    registering(bench, "alice", "bob")
    response = Device(bench, aor=aor).register(sender=sender)
    refused(bench, response, 403, 32106, "user-mismatch")


@pytest.mark.rule("register-user", "register-user-status")
def test_an_escaped_user_is_the_same_user(make: Make) -> None:
    bench = make()
    registering(bench)
    assert Device(bench, aor=f"sip:%61lice@{ACME}").register().status == 200
    assert [each.aor.user for each in bench.emulator.bindings] == ["alice"]


@pytest.mark.rule("register-address")
def test_an_address_of_record_of_another_domain_is_not_found(make: Make) -> None:
    bench = make()
    registering(bench)
    bench.domain("beta.sip.twilio.com")
    response = Device(bench, aor="sip:alice@beta.sip.twilio.com").register()
    refused(bench, response, 404, 0, "address-of-record-elsewhere")


@pytest.mark.rule("register-brief", "register-min-expires")
@BOTH
@pytest.mark.parametrize("asked", [1, 60, 599])
def test_less_than_600_seconds_is_too_brief(make: Make, profile: Profile, asked: int) -> None:
    bench = make(profile)
    registering(bench)
    response = Device(bench).register(("Expires", str(asked)))
    assert (response.status, response.reason) == (423, "Interval too brief")
    assert response.require("min-expires") == "600"
    refused(bench, response, 423, 0, "interval-too-brief")
    assert list(bench.emulator.bindings) == []


@pytest.mark.rule("register-long")
@pytest.mark.parametrize(
    ("asked", "given"), [(600, 600), (1800, 1800), (3600, 3600), (3601, 3600), (86_400, 3600), (2**40, 3600)]
)
def test_more_than_3600_seconds_become_3600(make: Make, asked: int, given: int) -> None:
    bench = make()
    registering(bench)
    assert contacts(Device(bench).register(("Expires", str(asked)))) == [("127.0.0.10:5070", given)]


@pytest.mark.rule("register-usual")
@pytest.mark.parametrize("fields", [[], [("Expires", "soon")], [("Expires", "-1")]])
def test_without_an_expiry_that_can_be_read_it_is_3600_seconds(
    make: Make, fields: list[tuple[str, str]]
) -> None:
    bench = make()
    registering(bench)
    assert contacts(Device(bench).register(*fields)) == [("127.0.0.10:5070", 3600)]


@pytest.mark.rule("register-remove", "register-remove-all")
def test_the_expiry_in_a_contact_comes_before_the_header(make: Make) -> None:
    bench = make()
    registering(bench)
    contact = "<sip:alice@127.0.0.10:5070>;expires=900,<sip:alice@127.0.0.10:5071>"
    response = Device(bench).register(("Expires", "1200"), contact=contact)
    assert contacts(response) == [("127.0.0.10:5071", 1200), ("127.0.0.10:5070", 900)]


@pytest.mark.rule("register-remove", "register-remove-all")
def test_expires_0_removes_one_binding_and_a_star_all(make: Make) -> None:
    bench = make()
    registering(bench)
    register_many(bench, 3)
    bench.wait(1.0)
    gone = Device(bench, at=Address("127.0.0.10", 6001), call_id="device-1", number=2).register(
        ("Expires", "0")
    )
    assert [at for at, _ in contacts(gone)] == ["127.0.0.10:6002", "127.0.0.10:6000"]
    assert contacts(Device(bench, call_id="any").register(("Expires", "0"), contact="*")) == []
    assert [(each.cause, each.bindings) for each in bench.journal(Unregistered)] == [
        ("removed", 2),
        ("removed", 0),
        ("removed", 0),
    ]


@pytest.mark.rule("register-remove")
def test_removing_what_is_not_there_is_no_failure(make: Make) -> None:
    bench = make()
    registering(bench)
    response = Device(bench).register(("Expires", "0"))
    assert contacts(response) == []
    assert "contact" not in response.headers


@pytest.mark.rule("register-contacts")
@pytest.mark.parametrize(
    ("contact", "fields"),
    [
        ("*", []),
        ("*", [("Expires", "600")]),
        ("*,<sip:alice@127.0.0.10>", [("Expires", "0")]),
        ("<mailto:alice@example.com>", []),
        ("<sip:alice@127.0.0.10", []),
        ("<tel:+15551234567>", []),
    ],
)
def test_contacts_that_make_no_sense_change_nothing(
    make: Make, contact: str, fields: list[tuple[str, str]]
) -> None:
    bench = make()
    registering(bench)
    Device(bench, call_id="before").register()
    refused(bench, Device(bench).register(*fields, contact=contact), 400, 0, "bad-registration")
    assert len(bench.emulator.bindings) == 1


@pytest.mark.rule("register-contacts")
def test_a_comma_in_a_name_without_quotes_is_told_so(make: Make) -> None:
    bench = make()
    registering(bench)
    Device(bench).register(contact="THOMPSON, J <sip:alice@127.0.0.10>")
    assert bench.refusal.mend == 'quote the display name: "LAST, FIRST" <sip:USER@HOST>'


@pytest.mark.rule("register-answer", "to-tags", "server-names")
@BOTH
def test_the_answer_lists_all_bindings_in_one_contact_with_what_is_left(make: Make, profile: Profile) -> None:
    bench = make(profile)
    registering(bench)
    Device(bench, at=Address("127.0.0.10", 53_237)).register(("Expires", "600"))
    bench.wait(203.0)
    response = Device(bench, at=Address("127.0.0.11", 51_629), call_id="device-2").register(
        ("Expires", "600")
    )
    assert response.headers.all("contact") == [
        "<sip:alice@127.0.0.11:51629>;expires=600,<sip:alice@127.0.0.10:53237>;expires=397"
    ]
    assert response.require("server") == "Twilio"
    assert re.fullmatch(r"\d{8}_[0-9a-f]{8}_[0-9a-f-]{36}", response.to.tag or "")
    for absent in ("record-route", "service-route", "path", "date", "expires"):
        assert absent not in response.headers


@pytest.mark.rule("register-answer")
def test_a_register_without_contact_asks_and_changes_nothing(make: Make) -> None:
    bench = make()
    registering(bench)
    assert contacts(Device(bench, call_id="asking").register(contact=None)) == []
    Device(bench).register()
    bench.wait(10.0)
    asked = Device(bench, call_id="asking", number=7).register(("Expires", "5"), contact=None)
    assert contacts(asked) == [("127.0.0.10:5070", 3590)]


@pytest.mark.rule("register-order")
def test_a_cseq_that_does_not_grow_changes_nothing(make: Make) -> None:
    bench = make()
    registering(bench)
    device = Device(bench, number=10)
    device.register(("Expires", "600"))
    bench.wait(100.0)
    late = Device(bench, number=3)
    refused(bench, late.register(("Expires", "0")), 500, 0, "register-out-of-order")
    assert contacts(Device(bench, number=20).register(contact=None)) == [("127.0.0.10:5070", 500)]


@pytest.mark.rule("register-instance")
def test_another_contact_or_another_instance_is_another_binding(make: Make) -> None:
    bench = make()
    registering(bench)
    one, two = (f'+sip.instance="<urn:uuid:00000000-0000-1000-8000-00000000000{each}>"' for each in (1, 2))
    here, there = "<sip:alice@127.0.0.10:5070>", "<sip:alice@127.0.0.10:5080>"
    given = [f"{here};{one}", f"{there};{one}", f"{here};{two}", f"<sip:alice@127.0.0.10:5070;ob>;{two}"]
    device = Device(bench)
    for contact in given:
        bench.wait(1.0)
        device.register(contact=contact)
    bench.wait(1.0)
    assert device.register(contact=None).require("contact") == ",".join(
        [
            f"<sip:alice@127.0.0.10:5070;ob>;{two};expires=3599",
            f"{there};{one};expires=3597",
            f"{here};{one};expires=3596",
        ]
    )


@pytest.mark.rule("register-expiry")
def test_a_binding_ends_when_its_time_is_over_unless_it_is_refreshed(make: Make) -> None:
    bench = make()
    registering(bench)
    kept, left = Device(bench), Device(bench, at=Address("127.0.0.11", 5070), call_id="device-2")
    kept.register()
    left.register(("Expires", "600"))
    bench.wait(599.0)
    kept.register()
    assert len(bench.emulator.bindings) == 2
    bench.wait(1.0)
    assert [each.flow.remote for each in bench.emulator.bindings] == [HOME]
    bench.wait(3598.0)
    assert len(bench.emulator.bindings) == 1
    bench.wait(1.0)
    assert list(bench.emulator.bindings) == []
    assert [(each.at, each.cause, each.call_id, each.bindings) for each in bench.journal(Unregistered)] == [
        (600.0, "expired", "device-2", 1),
        (4199.0, "expired", "device-1", 0),
    ]


@pytest.mark.rule("register-most", "register-most-status")
def test_the_eleventh_binding_is_refused_and_the_ten_can_be_refreshed(make: Make) -> None:
    bench = make()
    registering(bench)
    answers = register_many(bench, 11)
    assert [each.status for each in answers] == [200] * 10 + [403]
    decision = refused(bench, answers[-1], 403, 32007, "too-many-bindings")
    assert decision.got == "10 bindings"
    bench.wait(1.0)
    first = Device(bench, at=Address("127.0.0.10", 6000), call_id="device-0", number=2)
    assert len(contacts(first.register())) == 10
    instead = "<sip:alice@127.0.0.10:6000>;expires=0,<sip:alice@127.0.0.99:6000>"
    assert contacts(first.register(contact=instead))[0] == ("127.0.0.99:6000", 3600)
    assert len(bench.emulator.bindings) == 10


@pytest.mark.rule("register-most")
def test_another_user_has_ten_of_his_own(make: Make) -> None:
    bench = make()
    registering(bench, "alice", "bob")
    register_many(bench, 10)
    bob = Device(bench, aor=f"sip:bob@{ACME}", call_id="device-b")
    assert bob.register(user="bob").status == 200


@pytest.mark.rule("register-rate", "register-rate-status")
def test_the_sixth_registration_within_a_second_is_put_off(make: Make) -> None:
    bench = make()
    registering(bench)
    device = Device(bench)
    assert [device.register().status for _ in range(5)] == [200] * 5
    bench.wait(0.9)
    response = device.register()
    refused(bench, response, 503, 32008, "registering-too-often")
    assert response.require("retry-after") == "1"
    bench.wait(0.1)
    assert device.register().status == 200


@pytest.mark.rule("register-rate", "register-rate-counts")
def test_registers_without_proven_credentials_do_not_count(make: Make) -> None:
    bench = make()
    registering(bench)
    stranger = Device(bench, at=Address("127.0.0.66", 5060), call_id="stranger")
    for _ in range(10):
        stranger.register(password="Wrong-Horse-42")
    assert Device(bench).register().status == 200


@pytest.mark.rule("register-domain-most", "register-domain-most-status")
def test_a_domain_has_at_most_ten_thousand_bindings(make: Make) -> None:
    bench = make()
    users = [f"user{number}" for number in range(1001)]
    domain = registering(bench, *users[:1000])
    map_users(bench, domain, users[1000])
    for user in users[:1000]:
        many = ",".join(f"<sip:{user}@127.0.0.10:{7000 + number}>" for number in range(10))
        assert (
            Device(bench, aor=f"sip:{user}@{ACME}", call_id=user).register(user=user, contact=many).status
            == 200
        )
    bench.wait(40.0)
    last = Device(bench, aor=f"sip:{users[1000]}@{ACME}", call_id="last")
    refused(bench, last.register(user=users[1000]), 503, 0, "too-many-registrations")
    assert len(bench.emulator.bindings) == 10_000


@pytest.mark.rule("register-edges")
@pytest.mark.parametrize("place", ["sip.dublin", "sip.us1", "sip.ashburn-ix"])
def test_bindings_are_shared_between_edges(make: Make, place: str) -> None:
    bench = make()
    registering(bench)
    Device(bench).register()
    edge = f"acme.{place}.twilio.com"
    there = Device(
        bench, at=Address("127.0.0.11", 5070), target=f"sip:{edge}", aor=f"sip:alice@{edge}", call_id="2"
    )
    assert [at for at, _ in contacts(there.register())] == ["127.0.0.11:5070", "127.0.0.10:5070"]
    assert {each.domain for each in bench.journal(Registered)} == {ACME}


@pytest.mark.rule("address-as-domain")
def test_a_registrar_given_by_its_address_needs_a_default_domain(make: Make) -> None:
    bench = make()
    registering(bench)
    by_address: dict[str, Any] = {"target": "sip:127.0.0.1:5060", "aor": "sip:alice@127.0.0.1"}
    refused(bench, Device(bench, **by_address).send(), 403, 32002, "address-as-domain")
    bench = make(default_domain=ACME)
    registering(bench)
    assert contacts(Device(bench, **by_address).register()) == [("127.0.0.10:5070", 3600)]


@pytest.mark.rule("register-answer")
def test_where_a_register_came_from_is_remembered_beside_its_contact(make: Make) -> None:
    bench = make()
    registering(bench)
    outside = Address("127.0.0.200", 41_234)
    response = Device(bench, at=outside).register(contact="<sip:alice@192.168.1.7:5060>")
    assert response.require("contact") == "<sip:alice@192.168.1.7:5060>;expires=3600"
    (binding,) = bench.emulator.bindings
    assert (str(binding.contact), binding.flow.remote) == ("<sip:alice@192.168.1.7:5060>", outside)
    (entry,) = bench.journal(Registered)
    assert (entry.contact, entry.received) == ("<sip:alice@192.168.1.7:5060>", "127.0.0.200:41234")


@pytest.mark.rule("require")
def test_an_extension_that_is_required_is_refused_for_registrations_too(make: Make) -> None:
    bench = make()
    registering(bench)
    response = Device(bench).send(("Require", "outbound"))
    refused(bench, response, 420, 0, "unsupported-extension")
    assert response.require("unsupported") == "outbound"


@pytest.mark.rule("secure-transport", "account-suspended", "account-suspended-status")
def test_a_secure_domain_and_a_suspended_account_take_no_registration_either(make: Make) -> None:
    bench = make()
    registering(bench, secure=True)
    refused(bench, Device(bench).send(), 488, 32209, "secure-transport-required")
    bench = make()
    registering(bench)
    bench.store.accounts.update(ACCOUNT, status="suspended", now=EPOCH)
    refused(bench, Device(bench).send(), 403, 10003, "account-inactive")


@pytest.mark.rule("account-parent")
@pytest.mark.parametrize("status", ["suspended", "closed"])
def test_a_subaccount_takes_no_registration_when_its_parent_is_not_active(
    make: Make, status: AccountStatus
) -> None:
    bench = make()
    sub = bench.store.accounts.create(owner_sid=ACCOUNT, now=EPOCH)
    bench.store.domains.create(sub.sid, ACME, now=EPOCH, sip_registration=True)
    bench.store.accounts.update(ACCOUNT, status=status, now=EPOCH)
    refused(bench, Device(bench).send(), 403, 10003, "account-inactive")
    assert bench.refusal.rule == "account-parent"


@pytest.mark.rule("register-expiry")
def test_bindings_of_a_domain_that_is_deleted_are_not_shown(make: Make) -> None:
    bench = make()
    domain = registering(bench)
    Device(bench).register()
    bench.store.domains.delete(ACCOUNT, domain.sid)
    assert list(bench.emulator.bindings) == []
    registering(bench)
    assert contacts(Device(bench, call_id="again").register(contact=None)) == []


@pytest.mark.rule("same-connection")
def test_a_connection_is_needed_while_a_phone_is_registered_by_it(make: Make) -> None:
    bench = make()
    registering(bench)
    phone = Device(bench, transport="tcp")
    way = Flow("tcp", CLOUD, HOME, HOME.port)
    assert phone.register(("Expires", "600")).status == 200
    bench.wait(590.0)
    assert bench.emulator.needs(way)
    bench.wait(20.0)
    assert not bench.emulator.needs(way)
