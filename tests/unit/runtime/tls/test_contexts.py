"""TLS on real sockets: certificates by name, versions, cipher suites, and what a failure is told as."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import ssl
import warnings
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from sipdomain.errors import SetupError
from sipdomain.runtime.sip.connection import StreamLimits
from sipdomain.runtime.sip.network import LiveNetwork
from sipdomain.runtime.tls.certificates import CertificateAuthority, authority_of_this_run, usual_names
from sipdomain.runtime.tls.contexts import TlsClient, TlsServer, trusting
from sipdomain.sip.outputs import Address, Flow

SMALL = b"OPTIONS sip:a SIP/2.0\r\nContent-Length: 0\r\n\r\n"
ANY = Address("127.0.0.1", 0)


class Bench:
    """A network with TLS that keeps what it receives."""

    def __init__(self) -> None:
        self.received: list[tuple[bytes, Flow]] = []
        self.failed: list[Flow] = []
        self.complaints: list[str] = []
        self.network: LiveNetwork

    async def open(
        self,
        *,
        server: TlsServer | None = None,
        client: TlsClient | None = None,
        limits: StreamLimits | None = None,
    ) -> None:
        self.network = await LiveNetwork.open(
            ANY,
            receive=lambda data, flow: self.received.append((data, flow)),
            failed=self.failed.append,
            complain=lambda _, text: self.complaints.append(text),
            tls=server or client,
            listen_tls=ANY if server else None,
            limits=limits,
        )

    @property
    def address(self) -> Address:
        assert self.network.tls_address is not None
        return self.network.tls_address

    async def until(self, condition: Callable[[], object]) -> None:
        async with asyncio.timeout(10):
            while not condition():  # noqa: ASYNC110 - a socket tells nobody
                await asyncio.sleep(0.005)

    async def ask(self, context: ssl.SSLContext, name: str) -> ssl.SSLObject:
        """Connect, send a request, and return what was agreed on."""
        before = len(self.received)
        _, writer = await asyncio.open_connection(*self.address, ssl=context, server_hostname=name)
        agreed = writer.get_extra_info("ssl_object")
        assert isinstance(agreed, ssl.SSLObject)
        writer.write(SMALL)
        await self.until(lambda: len(self.received) > before)
        writer.close()
        with contextlib.suppress(ConnectionError, ssl.SSLError):
            await writer.wait_closed()
        return agreed


def play(
    test: Callable[[Bench], Awaitable[None]],
    *,
    server: TlsServer | None = None,
    limits: StreamLimits | None = None,
) -> Bench:
    async def run() -> Bench:
        bench = Bench()
        await bench.open(server=server or usual_server(), limits=limits)
        try:
            async with asyncio.timeout(20):
                await test(bench)
        finally:
            await bench.network.close()
        return bench

    return asyncio.run(run())


def usual_server() -> TlsServer:
    return TlsServer(authority_of_this_run, [*usual_names(), "localhost", "127.0.0.1", "::1"])


def trusted() -> ssl.SSLContext:
    return trusting(authority_of_this_run().pem)


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


def test_a_peer_that_speaks_nothing_newer_than_tls_1_1_is_refused() -> None:
    async def test(bench: Bench) -> None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        context.set_ciphers("ALL:@SECLEVEL=0")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            context.minimum_version, context.maximum_version = ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1
        with pytest.raises((ssl.SSLError, ConnectionError)):
            await asyncio.open_connection(*bench.address, ssl=context, server_hostname="acme.sip.twilio.com")
        await bench.until(lambda: bench.complaints)

    bench = play(test)
    assert bench.complaints == [
        "TLS handshake failed: the peer speaks nothing newer than TLS 1.1; 1.2 is the least (the provider's 32222)"
    ]
    assert bench.received == []


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        (SMALL, "TLS handshake failed: the peer speaks no TLS; plain SIP has another port"),
        (b"GET / HTTP/1.1\r\n\r\n", "TLS handshake failed: the peer speaks HTTP"),
    ],
)
def test_what_speaks_no_tls_is_told_so(sent: bytes, said: str) -> None:
    async def test(bench: Bench) -> None:
        reader, writer = await asyncio.open_connection(*bench.address)
        writer.write(sent)
        with contextlib.suppress(ConnectionResetError):
            await reader.read()
        writer.close()
        await bench.until(lambda: bench.complaints)

    assert play(test).complaints == [said]


def test_a_peer_that_does_not_trust_the_authority_is_told_of() -> None:
    async def test(bench: Bench) -> None:
        context = trusting(CertificateAuthority.make().pem)
        context.maximum_version = ssl.TLSVersion.TLSv1_2
        with pytest.raises(ssl.SSLCertVerificationError):
            await asyncio.open_connection(*bench.address, ssl=context, server_hostname="acme.sip.twilio.com")
        await bench.until(lambda: bench.complaints)

    assert play(test).complaints == [
        "TLS handshake failed: the peer hung up; does it trust our certificate authority?"
    ]


def shake(address: Address, context: ssl.SSLContext, name: str) -> None:
    """Connect as programs other than asyncio's do, which tell the other end why they give up."""
    with (
        socket.create_connection(address, timeout=10) as plain,
        contextlib.suppress(ssl.SSLError, ConnectionError),
        context.wrap_socket(plain, server_hostname=name) as secure,
    ):
        secure.recv(1)


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_a_peer_that_says_it_does_not_trust_the_authority_is_told_of(version: ssl.TLSVersion) -> None:
    async def test(bench: Bench) -> None:
        context = trusting(CertificateAuthority.make().pem)
        context.maximum_version = version
        await asyncio.to_thread(shake, bench.address, context, "acme.sip.twilio.com")
        await bench.until(lambda: bench.complaints)

    assert play(test).complaints == [
        "TLS handshake failed: the peer does not trust our certificate authority; `sipdomain certificates` exports it"
    ]


