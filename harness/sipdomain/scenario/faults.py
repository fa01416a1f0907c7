"""The faults of a line, as a scenario gives them."""

from __future__ import annotations

import math
from abc import abstractmethod
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, model_validator

from sipdomain.faults import (
    FAULTS,
    Burst,
    Corrupt,
    Delay,
    Drop,
    Duplicate,
    Fault,
    HalfClose,
    Limit,
    Merge,
    Rebind,
    Refuse,
    Reorder,
    Reset,
    Sender,
    Split,
    Transport,
    Truncate,
)
from sipdomain.faults.delay import Shape
from sipdomain.scenario.values import Strict


def listed(value: Any) -> Any:
    """Return a list as it is, and a single value as a list of it."""
    return value if isinstance(value, list) else [value]


class FaultGiven(Strict):
    """A fault: how likely, of which messages, and when."""

    chance: float = Field(1.0, ge=0, le=1, description="How likely it is applied to a message, from 0 to 1.")
    of: list[str] = Field(
        default_factory=list,
        description="Which messages: a method (`ACK`), a status (`200`), or both (`200 INVITE`); all when left out.",
    )
    sender: Sender | None = Field(
        None,
        alias="from",
        description="Who sends them: the `phone`, or the `cloud`; both ways when left out.",
    )
    since: float = Field(0.0, ge=0, description="From which second of the run on.")
    until: float = Field(
        math.inf, ge=0, description="Up to which second of the run; to its end when left out."
    )

    over: list[Transport] | None = Field(
        None,
        description="By which transports: `udp`, `tcp`, `tls`; when left out UDP, for faults of connections TCP and TLS.",
    )

    @model_validator(mode="after")
    def _can_be(self) -> FaultGiven:
        self.fault()
        return self

    @abstractmethod
    def fault(self) -> Fault:
        """Return the fault.

        Raises:
            ValueError: A value is out of its range.
        """

    @property
    def _common(self) -> dict[str, Any]:
        over = {} if self.over is None else {"over": frozenset(self.over)}
        return {
            "chance": self.chance, "of": frozenset(self.of), "sender": self.sender,
            "since": self.since, "until": self.until, **over,
        }  # fmt: skip


class DropGiven(FaultGiven):
    """Messages that are lost."""

    def fault(self) -> Drop:
        """Return the fault."""
        return Drop(**self._common)


class DuplicateGiven(FaultGiven):
    """Messages that come more than once."""

    copies: int = Field(1, ge=1, le=10, description="How many times more.")
    within: float = Field(0.1, ge=0, le=60, description="How much later a copy may come, in seconds.")

    def fault(self) -> Duplicate:
        """Return the fault."""
        return Duplicate(**self._common, copies=self.copies, within=self.within)


class CorruptGiven(FaultGiven):
    """Messages of which some bytes are changed."""

    octets: int = Field(1, ge=1, le=100, description="How many bytes.")

    def fault(self) -> Corrupt:
        """Return the fault."""
        return Corrupt(**self._common, octets=self.octets)


class TruncateGiven(FaultGiven):
    """Messages that are cut off."""

    octets: int = Field(ge=0, le=65_535, description="How many bytes of one arrive at most.")

    def fault(self) -> Truncate:
        """Return the fault."""
        return Truncate(**self._common, octets=self.octets)


class DelayGiven(FaultGiven):
    """Messages that come late, all by the same time, or by times that spread."""

    by: float = Field(ge=0, le=300, description="By how many seconds; on the average, where it spreads.")
    spread: float = Field(0.0, ge=0, le=60, description="The standard deviation of that, in seconds.")
    shape: Shape = Field("normal", description="How it spreads.")

    def fault(self) -> Delay:
        """Return the fault."""
        return Delay(**self._common, by=self.by, spread=self.spread, shape=self.shape)


class ReorderGiven(FaultGiven):
    """Messages that later ones may overtake."""

    within: float = Field(0.1, ge=0, le=60, description="How long one is held up at most, in seconds.")

    def fault(self) -> Reorder:
        """Return the fault."""
        return Reorder(**self._common, within=self.within)


class BurstGiven(FaultGiven):
    """Messages that are lost in bursts, by the model of Gilbert and Elliott."""

    p: float = Field(ge=0, le=1, description="How likely a good line turns bad with a message.")
    r: float = Field(
        ge=0, le=1, description="How likely a bad line turns good: bursts have 1/r messages on the average."
    )
    bad_loss: float = Field(
        1.0, ge=0, le=1, description="How likely a message is lost while the line is bad (1-h)."
    )
    good_loss: float = Field(0.0, ge=0, le=1, description="How likely one is lost while it is good (1-k).")

    def fault(self) -> Burst:
        """Return the fault."""
        return Burst(**self._common, p=self.p, r=self.r, bad_loss=self.bad_loss, good_loss=self.good_loss)


