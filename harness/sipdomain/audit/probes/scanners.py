"""What the scanners of sipvicious find; what they cannot see is said so."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sipdomain.audit.attacker import Attacker
from sipdomain.audit.finding import Finding, Severity
from sipdomain.audit.probes.passwords import USUAL
from sipdomain.audit.probes.probe import Probe
from sipdomain.audit.scanners import Scan, scan
from sipdomain.mask import masking

_ALIKE: Final = "Answer the same way whether or not a user exists."


def run(attacker: Attacker) -> Iterator[Finding]:
    """Run svmap, svwar with REGISTER and INVITE, and svcrack; one that found nothing without looking could not tell."""
    target = attacker.target
    seen = scan("svmap", target, ())
    what = "svmap: the server says what it is"
    if seen.rows:
        yield Finding("scanners", "found", "info", f"{what}: {seen.rows[0][1]}", seen.output)
    else:
        yield Finding(
            "scanners", "could not tell" if seen.verdict == "gave up" else "clean", "info", what, seen.output
        )
    users = [*([target.user] if target.user else []), "100", "101", "1000", "admin"]
    for method in ("REGISTER", "INVITE"):
        found = scan("svwar", target, users, "--force", "-m", method)
        yield _judged(found, "medium", f"svwar finds users by {method}", _ALIKE)
    if not target.user:
        yield Finding(
            "scanners", "not run", "high", "svcrack guesses a password", mend="Name a user with --user."
        )
        return
    found = scan("svcrack", target, (*target.passwords, *USUAL), "-u", target.user)
    hidden = {password for _, password in found.rows}
    finding = _judged(found, "high", "svcrack guesses a password", "Set a password that no list has.")
    hide = masking(hidden)
    yield Finding(
        "scanners",
        finding.outcome,
        finding.severity,
        finding.what,
        tuple(map(hide, finding.evidence)),
        finding.mend,
    )


def _judged(found: Scan, grade: Severity, what: str, mend: str) -> Finding:
    evidence = tuple(line[:200] for line in found.output)
    match found.verdict:
        case "found":
            return Finding("scanners", "found", grade, what, evidence, mend)
        case "gave up":
            return Finding("scanners", "could not tell", grade, f"{what}: it did not look", evidence)
        case _:
            return Finding("scanners", "clean", grade, what, evidence)


PROBE: Final = Probe("scanners", "what svmap, svwar and svcrack of sipvicious find", run)