def test_a_peer_that_leaves_after_the_handshake_without_a_word_is_told_of() -> None:
    def leave(address: Address) -> None:
        with socket.create_connection(address, timeout=10) as plain:
            os.close(trusted().wrap_socket(plain, server_hostname="acme.sip.twilio.com").detach())

    async def test(bench: Bench) -> None:
        await asyncio.to_thread(leave, bench.address)
        await bench.until(lambda: bench.complaints)

    assert play(test).complaints == [
        "the peer hung up after the TLS handshake, without a message; does it trust our certificate authority?"
    ]


def test_a_peer_with_other_cipher_suites_is_told_of() -> None:
    async def test(bench: Bench) -> None:
        context = trusted()
        context.maximum_version = ssl.TLSVersion.TLSv1_2
        context.set_ciphers("ECDHE-RSA-CHACHA20-POLY1305")
        await asyncio.to_thread(shake, bench.address, context, "acme.sip.twilio.com")
        await bench.until(lambda: bench.complaints)

    assert play(test).complaints == [
        "TLS handshake failed: the peer offers none of the provider's cipher suites"
    ]


def test_tls_on_the_port_of_plain_sip_is_told_so() -> None:
    async def test(bench: Bench) -> None:
        await asyncio.to_thread(shake, bench.network.address, trusted(), "localhost")
        await bench.until(lambda: bench.complaints)

    assert play(test).complaints == [
        "the peer speaks TLS to the port of plain SIP; let it use the TLS port (5061, `--tls`), or transport=tcp"
    ]


