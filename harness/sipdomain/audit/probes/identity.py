"""Whether a user who logged in can take the calls of another one, or call in their name (RFC 3261 sections 10.3, 22.1)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sipdomain.audit.attacker import BUSY, Attacker
from sipdomain.audit.finding import Finding
from sipdomain.audit.probes.probe import TO_LOG_IN, Probe

VICTIM: Final = "victim-7431"
_MEND: Final = "Let a user register the address of record only that is theirs."
_MEND_FROM: Final = "Set the caller by the user who logged in, where it is shown or billed."


def run(attacker: Attacker) -> Iterator[Finding]:
    """Register another user's address of record, and call with another user's From."""
    target = attacker.target
    what = "A user can register for another one, and gets their calls"
    if not target.password:
        yield Finding("identity", "not run", "high", what, mend=TO_LOG_IN)
        return
    own, fields = attacker.log_in("REGISTER", target.user, target.password)
    theirs = f"sip:{VICTIM}@{target.domain}"
    other, _ = attacker.log_in("REGISTER", target.user, target.password, to=theirs)
    named, _ = attacker.log_in("REGISTER", target.user, target.password, to=theirs, from_=theirs)
    evidence = (
        f"their own: {own.words}", f"To of another user: {other.words}", f"To and From of another user: {named.words}",
    )  # fmt: skip
    if own.status != 200 or not fields or {other.status, named.status} & {0, *BUSY}:
        yield Finding("identity", "could not tell", "high", f"{what}: nobody can register with it", evidence)
    elif 200 in {other.status, named.status}:
        yield Finding("identity", "found", "high", what, evidence, _MEND)
    else:
        yield Finding("identity", "clean", "high", what, evidence)
    for to in (theirs, f"sip:{target.user}@{target.domain}"):
        attacker.leave(to=to, from_=to)
    what = "A user can call with the name of another one in From"
    honest, _ = attacker.log_in("INVITE", target.user, target.password)
    false, _ = attacker.log_in("INVITE", target.user, target.password, from_=theirs)
    shown = (f"their own From: {honest.words}", f"another user's: {false.words}")
    if not honest.status or not false.status or honest.status in {401, 403, 407}:
        yield Finding("identity", "could not tell", "info", what, shown)
    elif false.status == honest.status:
        yield Finding("identity", "found", "info", what, shown, _MEND_FROM)
    else:
        yield Finding("identity", "clean", "info", what, shown)


PROBE: Final = Probe("identity", "registrations and calls in another user's name", run)
