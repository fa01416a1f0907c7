"""A world in which foreign programs are called by `<Dial><Sip>`, and the scripts of these calls."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from sipdomain.entries import CallBegan, CallChanged, Decision, SipMessage
from sipdomain.media.match import find
from sipdomain.media.recording import wav
from sipdomain.phone.call import PhoneCall
from sipdomain.runtime.process import Process
from sipdomain.runtime.worlds.app_request import AppRequest
from sipdomain.runtime.worlds.live import LiveWorld
from sipdomain.runtime.worlds.world import PhoneSpec, Script, Until, WorldSpec
from sipdomain.twilio.configuration.model import Configuration
from tests.integration.foreign_peers import Ordered, sipp
from tests.integration.served import PASSWORD
from tests.patience import PATIENCE

HEARD = 0.6
"""From this correlation on it is the same; a busy machine loses a packet now and then, and other words are below 0.4."""
SOON = PATIENCE
PRESSING = ("events", "info", "tones", "sipp")
"""Who calls to press keys: PJSIP by RFC 4733, by INFO first, and as tones; and SIPp by RFC 4733."""


@dataclass
class Seen:
    """What was seen of each call, by its peer."""

    calls: dict[str, PhoneCall] = field(default_factory=dict)
    caller_heard: dict[str, npt.NDArray[np.int16]] = field(default_factory=dict)
    callee_heard: dict[str, npt.NDArray[np.int16]] = field(default_factory=dict)
    actions: dict[str, AppRequest] = field(default_factory=dict)
    exits: dict[str, int] = field(default_factory=dict)
    words: dict[str, npt.NDArray[np.int16]] = field(default_factory=dict)
    digits: dict[str, str] = field(default_factory=dict)
    messages: list[SipMessage] = field(default_factory=list)
    codes: list[int] = field(default_factory=list)


def caller_says(peer: str, when: str = "first") -> str:
    return f"Calling {peer} for the {when} time"


def callee_says(peer: str) -> str:
    return f"Good morning this is {peer}"


def together(scripts: list[Script[None]], now: Callable[[], float]) -> Script[None]:
    """Run scripts at the same time."""
    waiting = [(script, until, now() + until.within) for script in scripts if (until := next(script, None))]

    def is_due(until: Until, limit: float) -> bool:
        return now() >= limit or until.condition()

    def any_is_due() -> bool:
        return any(is_due(until, limit) for _, until, limit in waiting)

    while waiting:
        yield Until(any_is_due, SOON)
        for each in [each for each in waiting if is_due(each[1], each[2])]:
            waiting.remove(each)
            script, until, _ = each
            with suppress(StopIteration):
                following = script.send(until.condition())
                waiting.append((script, following, now() + following.within))


def in_turn(*scripts: Script[None]) -> Script[None]:
    """Run scripts one after the other."""
    for each in scripts:
        yield from each


def until(condition: Callable[[], bool], what: str) -> Script[None]:
    """Wait, and fail when it does not come."""
    if not (yield Until(condition, SOON)):
        pytest.fail(f"waited for {what}")


class Stage:
    """The world, the peers, and the scripts of the calls."""

    def __init__(self, world: LiveWorld, peers: dict[str, Ordered], folder: Path) -> None:
        self.world, self.peers, self.folder = world, peers, folder
        self.seen = Seen()

    def dial(self, peer: str) -> PhoneCall:
        call = self.world.phone(peer).dial(f"sip:100@{peer}.sip.twilio.com")
        self.seen.calls[peer] = call
        return call

    def say(self, peer: str, when: str = "first") -> Script[None]:
        call, words = self.seen.calls[peer], caller_says(peer, when)
        self.world.phone(peer).say(call, words)
        yield from until(lambda: words in call.said, f"{words!r} to be said")
        self.seen.words[words] = self.world.prompt_samples(words)

    def order(self, peer: str, do: str, event: str, **more: str) -> Script[None]:
        """Have the called peer do something, and wait until it has."""
        events = self.peers[peer].events
        before = len(events)
        self.peers[peer].order(do, peer, **more)
        expected = {"event": event, "call": peer}
        yield from until(
            lambda: any(expected.items() <= each.items() for each in events[before:]), f"{peer}: {event}"
        )

    def connected(self, peer: str) -> Script[None]:
        """Wait until the leg that the caller's call dials is answered, and the caller knows that its own is."""
        call = self.seen.calls[peer]

        def answered() -> bool:
            if call.answered_at is None:
                return False
            began = [each for each in self.world.journal if isinstance(each, CallBegan)]
            own = {each.call_sid for each in began if each.call_id == call.call_id}
            legs = {each.call_sid for each in began if each.parent in own}
            return any(
                each.status == "in-progress" and each.call_sid in legs
                for each in self.world.journal
                if isinstance(each, CallChanged)
            )

        yield from until(answered, f"{peer} to be connected")

    def half_a_second(self, peer: str) -> Script[None]:
        """Wait until the caller has heard half a second more: what was under way has arrived."""
        call = self.seen.calls[peer]
        enough = len(self.world.heard(call)) + 4000
        yield from until(lambda: len(self.world.heard(call)) >= enough, f"audio for who called {peer}")

    def over(self, peer: str) -> Script[None]:
        """Wait until the action was asked, and keep what was heard."""

        def asked() -> list[AppRequest]:
            return [each for each in self.world.app_requests() if each.path == f"/over-{peer}"]

        yield from until(lambda: len(asked()) > 0, f"the action of the call to {peer}")
        self.seen.actions[peer] = asked()[0]
        self.seen.caller_heard[peer] = self.world.heard(self.seen.calls[peer])

    def with_pjsip(self, peer: str, *, hold: bool) -> Script[None]:
        """Talk, let PJSIP hold and resume where that is asked for, and let it hang up."""
        self.dial(peer)
        yield from self.connected(peer)
        file = self.folder / f"says-{peer}.wav"
        file.write_bytes(wav(self.seen.words[callee_says(peer)].tobytes(), 1))
        yield from together(
            [self.say(peer), self.order(peer, "play", "played", file=str(file))], self.world.now
        )
        yield from self.half_a_second(peer)
        if hold:
            yield from self.order(peer, "hold", "held")
            yield from self.say(peer, "second")
            yield from self.order(peer, "resume", "active")
            yield from self.say(peer, "third")
            yield from self.half_a_second(peer)
        yield from self.order(peer, "hang up", "over")
        yield from self.over(peer)

    def with_baresip(self) -> Script[None]:
        """Talk, and hang up."""
        peer = "baresip"
        call = self.dial(peer)
        yield from self.connected(peer)
        file = self.folder / f"says-{peer}.wav"
        file.write_bytes(wav(self.seen.words[callee_says(peer)].tobytes(), 1))
        yield from together(
            [self.say(peer), self.order(peer, "play", "played", file=str(file))], self.world.now
        )
        yield from self.half_a_second(peer)
        self.world.phone(peer).hang_up(call)
        yield from until(lambda: self.peers[peer].did("over", peer), "baresip to be hung up on")
        yield from self.over(peer)

    def is_back(self, call: PhoneCall, words: npt.NDArray[np.int16]) -> Callable[[], bool]:
        """Return what tells whether a caller hears words; it looks once for each quarter of a second that was heard.

        To look takes longer the more was heard, on the loop that all audio goes through: at each turn it would tear it.
        """
        looked_at, found = 0, False

        def look() -> bool:
            nonlocal looked_at, found
            heard = self.world.heard(call)
            if not found and len(heard) >= looked_at + 2000:
                looked_at, found = len(heard), find(heard, words).correlation > HEARD
            return found

        return look

    def with_sipp(self, peer: str, process: Process) -> Script[None]:
        """Hear from SIPp what is said to it, which is said again where a busy machine has torn it, and hang up."""
        call = self.dial(peer)
        yield from self.connected(peer)
        for _ in range(3):
            yield from self.say(peer)
            own = self.seen.words[caller_says(peer)]
            if (yield Until(self.is_back(call, own), 15.0)):
                break
        else:
            pytest.fail("waited for the echo of SIPp")
        self.world.phone(peer).hang_up(call)
        yield from self.sipp_ends(peer, process)
        yield from self.over(peer)

    def refused(self, peer: str, process: Process) -> Script[None]:
        self.dial(peer)
        yield from self.over(peer)
        yield from self.sipp_ends(peer, process)

    def sipp_ends(self, peer: str, process: Process) -> Script[None]:
        yield from until(lambda: process.poll() is not None, f"SIPp ({peer}) to end")
        self.seen.exits[peer] = process.poll() or 0

    def keys_of_pjsip(self, peer: str, *presses: tuple[str, str]) -> Script[None]:
        """Let PJSIP call, and press keys each way, once the ones before have left."""
        pjsip = self.peers["plain"]
        pjsip.order("call", peer, to=f"sip:1@{peer}.sip.twilio.com", keys=peer)
        # Its own re-INVITE, to settle on one codec, begins its audio anew, and forgets the keys that wait there.
        active = {"event": "active", "call": peer}
        yield from until(lambda: pjsip.events.count(active) == 2, f"{peer} to have settled on a codec")
        for way, keys in presses:
            pjsip.order("press", peer, way=way, keys=keys)
            if way == "info":
                yield from until(lambda: "keys-by-info" in self.reasons(), "INFO to be refused")
        yield from until(lambda: pjsip.did("over", peer), f"{peer} to be over")

    def reasons(self) -> set[str]:
        return {each.reason for each in self.world.journal if isinstance(each, Decision)}

    def keys_of_sipp(self) -> Script[None]:
        where = self.world.listener("udp", "127.0.0.1")
        options = ("-s", "100", "-key", "domain", "sipp.sip.twilio.com", "-key", "caller", "alice")
        with sipp("press_keys", self.folder, str(where), *options) as (_, process):
            yield from self.sipp_ends("sipp", process)

    def all_of_it(self, phones: dict[str, Process]) -> Script[None]:
        yield from until(lambda: self.peers["secure"].did("registered"), "PJSIP to be registered")
        yield from together(
            [
                self.with_sipp("proxy", phones["proxy"]),
                self.with_sipp("server", phones["server"]),
                self.with_pjsip("plain", hold=True),
                self.with_pjsip("secure", hold=False),
                self.with_baresip(),
                self.refused("busy", phones["busy"]),
                self.refused("declined", phones["declined"]),
                self.keys_of_pjsip("info", ("info", "9"), ("rfc4733", "7#")),
                # PJSIP takes four calls at once.
                in_turn(
                    self.keys_of_pjsip("events", ("rfc4733", "12#")),
                    self.keys_of_pjsip("tones", ("inband", "470#")),
                ),
                self.keys_of_sipp(),
            ],
            self.world.now,
        )
        yield from until(lambda: self.world.is_idle, "everything to be released")


