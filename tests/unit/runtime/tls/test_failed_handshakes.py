"""Handshakes that fail say why: versions, suites, trust, silence."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import ssl
import warnings
from collections.abc import Callable

import pytest

from sipdomain.runtime.sip.connection import StreamLimits
from sipdomain.runtime.tls.certificates import CertificateAuthority, authority_of_this_run
from sipdomain.runtime.tls.contexts import TlsClient, TlsServer, trusting
from sipdomain.sip.outputs import Address, Flow
from tests.patience import PATIENCE, until
from tests.unit.runtime.tls.handshakes import SMALL, Bench, play, trusted


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
        await until(lambda: bench.complaints)

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
def test_what_speaks_no_tls_is_reported(sent: bytes, said: str) -> None:
    async def test(bench: Bench) -> None:
        reader, writer = await asyncio.open_connection(*bench.address)
        writer.write(sent)
        with contextlib.suppress(ConnectionResetError):
            await reader.read()
        writer.close()
        await until(lambda: bench.complaints)

    assert play(test).complaints == [said]


def test_a_peer_that_does_not_trust_the_authority_is_reported() -> None:
    async def test(bench: Bench) -> None:
        context = trusting(CertificateAuthority.make().pem)
        context.maximum_version = ssl.TLSVersion.TLSv1_2
        with pytest.raises(ssl.SSLCertVerificationError):
            await asyncio.open_connection(*bench.address, ssl=context, server_hostname="acme.sip.twilio.com")
        await until(lambda: bench.complaints)

    assert play(test).complaints == [
        "TLS handshake failed: the peer hung up; does it trust our certificate authority?"
    ]


def shake(address: Address, context: ssl.SSLContext, name: str) -> None:
    """Connect as programs other than asyncio's do, which tell the other end why they give up."""
    with (
        socket.create_connection(address, timeout=PATIENCE) as plain,
        contextlib.suppress(ssl.SSLError, ConnectionError),
        context.wrap_socket(plain, server_hostname=name) as secure,
    ):
        secure.recv(1)


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_a_peer_that_says_it_does_not_trust_the_authority_is_reported(version: ssl.TLSVersion) -> None:
    async def test(bench: Bench) -> None:
        context = trusting(CertificateAuthority.make().pem)
        context.maximum_version = version
        await asyncio.to_thread(shake, bench.address, context, "acme.sip.twilio.com")
        await until(lambda: bench.complaints)

    assert play(test).complaints == [
        "TLS handshake failed: the peer does not trust our certificate authority; `sipdomain certificates` exports it"
    ]


def test_a_peer_that_leaves_after_the_handshake_without_a_word_is_reported() -> None:
    def leave(address: Address) -> None:
        with socket.create_connection(address, timeout=PATIENCE) as plain:
            os.close(trusted().wrap_socket(plain, server_hostname="acme.sip.twilio.com").detach())

    async def test(bench: Bench) -> None:
        await asyncio.to_thread(leave, bench.address)
        await until(lambda: bench.complaints)

    assert play(test).complaints == [
        "the peer hung up after the TLS handshake, without a message; does it trust our certificate authority?"
    ]


def test_a_peer_with_other_cipher_suites_is_reported() -> None:
    async def test(bench: Bench) -> None:
        context = trusted()
        context.maximum_version = ssl.TLSVersion.TLSv1_2
        context.set_ciphers("ECDHE-RSA-CHACHA20-POLY1305")
        await asyncio.to_thread(shake, bench.address, context, "acme.sip.twilio.com")
        await until(lambda: bench.complaints)

    assert play(test).complaints == [
        "TLS handshake failed: the peer offers none of the provider's cipher suites"
    ]


def test_tls_on_the_port_of_plain_sip_is_reported() -> None:
    async def test(bench: Bench) -> None:
        await asyncio.to_thread(shake, bench.network.address, trusted(), "localhost")
        await until(lambda: bench.complaints)

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
def test_a_phone_reports_why_it_does_not_accept_the_certificate(
    authority: Callable[[], CertificateAuthority], name: str, said: str
) -> None:
    phone = Bench()

    async def test(bench: Bench) -> None:
        await phone.open(client=TlsClient(authority, name))
        phone.network.send(Flow("tls", phone.network.address, bench.address), SMALL)
        await until(lambda: phone.failed)
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
            await until(lambda: bench.failed)
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
