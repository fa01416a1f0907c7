"""What the figures of a call's audio say went wrong; a journal has these instead of the audio."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, Literal

from sipdomain.entries import AudioMeasured
from sipdomain.trace.calls import SIDES, Call
from sipdomain.trace.checks.audio import FEWEST, JITTER, LOSS, may_send
from sipdomain.trace.finding import Finding

_SILENT: Final = 50
"""How many packets of 20 ms, one second, were sent to a phone that sent none."""
_Way = Literal["from", "to"]


def of_figures(number: int, entry: AudioMeasured, call: Call) -> Iterator[Finding]:
    """Yield what the figures of a call's audio say went wrong, by the measure that captures are held to.

    Args:
        number: The entry's number in the journal.
        entry: The figures.
        call: The call that they are of; what its descriptions agreed on says whether the phone was to send.
    """
    if not entry.received and entry.sent >= _SILENT and all(may_send(call, side) for side in SIDES):
        yield Finding(
            "one-way-audio", "error", (number,), entry.at,
            f"no RTP of the phone came; {entry.sent} packets were sent to it",
            "the phone sends none, or to an address where packets do not come, or a firewall or NAT takes them",
            "see that the phone sends from the answer on, and to the address and port of the answer",
        )  # fmt: skip
    else:
        yield from _lossy(number, entry, "from", entry.lost, entry.lost + entry.received)
        yield from _unsteady(number, entry, "from", entry.jitter)
    if entry.remote_lost is not None and entry.remote_jitter is not None:
        yield from _lossy(number, entry, "to", entry.remote_lost, entry.sent)
        yield from _unsteady(number, entry, "to", entry.remote_jitter)


def _lossy(number: int, entry: AudioMeasured, way: _Way, lost: int, of: int) -> Iterator[Finding]:
    if lost < FEWEST or lost < LOSS * of:
        return
    said = f"{lost} of {of} packets {way} the phone are lost"
    yield Finding(
        "rtp-loss", "error" if lost >= 5 * LOSS * of else "warning", (number,), entry.at,
        said if way == "from" else f"{said}, as it reported by RTCP",
        f"the way {way} the phone is overloaded or bad",
        "look at the network on that side (Wi-Fi, duplex, uplink); mark RTP with DSCP EF",
    )  # fmt: skip


def _unsteady(number: int, entry: AudioMeasured, way: _Way, jitter: float) -> Iterator[Finding]:
    if jitter < JITTER:
        return
    said = f"the jitter {way} the phone is {jitter * 1000:.0f} ms at the end (RFC 3550 section 6.4.1)"
    yield Finding(
        "rtp-jitter", "warning", (number,), entry.at,
        said if way == "from" else f"{said}, as it reported by RTCP",
        "queues on the way, or a sender that is overloaded; small jitter buffers drop what is late",
        "look for full links and busy machines; a larger jitter buffer trades it for delay",
    )  # fmt: skip
