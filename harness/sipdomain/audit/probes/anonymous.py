"""Calls and registrations without credentials."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sipdomain.audit.attacker import NOBODY, Attacker
from sipdomain.audit.finding import Finding
from sipdomain.audit.probes.probe import Probe

_MEND: Final = "Guard the domain by credentials, and by an access list of the PBX's own addresses."


def run(attacker: Attacker) -> Iterator[Finding]:
    """Call and register as nobody; what is taken is found (RFC 3261 section 22)."""
    for method, what in (
        ("INVITE", "A call without credentials is taken"),
        ("REGISTER", "A registration without credentials is taken"),
    ):
        answer = attacker.ask(method, NOBODY)
        evidence = (f"{method} without credentials: {answer.words}",)
        if not answer.status:
            yield Finding("anonymous", "could not tell", "critical", f"{what}: nobody answered", evidence)
        elif answer.is_taken:
            yield Finding("anonymous", "found", "critical", what, evidence, _MEND)
        else:
            yield Finding("anonymous", "clean", "critical", what, evidence)


PROBE: Final = Probe("anonymous", "calls and registrations without credentials", run)
