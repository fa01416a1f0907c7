"""Random servers of media streams, in virtual time: what is wrong has its alert once, what is right is carried out.

Run by hand for as many messages as wanted: `python -m tests.properties.streams --messages 100000`.
"""

from __future__ import annotations

import json
import random
import sys
from base64 import b64encode
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

from jsonschema import Draft202012Validator

from mock_webhooks.sockets.bot import Action, Actions, Bot, BreakOff, Close, Fragment, Send, SendBytes, Voice
from sipdomain.runtime.worlds.world import Script, Until
from sipdomain.socket_entries import SocketMessage, StreamEnded
from tests.parity.streaming import CONNECT, Found, alerts, of, spoken
from tests.properties.servers import A_CALL, made, main, random_world

FIXTURES = Path(__file__).parents[2] / "fixtures/streams"
SEEN = 25
"""Of so many media messages one is compared with its schema, of the others the numbers alone."""
ENDINGS: Mapping[str, int | None] = {"stays": None, "closes": 31921, "breaks": 31921, "fragments": 31924}
"""How a server ends it, and the alert that this has."""
WRONG = (
    "", "null", "[]", "{", "NaN", '"media"', "\u2028", "[" * 3000, "{}", '{"event":null}', '{"event":["media"]}',
    '{"event":"media","event":"clear"}', "1e999", '{"event":"start"}', '{"event":"media","media":{"payload":1}}',
)  # fmt: skip


@cache
def schema(event: str) -> Draft202012Validator:
    """Return what checks a message of this event."""
    return Draft202012Validator(json.loads((FIXTURES / f"{event}.json").read_text("utf-8")))


class Random(Bot):
    """Sends messages, right and wrong, and checks what it is sent.

    Attributes:
        right: How many right ones of each event it sent.
        wrong: How many wrong ones of each kind.
        names: The names of its marks, in the order sent.
        faults: What was wrong with what it was sent.
    """

    hears_media: ClassVar[bool] = True
    known = frozenset({"seed", "ending"})

    def __init__(self, voice: Voice, options: Mapping[str, Any]) -> None:
        super().__init__(voice, options)
        self.rng = random.Random(options["seed"])
        self.right: Counter[str] = Counter()
        self.wrong: Counter[str] = Counter()
        self.names: list[str] = []
        self.faults: list[str] = []
        self.marks: list[str] = []
        self._sequence = self._chunk = 0
        self._passed = -1

    def heard(self, message: Mapping[str, Any], now: float) -> Actions:
        """Check a message; begin to send with the first."""
        event = str(message.get("event"))
        if event != "media" or self._chunk % SEEN == 0:
            self.faults += (each.message for each in schema(event).iter_errors(message))
        if event != "connected":
            self._sequence += 1
            if message["sequenceNumber"] != str(self._sequence):
                self.faults.append(f"sequenceNumber {message['sequenceNumber']}, not {self._sequence}")
        if event == "media":
            self._check_media(message["media"])
        if event == "mark":
            self.marks.append(message["mark"]["name"])
        del now
        return tuple(self._plan()) if event == "start" else ()

    def _check_media(self, media: Mapping[str, str]) -> None:
        self._chunk += 1
        if media["chunk"] != str(self._chunk):
            self.faults.append(f"chunk {media['chunk']}, not {self._chunk}")
        if int(media["timestamp"]) <= self._passed:
            self.faults.append(f"timestamp {media['timestamp']} after {self._passed}")
        self._passed = int(media["timestamp"])

    def _plan(self) -> Iterator[Action]:
        at = 0.0
        for _ in range(A_CALL):
            at += self.rng.choice((0.0, 0.0, 0.001, 0.02, 0.05))
            yield self._right(at) if self.rng.random() < 0.7 else self._wrong(at)
        at += 0.1
        match self.options["ending"]:
            case "closes":
                yield Close(after=at)
            case "breaks":
                yield BreakOff(at)
            case "fragments":
                yield Fragment(at)
            case _:
                pass

    def _right(self, at: float) -> Action:
        event = self.rng.choice(("media", "media", "media", "mark", "mark", "clear"))
        self.right[event] += 1
        match event:
            case "media":
                size = self.rng.choice((0, 1, 80, 160, 161, 320, 4000, 16_000))
                audio = b64encode(self.rng.randbytes(size)).decode()
                return self.message("media", after=at, media={"payload": audio})
            case "mark":
                self.names.append(self.rng.choice(("", "a", "line 1", "\u00e4\u20ac", '"\\', "x" * 1024)))
                return self.message("mark", after=at, mark={"name": self.names[-1]})
            case _:
                return self.message("clear", after=at)

    def _wrong(self, at: float) -> Action:
        kind = self.rng.choice(("binary", "text", "junk", "sid", "missing", "extra", "type", "base64"))
        self.wrong["binary" if kind == "binary" else "message"] += 1
        good = json.loads(self.message("media", media={"payload": "/w=="}).text)
        match kind:
            case "binary":
                return SendBytes(self.rng.randbytes(self.rng.randrange(50)), at)
            case "text":
                return Send(self.rng.choice(WRONG), at)
            case "junk":
                return Send("".join(chr(self.rng.randrange(1, 0xD800)) for _ in range(20)), at)
            case "sid":
                good["streamSid"] = self.rng.choice(("", None, 1, "MZ" + "0" * 32))
            case "missing":
                del good[self.rng.choice(sorted(good))]
            case "extra":
                self.rng.choice((good, good["media"]))["more"] = self.rng.choice((1, "x", None, {}))
            case "type":
                good["media"] = self.rng.choice((1, "x", None, [], {"payload": 1}, {"payload": None}, {}))
            case _:
                good["media"]["payload"] = self.rng.choice(("*", "abc", "=", "/w==\n", "\u00e4"))
        return Send(json.dumps(good), at)


