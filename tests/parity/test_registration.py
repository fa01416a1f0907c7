"""REGISTER: who may, where, and what is refused."""

from __future__ import annotations

import re
from typing import Any

import pytest

from sipdomain.entries import Registered
from sipdomain.sip.outputs import Address, Flow
from sipdomain.twilio.fidelity.profile import DOCUMENTED, OBSERVED, Profile
from sipdomain.twilio.store import AccountStatus
from tests.parity.registering import AOR, HOME, Device, contacts, map_users, refused, registering
from tests.unit.twilio.bench import ACCOUNT, ACME, BOTH, CLOUD, EPOCH, PASSWORD
from tests.unit.twilio.caller import Make


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
