"""The faults of audio, as a scenario gives them."""

from __future__ import annotations

import math
from typing import Annotated, ClassVar

from pydantic import BeforeValidator, Field, model_validator

from sipdomain.faults import Fault, Sender
from sipdomain.faults.delay import Shape
from sipdomain.faults.rtp import RTP_FAULTS
from sipdomain.faults.rtp.source import Other
from sipdomain.scenario.faults import listed
from sipdomain.scenario.values import Strict


class RtpFaultGiven(Strict):
    """A fault: how likely, of whose packets, and when."""

    WORD: ClassVar[str]

    chance: float = Field(1.0, ge=0, le=1, description="How likely it is applied to a packet, from 0 to 1.")
    sender: Sender | None = Field(
        None,
        alias="from",
        description="Who sends them: the `phone`, or the `cloud`; both ways when left out.",
    )
    since: float = Field(0.0, ge=0, description="From which second of the run on.")
    until: float = Field(
        math.inf, ge=0, description="Up to which second of the run; to its end when left out."
    )

    @model_validator(mode="after")
    def _can_be(self) -> RtpFaultGiven:
        self.fault()
        return self

    def fault(self) -> Fault:
        """Return the fault.

        Raises:
            ValueError: A value is out of its range.
        """
        return RTP_FAULTS[self.WORD](**{name: getattr(self, name) for name in type(self).model_fields})


class MuteGiven(RtpFaultGiven):
    """Packets that are silent."""

    WORD = "mute"


class PayloadGiven(RtpFaultGiven):
    """Packets with a payload number that nobody agreed on."""

    WORD = "payload"
    number: int = Field(127, ge=0, le=127, description="The payload number.")


class SsrcGiven(RtpFaultGiven):
    """Packets with another SSRC."""

    WORD = "ssrc"


class SourceGiven(RtpFaultGiven):
    """Packets from elsewhere."""

    WORD = "source"
    other: Other = Field("port", description="What differs: the port, or the host (of what phones send).")


class KeyEndsGiven(RtpFaultGiven):
    """Keys whose end is lost."""

    WORD = "key_ends"


class DriftGiven(RtpFaultGiven):
    """Packets of a sender whose clock goes wrong."""

    WORD = "drift"
    ppm: float = Field(ge=-100_000, le=100_000, description="By how many parts in a million it is slow.")


class OneWayGiven(RtpFaultGiven):
    """Audio of one side that is lost."""

    WORD = "one_way"


class RtpDuplicateGiven(RtpFaultGiven):
    """Packets that come more than once."""

    WORD = "duplicate"
    copies: int = Field(1, ge=1, le=10, description="How many times more.")
    within: float = Field(0.1, ge=0, le=60, description="How much later a copy may come, in seconds.")


class RtpDropGiven(RtpFaultGiven):
    """Packets that are lost."""

    WORD = "drop"


class RtpBurstGiven(RtpFaultGiven):
    """Packets that are lost in bursts, by the model of Gilbert and Elliott."""

    WORD = "burst"
    p: float = Field(ge=0, le=1, description="How likely a good line turns bad with a packet.")
    r: float = Field(
        ge=0, le=1, description="How likely a bad line turns good: bursts have 1/r packets on the average."
    )
    bad_loss: float = Field(
        1.0, ge=0, le=1, description="How likely a packet is lost while the line is bad (1-h)."
    )
    good_loss: float = Field(0.0, ge=0, le=1, description="How likely one is lost while it is good (1-k).")


class RtpLimitGiven(RtpFaultGiven):
    """Packets that wait for a slow line."""

    WORD = "limit"
    octets: int = Field(ge=100, le=1_000_000_000, description="How many bytes a second it carries each way.")
    queue: float = Field(
        1.0, ge=0, le=60, description="How long one may wait before it is sent, in seconds; else it is lost."
    )


class RtpDelayGiven(RtpFaultGiven):
    """Packets that come late, all by the same time, or by times that spread."""

    WORD = "delay"
    by: float = Field(ge=0, le=300, description="By how many seconds; on the average, where it spreads.")
    spread: float = Field(0.0, ge=0, le=60, description="The standard deviation of that, in seconds.")
    shape: Shape = Field("normal", description="How it spreads.")


class RtpReorderGiven(RtpFaultGiven):
    """Packets that later ones may overtake."""

    WORD = "reorder"
    within: float = Field(0.1, ge=0, le=60, description="How long one is held up at most, in seconds.")


class RtpFaultsGiven(Strict):
    """What befalls audio between phones and emulator; a list gives several of one kind."""

    mute: Annotated[list[MuteGiven], BeforeValidator(listed)] = Field(
        default_factory=list, description="Packets that are silent."
    )
    payload: Annotated[list[PayloadGiven], BeforeValidator(listed)] = Field(
        default_factory=list, description="Packets with a payload number that nobody agreed on."
    )
    ssrc: Annotated[list[SsrcGiven], BeforeValidator(listed)] = Field(
        default_factory=list, description="Packets with another SSRC."
    )
    source: Annotated[list[SourceGiven], BeforeValidator(listed)] = Field(
        default_factory=list, description="Packets from another port, or another host."
    )
    key_ends: Annotated[list[KeyEndsGiven], BeforeValidator(listed)] = Field(
        default_factory=list, description="Keys whose end is lost."
    )
    drift: Annotated[list[DriftGiven], BeforeValidator(listed)] = Field(
        default_factory=list, description="Packets of a sender whose clock goes wrong."
    )
    one_way: Annotated[list[OneWayGiven], BeforeValidator(listed)] = Field(
        default_factory=list, description="Audio of one side that is lost."
    )
    duplicate: Annotated[list[RtpDuplicateGiven], BeforeValidator(listed)] = Field(
        default_factory=list, description="Packets that come more than once."
    )
    drop: Annotated[list[RtpDropGiven], BeforeValidator(listed)] = Field(
        default_factory=list, description="Packets that are lost."
    )
    burst: Annotated[list[RtpBurstGiven], BeforeValidator(listed)] = Field(
        default_factory=list, description="Packets that are lost in bursts."
    )
    limit: Annotated[list[RtpLimitGiven], BeforeValidator(listed)] = Field(
        default_factory=list, description="Packets that wait for a slow line."
    )
    delay: Annotated[list[RtpDelayGiven], BeforeValidator(listed)] = Field(
        default_factory=list, description="Packets that come late."
    )
    reorder: Annotated[list[RtpReorderGiven], BeforeValidator(listed)] = Field(
        default_factory=list, description="Packets that later ones may overtake."
    )

    def faults(self) -> tuple[Fault, ...]:
        """Return the faults in the order in which a packet meets them, whatever the order they are written in."""
        return tuple(given.fault() for word in RTP_FAULTS for given in getattr(self, word))
