"""Audio that is missing, late, lossy or unsteady."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sipdomain.trace.calls import SIDES, Call, Side
from sipdomain.trace.finding import Finding
from sipdomain.trace.streams import RtpStream

LOSS: Final = 0.01
"""Which part of a stream may be lost without being heard, by our measure."""
JITTER: Final = 0.03
"""How many seconds of jitter a usual buffer takes, by our measure."""
LATE: Final = 1.0
"""How many seconds after the answer a stream may begin."""
_SHORTEST: Final = 1.0
FEWEST: Final = 3
"""How many packets of a stream are lost at least, where that is worth a word."""
_OTHER: Final[dict[Side, Side]] = {"caller": "callee", "callee": "caller"}


def missing(call: Call) -> Iterator[Finding]:
    """Find answered calls in which a side that may send does not."""
    silent = [side for side in SIDES if may_send(call, side) and not _of(call, side)]
    answered = call.answered
    if answered is None or not silent or not call.is_audible or call.ended_at - answered.at < _SHORTEST:
        return
    lasted = call.ended_at - answered.at
    if len(silent) == len(SIDES):
        yield Finding(
            "no-audio", "error", (answered.number,), answered.at,
            f"no RTP of either side is seen in the {lasted:.1f} s after the answer",
            "a firewall takes it, both sides wait for the other one, or it went another way than the capture saw",
            "open the RTP ports both ways; capture at one of the two ends",
        )  # fmt: skip
        return
    (side,) = silent
    goes = next(iter(_of(call, _OTHER[side])))
    described = call.last_of(_OTHER[side])
    where = f", which is to go to {described.address}" if described is not None else ""
    yield Finding(
        "one-way-audio", "error", (answered.number, goes.first_number), answered.at,
        f"no RTP of the {side} is seen in the {lasted:.1f} s after the answer{where}; the other side sends",
        "the session description names an address where packets do not come, or a firewall or NAT takes them",
        "see that the other side names an address that can be reached, and that its RTP ports are open",
    )  # fmt: skip


def late(call: Call) -> Iterator[Finding]:
    """Find streams that begin long after the answer."""
    answered = call.answered
    if answered is None:
        return
    for side in SIDES:
        streams = _of(call, side)
        first = min(streams, key=lambda each: each.first_at, default=None)
        if first is not None and may_send(call, side) and first.first_at - answered.at > LATE:
            yield Finding(
                "late-audio", "warning", (answered.number, first.first_number), answered.at,
                f"the audio of the {side} begins {first.first_at - answered.at:.1f} s after the answer",
                "it waits for the ACK, for a key exchange, or for the other side's audio; what is said first is not heard",
                "let it send from the answer on; see how long the ACK takes",
            )  # fmt: skip


def lossy(call: Call) -> Iterator[Finding]:
    """Find streams of which packets were lost."""
    for side, stream in call.streams:
        if stream.loss >= LOSS and stream.lost >= FEWEST:
            yield Finding(
                "rtp-loss", "error" if stream.loss >= 5 * LOSS else "warning",
                (stream.first_number, stream.last_number), stream.first_at,
                f"{stream.lost} of {stream.lost + stream.packets} packets of the {side} are lost ({stream.loss:.1%})",
                "the way from the sender to where the capture was made is overloaded or bad",
                "look at the network on that side (Wi-Fi, duplex, uplink); mark RTP with DSCP EF",
            )  # fmt: skip


def unsteady(call: Call) -> Iterator[Finding]:
    """Find streams whose packets come unevenly."""
    for side, stream in call.streams:
        if stream.most_jitter >= JITTER:
            yield Finding(
                "rtp-jitter", "warning", (stream.first_number, stream.last_number), stream.first_at,
                f"the jitter of the {side} rises to {stream.most_jitter * 1000:.0f} ms (RFC 3550 section 6.4.1)",
                "queues on the way, or a sender that is overloaded; small jitter buffers drop what is late",
                "look for full links and busy machines; a larger jitter buffer trades it for delay",
            )  # fmt: skip


def _of(call: Call, side: Side) -> list[RtpStream]:
    return [stream for sender, stream in call.streams if sender == side]


def may_send(call: Call, side: Side) -> bool:
    """Return whether a side may send, as both descriptions have it; not where one of them is missing."""
    own, other = call.last_of(side), call.last_of(_OTHER[side])
    if own is None or other is None or not own.media.port or not other.media.port:
        return False
    return own.direction in {"sendrecv", "sendonly"} and other.direction in {"sendrecv", "recvonly"}
