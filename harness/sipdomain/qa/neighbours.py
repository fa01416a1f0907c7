"""Other phones of the PBX's user, which hold bindings beside its own."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import Final

from sipdomain.qa.bench import Bench, NotPossibleError
from sipdomain.runtime.worlds.world import Until
from sipdomain.twilio.behaviours.grant import Grant

NEIGHBOURS: Final = "neighbours"
"""The phone that registers for all of them."""
_ENOUGH: Final = 5.0
_LEAST: Final = 600
_PORT: Final = 6001


def move_in(
    bench: Bench, seconds: Sequence[int], *, briefly: int = 0, brief: int = 0
) -> Generator[Until, bool, None]:
    """Remove the bindings that the user has, and register others.

    Args:
        bench: Where.
        seconds: For how long each is registered.
        briefly: How many more are registered for less than a REGISTER may ask for.
        brief: For how long those are, in seconds.

    Raises:
        NotPossibleError: They are refused.
    """
    yield from _register(bench, "*", 0)
    yield from _register(bench, _contacts(bench, _PORT, seconds))
    if briefly:
        bench.behaves(Grant(seconds=brief))
        yield from _register(bench, _contacts(bench, _PORT + len(seconds), [_LEAST] * briefly))


def move_out(bench: Bench) -> None:
    """Begin to remove all bindings of the user."""
    bench.world.phone(NEIGHBOURS).register(expires=0, contact="", headers=[("Contact", "*")])


def _contacts(bench: Bench, port: int, seconds: Sequence[int]) -> str:
    user = bench.setting.user
    return ",".join(
        f"<sip:{user}@127.0.0.96:{port + number}>;expires={each}" for number, each in enumerate(seconds)
    )


def _register(bench: Bench, contacts: str, expires: int | None = None) -> Generator[Until, bool, None]:
    record = bench.world.phone(NEIGHBOURS).register(
        expires=expires, contact="", headers=[("Contact", contacts)]
    )
    bench.others.add(record.call_id)
    yield Until(lambda: record.state in {"ended", "refused", "failed"}, _ENOUGH)
    if record.state != "ended":
        raise NotPossibleError("other phones of the user could not register")
