"""Whether an answer says which users there are: by its status, its words, its header fields, its length."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sipdomain.audit.attacker import Answer, Attacker
from sipdomain.audit.finding import Finding
from sipdomain.audit.probes.probe import Probe

STRANGERS: Final = ("nobody-7431", "nobody-2960")
_MEND: Final = "Answer the same way whether or not a user exists: a challenge, then 403."
_PARTS: Final = ("status", "reason", "header fields", "length of the body")


def run(attacker: Attacker) -> Iterator[Finding]:
    """Ask as a user that exists and as two that do not, before and after a wrong password, and compare."""
    user = attacker.target.user
    if not user:
        yield Finding(
            "enumeration", "not run", "medium", "User names can be found out", mend="Name one with --user."
        )
        return
    for method in ("REGISTER", "INVITE"):
        yield _compared(
            f"{method} without credentials", *(attacker.ask(method, each) for each in (user, *STRANGERS))
        )
        yield _compared(
            f"{method} with a wrong password",
            *(attacker.log_in(method, each, "Wrong-Horse-7431")[0] for each in (user, *STRANGERS)),
        )


def _compared(how: str, known: Answer, one: Answer, other: Answer) -> Finding:
    what = f"User names can be found out by {how}"
    evidence = tuple(
        f"{who}: {_words(each)}" for who, each in (("a user", known), ("a stranger", one), ("another", other))
    )
    if not (known.status and one.status and other.status):
        return Finding("enumeration", "could not tell", "medium", f"{what}: an answer is missing", evidence)
    if one.fingerprint != other.fingerprint:
        return Finding(
            "enumeration", "could not tell", "medium", f"{what}: two strangers differ too", evidence
        )
    if known.fingerprint == one.fingerprint:
        return Finding("enumeration", "clean", "medium", what, evidence)
    by = [
        part
        for part, here, there in zip(_PARTS, known.fingerprint, one.fingerprint, strict=True)
        if here != there
    ]
    return Finding("enumeration", "found", "medium", f"{what}: {' and '.join(by)}", evidence, _MEND)


def _words(answer: Answer) -> str:
    reason = answer.response.reason if answer.response is not None else ""
    return f"{answer.status} {reason}".strip() if answer.status else "no answer"


PROBE: Final = Probe("enumeration", "user names by the answer's words", run)
