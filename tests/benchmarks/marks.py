"""How soon a bot has a mark back after the last packet of the audio before it left; live, by a bot on a real WebSocket."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from statistics import median
from typing import Any, Final

from mock_webhooks.sockets import BOTS
from mock_webhooks.sockets.bot import Actions, Voice
from mock_webhooks.sockets.talking import Talking
from sipdomain.media.rtp import is_rtcp, parse
from sipdomain.runtime.media.tap import MediaPacket
from sipdomain.runtime.worlds.live import LiveWorld
from sipdomain.runtime.worlds.world import PhoneSpec, Script, Until, WorldSpec
from sipdomain.socket_entries import SocketMessage
from sipdomain.twilio.configuration.model import parse as configuration
from tests.benchmarks.figures import Figure

LINES: Final = 40
_SILENCE: Final = frozenset(b"\xff\x7f\xd5")
_PATIENCE: Final = 120.0


class Timed(Talking):
    """Takes note of when a mark came back, by the clock of this machine."""

    marks: Final[list[float]] = []

    def heard(self, message: Mapping[str, Any], now: float) -> Actions:
        """Note it, and go on."""
        if message.get("event") == "mark":
            self.marks.append(time.monotonic())
        return super().heard(message, now)

    def __init__(self, voice: Voice, options: Mapping[str, Any]) -> None:
        super().__init__(voice, options)
        self.marks.clear()


def rows() -> list[Figure]:
    """Return how late marks left, and came to the bot."""
    BOTS["timed"] = Timed
    try:
        world = LiveWorld(_spec())
        try:
            world.run(_call(world))
            offset = time.monotonic() - world.now()
        finally:
            world.close()
    finally:
        del BOTS["timed"]
    packets = [each for each in world.traffic().packets if _is_loud(each)]
    left = [
        each.at
        for each in world.journal.select(SocketMessage)
        if each.lane == "out" and json.loads(each.text)["event"] == "mark"
    ]
    came = [each - offset for each in Timed.marks]
    method = f"{LINES} lines of speech, live; from the last packet of each"
    return [
        *_figures("a mark leaves", left, packets, method),
        *_figures("a mark is with the bot", came, packets, method),
    ]


def _figures(what: str, moments: list[float], packets: list[MediaPacket], method: str) -> list[Figure]:
    late = [
        1000 * (moment - max(each.at for each in packets if each.at <= moment + 0.02)) for moment in moments
    ]
    return [
        Figure(f"{what}, median", median(late), "ms", method),
        Figure(f"{what}, latest", max(late), "ms", method),
    ]


def _is_loud(packet: MediaPacket) -> bool:
    if is_rtcp(packet.data):
        return False
    payload = parse(packet.data).payload
    return bool(set(payload) - _SILENCE)


def _spec() -> WorldSpec:
    return WorldSpec(
        configuration=configuration(
            {"access_lists": {"here": ["127.0.0.1"]}, "domains": {"acme": {"calls": ["here"], "voice": "/voice"}}}
        ),
        replies={"/voice": {"twiml": '<Response><Connect><Stream url="/bot"/></Connect></Response>'}},
        bots={"/bot": {"kind": "timed", "lines": ["One two three"] * LINES, "pause": 0.1, "chunk": 800}},
        phones={"alice": PhoneSpec("alice", "")},
        speech=False,
        tapped=True,
    )  # fmt: skip


def _call(world: LiveWorld) -> Script[None]:
    alice = world.phone("alice")
    call = alice.dial("sip:100@acme.sip.twilio.com")
    yield Until(lambda: len(Timed.marks) >= LINES, _PATIENCE)
    alice.hang_up(call)
    yield Until(lambda: world.is_idle, 5.0)
