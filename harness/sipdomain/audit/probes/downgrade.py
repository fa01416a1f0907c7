"""Whether credentials are taken that prove less than the challenge asks for (RFC 7616 sections 3.4, 5.13).

The uri of another request is noted only: in SIP that is "not necessarily a failure" (RFC 3261 section 22.4, number 6).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from sipdomain.audit.answer import Answer
from sipdomain.audit.attacker import Attacker
from sipdomain.audit.finding import Finding, Severity
from sipdomain.audit.logins import Login, judged
from sipdomain.audit.probes.probe import TO_LOG_IN, Probe

_MEND: Final = (
    "Refuse credentials whose realm, qop, algorithm or uri is not what the challenge, and the request, have."
)
_MEND_QOP: Final = (
    "Refuse credentials without qop where the challenge offers it, or at least a second use of such a nonce."
)
_NO_QOP: Final = {"qop": "", "nc": "", "cnonce": ""}


def run(attacker: Attacker) -> Iterator[Finding]:
    """Log in properly, and then with less; one more right login at the end shows that nothing was locked."""
    what = "Credentials are taken that prove less than was asked for"
    if not attacker.target.password:
        yield Finding("downgrade", "not run", "medium", what, mend=TO_LOG_IN)
        return
    login = Login(attacker)
    right = login.once()
    if right.status != 200:
        evidence = (f"REGISTER, logged in: {right.words}",)
        yield Finding(
            "downgrade", "could not tell", "medium", f"{what}: nobody can register with it", evidence
        )
        return
    tried: tuple[tuple[str, Severity, Answer], ...] = (
        ("an empty response", "critical", login.once(response="")),
        ("a response of zeros", "critical", login.once(response="0" * 32)),
        ("another realm", "low", login.once(realm="elsewhere.example")),
        ("an algorithm that was not offered", "low", login.once(algorithm="NONE")),
        ("a qop that was not offered", "low", login.once(qop="auth-conf")),
        ("the uri of another request", "info", login.once(uri="sip:elsewhere.example")),
    )
    for how, severity, answer in tried:
        yield _judged(f"Credentials with {how} are taken", severity, answer)
    yield from _without_qop(login)
    last = login.once()
    if last.status != 200:
        evidence = (f"REGISTER, logged in again: {last.words}",)
        yield Finding(
            "downgrade", "could not tell", "medium", f"{what}: the user was locked out meanwhile", evidence
        )
    attacker.leave()


def _without_qop(login: Login) -> Iterator[Finding]:
    draft, refused = login.challenged()
    if refused.challenge is None or not refused.challenge.qop:
        what = "Credentials without qop are taken"
        yield Finding(
            "downgrade", "found", "low", f"{what}: none is offered", (refused.words,), "Offer qop=auth."
        )
        return
    once = login.answer(draft, refused, **_NO_QOP)
    yield _judged("Credentials without the qop that was offered are taken", "info", once, _MEND_QOP)
    if once.status == 200:
        other = replace(login.attacker.draft("REGISTER", login.user), sequence=7)
        twice = login.answer(other, refused, **_NO_QOP)
        yield _judged(
            "Credentials without qop are taken twice: who overhears them can log in",
            "medium",
            twice,
            _MEND_QOP,
        )


def _judged(what: str, severity: Severity, answer: Answer, mend: str = _MEND) -> Finding:
    return judged("downgrade", what, severity, answer, mend)


PROBE: Final = Probe("downgrade", "credentials that prove less than was asked for", run)
