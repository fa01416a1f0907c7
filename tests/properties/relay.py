"""Random servers of a ConversationRelay, in virtual time: what is wrong is refused, what is right is carried out.

Run by hand for as many messages as wanted: `python -m tests.properties.relay --messages 100000`.
"""

from __future__ import annotations

import json
import random
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

from mock_webhooks.sockets.bot import Action, Actions, BreakOff, Close, Fragment, Send, SendBytes, Voice
from mock_webhooks.sockets.relay import RelayBot
from sipdomain.runtime.worlds.world import Script, Until
from sipdomain.socket_entries import SocketEnded, SocketMessage
from sipdomain.twilio.relay.reading import read
from sipdomain.twilio.webhooks.socket_json import Wrong
from tests.parity.relaying import AFTER, asked, document
from tests.parity.streaming import Found, alerts, of
from tests.properties.servers import A_CALL, made, main, random_world

FIXTURES = Path(__file__).parents[2] / "fixtures/relay"
ENDINGS: Mapping[str, tuple[str, str | None]] = {
    "stays": ("completed", None), "ends": ("ended", None), "closes": ("failed", "39001"), "breaks": ("failed", "39001"),
    "fragments": ("failed", "39001"), "nonsense": ("failed", "64105"),
}  # fmt: skip
"""How a server ends it: the SessionStatus, and the ErrorCode."""
ATTRIBUTES = (
    "", 'interruptible="none"', 'interruptible="dtmf"', 'preemptible="true"', 'dtmfDetection="true"',
    'reportInputDuringAgentSpeech="any"', 'interruptSensitivity="low"', 'ignoreBackchannel="true"',
    'events="speaker-events tokens-played"', 'partialPrompts="true" speechModel="flux-general-en"',
    'welcomeGreeting="Welcome to Acme, how can we help you?"', 'speechTimeout="600"', 'language="sv-SE"',
)  # fmt: skip
WORDS = (
    "Hello ", "there. ", "one two ", "", " ", "\n", "...", "?! ", "<break time='1s'/>", "é€ ", "\U0001f600", "1000 ",
    "a" * 1100, 'he said "yes." ', "x<y ",
)  # fmt: skip
TAGS = ("en-US", "sv", "multi", None)
WRONG = (
    "", "null", "[]", "{", "NaN", '"text"', "\u2028", "[" * 3000, "{}", '{"type":null}', '{"type":["text"]}', "1e999",
    '{"type":"setup"}', '{"event":"media"}', '{"type":"text","type":"speak"}', '{"type":"text","token":"\\ud800"}',
)  # fmt: skip
SAID = ("Wait", "Okay", "I have a question about that", "Stop. No. Go on")


@cache
def schema(name: str) -> Draft202012Validator:
    """Return what checks a message of this name."""
    return Draft202012Validator(json.loads((FIXTURES / f"{name}.json").read_text("utf-8")))


def is_right(text: str) -> bool:
    """Return whether the schema of a message lets it pass."""
    try:
        message = json.loads(text, parse_constant=lambda _: 1 / 0)
        text.encode()
        json.dumps(message, ensure_ascii=False).encode()
    except (ValueError, RecursionError, ZeroDivisionError):
        return False
    kind = message.get("type") if isinstance(message, dict) else None
    known = {"text", "play", "sendDigits", "language", "end"}
    return isinstance(kind, str) and kind in known and schema(f"server-{kind}").is_valid(message)


