"""The emulator found by name: a foreign softphone without an outbound proxy, and failover between edges."""

from __future__ import annotations

import asyncio
import re
import shutil
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from dnslib import QTYPE, DNSRecord

from sipdomain.scenario.peers import baresip
from sipdomain.sip.outputs import Address
from tests.integration.control_api import control, journal
from tests.integration.served import PASSWORD, Served, served, webhooks
from tests.patience import PATIENCE

OPTIONS = (
    "OPTIONS sip:demo.sip.twilio.com SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:{port};branch=z9hG4bK-{port};rport\r\n"
    "From: <sip:a@127.0.0.1>;tag=1\r\nTo: <sip:demo.sip.twilio.com>\r\nCall-ID: options-{port}\r\n"
    "CSeq: 1 OPTIONS\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n"
)


def dns_of(emulator: Served) -> Address:
    """Return where the emulator answers DNS, from its line of readiness."""
    found = re.search(r"dns=([\d.]+):(\d+)", emulator.ready)
    assert found is not None
    return Address(found[1], int(found[2]))


def ask(server: Address, name: str, kind: str, *, tcp: bool = False) -> DNSRecord:
    """Ask a question of a DNS server."""
    question = DNSRecord.question(name, kind)
    return DNSRecord.parse(question.send(server.host, server.port, tcp=tcp, timeout=PATIENCE))


def targets(server: Address, domain: str) -> Iterator[Address]:
    """Return where SIP over UDP is taken for a domain, in the order in which to try (RFC 3263 section 4.2)."""
    services = ask(server, f"_sip._udp.{domain}", "SRV")
    for each in sorted(services.rr, key=lambda record: record.rdata.priority):
        (host,) = ask(server, str(each.rdata.target), "A").rr
        yield Address(str(host.rdata), each.rdata.port)


def answers(target: Address) -> bool:
    """Return whether a SIP server answers OPTIONS there."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        udp.settimeout(PATIENCE)
        udp.connect(target)
        udp.send(OPTIONS.format(port=udp.getsockname()[1]).encode())
        try:
            return udp.recv(65_535).startswith(b"SIP/2.0 200 ")
        except ConnectionRefusedError:
            return False


def switch(emulator: Served, edge: str, method: str) -> None:
    """Open or close an edge's listener."""
    control(emulator.http, method, f"edges/{edge}")


def local_hosts(emulator: Served) -> set[str]:
    """Return the hosts of the emulator by which SIP messages went or came."""
    messages = (each for each in journal(emulator.http) if each["kind"] == "SipMessage")
    return {each["local"].rpartition(":")[0] for each in messages}


async def until(condition: Callable[[], bool]) -> None:
    """Wait for something, for at most 15 seconds."""
    async with asyncio.timeout(PATIENCE):
        while not condition():  # noqa: ASYNC110 - a process and a thread tell nobody
            await asyncio.sleep(0.02)


@pytest.mark.parametrize("tcp", [False, True], ids=["udp", "tcp"])
def test_any_resolver_finds_where_a_domain_is(*, tcp: bool) -> None:
    with served(
        "--voice-url", "http://127.0.0.1:9/", "--user", "alice", "--no-speech", "--dns", "127.0.0.1:0"
    ) as emulator:
        server = dns_of(emulator)
        found = ask(server, "demo.sip.twilio.com", "NAPTR", tcp=tcp)
        assert [str(each.rdata.replacement) for each in found.rr] == [
            "_sip._udp.demo.sip.twilio.com.",
            "_sip._tcp.demo.sip.twilio.com.",
            "_sips._tcp.demo.sip.twilio.com.",
        ]
        (secure,) = ask(server, "_sips._tcp.sip.dublin.twilio.com", "SRV", tcp=tcp).rr
        assert secure.rdata.port == emulator.tls.port
        (service,) = ask(server, "_sip._tcp.demo.sip.dublin.twilio.com", "SRV", tcp=tcp).rr
        assert (str(service.rdata.target), service.rdata.port) == (
            "demo.sip.dublin.twilio.com.",
            emulator.sip.port,
        )
        (address,) = ask(server, "demo.sip.dublin.twilio.com", "A", tcp=tcp).rr
        assert (str(address.rdata), QTYPE[address.rtype], address.ttl) == ("127.0.0.1", "A", 5)
        assert emulator.stop() == 0


