"""Calls over a bad line, in virtual time: whatever is lost, doubled or reordered, each ends and nothing is left behind.

Run by hand for as many seeds as wanted: `python -m tests.properties.chaos --seeds 1000`.
"""

from __future__ import annotations

import argparse
import logging
import random
import re
import sys
import time
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from sipdomain.entries import CallChanged, HttpRequested, SipMessage
from sipdomain.errors import LocalProtocolError
from sipdomain.faults import Corrupt, Drop, Duplicate, Fault, Reorder
from sipdomain.phone.call import PhoneCall
from sipdomain.runtime.worlds.sim import SimWorld
from sipdomain.runtime.worlds.world import PhoneSpec, Script, Until, WorldSpec
from sipdomain.twilio.configuration.model import Configuration

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

Line = tuple[Fault, ...]
BAD: Line = (Duplicate(chance=0.3, within=0.5), Drop(chance=0.3), Reorder(chance=0.3, within=0.5))
REQUESTS = ("INVITE", "ACK", "BYE", "CANCEL", "OPTIONS", "MESSAGE", "REGISTER")
FINALS = ("200", "403", "404", "405", "407", "481", "486", "487")
DOCUMENTS = {
    "/greet": "<Response><Say>Welcome</Say></Response>",
    "/long": "<Response><Say>Welcome</Say><Pause length='30'/><Redirect>/greet</Redirect></Response>",
    "/ring": "<Response><Pause length='8'/><Say>Welcome</Say></Response>",
    "/reject": "<Response><Reject reason='busy'/></Response>",
    "/gone": "no TwiML",
}
SLOW = {"/ring": "3"}
FINE = frozenset({200})
PLAN = (
    ("greet", FINE), ("greet", FINE), ("long", FINE), ("ring", FINE), ("gone", FINE),
    ("reject", frozenset({486})), ("nowhere", frozenset({403, 404})),
)  # fmt: skip
"""The domains called, and the final answers that the calls would get in fine weather."""
WRONG_PASSWORD = frozenset({403})
PATIENCE = 200.0
"""After how many seconds a caller whose call is still up hangs up by himself."""
AFTERWARDS = 16_000.0
"""By how many seconds more all is over: longer than a call may last."""


def lines(seed: int) -> dict[str, Line]:
    """Return the lines that a seed is played on.

    Returns:
        "bad" loses, doubles and reorders 30 % each; "worse" changes bytes as well; "dead" carries nothing from
        some moment on; "broken" nothing for some time; "deaf" never some kinds of messages.
    """
    rng = random.Random(f"line {seed}")
    at = rng.uniform(0.0, 8.0)
    kinds = rng.choice((REQUESTS, FINALS, ("200 INVITE",), ("ACK",), ("BYE",), ("CANCEL", "487")))
    return {
        "bad": BAD,
        "worse": (*BAD, Corrupt(chance=0.1, octets=2)),
        "dead": (Drop(since=at),),
        "broken": (Drop(since=at, until=at + rng.choice((3.0, 20.0, 40.0, 100.0))),),
        "deaf": (Drop(of=frozenset(kinds), since=rng.choice((0.0, at))), Duplicate(chance=0.3)),
    }


class Faults(logging.Handler):
    """The exceptions that a pump caught and wrote down."""

    def __init__(self) -> None:
        super().__init__()
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(self.format(record))


@dataclass
class Outcome:
    """What came of one seed.

    Attributes:
        problems: What should not have been, in words.
        ends: How calls ended, by state and who ended them.
    """

    problems: list[str] = field(default_factory=list)
    ends: Counter[str] = field(default_factory=Counter)


@dataclass
class Placed:
    """A call, the final answers that it may get, and whether the caller gave it up."""

    call: PhoneCall
    finals: frozenset[int]
    given_up: bool = False