class Random(RelayBot):
    """Sends messages, right and wrong, and checks what it is sent.

    Attributes:
        sent: How many right ones of each type, and "wrong" ones, it sent.
        came: How many of each type it was sent.
        faults: What was wrong with these, or with how one of its own was read.
    """

    known = frozenset({"seed", "ending"})

    def __init__(self, voice: Voice, options: Mapping[str, Any]) -> None:
        super().__init__(voice, options)
        self.rng = random.Random(options["seed"])
        self.sent: Counter[str] = Counter()
        self.came: Counter[str] = Counter()
        self.faults: list[str] = []
        self._in_a_row = 0

    def heard(self, message: Mapping[str, Any], now: float) -> Actions:
        """Check a message; begin to send with the first."""
        del now
        kind = str(message.get("type"))
        if (kind == "setup") != (not self.came):
            self.faults.append(f"{kind} after {dict(self.came)}")
        self.came[kind] += 1
        self.faults += (each.message for each in schema(kind).iter_errors(message))
        return tuple(self._plan()) if kind == "setup" else ()

    def _plan(self) -> Iterator[Action]:
        at = 0.0
        for _ in range(A_CALL):
            at += self.rng.choice((0.0, 0.0, 0.001, 0.02, 0.2))
            yield self._message(at)
        at += 0.1
        match self.options["ending"]:
            case "ends":
                yield self.sends({"type": "end", "handoffData": "h"}, at)
            case "closes":
                yield Close(self.rng.choice((1000, 1001, 3000)), after=at)
            case "breaks":
                yield BreakOff(at)
            case "fragments":
                yield Fragment(at)
            case "nonsense":
                yield self.sends({"type": "text", "token": ""}, at)
                yield from (Send("nonsense", at + 0.01) for _ in range(10))
                self.sent["wrong"] += 10
            case _:
                pass

    def _message(self, at: float) -> Action:
        if self.rng.random() < 0.03 and self._in_a_row < 8:
            self._in_a_row += 1
            self.sent["wrong"] += 1
            return SendBytes(self.rng.randbytes(self.rng.randrange(50)), at)
        text = self._text()
        if not is_right(text) and self._in_a_row >= 8:
            text = '{"type":"text","token":""}'
        right = is_right(text)
        if right == isinstance(read(text), Wrong):
            self.faults.append(f"{text[:200]} is {'right' if right else 'wrong'} by its schema")
        self._in_a_row = 0 if right else self._in_a_row + 1
        self.sent[json.loads(text)["type"] if right else "wrong"] += 1
        return Send(text, at)

    def _text(self) -> str:
        rng = self.rng
        kind = rng.choice(("text",) * 12 + ("play", "sendDigits", "language", "junk", "listed"))
        if kind == "junk":
            return "".join(chr(rng.randrange(1, 0xD800)) for _ in range(20))
        if kind == "listed":
            return rng.choice(WRONG)
        message: dict[str, Any] = {"type": kind}
        match kind:
            case "text":
                message |= {"token": rng.choice(WORDS), "last": rng.random() < 0.3}
            case "play":
                message |= {"source": "http://127.0.0.1:5000/none.wav", "loop": rng.choice((0, 1, 2, None))}
            case "sendDigits":
                message |= {"digits": rng.choice(("1", "w#", "0123456789*#"))}
            case _:
                message |= {
                    "ttsLanguage": rng.choice(TAGS),
                    "transcriptionLanguage": rng.choice(("en-US", "de-DE")),
                }
        if rng.random() < 0.2:
            name = rng.choice(("lang", "interruptible", "preemptible", "last", "more"))
            message[name] = rng.choice((True, False, None, "speech", "sv-SE", 1))
        if rng.random() < 0.15:
            name = rng.choice(sorted(message))
            if rng.random() < 0.5:
                del message[name]
            else:
                message[name] = rng.choice((None, 1, -1, "", "x y", [], {}, True, 1.5))
        return json.dumps(message, ensure_ascii=rng.random() < 0.5)


def play(seed: int) -> Random:
    """Play one call, and return the server that took it.

    Raises:
        AssertionError: Something was not as it has to be.
    """
    rng = random.Random(f"relay {seed}")
    ending = rng.choice(sorted(ENDINGS))
    chosen = {each.partition("=")[0]: each for each in rng.choices(ATTRIBUTES, k=3)}
    text = document(" ".join(chosen.values()), connect='action="/after"')
    world = random_world(Random, text, seed, ending, AFTER)
    phone = world.phone("pbx")
    call = phone.dial("sip:100@acme.sip.twilio.com")

    def script() -> Script[None]:
        yield Until(lambda: call.state == "answered", 10)
        for _ in range(12):
            yield Until(lambda: call.state == "ended", rng.choice((0.1, 0.5, 2.0, 4.0)))
            if call.state == "ended":
                return
            if rng.random() < 0.5:
                phone.say(call, rng.choice(SAID))
            else:
                phone.press(call, rng.choice("0123456789*#"))
        yield Until(lambda: call.state == "ended", 15)

    world.run(script())
    world.close()
    bot = made(world)
    assert isinstance(bot, Random)
    check(bot, Found(tuple(world.journal)), ending)
    left = world.emulator.census
    assert (left.calls, left.exchanges, left.prompts, left.sockets, left.alarms) == (0, 0, 0, 0, 0)
    assert len(world.emulator._engine.hearings) == 0
    return bot


def check(bot: Random, found: Found, ending: str) -> None:
    """See that a call went as it has to."""
    assert bot.faults == []
    came = [each for each in of(found, SocketMessage) if each.lane == "in"]
    (ended,) = of(found, SocketEnded)
    status, code = ENDINGS[ending]
    said = asked(found)
    if said["SessionStatus"] == "completed":
        # The caller was gone before the end of the plan.
        status, code = "completed", None
    assert (said["SessionStatus"], said.get("ErrorCode")) == (status, code)
    assert said.get("HandoffData") == ("h" if status == "ended" else None)
    raised = Counter(alerts(found))
    assert raised.pop(64105, 0) == (status == "failed")
    assert raised.pop(64107, 0) == sum(bool(each.wrong) for each in came)
    if status != "completed":
        assert sum(bool(each.wrong) for each in came) == bot.sent["wrong"]
    if ending == "nonsense" and status == "failed":
        assert (ended.code, ended.detail) == (1007, "Too many consecutive malformed messages")
    assert raised.keys() <= {11200, 13420, 64111}, raised
    assert bot.came["interrupt"] <= bot.came["setup"] * 20


def count(seed: int) -> Counter[str]:
    """Play one call, and return what its server sent and was sent."""
    bot = play(seed)
    return bot.sent + Counter({f"{key} to the server": each for key, each in bot.came.items()})


if __name__ == "__main__":
    sys.exit(main(__doc__, count))
