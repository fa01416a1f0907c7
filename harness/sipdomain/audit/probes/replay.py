"""Whether credentials that were overheard open the door again (RFC 7616 section 5.12)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sipdomain.audit.attacker import BUSY, Attacker
from sipdomain.audit.finding import Finding
from sipdomain.audit.probes.probe import TO_LOG_IN, Probe

_WHAT: Final = "Credentials can be used again by whoever saw them"
_MEND: Final = "Refuse a nonce count that does not grow, and let nonces live for a minute at most."


def run(attacker: Attacker) -> Iterator[Finding]:
    """Register, and send the same credentials again in another request."""
    target = attacker.target
    if not target.password:
        yield Finding("replay", "not run", "medium", _WHAT, mend=TO_LOG_IN)
        return
    answer, fields = attacker.log_in("REGISTER", target.user, target.password)
    if answer.status != 200 or not fields:
        evidence = (f"REGISTER, logged in: {answer.words}",)
        yield Finding("replay", "could not tell", "medium", f"{_WHAT}: nobody can register with it", evidence)
        return
    again = attacker.ask("REGISTER", target.user, fields=fields)
    evidence = (f"the same credentials in another REGISTER: {again.words}",)
    if not again.status or again.status in BUSY:
        yield Finding("replay", "could not tell", "medium", _WHAT, evidence)
    elif again.status == 200:
        yield Finding("replay", "found", "medium", _WHAT, evidence, _MEND)
    else:
        yield Finding("replay", "clean", "medium", _WHAT, evidence)
    attacker.leave()


PROBE: Final = Probe("replay", "credentials that were overheard", run)
