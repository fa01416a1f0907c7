"""Random calls and random expectations, in virtual time: what the finished journal contradicts never passes.

Run by hand for as many examples as wanted: `python -m tests.properties.verdicts --examples 10000`.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sipdomain.runtime.worlds.sim import SimWorld
from sipdomain.scenario.given import Given
from sipdomain.scenario.loader import load_scenario_text
from sipdomain.scenario.runner import Result, run_scenario
from sipdomain.scenario.steps.expect import Expect
from sipdomain.scenario.world import Profile, World
from sipdomain.scenario.worlds import Worlds
from tests.properties.finished import Finished
from tests.properties.wire_words import STATUSES, of_the_wire

Value = Any
WITHINS = (0.001, 0.02, 0.1, 0.26, 0.5, 1.0, 2.0, 3.0, 5.0, 40.0)
PATIENCE = 900.0
"""How long an expectation at the end waits, in seconds: longer than any of these calls."""
SPOKEN = ("Welcome", "Sorry", "Next")
CALL_STATUSES = ("ringing", "in-progress", "completed", "busy", "failed", "no-answer", "canceled")
REASONS = ("bad-credentials", "unknown-domain", "no-voice-url", "address-not-listed", "user-mismatch")
ALERTS = (11200, 11202, 12100, 12300, 15003)
VERBS = ("Say", "Pause", "Hangup", "Redirect", "Reject")
REPLIES: tuple[Value, ...] = (
    *({"say": "Welcome"},) * 2,
    {"say": "Welcome", "pause": "20"},
    {"pause": "3", "say": "Welcome"},
    {"pause": "2"},
    {"reject": "busy"},
    {"reject": "rejected"},
    {"hangup": ""},
    {"redirect": "/next"},
    {"say": "Welcome", "delay": 1},
    {"say": "Welcome", "delay": 3},
    {"status": 500, "body": "Oops", "content_type": "text/plain"},
    {"body": "<Response", "content_type": "text/xml"},
    [{"redirect": "/voice"}, {"say": "Welcome"}],
)


EXPECTED = frozenset(Expect.model_fields) - {
    "call", "leg", "within", "parameters", "absent", "recorded", "transfer", "unheard", "dialled", "legs",
    "request_headers", "body", "save", "soft", "stream", "relay", "marks", "marks_after", "cleared", "answers_within",
    "stops_within", "stale_audio", "silence_at_most", "talk_over", "track",
}  # fmt: skip
"""The words that examples are made of; `parameters`, `absent`, `request_headers` and `body` are judged as `method` is.

