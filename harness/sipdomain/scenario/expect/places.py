"""How many calls are where calls meet: in a conference, in a queue."""

from __future__ import annotations

from sipdomain.scenario.expect.finding import Finding, Standing
from sipdomain.scenario.stage import Stage
from sipdomain.voice_entries import Company


def size(stage: Stage, company: Company, name: str, wanted: int) -> Finding:
    """Expect that so many are there at some moment, be it now."""
    got = stage.evidence.together(company, name)
    words = "wait in" if company == "queue" else "are in"
    standing = Standing.MET if got == wanted else Standing.OPEN
    return Finding(standing, company, f"{wanted} {words} {name!r}", f"{got} {words} it")
