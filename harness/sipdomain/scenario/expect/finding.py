"""What a matcher returns: whether an expectation is met so far, and whether anything can change that."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto

from sipdomain.scenario.world import PhoneCall


class Standing(Enum):
    """How an expectation stands; this decides when it may be judged."""

    MET = auto()
    """Met, and nothing that may still come can change that: it passes at once."""
    SO_FAR = auto()
    """Met so far; it passes only when the call is over and quiet."""
    OPEN = auto()
    """Not met yet; it fails when the call is over and quiet, or when the time runs out."""
    LATER = auto()
    """Not met yet, and may be met even after the call: a registration that expires or is refreshed."""
    LOST = auto()
    """Not met, and nothing that may still come can change that: it fails at once."""


IS_MET = frozenset({Standing.MET, Standing.SO_FAR})


@dataclass(frozen=True, slots=True)
class Finding:
    """An expectation as it stands.

    Attributes:
        standing: Whether it is met, and for good.
        field: Which one, such as `parameters.SipDomain`.
        expected: In words.
        got: In words.
        near: What came close, or would help to see.
    """

    standing: Standing
    field: str
    expected: str
    got: str
    near: tuple[str, ...] = ()

    @property
    def is_met(self) -> bool:
        """Whether it is met, for good or so far."""
        return self.standing in IS_MET


def complete(wanted: Sequence[object], got: Sequence[object]) -> Standing:
    """Return how it stands with a list that only grows and must be exactly as wanted in the end."""
    if list(got) == list(wanted):
        return Standing.SO_FAR
    return Standing.OPEN if begins_with(wanted, got) else Standing.LOST


def begun(wanted: Sequence[object], got: Sequence[object]) -> Standing:
    """Return how it stands with a list that only grows and must begin as wanted, whatever follows."""
    return Standing.MET if begins_with(got, wanted) else complete(wanted, got)


def counted(wanted: int, got: int) -> Standing:
    """Return how it stands with a number that only grows and must be as wanted in the end."""
    if got == wanted:
        return Standing.SO_FAR
    return Standing.OPEN if got < wanted else Standing.LOST


def cut_short(found: Finding, lost: int, of: str) -> Finding:
    """Return a finding about all of something; it is unmet for good when the oldest were dropped.

    Args:
        found: What was found among those that are left.
        lost: How many were dropped.
        of: What they are, in the plural.
    """
    if not lost:
        return found
    why = f"cannot be judged: the first {lost} {of} of the call were dropped"
    return Finding(Standing.LOST, found.field, found.expected, why, (f"in the others: {found.got}",))


def begins_with(items: Sequence[object], beginning: Sequence[object]) -> bool:
    """Whether a list begins with the items of another."""
    return list(items[: len(beginning)]) == list(beginning)


def unjudged(found: Finding, why: str) -> Finding:
    """Return a finding that nothing came, where nothing could: so far as it was met, it proves nothing."""
    is_met = found.standing is Standing.SO_FAR
    return replace(found, standing=Standing.OPEN, got=f"cannot be judged: {why}") if is_met else found


def listed(items: Iterable[object], empty: str = "none") -> str:
    """Return items in words: `100, 407, 200`; `empty` when there are none."""
    return ", ".join(str(item) for item in items) or empty


def named(call: PhoneCall) -> str:
    """Return what a call is called in texts: a registration and a single request are none."""
    return {"INVITE": "the call", "REGISTER": "the registration"}.get(
        call.method, f"the {call.method} request"
    )


def fate(call: PhoneCall) -> str:
    """Return how far a call, a registration or a request came, in words."""
    over = {"INVITE": "ended", "REGISTER": "accepted"}.get(call.method, "answered")
    return f"{named(call)} is {over if call.state == 'ended' else call.state}"