class LimitGiven(FaultGiven):
    """Messages that wait for a slow line."""

    octets: int = Field(ge=100, le=1_000_000_000, description="How many bytes a second it carries each way.")
    queue: float = Field(
        1.0, ge=0, le=60, description="How long one may wait before it is sent, in seconds; else it is lost."
    )

    def fault(self) -> Limit:
        """Return the fault."""
        return Limit(**self._common, octets=self.octets, queue=self.queue)


class RebindGiven(FaultGiven):
    """Phones that come from another port, as behind a NAT that forgot the first one."""

    def fault(self) -> Rebind:
        """Return the fault."""
        return Rebind(**self._common)


class RefuseGiven(FaultGiven):
    """Connections that do not come about."""

    def fault(self) -> Refuse:
        """Return the fault."""
        return Refuse(**self._common)


class HalfCloseGiven(FaultGiven):
    """Messages after which their sender ends its half of the connection."""

    def fault(self) -> HalfClose:
        """Return the fault."""
        return HalfClose(**self._common)


class ResetGiven(FaultGiven):
    """Messages in whose place the connection is reset."""

    def fault(self) -> Reset:
        """Return the fault."""
        return Reset(**self._common)


class SplitGiven(FaultGiven):
    """Messages of a stream that arrive in pieces."""

    octets: int = Field(
        100, ge=1, le=65_535, description="How many bytes a piece has; there are 100 pieces at most."
    )
    gap: float = Field(
        0.01, ge=0, le=60, description="How much later each comes than the one before it, in seconds."
    )

    def fault(self) -> Split:
        """Return the fault."""
        return Split(**self._common, octets=self.octets, gap=self.gap)


class MergeGiven(FaultGiven):
    """Messages of a stream that arrive together, as one piece."""

    within: float = Field(
        0.1, ge=0, le=60, description="How far apart the beats are at which they arrive, in seconds."
    )

    def fault(self) -> Merge:
        """Return the fault."""
        return Merge(**self._common, within=self.within)


class FaultsGiven(Strict):
    """What befalls SIP between phones and emulator; a list gives several of one kind."""

    duplicate: Annotated[list[DuplicateGiven], BeforeValidator(listed)] = Field(
        default_factory=list, description="Messages that come more than once."
    )
    drop: Annotated[list[DropGiven], BeforeValidator(listed)] = Field(
        default_factory=list, description="Messages that are lost."
    )
    corrupt: Annotated[list[CorruptGiven], BeforeValidator(listed)] = Field(
        default_factory=list, description="Messages of which some bytes are changed."
    )
    truncate: Annotated[list[TruncateGiven], BeforeValidator(listed)] = Field(
        default_factory=list, description="Messages that are cut off."
    )
    delay: Annotated[list[DelayGiven], BeforeValidator(listed)] = Field(
        default_factory=list,
        description="Messages that come late, all by the same time, or by times that spread.",
    )
    reorder: Annotated[list[ReorderGiven], BeforeValidator(listed)] = Field(
        default_factory=list, description="Messages that later ones may overtake."
    )

    burst: Annotated[list[BurstGiven], BeforeValidator(listed)] = Field(
        default_factory=list,
        description="Messages that are lost in bursts, by the model of Gilbert and Elliott.",
    )
    limit: Annotated[list[LimitGiven], BeforeValidator(listed)] = Field(
        default_factory=list, description="Messages that wait for a slow line."
    )
    rebind: Annotated[list[RebindGiven], BeforeValidator(listed)] = Field(
        default_factory=list,
        description="Phones that come from another port, as behind a NAT that forgot the first one.",
    )
    refuse: Annotated[list[RefuseGiven], BeforeValidator(listed)] = Field(
        default_factory=list, description="Connections that do not come about."
    )
    half_close: Annotated[list[HalfCloseGiven], BeforeValidator(listed)] = Field(
        default_factory=list, description="Messages after which their sender ends its half of the connection."
    )
    reset: Annotated[list[ResetGiven], BeforeValidator(listed)] = Field(
        default_factory=list, description="Messages in whose place the connection is reset."
    )
    split: Annotated[list[SplitGiven], BeforeValidator(listed)] = Field(
        default_factory=list, description="Messages of a stream that arrive in pieces."
    )
    merge: Annotated[list[MergeGiven], BeforeValidator(listed)] = Field(
        default_factory=list, description="Messages of a stream that arrive together, as one piece."
    )

    def faults(self) -> tuple[Fault, ...]:
        """Return the faults in the order in which a message meets them, whatever the order they are written in."""
        return tuple(given.fault() for word in FAULTS for given in getattr(self, word))