def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Be the webhook application."""
    path = str(environ["PATH_INFO"])
    document = DOCUMENTS.get(path)
    if document is None:
        start_response("204 No Content", [])
        return []
    headers = [("Content-Type", "text/xml")]
    if path in SLOW:
        headers.append(("X-Mock-Delay", SLOW[path]))
    start_response("200 OK", headers)
    return [document.encode()]


def configuration() -> Configuration:
    """Return a domain for each document."""
    domains = {
        path[1:]: {"calls": ["staff"], "voice": path, "fallback": "/greet", "status": "/status"}
        for path in DOCUMENTS
    }
    return Configuration.model_validate(
        {"credential_lists": {"staff": {"alice": "Correct-Horse-42"}}, "domains": domains}
    )


DISTURBANCES: Final = ("hang_up", "cancel", "press", "say", "hold", "hold", "resume", "transfer")
"""What happens in the middle of a call."""


def script(world: SimWorld, rng: random.Random, placed: list[Placed]) -> Script[None]:
    """Place some calls, do something in the middle of some of them, and wait until nothing more can come."""
    todo = [(rng.uniform(0.0, 10.0), "request") for _ in range(rng.randint(0, 2))]
    for _ in range(rng.randint(2, 5)):
        at = rng.uniform(0.0, 4.0)
        todo.append((at, "dial"))
        todo += [
            (
                at + rng.uniform(0.0, 12.0),
                rng.choice(("hang_up", "cancel", "press", "say", "hold", "hold", "resume", "transfer")),
            )
            for _ in range(rng.randint(0, 2))
        ]
    for at, action in sorted(todo):
        yield Until(lambda: False, max(0.0, at - world.now()))
        calls = [each for each in placed if each.call.method == "INVITE"]
        if action == "dial":
            placed.append(dial(world, rng))
        elif action == "request":
            placed.append(request(world, rng))
        elif calls:
            disturb(world, rng.choice(calls), action)
    yield Until(lambda: all(each.call.is_over for each in placed), PATIENCE)
    for each in placed:
        if not each.call.is_over and each.call.method == "INVITE":
            disturb(world, each, "hang_up")
    yield Until(lambda: False, AFTERWARDS)


def dial(world: SimWorld, rng: random.Random) -> Placed:
    """Place a call, one of three with a wrong password."""
    domain, finals = rng.choice(PLAN)
    name = rng.choice(("alice", "alice", "mallory"))
    if name == "mallory" and domain != "nowhere":
        finals = WRONG_PASSWORD
    return Placed(world.phone(name).dial(f"sip:100@{domain}.sip.twilio.com"), finals)


def request(world: SimWorld, rng: random.Random) -> Placed:
    """Send a single request."""
    method, status = rng.choice((("OPTIONS", 200), ("MESSAGE", 405), ("REGISTER", 403)))
    call = world.phone("alice").request(method, "sip:greet.sip.twilio.com")
    return Placed(call, frozenset({status}))


def disturb(world: SimWorld, placed: Placed, action: str) -> None:
    """Do something in a call, unless it is too late or too early for that."""
    call = placed.call
    phone = world.phone(call.session.partition("-")[0])
    with suppress(LocalProtocolError):
        match action:
            case "press":
                phone.press(call, "1#")
            case "say":
                phone.say(call, "Is anybody there")
            case "hold":
                phone.hold(call)
            case "resume":
                phone.resume(call)
            case "transfer":
                phone.transfer(call, "sip:bob@greet.sip.twilio.com")
            case "cancel":
                phone.cancel(call)
                placed.given_up = True
            case _:
                phone.hang_up(call)
                placed.given_up = True


def play(seed: int, faults: Line = BAD) -> Outcome:
    """Play one seed's calls and look at what is left."""
    caught = Faults()
    logger = logging.getLogger("sipdomain.runtime.pump")
    logger.addHandler(caught)
    spec = WorldSpec(
        configuration=configuration(),
        phones={
            "alice": PhoneSpec("alice", "Correct-Horse-42", "127.0.0.10"),
            "mallory": PhoneSpec("alice", "Wrong-Horse-42", "127.0.0.11"),
        },
        profile="observed" if seed % 2 else "documented",
        seed=seed,
        faults=faults,
        application=application,
    )
    placed: list[Placed] = []
    try:
        world = SimWorld(spec)
        world.run(script(world, random.Random(seed), placed))
    finally:
        logger.removeHandler(caught)
    outcome = Outcome(problems=list(caught.messages))
    outcome.problems += leftovers(world)
    is_corrupt = any(isinstance(fault, Corrupt) for fault in faults)
    outcome.problems += [] if is_corrupt else surprises(world, placed)
    outcome.problems += [
        f"{each.call.call_id} is {each.call.state}" for each in placed if not each.call.is_over
    ]
    for each in placed:
        if each.call.method == "INVITE":
            outcome.ends[f"{each.call.state} {each.call.final_status} {each.call.ended_by}".strip()] += 1
    return outcome