def test_tls_at_another_address_than_udp_and_tcp_is_not_in_dns() -> None:
    with served("--no-speech", "--dns", "127.0.0.1:0", "--tls", "127.0.0.9:0") as emulator:
        server = dns_of(emulator)
        services = [bytes(each.rdata.service) for each in ask(server, "sip.twilio.com", "NAPTR").rr]
        assert services == [b"SIP+D2U", b"SIP+D2T"]
        assert emulator.stop() == 0


def test_a_client_of_srv_records_moves_on_when_an_edge_is_down() -> None:
    with served(
        "--voice-url", "http://127.0.0.1:9/", "--user", "alice", "--no-speech", "--dns", "127.0.0.1:0",
        "--edge", "dublin=127.0.1.3:0", "--edge", "jp1=127.0.1.6:0",
    ) as emulator:  # fmt: skip
        server = dns_of(emulator)
        listening = list(targets(server, "demo.sip.twilio.com"))
        assert [each.host for each in listening] == ["127.0.1.3", "127.0.1.6", "127.0.0.1"]
        assert [answers(each) for each in listening] == [True, True, True]
        switch(emulator, "dublin", "DELETE")
        assert list(targets(server, "demo.sip.twilio.com")) == listening
        assert [answers(each) for each in listening] == [False, True, True]
        assert list(targets(server, "demo.sip.ie1.twilio.com")) == [listening[0]]
        switch(emulator, "dublin", "PUT")
        assert [answers(each) for each in listening] == [True, True, True]
        assert emulator.stop() == 0


@pytest.mark.skipif(shutil.which("baresip") is None, reason="Debian's baresip is not installed")
@pytest.mark.parametrize(
    ("host", "arguments", "edge"),
    [
        ("demo.sip.twilio.com", [], "127.0.0.1"),
        ("demo.sip.dublin.twilio.com", ["--edge", "dublin=127.0.1.3:0"], "127.0.1.3"),
    ],
)
def test_baresip_needs_no_proxy_when_it_asks_our_dns(
    tmp_path: Path, host: str, arguments: list[str], edge: str
) -> None:
    with (
        webhooks({"/voice": {"say": "Found by name."}}) as (app, recorder),
        served(
            "--voice-url", f"{app}/voice", "--user", "alice", "--password", PASSWORD, "--no-speech",
            "--dns", "127.0.0.1:0", *arguments,
        ) as emulator,
    ):  # fmt: skip
        order = baresip.Order(
            dns_of(emulator), "127.0.0.1", f"sip:100@{host}", "alice", "demo.sip.twilio.com", PASSWORD, "udp",
            20.0, by_name=True,
        )  # fmt: skip
        process = baresip.Baresip(order, tmp_path).process
        try:
            asyncio.run(until(lambda: bool(recorder.requests("/voice")) or process.poll() is not None))
        finally:
            process.close()
        assert [each.path for each in recorder.requests("/voice")] == ["/voice"], process.output
        reached = local_hosts(emulator)
        assert reached == {edge}
        assert emulator.stop() == 0


@pytest.mark.skipif(shutil.which("baresip") is None, reason="Debian's baresip is not installed")
def test_baresip_calls_the_next_edge_when_the_first_is_down(tmp_path: Path) -> None:
    with (
        webhooks({"/voice": {"say": "Found by name."}}) as (app, recorder),
        served(
            "--voice-url", f"{app}/voice", "--user", "alice", "--password", PASSWORD, "--no-speech",
            "--dns", "127.0.0.1:0", "--edge", "dublin=127.0.1.3:0", "--edge", "tokyo=127.0.1.6:0",
        ) as emulator,
    ):  # fmt: skip
        switch(emulator, "dublin", "DELETE")
        order = baresip.Order(
            dns_of(emulator), "127.0.0.1", "sip:100@demo.sip.twilio.com", "alice", "demo.sip.twilio.com", PASSWORD,
            "tcp", 20.0, by_name=True,
        )  # fmt: skip
        process = baresip.Baresip(order, tmp_path).process
        try:
            asyncio.run(until(lambda: bool(recorder.requests("/voice")) or process.poll() is not None))
        finally:
            process.close()
        reached = local_hosts(emulator)
        assert reached == {"127.0.1.6"}, process.output