@pytest.mark.parametrize(
    ("authority", "name", "said"),
    [
        (CertificateAuthority.make, "acme.sip.twilio.com", "unable to get local issuer certificate"),
        (authority_of_this_run, "other.example",
         "Hostname mismatch, certificate is not valid for 'other.example'"),
    ],
)  # fmt: skip
def test_a_phone_tells_why_it_does_not_accept_the_certificate(
    authority: Callable[[], CertificateAuthority], name: str, said: str
) -> None:
    phone = Bench()

    async def test(bench: Bench) -> None:
        await phone.open(client=TlsClient(authority, name))
        phone.network.send(Flow("tls", phone.network.address, bench.address), SMALL)
        await phone.until(lambda: phone.failed)
        await phone.network.close()

    given = CertificateAuthority.make() if authority is not authority_of_this_run else authority_of_this_run()
    play(test, server=TlsServer(lambda: given, ["acme.sip.twilio.com"]))
    assert phone.complaints == [f"TLS handshake failed: the certificate of the peer is not accepted: {said}"]


@pytest.mark.parametrize(
    ("secure", "said"),
    [(True, "no connection in 0.2 s"), (False, "no connection in 0.2 s")],
)
def test_a_connection_that_does_not_come_says_how_long_was_waited(secure: bool, said: str) -> None:
    async def test(bench: Bench) -> None:
        # A listener whose queue is full answers no further SYN.
        with socket.create_server(("127.0.0.1", 0), backlog=0) as full:
            address = Address(*full.getsockname())
            filling = [socket.socket() for _ in range(4)]
            for each in filling:
                each.setblocking(False)
                each.connect_ex(address)
            local = bench.address if secure else bench.network.address
            bench.network.send(Flow("tls" if secure else "tcp", local, address), SMALL)
            await bench.until(lambda: bench.failed)
            for each in filling:
                each.close()

    assert play(test, limits=StreamLimits(connect=0.2)).complaints == [said]


def test_a_handshake_that_never_comes_ends_in_time_and_counts_as_a_connection() -> None:
    async def test(bench: Bench) -> None:
        silent = [await asyncio.open_connection(*bench.address) for _ in range(3)]
        endings = await asyncio.gather(*(reader.read() for reader, _ in silent))
        assert endings == [b"", b"", b""]
        for _, writer in silent:
            writer.close()
        await bench.ask(trusted(), "acme.sip.twilio.com")

    bench = play(test, limits=StreamLimits(connections_of_one=2, handshake=0.3))
    assert bench.complaints == [
        "refused: more than 2 connections from one address",
        "TLS handshake failed: not finished in 0.3 s",
        "TLS handshake failed: not finished in 0.3 s",
    ]


def test_a_phone_opens_one_connection_and_checks_the_name() -> None:
    async def test(bench: Bench) -> None:
        phone = Bench()
        await phone.open(client=TlsClient(authority_of_this_run, "acme.sip.twilio.com"))
        flow = Flow("tls", phone.network.address, bench.address)
        phone.network.send(flow, SMALL)
        phone.network.send(flow, SMALL)
        await bench.until(lambda: len(bench.received) == 2)
        (arrived,) = {flow for _, flow in bench.received}
        assert arrived.local == bench.address
        bench.network.send(arrived, b"SIP/2.0 200 OK\r\nContent-Length: 0\r\n\r\n")
        await phone.until(lambda: phone.received)
        await phone.network.close()
        await bench.until(lambda: bench.failed)
        bench.network.send(arrived._replace(connection=0), SMALL)
        await bench.until(lambda: len(bench.failed) == 2)

    assert len(play(test).complaints) == 1


def test_a_phone_that_is_called_need_not_prove_who_it_is() -> None:
    async def test(bench: Bench) -> None:
        phone = Bench()
        await phone.open(server=TlsServer(CertificateAuthority.make, ["phone.example.com"]))
        bench.network.send(Flow("tls", bench.address, phone.address), SMALL)
        await phone.until(lambda: phone.received)
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


def test_files_that_are_no_certificate_and_key_are_told(tmp_path: Path) -> None:
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


def test_a_name_that_no_certificate_can_be_for_is_told() -> None:
    with pytest.raises(
        SetupError, match=r"no certificate can be for 'a b': neither a host name nor an IP address"
    ):
        TlsServer(authority_of_this_run, ["sip.twilio.com", "a b"])
