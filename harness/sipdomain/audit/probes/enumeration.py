"""Whether an answer says which users there are: by its status, words, header fields, To tag and size, by each transport."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from typing import Final

from sipdomain.audit.answer import PARTS, Answer
from sipdomain.audit.attacker import Attacker, attacking
from sipdomain.audit.finding import Finding
from sipdomain.audit.probes.probe import Probe
from sipdomain.audit.wires import Transport
from sipdomain.errors import SetupError

_MEND: Final = "Answer the same way whether or not a user exists: a challenge, then 403."
_VARYING: Final = frozenset({"form of the To tag", "size"})
"""What may differ between two answers to the same: then it says nothing of users."""
_LETTERS: Final = "bcdfghjklmnpqrstvwxz"


def stranger(like: str) -> str:
    """Return a name that nobody has, of the same length: an answer that repeats it has the same size."""
    return "".join(secrets.choice(_LETTERS) for _ in range(max(len(like), 6)))[: max(len(like), 1)]


def run(attacker: Attacker) -> Iterator[Finding]:
    """Ask as a user that exists and as two that do not, before and after a wrong password, and compare."""
    target = attacker.target
    if not target.user:
        yield Finding(
            "enumeration", "not run", "medium", "User names can be found out", mend="Name one with --user."
        )
        return
    yield from _by(attacker)
    ways: tuple[Transport, ...] = ("TCP",) if target.tls is None else ("TCP", "TLS")
    for transport in ways:
        try:
            with attacking(target, transport, at=target.tls if transport == "TLS" else None) as other:
                yield from _by(other)
        except SetupError as error:
            what = f"User names can be found out by {transport}"
            yield Finding("enumeration", "not run", "medium", f"{what}: {error}")


def _by(attacker: Attacker) -> Iterator[Finding]:
    user = attacker.target.user
    # In between the strangers: what grows from answer to answer does not look like the user's own.
    one, other = stranger(user), stranger(user)
    transport = "" if attacker.wire.transport == "UDP" else f" by {attacker.wire.transport}"
    for method in ("REGISTER", "INVITE"):
        asked = [attacker.ask(method, each) for each in (one, user, other)]
        yield _compared(f"{method} without credentials{transport}", *asked)
        asked = [attacker.log_in(method, each, "Wrong-Horse-7431")[0] for each in (one, user, other)]
        yield _compared(f"{method} with a wrong password{transport}", *asked)


def _compared(how: str, one: Answer, known: Answer, other: Answer) -> Finding:
    what = f"User names can be found out by {how}"
    evidence = tuple(
        f"{who}: {each.words}, {each.size} bytes"
        for who, each in (("a stranger", one), ("a user", known), ("another stranger", other))
    )
    if not (known.status and one.status and other.status):
        return Finding("enumeration", "could not tell", "medium", f"{what}: an answer is missing", evidence)
    rows = list(zip(PARTS, known.fingerprint, one.fingerprint, other.fingerprint, strict=True))
    if any(here != there for part, _, here, there in rows if part not in _VARYING):
        return Finding(
            "enumeration", "could not tell", "medium", f"{what}: two strangers differ too", evidence
        )
    by = [part for part, mine, here, there in rows if here == there != mine]
    if not by:
        return Finding("enumeration", "clean", "medium", what, evidence)
    return Finding("enumeration", "found", "medium", f"{what}: {' and '.join(by)}", evidence, _MEND)


PROBE: Final = Probe("enumeration", "user names by the answer's words", run)
