"""Kamailio, linphone and baresip with the files of `sipdomain config pbx`: they register, call, hold, and are called."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from twilio.rest import Client

from sipdomain.media.match import find
from sipdomain.runtime.tls.certificates import CertificateAuthority
from sipdomain.sip.outputs import Address
from tests.integration import pbx
from tests.integration.control_api import control, journal
from tests.integration.served import ACCOUNT, PASSWORD, TOKEN, Served, free_ports, served, until, webhooks
from tests.integration.spoken import spoken

WORDS = "Good morning."
# A busy machine loses a packet now and then, and a jitter buffer shifts what follows; other words are below 0.4.
HEARD = 0.6
DOMAIN = "demo.sip.twilio.com"
CONFIGURATION = """\
credential_lists: {{phones: {{alice: {password}}}}}
domains: {{demo: {{voice: {app}/voice, calls: [phones], registrations: [phones]}}}}
"""
PHONES: dict[str, Callable[[pbx.Setting], AbstractContextManager[pbx.Baresip | pbx.Linphone]]] = {
    "baresip": pbx.baresip,
    "linphone": pbx.linphone,
}
BOTH_PHONES = pytest.mark.parametrize("phone", PHONES)


@dataclass(frozen=True, slots=True)
class Cloud:
    """A running emulator, and what is in its journal."""

    emulator: Served
    profile: str
    authority: Path

    @property
    def transport(self) -> str:
        """Over what its peers call: each profile has one of its own, so that both are seen."""
        return {"observed": "tcp", "documented": "udp"}[self.profile]

    def journal(self, start: int = 0) -> list[dict[str, Any]]:
        """Return the entries from one on."""
        return journal(self.emulator.http)[start:]

    def kinds(self, start: int, kind: str, key: str) -> list[Any]:
        """Return what the entries of a kind say under a key."""
        return [each[key] for each in self.journal(start) if each["kind"] == kind]

    def registered(self) -> bool:
        """Whether a phone is registered."""
        return bool(control(self.emulator.http, "GET", "registrations")["registrations"])


@pytest.fixture(scope="module", params=["observed", "documented"])
def cloud(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    with webhooks({"/voice": {"say": [WORDS] * 30}}) as (app, _):
        folder = tmp_path_factory.mktemp("serve")
        file, authority = folder / "domains.yaml", folder / "ca"
        file.write_text(CONFIGURATION.format(password=PASSWORD, app=app))
        CertificateAuthority.kept_in(authority)
        with served(
            "--config", str(file), "--profile", request.param, "--ca-folder", str(authority)
        ) as emulator:
            yield Cloud(emulator, request.param, authority)


@pytest.fixture(scope="module")
def said() -> npt.NDArray[np.int16]:
    """The words as the emulator's own voice says them."""

    return spoken(WORDS)


def setting(cloud: Cloud, folder: Path, host: str = "127.0.0.20", transport: str = "") -> pbx.Setting:
    folder.mkdir(exist_ok=True)
    (port,) = free_ports(1)
    return pbx.Setting(cloud.emulator.sip, Address(host, port), folder, transport or cloud.transport)


def talk(cloud: Cloud, phone: pbx.Baresip | pbx.Linphone, start: int) -> None:
    """Call, hear the words, hold, resume, and hang up."""
    phone.call(f"sip:100@{DOMAIN}")
    until(lambda: len(cloud.kinds(start, "VerbStarted", "verb")) > 2)
    phone.hold()
    until(lambda: acknowledged(cloud, start) >= 2)
    phone.resume()
    until(lambda: acknowledged(cloud, start) >= 3)
    phone.hang_up()
    until(lambda: "completed" in cloud.kinds(start, "CallChanged", "status"))


def messages(cloud: Cloud, start: int, lane: str) -> list[str]:
    return [each["data"] for each in cloud.journal(start) if each.get("lane") == lane]


def acknowledged(cloud: Cloud, start: int) -> int:
    """Return how many 200s were acknowledged: those ACKs have a tag of ours, and a Contact of ours for Request-URI."""
    acks = [each for each in messages(cloud, start, "in") if each.startswith("ACK ")]
    return sum(not each.startswith("ACK sip:100@") for each in acks)


def directions(cloud: Cloud, start: int) -> list[str]:
    """Return the directions in what the emulator answered."""
    lines = [line for data in messages(cloud, start, "out") for line in data.splitlines()]
    return [line[2:] for line in lines if line in {"a=sendrecv", "a=sendonly", "a=recvonly", "a=inactive"}]


def call_by_rest(cloud: Cloud, to: str, start: int) -> None:
    """Have the cloud call, say the words, and hang up."""
    client = Client(ACCOUNT, TOKEN)
    client.api.base_url = cloud.emulator.http
    twiml = f"<Response><Say>{WORDS}</Say><Say>{WORDS}</Say><Hangup/></Response>"
    made = client.calls.create(to=to, from_="+15005550006", twiml=twiml)
    until(lambda: "completed" in cloud.kinds(start, "CallChanged", "status"))
    assert client.calls(made.sid).fetch().status == "completed"


