"""Digest logins by hand: each part of the credentials may be something else than what the challenge asks for."""

from __future__ import annotations

import secrets
from dataclasses import replace
from typing import Any

from sipdomain.audit.answer import Answer
from sipdomain.audit.attacker import BUSY, Attacker, field_of
from sipdomain.audit.draft import Draft
from sipdomain.audit.finding import Finding, Severity
from sipdomain.sip.digest import Challenge, Credentials, digest_response, hash_a1


def credentials(challenge: Challenge, draft: Draft, user: str, password: str, **changes: Any) -> Credentials:
    """Return credentials with a response that is right for what they say.

    Args:
        challenge: What is answered.
        draft: The request that they are for.
        user: Who logs in.
        password: Theirs.
        changes: Attributes of `Credentials` that are to be something else; `response` too.
    """
    qop = "auth" if challenge.qop else ""
    blank = Credentials(
        user, challenge.realm, challenge.nonce, draft.uri, "", challenge.opaque,
        qop, "00000001" if qop else "", secrets.token_hex(4) if qop else "", challenge.algorithm,
    )  # fmt: skip
    said = replace(blank, **changes)
    if "response" in changes:
        return said
    return replace(said, response=digest_response(hash_a1(user, said.realm, password), draft.method, said))


class Login:
    """Registrations of the target's user, with what is needed to send each part of the credentials otherwise."""

    def __init__(self, attacker: Attacker) -> None:
        self.attacker = attacker
        self.user, self.password = attacker.target.user, attacker.target.password

    def challenged(self) -> tuple[Draft, Answer]:
        """Return a registration that was challenged, and the challenge."""
        draft = self.attacker.draft("REGISTER", self.user)
        return draft, self.attacker.asked(draft)

    def answer(self, draft: Draft, refused: Answer, **changes: Any) -> Answer:
        """Answer a challenge with credentials of which some parts are otherwise; without a challenge, nothing is asked."""
        challenge = refused.challenge
        if challenge is None:
            return Answer(0, 0.0)
        said = credentials(challenge, draft, self.user, self.password, **changes)
        return self.attacker.asked(draft.again(((field_of(refused), str(said)),)))

    def once(self, **changes: Any) -> Answer:
        """Be challenged, and answer."""
        return self.answer(*self.challenged(), **changes)


def judged(probe: str, what: str, severity: Severity, answer: Answer, mend: str) -> Finding:
    """Return what the answer to a registration says, whose credentials should not be taken."""
    evidence = (f"REGISTER: {answer.words}",)
    if not answer.status or answer.status in BUSY:
        return Finding(probe, "could not tell", severity, what, evidence)
    if answer.status == 200:
        return Finding(probe, "found", severity, what, evidence, mend)
    return Finding(probe, "clean", severity, what, evidence)