`save` and `soft` expect nothing. No phone speaks or presses keys here, none is recorded or transferred, or dials
others: `recorded`, `transfer`, `unheard`, `dialled`, `legs` have tests of their own, as streams and conversations have.
"""


@dataclass(frozen=True)
class Play:
    """What is played before anything is expected.

    Attributes:
        given: What stands at the beginning.
        acts: The steps before the expectation.
        later: The steps behind it, when it is not the last.
        profile: Whose behaviour.
        kind: What it is, in a word.
    """

    given: dict[str, Value]
    acts: list[Value]
    later: list[Value]
    profile: Profile
    kind: str


def drawn(rng: random.Random) -> Play:
    """Return something to play."""
    domain: dict[str, Value] = {"voice": "/voice"}
    app: dict[str, Value] = {
        "/voice": rng.choice(REPLIES),
        "/next": {"say": "Next"},
        "/sorry": {"say": "Sorry"},
        "/never": {"say": "Never"},
    }
    if rng.random() < 0.5:
        domain["fallback"] = "/sorry"
    if rng.random() < 0.6:
        domain["status"] = rng.choice(
            ("/status", "/status", "/status", "/voice", "http://127.0.0.1:9/status")
        )
        app["/status"] = rng.choice(
            ({"status": 204}, {"status": 204, "delay": 2}, {"status": 500}, {"status": 500, "delay": 1})
        )
    if rng.random() < 0.1:
        del domain["voice"]
    given: dict[str, Value] = {
        "credential_lists": {"staff": {"alice": "Correct-Horse-42"}},
        "access_lists": {"office": ["127.0.0.10"]},
        "domains": {"acme": domain},
        "app": app,
        "phones": {"alice": {"address": "127.0.0.10"}},
    }
    if rng.random() < 0.5:
        given["faults"] = rng.choice(
            (
                {"delay": {"by": 0.2}},
                {"delay": {"by": 0.7}},
                {"delay": {"by": 40}},
                {"drop": {"chance": 0.3, "until": 6}},
                {"duplicate": {"chance": 0.4}},
                {"drop": {"of": ["ACK"]}},
            )
        )
    profile: Profile = rng.choice(("documented", "observed"))
    kind = rng.choice(("call", "call", "call", "call", "registration", "request", "outbound"))
    acts, later = _MAKERS[kind](rng, given, domain)
    return Play(given, acts, later, profile, kind)


def _call(rng: random.Random, given: dict[str, Value], domain: dict[str, Value]) -> tuple[Value, Value]:
    domain["calls"] = rng.choice((["staff"], ["office"], ["staff", "office"]))
    if rng.random() < 0.15:
        given["phones"]["alice"]["address"] = "127.0.0.66"
    dial: dict[str, Value] = {"to": rng.choice(("sip:100@acme",) * 6 + ("sip:100@acmee",))}
    if rng.random() < 0.2:
        dial["password"] = "Wrong-Horse-42"
    steps = [{"dial": dial}]
    ends: tuple[list[Value], ...] = ([], [], [{"hang_up": ""}], [{"cancel": ""}])
    return (steps, rng.choice(ends)) if rng.random() < 0.5 else ([*steps, *rng.choice(ends)], [])


def _registration(
    rng: random.Random, given: dict[str, Value], domain: dict[str, Value]
) -> tuple[Value, Value]:
    domain["registrations"] = ["staff"]
    wrong = {"register": {"password": "Wrong-Horse-42"}}
    right = {"register": {"expires": rng.choice((60, 600, 900, 3600))}}
    pause = {"expect": {"challenged": 407}}
    acts = rng.choice(
        (
            [right],
            [wrong],
            [right, pause, wrong],
            [wrong, pause, right],
            [right, pause, {"unregister": ""}],
            [right, pause, right],
        )
    )
    return acts, []


def _request(rng: random.Random, given: dict[str, Value], domain: dict[str, Value]) -> tuple[Value, Value]:
    domain["calls"] = ["office"]
    return [{"request": {"method": rng.choice(("OPTIONS", "INFO", "REFER")), "to": "sip:acme"}}], []


def _outbound(rng: random.Random, given: dict[str, Value], domain: dict[str, Value]) -> tuple[Value, Value]:
    domain["registrations"] = ["staff"]
    form = {"To": "sip:alice@acme.sip.twilio.com", "From": "desk", "Url": "${app}/voice"}
    if rng.random() < 0.6:
        form |= {"StatusCallback": "${app}/status"}
        given["app"]["/status"] = {"status": 204, "delay": rng.choice((0, 2))}
    answer = {"phone": "alice", **({"refuse": 486} if rng.random() < 0.4 else {})}
    acts = [
        {"register": {"name": "registration"}},
        {"expect": {"call": "registration", "registered": True}},
        {"rest": {"post": "Calls", "form": form}},
        {"answer": answer},
    ]
    return acts, []


_MAKERS = {"call": _call, "registration": _registration, "request": _request, "outbound": _outbound}


class _Watched(Worlds):
    """Makes worlds, and keeps the last one."""

    world: SimWorld

    def __call__(self, given: Given, *, profile: Profile, seed: int) -> World:
        world = super().__call__(given, profile=profile, seed=seed)
        assert isinstance(world, SimWorld)
        self.world = world
        return world


def played(play: Play, steps: Sequence[Value], seed: int) -> tuple[Result, Finished]:
    """Play some steps, and return how that went and what is to be seen of it when all is over.

    Args:
        play: What is given, and whose behaviour it is.
        steps: The steps; nothing is to be seen when those fail that should have made the call.
        seed: For all that is random.
    """
    text = json.dumps({"scenario": "A random call", "given": play.given, "steps": steps})
    worlds = _Watched("sim", speech=False)
    result = run_scenario(load_scenario_text(text), worlds, substrate="sim", profile=play.profile, seed=seed)
    registrations = sum(not {"register", "unregister"}.isdisjoint(step) for step in steps)
    return result, Finished(worlds.world, result, registrations)


def expectation(rng: random.Random, truth: dict[str, Value]) -> dict[str, Value]:
    """Return one or two expectations; half of their values are as it was, the others are near it or drawn."""
    words = sorted(truth)
    chosen = {word: _value(rng, word, truth[word]) for word in rng.sample(words, rng.choice((1, 1, 1, 2)))}
    named = [
        word for word in ("webhook", "fallback", "callback") if chosen.get(word, "not asked") != "not asked"
    ]
    if len(named) == 1 and rng.random() < 0.5:
        chosen |= rng.choice(
            (
                *({"signed": each} for each in (True, False)),
                *({"method": each} for each in ("POST", "GET")),
                *({"nth": each} for each in (1, 2)),
                {"count": rng.choice((0, 1, 2))},
            )
        )
    return chosen


def _value(rng: random.Random, word: str, true: Value) -> Value:
    if true is not None and rng.random() < 0.4:
        return true
    if word in _AT_FIRST and rng.random() < 0.5:
        return _AT_FIRST[word]
    if word in _LISTS:
        return _near(rng, true, _LISTS[word])
    match word:
        case "responses_begin":
            return _near(rng, true, STATUSES) or [100]
        case "verbs_begin":
            return _near(rng, true, VERBS) or ["Say"]
        case "webhooks":
            return max(0, (true or 0) + rng.choice((-1, 0, 1)))
        case "message" | "order" | "between":
            return of_the_wire(rng, word)
        case "headers":
            return {rng.choice(("Server", "X-Twilio-Error", "Contact")): {"matches": ".*"}}
        case _:
            return rng.choice(_DRAWN[word])


# What would hold of any call at its first moment, if it were judged by then.
_AT_FIRST: dict[str, Value] = {
    "answered": False,
    "registered": False,
    "webhooks": 0,
    "alerts": [],
    "callbacks": [],
    "verbs": [],
    "responses": [],
    "fallback": "not asked",
    "heard": "silence",
    "pressed": "none",
}
_LISTS: dict[str, tuple[Value, ...]] = {
    "responses": STATUSES,
    "verbs": VERBS,
    "alerts": ALERTS,
    "callbacks": ("initiated", *CALL_STATUSES),
}
_DRAWN: dict[str, tuple[Value, ...]] = {
    "answered": (True, False),
    "registered": (True, False),
    "bindings": (0, 1, 2),
    "heard": ("silence", *({"say": words} for words in SPOKEN)),
    "said": SPOKEN,
    "pressed": ("none", "1"),
    "transcript": tuple([{"says": words}] for words in SPOKEN),
    "decision": (
        {"check": "credentials", "outcome": "refused"},
        {"check": "credentials", "outcome": "challenged"},
        {"check": "access-list", "outcome": "passed"},
        {"check": "domain", "reason": "unknown-domain"},
        {"outcome": "dropped"},
    ),
    "ended_by": ("phone", "cloud"),
    "challenged": (401, 407),
    "refused": REASONS,
    "dropped": REASONS,
    "status": CALL_STATUSES,
    "webhook": ("/voice", "/next", "/sorry"),
    "fallback": ("/sorry", "/voice", "not asked"),
    "callback": ("initiated", *CALL_STATUSES),
}


def _near(rng: random.Random, true: list[Value] | None, values: Iterable[Value]) -> list[Value]:
    """Return a beginning of a list, the list with one more, one less or another one in it."""
    items, values = list(true or ()), tuple(values)
    match rng.randrange(6):
        case 0:
            return [*items, rng.choice(values)]
        case 1 if items:
            return items[1:]
        case 2 if items:
            items[rng.randrange(len(items))] = rng.choice(values)
            return items
        case _:
            return items[: rng.randrange(len(items) + 1)]


@dataclass
class Outcome:
    """What came of some examples.

    Attributes:
        problems: What should not have been: the example, and what was wrong.
        verdicts: How often what was judged how.
        words: How often each word was expected.
    """

    problems: list[str] = field(default_factory=list)
    verdicts: Counter[str] = field(default_factory=Counter)
    words: Counter[str] = field(default_factory=Counter)


def check(seed: int, outcome: Outcome) -> None:
    """Play one example: an expectation at some `within` in its midst, and the same one at the end, with patience."""
    rng = random.Random(f"verdict {seed}")
    play = drawn(rng)
    waits = {"expect": {"webhook": "/never", "within": PATIENCE}}
    whole, finished = played(play, [*play.acts, *play.later, waits], seed)
    if not _failed_at(whole, len(play.acts) + len(play.later)):
        outcome.verdicts["not played: an act failed"] += 1
        return
    truth = finished.truth()
    # A file is refused that says of no URL that it is not asked.
    if "fallback" not in play.given["domains"]["acme"]:
        del truth["fallback"]
    if "StatusCallback" not in json.dumps(play.acts) and "status" not in play.given["domains"]["acme"]:
        truth = {word: value for word, value in truth.items() if word not in {"callback", "callbacks"}}
    wanted = expectation(rng, truth)
    within = rng.choice(WITHINS)
    outcome.words.update(list(wanted))

    place = len(play.acts)
    early, finished = played(play, [*play.acts, {"expect": {**wanted, "within": within}}, *play.later], seed)
    if early.outcome == "passed" or _failed_at(early, place):
        said = f"seed {seed}, {json.dumps(wanted)} within {within:g}"
        agrees = finished.agrees(wanted)
        outcome.verdicts[f"in time: {early.outcome}, {_WORDS[agrees]}"] += 1
        if early.outcome == "passed" and not agrees:
            outcome.problems.append(f"{said} passed, but the journal says {finished.shown(wanted)}")

    place += len(play.later)
    late, finished = played(play, [*play.acts, *play.later, {"expect": {**wanted, "within": PATIENCE}}], seed)
    if late.outcome == "passed" or _failed_at(late, place):
        agrees = finished.agrees(wanted)
        outcome.verdicts[f"at the end: {late.outcome}, {_WORDS[agrees]}"] += 1
        why = "; ".join(f"{each.path} {each.expected}: {each.got}" for each in late.mismatches)
        if (late.outcome == "passed") != agrees and "was not over" not in why:
            outcome.problems.append(
                f"seed {seed}, {json.dumps(wanted)} at the end {late.outcome} ({why}),"
                f" but the journal says {finished.shown(wanted)}"
            )


_WORDS = {True: "agrees", False: "contradicts"}


def _failed_at(result: Result, place: int) -> bool:
    """Whether it was the expectation that failed, and no other step."""
    return any(each.path.startswith(f"steps[{place}].expect") for each in result.mismatches)


def main() -> int:
    """Play as many examples as wanted, and say what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--examples", type=int, default=10_000)
    parser.add_argument("--first", type=int, default=0)
    options = parser.parse_args()
    outcome, began_at = Outcome(), time.monotonic()
    for seed in range(options.first, options.first + options.examples):
        check(seed, outcome)
    for verdict, count in sorted(outcome.verdicts.items()):
        print(f"{count:7} {verdict}")
    print(", ".join(f"{word} {count}" for word, count in outcome.words.most_common()))
    for problem in outcome.problems:
        print(problem)
    print(
        f"{options.examples} examples, {len(outcome.problems)} problems, {time.monotonic() - began_at:.0f} s"
    )
    return bool(outcome.problems)


if __name__ == "__main__":
    sys.exit(main())