@BOTH_PHONES
def test_a_phone_registers_calls_holds_and_hangs_up(
    cloud: Cloud, said: npt.NDArray[np.int16], tmp_path: Path, phone: str
) -> None:
    until(lambda: not cloud.registered())
    start = len(cloud.journal())
    with PHONES[phone](setting(cloud, tmp_path)) as running:
        until(cloud.registered)
        talk(cloud, running, start)
        assert find(running.heard(), said).correlation > HEARD
    assert directions(cloud, start) == ["sendrecv", "recvonly", "sendrecv"]
    assert {each["transport"] for each in cloud.journal(start) if each.get("lane")} == {cloud.transport}
    assert cloud.kinds(start, "Alert", "code") == []


@BOTH_PHONES
def test_a_registered_phone_is_called_hears_and_is_hung_up_on(
    cloud: Cloud, said: npt.NDArray[np.int16], tmp_path: Path, phone: str
) -> None:
    until(lambda: not cloud.registered())
    with PHONES[phone](setting(cloud, tmp_path)) as running:
        until(cloud.registered)
        start = len(cloud.journal())
        call_by_rest(cloud, f"sip:alice@{DOMAIN}", start)
        assert find(running.heard(), said).correlation > HEARD
        assert [each for each in messages(cloud, start, "out") if each.startswith("BYE ")]
    assert cloud.kinds(start, "Alert", "code") == []


def test_linphone_calls_a_secure_domain_by_an_authority_without_name_constraints(
    said: npt.NDArray[np.int16], tmp_path: Path
) -> None:
    authority, file = tmp_path / "ca", tmp_path / "domains.yaml"
    CertificateAuthority.kept_in(authority, constrained=False)
    with webhooks({"/voice": {"say": [WORDS] * 30}}) as (app, _):
        file.write_text(
            CONFIGURATION.format(password=PASSWORD, app=app).replace("{demo: {", "{demo: {secure: yes, ")
        )
        with served("--config", str(file), "--ca-folder", str(authority)) as emulator:
            cloud, (port,) = Cloud(emulator, "observed", authority), free_ports(1)
            (tmp_path / "linphone").mkdir()
            own = Address("127.0.0.20", port)
            ours = pbx.Setting(
                emulator.tls, own, tmp_path / "linphone", "tls", secure=True, authority=authority
            )
            with pbx.linphone(ours) as phone:
                until(cloud.registered)
                talk(cloud, phone, 0)
                assert find(phone.heard(), said).correlation > HEARD
            assert {each["transport"] for each in cloud.journal() if each.get("lane")} == {"tls"}
            assert [each for each in messages(cloud, 0, "out") if " RTP/SAVP " in each]
            assert cloud.kinds(0, "Alert", "code") == []


@contextmanager
def phone_behind_kamailio(
    cloud: Cloud, folder: Path, transport: str
) -> Iterator[tuple[pbx.Baresip, Address]]:
    """Run Kamailio before the emulator, and baresip before Kamailio; yields baresip, and where Kamailio listens."""
    ours = setting(cloud, folder / "kamailio", "127.0.0.2", transport)
    if transport == "tls":
        ours = replace(ours, cloud=cloud.emulator.tls, authority=cloud.authority)
    with pbx.kamailio(ours) as proxy:
        phone = replace(setting(cloud, folder / "baresip", transport="udp"), cloud=proxy)
        with pbx.baresip(phone) as running:
            until(lambda: "200 OK" in (folder / "baresip" / "output").read_text())
            yield running, proxy


@pytest.mark.parametrize("transport", ["udp", "tcp", "tls"])
def test_a_phone_calls_by_way_of_kamailio_holds_and_hangs_up(
    cloud: Cloud, said: npt.NDArray[np.int16], tmp_path: Path, transport: str
) -> None:
    start = len(cloud.journal())
    with phone_behind_kamailio(cloud, tmp_path, transport) as (phone, _):
        talk(cloud, phone, start)
        assert find(phone.heard(), said).correlation > HEARD
    came = [each for each in cloud.journal(start) if each.get("lane") == "in"]
    assert {(each["transport"], each["remote"].partition(":")[0]) for each in came} == {
        (transport, "127.0.0.2")
    }
    assert directions(cloud, start) == ["sendrecv", "recvonly", "sendrecv"]
    assert cloud.kinds(start, "Alert", "code") == []


def test_the_cloud_calls_a_phone_by_way_of_kamailio(
    cloud: Cloud, said: npt.NDArray[np.int16], tmp_path: Path
) -> None:
    with phone_behind_kamailio(cloud, tmp_path, cloud.transport) as (phone, proxy):
        start = len(cloud.journal())
        call_by_rest(cloud, f"sip:alice@{proxy};transport={cloud.transport}", start)
        assert find(phone.heard(), said).correlation > HEARD
    assert messages(cloud, start, "out")[-1].startswith("BYE ")
    assert cloud.kinds(start, "Alert", "code") == []
