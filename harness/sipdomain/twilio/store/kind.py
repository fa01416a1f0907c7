"""What a kind of record is: its type, its SIDs, what it is under, what it refers to, how many there may be."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, Generic, TypeVar

from sipdomain.errors import RestError
from sipdomain.twilio.store.limits import Limits
from sipdomain.twilio.store.model import Record

R = TypeVar("R", bound=Record)


def _nothing(_: Any) -> tuple[()]:
    return ()


def _no_group(_: Any) -> None:
    return None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Kind(Generic[R]):
    """A kind of record that is kept by its SID, goes into snapshots and state files, and is taken back by a reset.

    Attributes:
        name: What snapshots, state files and changes call it.
        model: The type of a record, a dataclass of what JSON can hold.
        prefix: How its SIDs begin; "" where a record has the SID of another.
        most: How many may be under one owner: a field of `Limits`, or a number of its own.
        full: What refuses one more: the provider's code, or 0 without one, and a text in which `{most}` and `{record}`
            stand for the cap and the record that is refused.
        key: What a record is known by among its kind.
        owner: What it is under: an account, or another record.
        once: What no two records may have in common, from the inside out, such as (name, account); () for nothing.
        group: What else it is looked up by, together with others; None for nothing.
        refers: What it refers to besides its account: names of kinds with SIDs, None for nothing.
    """

    name: str
    model: type[R]
    prefix: str
    most: str | int
    full: tuple[int, str]
    key: Callable[[R], str] = attrgetter("sid")
    owner: Callable[[R], Hashable] = attrgetter("account_sid")
    once: Callable[[R], tuple[str, ...]] = _nothing
    group: Callable[[R], Hashable | None] = _no_group
    refers: Callable[[R], Iterable[tuple[str, str | None]]] = _nothing

    def cap(self, limits: Limits) -> int:
        """Return how many may be under one owner."""
        most: int = getattr(limits, self.most) if isinstance(self.most, str) else self.most
        return most

    def refusal(self, most: int, record: R) -> RestError:
        """Return the refusal of one more."""
        code, text = self.full
        return RestError(400, code, text.format(most=most, record=record))


def kept(what: str) -> tuple[int, str]:
    """Return what refuses one more than this emulator keeps, where the provider publishes no limit and no code."""
    return 0, f"sipdomain keeps at most {{most}} {what} of an account"
