"""Whether the time that an answer takes says which users there are, by a rank test."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from statistics import median
from typing import Final

from sipdomain.audit.attacker import Attacker
from sipdomain.audit.finding import Finding
from sipdomain.audit.probes.enumeration import stranger
from sipdomain.audit.probes.probe import Probe

SAMPLES: Final = 100
"""How many answers of each kind are timed; they are taken in turn, so that a busy moment strikes both.

So many see an effect of 80 % in at least 98 of 100 runs, and take none for one in less than one of 1,000.
"""
LEAST_EFFECT: Final = 0.7
"""From which chance of one kind being slower than the other (0.5 is none) the difference counts."""
LEAST_GAP: Final = 0.0005
"""From which difference of the medians, in seconds: less is lost on any network."""
HIGHEST_P: Final = 0.001
_MEND: Final = "Do the same work whether or not a user exists: compute the digest with a made-up password."


def run(attacker: Attacker) -> Iterator[Finding]:
    """Time answers to wrong passwords of a user that exists, and of one that does not."""
    what = "User names can be found out by the time that an answer takes"
    user = attacker.target.user
    if not user:
        yield Finding("timing", "not run", "low", what, mend="Name a user that exists with --user.")
        return
    known: list[float] = []
    strangers: list[float] = []
    for _ in range(SAMPLES):
        for who, times in ((user, known), (stranger(user), strangers)):
            answer, credentials = attacker.log_in("REGISTER", who, "Wrong-Horse-7431")
            if credentials and answer.status:
                times.append(answer.took)
    if min(len(known), len(strangers)) < SAMPLES / 2:
        short = (f"{len(known)} and {len(strangers)} answers to credentials, of {SAMPLES} each",)
        yield Finding("timing", "could not tell", "low", what, short)
        return
    effect, p = rank_test(known, strangers)
    gap = median(known) - median(strangers)
    evidence = (
        f"medians {median(known) * 1000:.3f} ms and {median(strangers) * 1000:.3f} ms",
        f"a user is slower than a stranger in {effect:.0%} of pairs (50% is no difference), p = {p:.2g}",
    )
    found = max(effect, 1 - effect) >= LEAST_EFFECT and abs(gap) >= LEAST_GAP and p <= HIGHEST_P
    yield Finding("timing", "found" if found else "clean", "low", what, evidence, _MEND if found else "")


def rank_test(one: Sequence[float], other: Sequence[float]) -> tuple[float, float]:
    """Return the chance that a value of `one` exceeds one of `other`, and the two-sided p-value.

    The test of Mann and Whitney, with the normal approximation, which holds from about twenty values on; ties count half.
    """
    ranked = sorted((value, number < len(one)) for number, value in enumerate((*one, *other)))
    ranks, place = 0.0, 0
    while place < len(ranked):
        last = place
        while last + 1 < len(ranked) and ranked[last + 1][0] == ranked[place][0]:
            last += 1
        ranks += sum(mine for _, mine in ranked[place : last + 1]) * ((place + last) / 2 + 1)
        place = last + 1
    pairs = len(one) * len(other)
    greater = ranks - len(one) * (len(one) + 1) / 2
    spread = math.sqrt(pairs * (len(one) + len(other) + 1) / 12)
    z = (greater - pairs / 2) / spread if spread else 0.0
    return greater / pairs, math.erfc(abs(z) / math.sqrt(2))


PROBE: Final = Probe("timing", "user names by the time of the answer", run)
