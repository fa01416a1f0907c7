"""Random documents, random parties and a bad line, in virtual time: every call ends, with all it began.

Run by hand for as many seeds as wanted: `python -m tests.properties.voice --seeds 1000`.
"""

from __future__ import annotations

import argparse
import logging
import random
import sys
import time
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from sipdomain.entries import CallBegan, CallChanged, HttpRequested, VerbStarted
from sipdomain.errors import LocalProtocolError
from sipdomain.faults import Drop, Duplicate, Fault, Reorder
from sipdomain.phone.call import PhoneCall
from sipdomain.runtime.worlds.sim import SimWorld
from sipdomain.runtime.worlds.world import PhoneSpec, Script, Until, WorldSpec
from sipdomain.twilio.configuration.model import Configuration
from sipdomain.twilio.store.call_records import FINAL
from tests.properties.chaos import Faults
from tests.properties.documents import document

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

PAGES: Final = ("/a", "/b", "/c", "/d")
DELAYS: Final = ("0.2", "0.2", "1", "4", "16")
"""How long a page takes, in seconds: never nothing, or documents that name each other never come to an end."""
LINES: Final[tuple[tuple[Fault, ...], ...]] = (
    (), (), (Duplicate(chance=0.2, within=0.5), Drop(chance=0.2), Reorder(chance=0.2, within=0.5)),
)  # fmt: skip
PARTIES: Final = ("alice", "bob", "carol")
PBX: Final = "pbx.example"
"""A host name whose servers are Bob, Carol and one that is down."""
DOWN: Final = "down"
PATIENCE: Final = 90.0
"""After how many seconds whoever is still in a call hangs up."""
PARTING: Final = 40.0
"""How long a leg may outlive the call that dialled it, in seconds: as long as SIP waits for an answer, and a little."""
AFTERWARDS: Final = 16_000.0
"""By how many seconds more all is over: longer than a call may last."""
ACTS: Final = (
    "press",
    "press",
    "press",
    "say",
    "hold",
    "resume",
    "transfer",
    "hang_up",
    "answer",
    "refuse",
    "rest",
)
CHANGES: Final = (
    {"Status": "completed"}, {"Url": "http://127.0.0.1:5000/b"}, {"Twiml": "<Response><Hangup/></Response>"},
)  # fmt: skip
TRANSFERS: Final[tuple[tuple[int, ...], ...]] = ((), (202, 180, 200), (202, 486), (202,), (603,))
"""How a phone answers a REFER, and what it reports then."""
ORDER: Final = ("queued", "initiated", "ringing", "in-progress")


@dataclass
class Outcome:
    """What came of one seed.

    Attributes:
        problems: What should not have been, in words.
        verbs: How often each verb began.
        ends: How calls ended, as the cloud has it.
    """

    problems: list[str] = field(default_factory=list)
    verbs: Counter[str] = field(default_factory=Counter)
    ends: Counter[str] = field(default_factory=Counter)


class Application:
    """A webhook application of random pages: each answers the same way each time."""

    def __init__(self, rng: random.Random) -> None:
        firsts = ("", "Dial", "Dial", "Gather", "Enqueue", "Refer")
        self._pages = {path: (document(rng, rng.choice(firsts)), rng.choice(DELAYS)) for path in PAGES}

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path = str(environ["PATH_INFO"])
        text, delay = self._pages.get(path, ("", "0.2"))
        if path == "/gone":
            start_response("500 Gone", [("Content-Type", "text/plain"), ("X-Mock-Delay", delay)])
            return [b"Gone"]
        start_response("200 OK", [("Content-Type", "text/xml"), ("X-Mock-Delay", delay)])
        return [text.encode()]


