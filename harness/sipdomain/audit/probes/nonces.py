"""Whose nonces are taken, how often, and for how long (RFC 7616 sections 3.3, 3.4 and 5.4)."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Final

from sipdomain.audit.answer import Answer
from sipdomain.audit.attacker import Attacker
from sipdomain.audit.finding import Finding, Severity
from sipdomain.audit.logins import Login, judged
from sipdomain.audit.probes.probe import TO_LOG_IN, Probe

_WHAT: Final = "Nonces are taken that should not be"
_MEND: Final = (
    "Take nonces only that were issued, with a count that grows, and let them live for a minute at most."
)


def run(attacker: Attacker) -> Iterator[Finding]:
    """Log in with counts that grow, stay and fall, with a nonce that nobody issued, and with one that is old."""
    target = attacker.target
    if not target.password:
        yield Finding("nonces", "not run", "medium", _WHAT, mend=TO_LOG_IN)
        return
    login = Login(attacker)
    draft, refused = login.challenged()
    other = login.challenged()[1]
    right = login.answer(draft, refused)
    if right.status != 200 or refused.challenge is None or other.challenge is None:
        evidence = (f"REGISTER, logged in: {right.words}",)
        yield Finding("nonces", "could not tell", "medium", f"{_WHAT}: nobody can register with it", evidence)
        return
    same = refused.challenge.nonce == other.challenge.nonce
    evidence = (f"two challenges: {'the same nonce' if same else 'two nonces'}",)
    yield Finding(
        "nonces",
        "found" if same else "clean",
        "low",
        "Two challenges have the same nonce",
        evidence,
        _MEND * same,
    )
    yield _judged(
        "A nonce is taken that nobody issued", "medium", login.once(nonce=_made_up(refused.challenge.nonce))
    )
    yield from _counts(login)
    yield _aged(login)
    attacker.leave()


def _made_up(nonce: str) -> str:
    """Return a nonce of the same form: its characters in reverse, and not the same when they read alike."""
    turned = nonce[::-1]
    return turned if turned != nonce else turned[:-1] + ("1" if turned[-1:] != "1" else "2")


def _counts(login: Login) -> Iterator[Finding]:
    draft, refused = login.challenged()
    if refused.challenge is None or not refused.challenge.qop:
        yield Finding("nonces", "could not tell", "medium", "A nonce count is taken twice: none is asked for")
        return
    login.answer(draft, refused, nc="00000001")
    same = login.answer(login.attacker.draft("REGISTER", login.user), refused, nc="00000001")
    yield _judged("A nonce is taken again with the same count", "medium", same)
    draft, refused = login.challenged()
    login.answer(draft, refused, nc="00000001")
    grown = login.answer(login.attacker.draft("REGISTER", login.user), refused, nc="00000005")
    fallen = login.answer(login.attacker.draft("REGISTER", login.user), refused, nc="00000002")
    if grown.status != 200:
        yield Finding(
            "nonces",
            "clean",
            "medium",
            "A nonce is taken again with a lower count",
            ("each nonce is taken once",),
        )
        return
    # Some servers keep a window of counts (RFC 7616 section 3.4 allows requests out of order): once is not a replay.
    again = login.answer(login.attacker.draft("REGISTER", login.user), refused, nc="00000002")
    shown = again if fallen.status == 200 else fallen
    yield _judged("A nonce is taken again with a lower count", "medium", shown)


def _aged(login: Login) -> Finding:
    age = login.attacker.target.nonce_age
    what = f"A nonce is still taken after {age} seconds" if age else "A nonce is taken for long"
    if not age:
        return Finding("nonces", "not run", "low", what, mend="Say after how many seconds with --nonce-age.")
    draft, refused = login.challenged()
    time.sleep(age)
    return _judged(what, "low", login.answer(draft, refused))


def _judged(what: str, severity: Severity, answer: Answer) -> Finding:
    return judged("nonces", what, severity, answer, _MEND)


PROBE: Final = Probe("nonces", "nonces that are made up, used again, or old", run)
