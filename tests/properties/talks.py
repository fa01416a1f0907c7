"""Talks of a caller with a bot, drawn by a seed, in virtual time: all that came of one, to the byte."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any, ClassVar, Final, NamedTuple

from mock_webhooks.sockets.answering import Answering
from mock_webhooks.sockets.bot import Actions, Voice
from sipdomain.runtime.worlds.world import Script, Until
from tests.parity.streaming import CONNECT, known, world_of

SAID: Final = ("One two three", "I would like to book a table for four", "Yes", "Stop please, that is wrong")
BOT: Final = {"kind": "kept", "lines": ["How may I help you?", "One moment, I look that up for you"]}
LINE: Final = ("rtp drop 5%", "rtp delay by 0.03 spread 0.02")


class Talk(NamedTuple):
    """What came of a talk.

    Attributes:
        journal: All entries, as they are written.
        messages: What the bot was sent.
        recording: The file of the recording of both sides.
        heard: What the phone heard, as samples.
    """

    journal: str
    messages: tuple[str, ...]
    recording: bytes
    heard: bytes


class Kept(Answering):
    """Keeps what it is sent."""

    messages: ClassVar[list[str]] = []

    def __init__(self, voice: Voice, options: Mapping[str, Any]) -> None:
        super().__init__(voice, options)
        self.messages.clear()

    def received(self, text: str, now: float) -> Actions:
        """Keep it, and go on."""
        self.messages.append(text)
        return super().received(text, now)


def talk(seed: int) -> Talk:
    """Play a talk on a line that loses and delays."""
    rng = random.Random(f"talk {seed}")
    with known("kept", Kept):
        world = world_of(BOT, CONNECT, seed=seed)
        world.inject(LINE)
        phone = world.phone("pbx")
        call = phone.dial("sip:100@acme.sip.twilio.com")

        def script() -> Script[str]:
            yield Until(lambda: call.state == "answered", 10)
            _, found = world.rest("GET", "Calls", {})
            recordings = f"Calls/{found['calls'][0]['sid']}/Recordings"
            _, made = world.rest("POST", recordings, {"RecordingChannels": "dual"})
            for _ in range(rng.randint(2, 5)):
                phone.say(call, rng.choice(SAID))
                yield Until(lambda: False, rng.uniform(0.5, 5.0))
                if rng.random() < 0.3:
                    phone.press(call, rng.choice("0123456789*#"))
            phone.hang_up(call)
            yield Until(lambda: world.is_idle, 5)
            return str(made["sid"])

        sid = world.run(script())
        recording, heard = world.recorded(sid), world.heard(call).tobytes()
        world.close()
    assert recording is not None
    return Talk("\n".join(map(repr, world.journal)), tuple(Kept.messages), recording, heard)
