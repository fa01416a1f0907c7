"""baresip, by its Python binding: a foreign phone that sends headers and gives its audio as bytes."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Literal

import numpy as np
import pytest
from baresip import Account, Config
from baresip.errors import CallFailed
from baresip.runtime import Runtime
from baresip.ua import UserAgent

from sipdomain.media.match import find
from sipdomain.runtime.tls.certificates import CertificateAuthority
from tests.integration.served import PASSWORD, served, webhooks
from tests.integration.spoken import spoken
from tests.patience import PATIENCE

WORDS = "Welcome to the demo. Your call is real."


Transport = Literal["udp", "tcp", "tls"]


async def call(port: int, transport: Transport, *, trusted: Path | None = None) -> tuple[bytes, int]:
    """Call the domain; return the audio heard, as 16-bit samples, and their rate.

    With `trusted`, the emulator has to prove that it is the domain, by a certificate of that authority.
    """
    runtime = Runtime()
    trust = "" if trusted is None else f"sip_cafile {trusted}\nsip_verify_server yes\n"
    await runtime.start(Config(net_interface="127.0.0.1", extra_config_text=trust))
    try:
        account = Account(
            "alice", "demo.sip.twilio.com", PASSWORD, registrar=f"127.0.0.1:{port};transport={transport}",
            reg_interval=0, transport=transport,
        )  # fmt: skip
        agent = await UserAgent.create(runtime, account)
        made = await agent.dial("sip:100@demo.sip.twilio.com", headers={"X-Order": "id=7;vip=no"})
        await asyncio.wait_for(made.wait_established(), PATIENCE)
        audio, rate = bytearray(), 8000
        async with asyncio.timeout(PATIENCE):
            while made.state.name != "CLOSED":
                rate = made.audio.info().rx_sample_rate or rate
                audio += made.audio.read(65_536)
                await asyncio.sleep(0.02)
        return bytes(audio), rate
    finally:
        await runtime.close()


def heard(port: int, transport: Transport, *, trusted: Path | None = None) -> tuple[float, int]:
    """Call until the prompt is heard, three times at most: what comes late on a busy machine, the phone leaves out.

    Returns how much of the prompt was heard, up to 1, and the rate.
    """
    alike, rate = 0.0, 0
    for _ in range(3):
        data, rate = asyncio.run(call(port, transport, trusted=trusted))
        alike = find(np.frombuffer(data, dtype=np.int16), spoken(WORDS)).correlation
        if alike > 0.9:
            break
    return alike, rate


@pytest.mark.parametrize("transport", ["udp", "tcp"])
def test_a_foreign_phone_hears_the_prompt_and_its_header_arrives(transport: Transport) -> None:
    with (
        webhooks({"/voice": {"say": WORDS}, "/status": {"status": 204, "body": ""}}) as (app, recorder),
        served(
            "--voice-url", f"{app}/voice", "--status-url", f"{app}/status", "--user", "alice",
            "--password", PASSWORD,
        ) as emulator,
    ):  # fmt: skip
        alike, rate = heard(emulator.sip.port, transport)
    assert rate == 8000
    assert alike > 0.9
    asked = recorder.requests("/voice")[0]
    assert dict(asked.parameters)["SipHeader_X-Order"] == "id=7;vip=no"
    assert asked.signature == "valid"


def test_a_foreign_phone_calls_over_tls_and_trusts_the_exported_authority(tmp_path: Path) -> None:
    exported = tmp_path / "ca"
    CertificateAuthority.kept_in(exported)
    with (
        webhooks({"/voice": {"say": WORDS}}) as (app, recorder),
        served(
            "--voice-url", f"{app}/voice", "--user", "alice", "--password", PASSWORD, "--ca-folder", str(exported),
        ) as emulator,
    ):  # fmt: skip
        alike, _ = heard(emulator.tls.port, "tls", trusted=exported / "ca.pem")
    assert alike > 0.9
    assert recorder.requests("/voice")


def test_a_foreign_phone_does_not_call_by_an_authority_that_it_does_not_trust(tmp_path: Path) -> None:
    stranger = tmp_path / "ca"
    CertificateAuthority.kept_in(stranger)
    with (
        webhooks({"/voice": {"say": WORDS}}) as (app, recorder),
        served("--voice-url", f"{app}/voice", "--user", "alice", "--password", PASSWORD) as emulator,
    ):
        with pytest.raises(CallFailed):
            asyncio.run(call(emulator.tls.port, "tls", trusted=stranger / "ca.pem"))
        assert recorder.requests("/voice") == ()
