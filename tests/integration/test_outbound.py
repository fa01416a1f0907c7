"""Calls that the provider's SDK asks for, taken by foreign phones: SIPp and baresip."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pytest
from baresip import Account, Config
from baresip.runtime import Runtime
from baresip.ua import UserAgent
from twilio.rest import Client

from sipdomain.media.match import find
from tests.integration.served import ACCOUNT, PASSWORD, TOKEN, Served, free_ports, served, until, webhooks
from tests.integration.spoken import spoken
from tests.patience import PATIENCE

WORDS = "Good morning. This is a call from the cloud."
DOMAIN = "demo.sip.twilio.com"
CONFIGURATION = f"""\
credential_lists: {{phones: {{bob: {PASSWORD}}}}}
domains: {{demo: {{registrations: [phones]}}}}
"""
pytestmark = pytest.mark.skipif(shutil.which("sipp") is None, reason="sipp is missing: python -m tests.peers")


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    file = tmp_path_factory.mktemp("serve") / "domains.yaml"
    file.write_text(CONFIGURATION)
    with served("--config", str(file)) as emulator:
        yield emulator


def client_of(cloud: Served) -> Any:
    client = Client(ACCOUNT, TOKEN)
    client.api.base_url = cloud.http
    return client


@contextmanager
def answering(folder: Path, transport: str) -> Iterator[int]:
    """Run SIPp as a phone that takes one call; yields its port."""
    (port,) = free_ports(1)
    command = [
        "sipp", "-sn", "uas", "-i", "127.0.0.1", "-p", str(port), "-t", f"{transport[0]}1", "-m", "1",
        "-timeout", "20s", "-nostdin",
    ]  # fmt: skip
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        until(lambda: is_taken(port, transport))
        yield port
        assert process.wait(timeout=PATIENCE) == 0
    finally:
        if process.poll() is None:
            process.kill()
            process.wait(timeout=PATIENCE)


def until_over(client: Any, sid: str) -> Any:
    """Return the call when it is over."""
    until(lambda: client.calls(sid).fetch().end_time is not None)
    return client.calls(sid).fetch()


def is_taken(port: int, transport: str) -> bool:
    """Whether somebody is bound to a port of 127.0.0.1; a probe by bind could be in that somebody's way."""
    return f" 0100007F:{port:04X} " in Path(f"/proc/net/{transport}").read_text()


@pytest.mark.parametrize("transport", ["udp", "tcp"])
def test_sipp_takes_a_call_that_the_sdk_makes(
    cloud: Served, tmp_path: Path, transport: Literal["udp", "tcp"]
) -> None:
    client = client_of(cloud)
    with (
        webhooks({"/voice": {"hangup": True}, "/status": {"status": 204, "body": ""}}) as (app, recorder),
        answering(tmp_path, transport) as port,
    ):
        made = client.calls.create(
            to=f"sip:100@127.0.0.1:{port};transport={transport}", from_="reception", url=f"{app}/voice",
            status_callback=f"{app}/status", status_callback_event=["initiated", "ringing", "answered", "completed"],
        )  # fmt: skip
        assert made.direction == "outbound-api"
        ended = until_over(client, made.sid)
        until(lambda: len(recorder.requests("/status")) == 4)
        told = [dict(each.parameters)["CallStatus"] for each in recorder.requests("/status")]
    assert ended.status == "completed"
    assert told == ["initiated", "ringing", "in-progress", "completed"]
    (asked,) = recorder.requests("/voice")
    assert (asked.signature, dict(asked.parameters)["Direction"]) == ("valid", "outbound-api")


async def taken(cloud: Served) -> tuple[bytes, int, dict[str, str]]:
    """Register as bob, let the SDK call him, answer; return what was heard, its rate, and the header fields."""
    runtime = Runtime()
    await runtime.start(Config(net_interface="127.0.0.1"))
    try:
        account = Account("bob", DOMAIN, PASSWORD, registrar=f"127.0.0.1:{cloud.sip.port};transport=udp")
        agent = await UserAgent.create(runtime, account)
        await agent.register(timeout=10)
        incoming: asyncio.Queue[Any] = asyncio.Queue()
        agent.on_incoming(incoming.put_nowait)
        twiml = f"<Response><Say>{WORDS}</Say></Response>"
        client = client_of(cloud)
        made = await asyncio.to_thread(
            lambda: client.calls.create(to=f"sip:bob@{DOMAIN}?X-Order=7", from_="reception", twiml=twiml)
        )
        call = await asyncio.wait_for(incoming.get(), 10)
        await call.answer()
        await asyncio.wait_for(call.wait_established(), 10)
        heard, rate = bytearray(), 8000
        async with asyncio.timeout(PATIENCE):
            while call.state.name != "CLOSED":
                rate = call.audio.info().rx_sample_rate or rate
                heard += call.audio.read(65_536)
                await asyncio.sleep(0.02)
        ended = await asyncio.to_thread(until_over, client, made.sid)
        return bytes(heard), rate, {"status": ended.status, "from": str(call.handle)}
    finally:
        await runtime.close()


def test_a_registered_baresip_answers_and_hears_the_document(cloud: Served) -> None:
    data, rate, seen = asyncio.run(taken(cloud))
    assert rate == 8000
    assert seen["status"] == "completed"
    assert find(np.frombuffer(data, dtype=np.int16), spoken(WORDS)).correlation > 0.9
