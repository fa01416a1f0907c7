"""Five hundred slow senders over TLS from one address, and a call by PJSIP from another meanwhile."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from sipdomain.runtime.tls.certificates import CertificateAuthority
from tests.integration.control_api import journal
from tests.integration.pjsip_process import by_pjsip
from tests.integration.served import PASSWORD, Served, served, webhooks

pytest.importorskip("pjsua2", reason="pjsua2-python has wheels up to Python 3.12")

SENDERS, ADDRESS, CAP = 500, "127.0.0.66", 400
BEGUN = b"INVITE sip:100@demo.sip.twilio.com SIP/2.0\r\nVia: SIP/2.0/TLS 127.0.0.66"


class Crowd:
    """Connections that begin a message and never end it."""

    def __init__(self, emulator: Served, authority: Path) -> None:
        self._emulator = emulator
        self._context = ssl.create_default_context(cafile=str(authority))
        self._writers: list[asyncio.StreamWriter] = []

    async def gather(self) -> int:
        """Connect, twenty at a time; return how many were taken."""
        places = asyncio.Semaphore(20)

        async def one() -> None:
            async with places:
                try:
                    _, writer = await asyncio.open_connection(
                        *self._emulator.tls, ssl=self._context, server_hostname="demo.sip.twilio.com",
                        local_addr=(ADDRESS, 0),
                    )  # fmt: skip
                except (ConnectionError, ssl.SSLError):
                    return
                writer.write(BEGUN)
                self._writers.append(writer)

        await asyncio.gather(*(one() for _ in range(SENDERS)))
        return len(self._writers)

    def leave(self) -> None:
        """Break all of them off."""
        for writer in self._writers:
            writer.transport.abort()


@contextmanager
def secure(folder: Path) -> Iterator[Served]:
    """Run an emulator whose application says a sentence."""
    with (
        webhooks({"/voice": {"say": "Welcome."}}) as (app, _),
        served(
            "--voice-url", f"{app}/voice", "--user", "alice", "--password", PASSWORD, "--no-ladders", "--no-speech",
            "--ca-folder", str(folder),
        ) as emulator,
    ):  # fmt: skip
        yield emulator


def test_the_cap_holds_against_five_hundred_and_a_good_call_goes_through_meanwhile(tmp_path: Path) -> None:
    # PJSIP comes with OpenSSL 1.0.2.
    CertificateAuthority.kept_in(tmp_path / "ca", constrained=False)

    async def crowded(emulator: Served) -> tuple[int, dict[str, object]]:
        crowd = Crowd(emulator, tmp_path / "ca" / "ca.pem")
        taken = await crowd.gather()
        called = await asyncio.to_thread(
            by_pjsip, emulator.tls.port, transport="tls", authority=str(tmp_path / "ca" / "ca.pem")
        )
        crowd.leave()
        return taken, called

    with secure(tmp_path / "ca") as emulator:
        taken, called = asyncio.run(crowded(emulator))
        entries = journal(emulator.http)
        assert emulator.stop() == 0
    refused = sum("refused: more than 400 connections" in each.get("text", "") for each in entries)
    assert (taken, refused) == (CAP, SENDERS - CAP)
    assert called["status"] == 200
    assert [each["status"] for each in entries if each["kind"] == "CallChanged"][-1] == "completed"
