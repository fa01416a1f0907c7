"""Whether a user's password is among those that are tried first, by calls with a session description.

svcrack cannot see this: it calls without one, and a server that looks at the call before the password answers 488 to all.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sipdomain.audit.attacker import BUSY, Attacker
from sipdomain.audit.finding import Finding
from sipdomain.audit.probes.probe import Probe

USUAL: Final = (
    "password",
    "Password1",
    "123456",
    "12345678",
    "1234",
    "0000",
    "admin",
    "secret",
    "letmein",
    "qwerty",
)
_WHAT: Final = "A user's password is easily guessed"
_MEND: Final = "Set a password of at least 12 characters that no list has."
_WRONG: Final = "Wrong-Horse-7431"


def run(attacker: Attacker) -> Iterator[Finding]:
    """Call with each password, after one that is wrong for sure."""
    user = attacker.target.user
    if not user:
        yield Finding("passwords", "not run", "high", _WHAT, mend="Name a user with --user.")
        return
    control, fields = attacker.log_in("INVITE", user, _WRONG)
    if not fields or control.status in {401, 407, 0} or control.status < 300:
        evidence = (f"INVITE with a wrong password: {control.words}",)
        yield Finding("passwords", "could not tell", "high", f"{_WHAT}: a wrong one is not refused", evidence)
        return
    tried = (*attacker.target.passwords, *USUAL, user, f"{user}123")
    for password in tried:
        answer, _ = attacker.log_in("INVITE", user, password)
        if answer.status != control.status and answer.status not in {0, *BUSY}:
            differs = (f"a wrong password: {control.status}", f"one of the list: {answer.status}")
            yield Finding("passwords", "found", "high", f"{_WHAT}: that of {user}", differs, _MEND)
            return
    evidence = (f"{len(tried)} passwords, each {control.status}",)
    if attacker.target.password:
        right, _ = attacker.log_in("INVITE", user, attacker.target.password)
        if right.status == control.status:
            locked = f"{_WHAT}: after so many tries the right one is refused too"
            yield Finding("passwords", "could not tell", "high", locked, evidence)
            return
    yield Finding("passwords", "clean", "high", _WHAT, evidence)


PROBE: Final = Probe("passwords", "passwords that are tried first", run)
