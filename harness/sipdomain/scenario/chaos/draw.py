"""What a seed does to a scenario: faults that SIP, a phone and an application must survive, where something happens.

What may be drawn is bounded, so that a correct scenario passes. Nothing befalls provisional responses, which nobody
sends again (RFC 3261 section 17), and whose order nothing restores. A message is lost once, or
more often within a second. Nothing is late by more than
some seconds, far below timer F (32 s). Nothing is corrupted. A document comes before the provider gives it up (15 s), and
callbacks come twice or in another order, as the provider's pages allow (that they come twice: assumed).
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sipdomain.entries import Entry, HttpRequested, SipMessage
from sipdomain.faults.fault import Sender, kinds
from sipdomain.faults.webhooks import CALLBACKS, DOCUMENTS
from sipdomain.scenario.chaos.injection import Injection, Place

MOST_FAULTS: Final = 4
"""How many faults a seed draws at most."""
ONCE: Final = 0.3
"""For how long a kind of message is lost, in seconds: shorter than T1 (0.5 s), so that what is sent again arrives."""
BURSTS: Final = 1.0
"""For how long the line may lose messages in bursts, in seconds: what is sent again by then arrives."""
MOST_LOSS: Final = 0.05
"""Which part of audio is lost at most: words are still understood, and keys counted once."""
BEFORE: Final = 0.02
"""How much sooner than its message a fault begins, in seconds."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What happens in a scenario without faults; faults are drawn for it.

    Attributes:
        messages: When each SIP message was sent over UDP, the kind that it is of, such as `ACK` or `200 INVITE`, and
            who sent it; without provisional responses.
        callbacks: When each callback was made.
        documents: When each document was asked for.
        answers: When each call was answered: its audio begins.
    """

    messages: tuple[tuple[float, str, Sender], ...]
    callbacks: tuple[float, ...]
    documents: tuple[float, ...]
    answers: tuple[float, ...] = ()


def seen(entries: Iterable[Entry]) -> Seen:
    """Return what happened, as the journal has it."""
    messages: list[tuple[float, str, Sender]] = []
    asked: dict[str, list[float]] = {}
    answers: list[float] = []
    for each in entries:
        if isinstance(each, SipMessage) and each.lane == "out" and each.transport == "udp":
            sender: Sender = "cloud" if each.owner == "cloud" else "phone"
            messages += [
                (each.at, kind, sender) for kind in kinds(each.data)[-1:] if not kind.startswith("1")
            ]
        if isinstance(each, SipMessage) and each.lane == "out" and kinds(each.data)[-1:] == ("200 INVITE",):
            answers.append(each.at)
        if isinstance(each, HttpRequested):
            asked.setdefault(each.purpose, []).append(each.at)
    return Seen(
        tuple(messages),
        tuple(sorted(at for purpose in CALLBACKS for at in asked.get(purpose, ()))),
        tuple(sorted(at for purpose in DOCUMENTS for at in asked.get(purpose, ()))),
        tuple(sorted(answers)),
    )


_Values = Mapping[str, Any]


def _drop(seen: Seen, rng: random.Random) -> _Values:
    at, kind, sender = rng.choice(seen.messages)
    return {"of": [kind], "from": sender, **_window(at, ONCE)}


def _duplicate(seen: Seen, rng: random.Random) -> _Values:
    at, kind, sender = rng.choice(seen.messages)
    return {
        "of": [kind],
        "from": sender,
        "copies": rng.randint(1, 3),
        "within": _amount(rng, 1.0),
        **_window(at, rng.uniform(0.1, 5.0)),
    }


def _delay(seen: Seen, rng: random.Random) -> _Values:
    at, kind, sender = rng.choice(seen.messages)
    return {"of": [kind], "from": sender, "by": _amount(rng, 2.0), **_window(at, rng.uniform(0.1, 5.0))}


def _reorder(seen: Seen, rng: random.Random) -> _Values:
    at, _, _ = rng.choice(seen.messages)
    of = sorted({kind for _, kind, _ in seen.messages})
    return {"of": of, "within": _amount(rng, 0.5), **_window(at, rng.uniform(0.1, 5.0))}


def _burst(seen: Seen, rng: random.Random) -> _Values:
    at, _, _ = rng.choice(seen.messages)
    of = sorted({kind for _, kind, _ in seen.messages})
    return {"of": of, "p": _amount(rng, 0.4), "r": 0.5, **_window(at, rng.uniform(0.1, BURSTS))}


def _limit(seen: Seen, rng: random.Random) -> _Values:
    at, _, _ = rng.choice(seen.messages)
    of = sorted({kind for _, kind, _ in seen.messages})
    return {
        "of": of,
        "octets": rng.randint(2_000, 20_000),
        "queue": 10.0,
        **_window(at, rng.uniform(0.1, 5.0)),
    }


def _double(seen: Seen, rng: random.Random) -> _Values:
    at = rng.choice(seen.callbacks)
    return {
        "of": ["callbacks"],
        "copies": 1,
        "within": _amount(rng, 2.0),
        **_window(at, rng.uniform(0.1, 5.0)),
    }


def _shuffle(seen: Seen, rng: random.Random) -> _Values:
    at = rng.choice(seen.callbacks)
    return {"of": ["callbacks"], "within": _amount(rng, 2.0), **_window(at, rng.uniform(0.1, 5.0))}


def _slow(seen: Seen, rng: random.Random) -> _Values:
    of, moments = rng.choice(
        [each for each in (("callbacks", seen.callbacks), ("documents", seen.documents)) if each[1]]
    )
    return {"of": [of], "headers": _amount(rng, 2.0), **_window(rng.choice(moments), rng.uniform(0.1, 5.0))}


def _lose(seen: Seen, rng: random.Random) -> _Values:
    return {"of": ["callbacks"], **_window(rng.choice(seen.callbacks), rng.uniform(0.1, 5.0))}


def _type(seen: Seen, rng: random.Random) -> _Values:
    return {"of": ["documents"], **_window(rng.choice(seen.documents), rng.uniform(0.1, 5.0))}


def _of_audio(values: Callable[[random.Random], _Values]) -> Callable[[Seen, random.Random], _Values]:
    def draw(seen: Seen, rng: random.Random) -> _Values:
        at = rng.choice(seen.answers) + rng.uniform(0.0, 5.0)
        return {
            "from": rng.choice(("phone", "cloud")),
            **values(rng),
            **_window(round(at, 3), rng.uniform(0.5, 5.0)),
        }

    return draw


def _behaviour(**values: Any) -> Callable[[Seen, random.Random], _Values]:
    return lambda _seen, rng: {**values, "nth": rng.randint(1, 2)}


@dataclass(frozen=True, slots=True)
class _Source:
    place: Place
    draw: Callable[[Seen, random.Random], _Values]
    meets: Callable[[Seen], bool]


def _is_answered(seen: Seen) -> bool:
    return bool(seen.answers)


SOURCES: Final[Mapping[str, _Source]] = {
    "drop": _Source("faults", _drop, lambda seen: bool(seen.messages)),
    "duplicate": _Source("faults", _duplicate, lambda seen: bool(seen.messages)),
    "delay": _Source("faults", _delay, lambda seen: bool(seen.messages)),
    "reorder": _Source("faults", _reorder, lambda seen: bool(seen.messages)),
    "burst": _Source("faults", _burst, lambda seen: bool(seen.messages)),
    "limit": _Source("faults", _limit, lambda seen: bool(seen.messages)),
    "double": _Source("webhook_faults", _double, lambda seen: bool(seen.callbacks)),
    "shuffle": _Source("webhook_faults", _shuffle, lambda seen: bool(seen.callbacks)),
    "slow": _Source("webhook_faults", _slow, lambda seen: bool(seen.callbacks or seen.documents)),
    "rtp drop": _Source(
        "rtp_faults", _of_audio(lambda rng: {"chance": _amount(rng, MOST_LOSS)}), _is_answered
    ),
    "rtp burst": _Source(
        "rtp_faults", _of_audio(lambda rng: {"p": _amount(rng, MOST_LOSS / 2), "r": 0.5}), _is_answered
    ),
    "rtp delay": _Source(
        "rtp_faults",
        _of_audio(lambda rng: {"by": _amount(rng, 0.1), "spread": _amount(rng, 0.03)}),
        _is_answered,
    ),
    "rtp reorder": _Source("rtp_faults", _of_audio(lambda rng: {"within": _amount(rng, 0.06)}), _is_answered),
    "rtp key_ends": _Source("rtp_faults", _of_audio(lambda _: {}), _is_answered),
    "rtp ssrc": _Source("rtp_faults", _of_audio(lambda _: {}), _is_answered),
    "lose": _Source("webhook_faults", _lose, lambda seen: bool(seen.callbacks)),
    "type": _Source("webhook_faults", _type, lambda seen: bool(seen.documents)),
    "silence": _Source("cloud", _behaviour(of="ACK", times=1), _is_answered),
    "answer_twice": _Source("cloud", _behaviour(), _is_answered),
    "no_trying": _Source("cloud", _behaviour(), _is_answered),
    "late_ringing": _Source("cloud", _behaviour(), _is_answered),
    "other_tag": _Source("cloud", _behaviour(), _is_answered),
}
"""By the word of a fault, how one is drawn, and whether it would meet anything."""
USUAL: Final = tuple(SOURCES)[: tuple(SOURCES).index("lose")]
"""What is drawn unless others are named: what a correct scenario survives. Of the others not all do."""


def drawn(seen: Seen, seed: int, words: Iterable[str] = USUAL) -> tuple[Injection, ...]:
    """Return the faults of a seed: the same every time for the same arguments.

    Args:
        seen: What happens without faults.
        seed: The seed.
        words: Which faults may be drawn.

    Returns:
        The faults; none where none of them would meet anything.
    """
    rng = random.Random(f"chaos {seed}")
    possible = [word for word in SOURCES if word in frozenset(words) and SOURCES[word].meets(seen)]
    if not possible:
        return ()
    chosen = [rng.choice(possible) for _ in range(rng.randint(1, MOST_FAULTS))]
    return tuple(
        Injection(SOURCES[word].place, word.rpartition(" ")[2], SOURCES[word].draw(seen, rng))
        for word in chosen
    )


def _window(at: float, length: float) -> _Values:
    since = round(max(0.0, at - BEFORE), 3)
    return {"since": since, "until": round(since + length, 3)}


def _amount(rng: random.Random, most: float) -> float:
    return round(rng.uniform(most / 20, most), 3)
