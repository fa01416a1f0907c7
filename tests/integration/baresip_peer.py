"""`python -m tests.integration.baresip_peer PLAN`: baresip as a phone that answers a call, and takes orders as JSON.

PLAN is JSON: `folder` for what is heard, `port` to listen on. It prints what happens, as `pjsip_peer` does.

Orders: play (file), hang up.
"""

from __future__ import annotations

import asyncio
import json
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import soundfile
from baresip import Account, Call, Config
from baresip.errors import AudioNotActive, AudioRestarted
from baresip.runtime import Runtime
from baresip.ua import UserAgent

from sipdomain.media.recording import wav

NAME = "baresip"


def report(event: str, call: str = NAME) -> None:
    """Print what happened."""
    sys.stdout.write(json.dumps({"event": event, "call": call}) + "\n")
    sys.stdout.flush()


async def listen(call: Call, heard: bytearray) -> None:
    """Keep what is heard until the call is over."""
    await call.wait_established()
    report("answered")
    while call.state.name != "CLOSED":
        with suppress(AudioNotActive, AudioRestarted):
            heard += call.audio.read(65_536)
        await asyncio.sleep(0.02)


async def play(call: Call, file: str) -> None:
    """Play a file, no faster than it is taken."""
    samples, _ = soundfile.read(file, dtype="int16")
    left = samples.tobytes()
    while left:
        left = left[call.audio.write(left[:3200]) :]
        await asyncio.sleep(0.05)
    report("played")


async def conversation(plan: dict[str, Any]) -> bytes:
    """Answer one call, do what the orders say, and return what was heard."""
    runtime = Runtime()
    listening = f"sip_listen 127.0.0.1:{plan['port']}\n"
    await runtime.start(Config(net_interface="127.0.0.1", extra_config_text=listening))
    try:
        agent = await UserAgent.create(runtime, Account(NAME, "127.0.0.1", "", reg_interval=0))
        calls: asyncio.Queue[Call] = asyncio.Queue(1)
        agent.on_incoming(calls.put_nowait)
        orders = asyncio.StreamReader()
        await asyncio.get_running_loop().connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(orders), sys.stdin
        )
        report("ready", "")
        call, heard = await calls.get(), bytearray()
        await call.answer()
        listening_to_it = asyncio.create_task(listen(call, heard))
        obeying = asyncio.create_task(obey(call, orders))
        await listening_to_it
        obeying.cancel()
        return bytes(heard)
    finally:
        await runtime.close()


async def obey(call: Call, orders: asyncio.StreamReader) -> None:
    """Do what is ordered."""
    while line := await orders.readline():
        order = json.loads(line)
        if order["do"] == "play":
            await play(call, order["file"])
        else:
            await call.hangup()


def main(plan: dict[str, Any]) -> None:
    """Have the conversation, and keep what was heard."""
    heard = asyncio.run(conversation(plan))
    Path(plan["folder"], f"{NAME}.wav").write_bytes(wav(heard, 1))
    report("over")


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