def leftovers(world: SimWorld) -> list[str]:
    """Return what is still there and should not be."""
    found = []
    if any(world.emulator.census) or world.emulator.deadline is not None:
        found.append(f"left in the emulator: {world.emulator.census}, due at {world.emulator.deadline}")
    for name in ("alice", "mallory"):
        if any(world.phone(name).census):
            found.append(f"left in {name}: {world.phone(name).census}")
    if world.pending:
        found.append(f"left to happen: {world.pending}")
    return found


def is_unheard(world: SimWorld, call_id: str) -> bool:
    """Whether no answer to the request with credentials arrived, however often that was sent."""
    messages = [each for each in world.journal.select(SipMessage) if each.call_id == call_id]
    sent = any(b"authorization:" in each.data.lower() for each in messages if each.owner != "cloud")
    return sent and not any(
        re.search(rb"\ncseq: *2 ", each.data, re.IGNORECASE)
        for each in messages
        if each.lane == "in" and each.owner != "cloud"
    )


def surprises(world: SimWorld, placed: list[Placed]) -> list[str]:
    """Return what contradicts what happened: answers that cannot be, calls taken twice, ends without a beginning."""
    found = [
        f"{each.call.method} {each.call.target} got {each.call.final_status}, not {sorted(each.finals)}"
        for each in placed
        if each.call.final_status not in each.finals | ({0, 407, 480, 487} if each.given_up else {0})
        and not (each.call.final_status == 407 and is_unheard(world, each.call.call_id))
    ]
    statuses: dict[str, list[str]] = {}
    for change in world.journal.select(CallChanged):
        statuses.setdefault(change.call_id, []).append(change.status)
    for call_id, seen in statuses.items():
        if seen not in (
            ["ringing", "in-progress", "completed"], ["ringing", "no-answer"], ["ringing", "busy"],
            ["ringing", "failed"],
        ):  # fmt: skip
            found.append(f"{call_id} went through {seen}")
    asked = Counter(each.call_id for each in world.journal.select(HttpRequested) if each.purpose == "voice")
    found += [
        f"{call_id}: the voice URL was asked {count} times" for call_id, count in asked.items() if count > 1
    ]
    answered = [
        each.call for each in placed if each.call.answered_at is not None and each.call.method == "INVITE"
    ]
    found += [
        f"{call.call_id} is answered for the phone, and {statuses.get(call.call_id)} for the cloud"
        for call in answered
        if "in-progress" not in statuses.get(call.call_id, [])
    ]
    return found


def main() -> int:
    """Play seeds and print what they came to; 1 when one went wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.properties.chaos", description=__doc__)
    parser.add_argument("--seeds", type=int, default=1_000)
    parser.add_argument("--first", type=int, default=0)
    options = parser.parse_args()
    began_at, wrong, ends = time.monotonic(), 0, Counter[str]()
    for seed in range(options.first, options.first + options.seeds):
        for name, faults in lines(seed).items():
            outcome = play(seed, faults)
            wrong += bool(outcome.problems)
            ends.update({f"{name}: {end}": count for end, count in outcome.ends.items()})
            for problem in outcome.problems:
                print(f"seed {seed}, {name} line: {problem}")
    print(f"{options.seeds} seeds, on each line, in {time.monotonic() - began_at:.1f} s; {wrong} went wrong")
    for end, count in sorted(ends.items()):
        print(f"{count:6} {end}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
