"""A call in which the PBX finds the domain by DNS, hears a greeting and is hung up."""

from __future__ import annotations

from collections.abc import Generator

from sipdomain.qa.bench import Bench
from sipdomain.runtime.worlds.world import Until


def called_by_name(bench: Bench, transport: str = "") -> Generator[Until, bool, bool]:
    """Let the PBX call by the domain's name, wait until that is over, and return whether an INVITE came.

    Args:
        bench: Where it is examined.
        transport: By which a program calls, such as "tcp"; "" for that of the bench.
    """
    bench.hears("<Say>You are connected.</Say><Hangup/>")
    has_come = yield from bench.dial("call by name", transport=transport)
    if has_come:
        yield from bench.over()
    return has_come