def configuration() -> Configuration:
    """Return a domain with three users, who may register."""
    return Configuration.model_validate(
        {
            "credential_lists": {"staff": dict.fromkeys(PARTIES, "Correct-Horse-42")},
            "domains": {
                "acme": {
                    "calls": ["staff"], "registrations": ["staff"], "voice": "/a", "fallback": "/d", "status": "/empty",
                }
            },
            "numbers": {
                "+15551230001": {"answers_after": "3", "then": [{"say": "This is Bob"}]}, "+15551230002": "busy",
            },
            "clients": {"bob": {"answers_after": "1"}},
        }
    )  # fmt: skip


def script(world: SimWorld, rng: random.Random, changed: set[str]) -> Script[None]:
    """Register, place some calls, do this and that, and wait until nothing more can come; note what REST changed."""
    for name in ("bob", "carol"):
        world.phone(name).register()
    yield Until(lambda: False, 5.0)
    todo = [(5.0 + rng.uniform(0.0, 10.0), "dial") for _ in range(rng.randint(1, 4))]
    todo += [(5.0 + rng.uniform(0.0, 60.0), rng.choice(ACTS)) for _ in range(rng.randint(2, 25))]
    todo += [(5.0 + rng.uniform(0.0, 60.0), "answer") for _ in range(rng.choice((0, 10, 40)))]
    for at, act in sorted(todo):
        yield Until(lambda: False, max(0.0, at - world.now()))
        do(world, rng, act, changed)
    yield Until(lambda: not standing(world), PATIENCE)
    for name, call in standing(world):
        with suppress(LocalProtocolError):
            world.phone(name).hang_up(call)
    for name in ("bob", "carol"):
        world.phone(name).unregister(everything=True)
    yield Until(lambda: False, AFTERWARDS)


def standing(world: SimWorld) -> list[tuple[str, PhoneCall]]:
    """Return the calls of all phones that are not over."""
    return [
        (name, call)
        for name in PARTIES
        for call in world.phone(name).core.calls.values()
        if call.method == "INVITE" and not call.is_over
    ]


def do(world: SimWorld, rng: random.Random, act: str, changed: set[str]) -> None:
    """Do something, unless it is too late or too early for that."""
    ringing = [(name, call) for name in PARTIES for call in world.phone(name).ringing]
    calls = standing(world)
    began = [each.call_sid for each in world.journal.select(CallBegan)]
    match act:
        case "dial":
            world.phone(rng.choice(PARTIES)).dial("sip:100@acme.sip.twilio.com")
        case "rest" if began:
            changed.add(sid := rng.choice(began))
            world.rest("POST", f"Calls/{sid}", rng.choice(CHANGES))
        case "answer" if ringing:
            name, call = rng.choice(ringing)
            world.phone(name).answer(call)
        case "refuse" if ringing:
            name, call = rng.choice(ringing)
            world.phone(name).refuse(call, rng.choice((404, 480, 486, 488, 503, 603)))
        case _ if calls:
            name, call = rng.choice(calls)
            with suppress(LocalProtocolError):
                disturb(world, name, call, act, rng)
        case _:
            pass


def disturb(world: SimWorld, name: str, call: PhoneCall, act: str, rng: random.Random) -> None:
    """Do something in a call.

    Raises:
        LocalProtocolError: It is too early for that.
    """
    phone = world.phone(name)
    match act:
        case "press":
            phone.press(call, rng.choice(("1", "12#", "*", "5")))
        case "say":
            phone.say(call, "Is anybody there")
        case "hold":
            phone.hold(call)
        case "resume":
            phone.resume(call)
        case "transfer":
            phone.transfer(call, "sip:carol@acme.sip.twilio.com")
        case _:
            phone.hang_up(call)


