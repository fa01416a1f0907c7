"""TLS on real sockets: certificates by name, versions, cipher suites, and what a failure is told as."""

from __future__ import annotations

import ssl
from pathlib import Path

import pytest

from sipdomain.errors import SetupError
from sipdomain.runtime.tls.certificates import CertificateAuthority, authority_of_this_run
from sipdomain.runtime.tls.contexts import TlsClient, TlsServer, trusting
from sipdomain.sip.outputs import Flow
from tests.patience import until
from tests.unit.runtime.tls.handshakes import SMALL, Bench, play, trusted


def names(agreed: ssl.SSLObject) -> list[object]:
    certificate = agreed.getpeercert()
    assert certificate is not None
    alternatives = certificate["subjectAltName"]
    assert isinstance(alternatives, tuple)
    return [name for _, name in alternatives]


@pytest.mark.parametrize(
    "name",
    [
        "acme.sip.twilio.com",
        "ACME.sip.twilio.com",
        "acme.sip.dublin.twilio.com",
        "acme.sip.ie1.twilio.com",
        "acme.sip.ashburn-ix.twilio.com",
        "sip.twilio.com",
        "sip.sao-paulo.twilio.com",
        "localhost",
        "127.0.0.1",
    ],
)  # fmt: skip
def test_one_certificate_is_for_every_domain_edge_and_proxy(name: str) -> None:
    async def test(bench: Bench) -> None:
        agreed = await bench.ask(trusted(), name)
        assert "*.sip.twilio.com" in names(agreed)
        assert bench.received[0][1].transport == "tls"

    play(test)


def test_another_name_gets_a_certificate_of_its_own_and_keeps_it() -> None:
    async def test(bench: Bench) -> None:
        first = await bench.ask(trusted(), "pbx.acme.sip.twilio.com")
        again = await bench.ask(trusted(), "pbx.acme.sip.twilio.com")
        assert names(first) == ["pbx.acme.sip.twilio.com"]
        assert first.getpeercert(binary_form=True) == again.getpeercert(binary_form=True)

    play(test)


@pytest.mark.parametrize(
    "suite",
    [
        "ECDHE-RSA-AES256-GCM-SHA384", "ECDHE-RSA-AES128-GCM-SHA256", "ECDHE-RSA-AES256-SHA384",
        "ECDHE-RSA-AES128-SHA256", "AES256-GCM-SHA384", "AES128-GCM-SHA256", "AES256-SHA256", "AES128-SHA256",
        "AES256-SHA", "AES128-SHA",
    ],
)  # fmt: skip
def test_each_suite_of_the_provider_works_with_tls_1_2(suite: str) -> None:
    async def test(bench: Bench) -> None:
        context = trusted()
        context.maximum_version = ssl.TLSVersion.TLSv1_2
        context.set_ciphers(suite)
        agreed = await bench.ask(context, "acme.sip.twilio.com")
        used = agreed.cipher()
        assert used is not None
        assert (agreed.version(), used[0]) == ("TLSv1.2", suite)

    play(test)


def test_a_phone_opens_one_connection_and_checks_the_name() -> None:
    async def test(bench: Bench) -> None:
        phone = Bench()
        await phone.open(client=TlsClient(authority_of_this_run, "acme.sip.twilio.com"))
        flow = Flow("tls", phone.network.address, bench.address)
        phone.network.send(flow, SMALL)
        phone.network.send(flow, SMALL)
        await until(lambda: len(bench.received) == 2)
        (arrived,) = {flow for _, flow in bench.received}
        assert arrived.local == bench.address
        bench.network.send(arrived, b"SIP/2.0 200 OK\r\nContent-Length: 0\r\n\r\n")
        await until(lambda: phone.received)
        await phone.network.close()
        await until(lambda: bench.failed)
        bench.network.send(arrived._replace(connection=0), SMALL)
        await until(lambda: len(bench.failed) == 2)

    assert len(play(test).complaints) == 1


def test_a_phone_that_is_called_need_not_prove_who_it_is() -> None:
    async def test(bench: Bench) -> None:
        phone = Bench()
        await phone.open(server=TlsServer(CertificateAuthority.make, ["phone.example.com"]))
        bench.network.send(Flow("tls", bench.address, phone.address), SMALL)
        await until(lambda: phone.received)
        assert phone.received[0][0] == SMALL
        await phone.network.close()

    assert play(test).complaints == []


def test_a_name_that_the_authority_cannot_vouch_for_gets_the_first_certificate() -> None:
    context = trusted()
    context.check_hostname = False

    async def test(bench: Bench) -> None:
        assert names(await bench.ask(context, "bank.example"))[0] == "sip.twilio.com"

    play(test)


def test_a_certificate_of_ones_own_is_used_for_every_name(tmp_path: Path) -> None:
    own = CertificateAuthority.make(["sip.example.com"])
    own.export(tmp_path, ["sip.example.com"])
    given = (tmp_path / "server.pem", tmp_path / "server.key")
    server = TlsServer(authority_of_this_run, [], given=given)

    async def test(bench: Bench) -> None:
        assert names(await bench.ask(trusting(own.pem), "sip.example.com")) == ["sip.example.com"]

    play(test, server=server)


def test_files_that_are_no_certificate_and_key_are_reported(tmp_path: Path) -> None:
    CertificateAuthority.make(["a.example"]).export(tmp_path / "a", ["a.example"])
    CertificateAuthority.make(["b.example"]).export(tmp_path / "b", ["b.example"])
    junk = tmp_path / "junk.pem"
    junk.write_text("no certificate")
    for certificate, key, said in (
        (tmp_path / "a/server.pem", tmp_path / "b/server.key", "key values mismatch"),
        (junk, tmp_path / "a/server.key", "no start line|pem lib|not enough data"),
        (tmp_path / "none.pem", tmp_path / "a/server.key", "No such file"),
    ):
        with pytest.raises(SetupError, match=said):
            TlsServer(authority_of_this_run, [], given=(certificate, key))


def test_a_name_that_no_certificate_can_be_for_is_reported() -> None:
    with pytest.raises(
        SetupError, match=r"no certificate can be for 'a b': neither a host name nor an IP address"
    ):
        TlsServer(authority_of_this_run, ["sip.twilio.com", "a b"])
