"""Other phones of the PBX's user, which hold bindings beside its own."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import Final

from sipdomain.qa.bench import Bench, NotPossibleError
from sipdomain.runtime.worlds.world import Until

NEIGHBOURS: Final = "neighbours"
"""The phone that registers for all of them."""
_ENOUGH: Final = 5.0
_FIRST_PORT: Final = 6001


def move_in(bench: Bench, seconds: Sequence[int]) -> Generator[Until, bool, None]:
    """Remove the bindings that the user has, and register others.

    Args:
        bench: Where.
        seconds: For how long each is registered.

    Raises:
        NotPossibleError: They are refused.
    """
    contacts = ",".join(
        f"<sip:{bench.setting.user}@127.0.0.96:{_FIRST_PORT + number}>;expires={each}"
        for number, each in enumerate(seconds)
    )
    for contact, expires in (("*", 0), (contacts, None)):
        record = bench.world.phone(NEIGHBOURS).register(
            expires=expires, contact="", headers=[("Contact", contact)]
        )
        bench.others.add(record.call_id)
        yield Until(lambda record=record: record.state in {"ended", "refused", "failed"}, _ENOUGH)  # type: ignore[misc]
        if record.state != "ended":
            raise NotPossibleError(f"{len(seconds)} other phones of the user could not register")


def move_out(bench: Bench) -> None:
    """Begin to remove all bindings of the user."""
    bench.world.phone(NEIGHBOURS).register(expires=0, contact="", headers=[("Contact", "*")])