def play(seed: int) -> Random:
    """Play one call, and return the server that took it.

    Raises:
        AssertionError: Something was not as it has to be.
    """
    rng = random.Random(f"streams {seed}")
    ending = rng.choice(sorted(ENDINGS))
    world = random_world(Random, CONNECT, seed, ending)
    call = world.phone("pbx").dial("sip:100@acme.sip.twilio.com")

    def script() -> Script[None]:
        yield Until(lambda: call.state == "answered", 10)
        yield Until(lambda: call.state == "ended", 20)

    world.run(script())
    world.close()
    bot = made(world)
    assert isinstance(bot, Random)
    check(bot, Found(tuple(world.journal)), ending)
    left = world.emulator.census
    assert (left.calls, left.exchanges, left.sockets, left.alarms) == (0, 0, 0, 0)
    return bot


def check(bot: Random, found: Found, ending: str) -> None:
    """See that a call went as it has to."""
    assert bot.faults == []
    wanted = [code for kind, code in (("binary", 31950), ("message", 31951)) if bot.wrong[kind]]
    wanted += [code for code in (ENDINGS[ending],) if code is not None]
    assert sorted(alerts(found)) == sorted(wanted), (alerts(found), wanted)
    came = [each for each in of(found, SocketMessage) if each.lane == "in"]
    assert sum(bool(each.wrong) for each in came) == bot.wrong.total()
    (ended,) = of(found, StreamEnded)
    assert ended.received == bot.right["media"]
    assert ended.played <= ended.queued + 1e-6
    assert bot.marks == bot.names[: len(bot.marks)]
    if ending == "stays":
        assert bot.marks == bot.names
    assert spoken(found) == ([] if ending == "stays" else ["After"])


def count(seed: int) -> Counter[str]:
    """Play one call, and return what its server sent."""
    bot = play(seed)
    return bot.right + bot.wrong


if __name__ == "__main__":
    sys.exit(main(__doc__, count))