def play(seed: int) -> Outcome:
    """Play one seed and look at what is left."""
    rng = random.Random(f"voice {seed}")
    caught = Faults()
    logger = logging.getLogger("sipdomain.runtime.pump")
    logger.addHandler(caught)
    spec = WorldSpec(
        configuration=configuration(),
        phones={
            name: PhoneSpec(
                name, "Correct-Horse-42", f"127.0.0.{10 + number}", transfers=rng.choice(TRANSFERS),
                host="" if name == "alice" else PBX, priority=rng.choice((0, 1)), weight=rng.choice((0, 1)),
            )
            for number, name in enumerate(PARTIES)
        } | {DOWN: PhoneSpec(DOWN, "", "127.0.0.20", host=PBX, priority=rng.choice((0, 1, 2)), silent=True)},
        profile="observed" if seed % 2 else "documented",
        seed=seed,
        faults=rng.choice(LINES),
        application=Application(rng),
    )  # fmt: skip
    changed: set[str] = set()
    try:
        world = SimWorld(spec)
        world.run(script(world, rng, changed))
    finally:
        logger.removeHandler(caught)
    outcome = Outcome(problems=list(caught.messages))
    outcome.problems += leftovers(world) + wrong_ends(world, outcome.ends) + orphans(world, changed)
    outcome.verbs.update(each.verb for each in world.journal.select(VerbStarted))
    return outcome


def leftovers(world: SimWorld) -> list[str]:
    """Return what is still there and should not be."""
    found = []
    if any(world.emulator.census) or world.emulator.deadline is not None:
        found.append(f"left in the emulator: {world.emulator.census}, due at {world.emulator.deadline}")
    found += [
        f"left in {name}: {world.phone(name).census}" for name in PARTIES if any(world.phone(name).census)
    ]
    found += [f"{call.call_id} of {name} is {call.state}" for name, call in standing(world)]
    return found


def wrong_ends(world: SimWorld, ends: Counter[str]) -> list[str]:
    """Return calls and legs that went through what no call goes through, or never ended; count the others' ends."""
    found = []
    statuses: dict[str, list[str]] = {each.call_sid: [] for each in world.journal.select(CallBegan)}
    for change in world.journal.select(CallChanged):
        statuses.setdefault(change.call_sid, []).append(change.status)
    for sid, seen in statuses.items():
        *way, end = seen or [""]
        if end not in FINAL or way != [each for each in ORDER if each in way]:
            found.append(f"{sid} went through {seen}")
        ends[end] += 1
    for sid in statuses:
        numbers = [
            int(value)
            for each in world.journal.select(HttpRequested)
            if each.call_sid == sid and each.purpose == "status"
            for name, value in each.parameters
            if name == "SequenceNumber"
        ]
        if numbers != sorted(numbers):
            found.append(f"the callbacks of {sid} are numbered {numbers}")
    return found


def orphans(world: SimWorld, changed: set[str]) -> list[str]:
    """Return legs that went on after the call that dialled them, though no REST request gave them a life of their own."""
    ends = {each.call_sid: each.at for each in world.journal.select(CallChanged) if each.status in FINAL}
    return [
        f"{leg.call_sid} ended {ends[leg.call_sid] - ends[leg.parent]:.1f} s after {leg.parent}, which dialled it"
        for leg in world.journal.select(CallBegan)
        if leg.parent and leg.call_sid not in changed and ends[leg.call_sid] > ends[leg.parent] + PARTING
    ]


def main() -> int:
    """Play seeds and print what they came to; 1 when one went wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.properties.voice", description=__doc__)
    parser.add_argument("--seeds", type=int, default=1_000)
    parser.add_argument("--first", type=int, default=0)
    options = parser.parse_args()
    began_at, wrong, total = time.monotonic(), 0, Outcome()
    for seed in range(options.first, options.first + options.seeds):
        outcome = play(seed)
        wrong += bool(outcome.problems)
        total.verbs += outcome.verbs
        total.ends += outcome.ends
        for problem in outcome.problems:
            print(f"seed {seed}: {problem}", flush=True)
    print(f"{options.seeds} seeds in {time.monotonic() - began_at:.1f} s; {wrong} went wrong")
    print("calls", dict(total.ends), "verbs", dict(total.verbs))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
