"""The bindings of an address of record: for how long, how many, and what the answer says."""

from __future__ import annotations

import re

import pytest

from sipdomain.entries import Unregistered
from sipdomain.sip.message import Response
from sipdomain.sip.outputs import Address
from sipdomain.twilio.fidelity.profile import Profile
from tests.parity.registering import HOME, Device, contacts, map_users, refused, registering
from tests.unit.twilio.bench import ACME, BOTH, Bench
from tests.unit.twilio.caller import Make


def register_many(bench: Bench, count: int) -> list[Response]:
    """Register that many devices of alice, a second apart."""
    answers = []
    for number in range(count):
        bench.wait(1.0)
        device = Device(bench, at=Address("127.0.0.10", 6000 + number), call_id=f"device-{number}")
        answers.append(device.register())
    return answers


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
def test_a_comma_in_a_name_without_quotes_is_reported(make: Make) -> None:
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
