"""How many calls are where calls meet: in a conference, in a queue."""

from __future__ import annotations

from sipdomain.scenario.expect.finding import Finding, Standing
from sipdomain.scenario.stage import Stage
from sipdomain.voice_entries import Company


def size(stage: Stage, company: Company, name: str, wanted: int) -> Finding:
    """Expect that so many are there at some moment, be it now; that nobody ever was shows at the end."""
    got = stage.evidence.together(company, name)
    places = stage.evidence.places(company)
    words = "wait in" if company == "queue" else "are in"
    standing = Standing.OPEN
    if got == wanted:
        standing = Standing.MET if name in places else Standing.SO_FAR
    near = tuple(
        f"{stage.evidence.together(company, each)} {words} {each!r}" for each in places if each != name
    )
    return Finding(standing, company, f"{wanted} {words} {name!r}", f"{got} {words} it", near)