def spec(addresses: dict[str, str]) -> WorldSpec:
    """Return a world with a caller for each peer, whose domain dials it."""
    login = f'username="alice" password="{PASSWORD}"'
    return WorldSpec(
        configuration=Configuration.model_validate(
            {
                "access_lists": {"office": ["127.0.0.10"], "keys": ["127.0.0.1"]},
                "credential_lists": {"staff": {"secure": PASSWORD}},
                "domains": {
                    **{peer: {"calls": ["office"], "voice": f"/{peer}"} for peer in addresses},
                    **{name: {"calls": ["keys"], "voice": "/menu"} for name in PRESSING},
                    "desk": {"registrations": ["staff"]},
                },
            }
        ),
        replies={
            **{
                f"/{peer}": {
                    "twiml": f'<Response><Dial action="/over-{peer}"><Sip {login}>{address}</Sip></Dial></Response>'
                }
                for peer, address in addresses.items()
            },
            **{f"/over-{peer}": {"hangup": ""} for peer in addresses},
            "/menu": {"twiml": '<Response><Gather action="/pressed" timeout="15"/></Response>'},
            "/pressed": {"hangup": ""},
        },
        phones={
            **{peer: PhoneSpec(peer, "", address="127.0.0.10") for peer in addresses},
            "over TLS": PhoneSpec("nobody", "", address="127.0.0.10", transport="tls"),
        },
        speech=False,
    )
