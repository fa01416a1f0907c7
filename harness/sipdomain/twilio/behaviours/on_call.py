"""What behaviours of whole calls have in common: they change what leaves, are deaf to what arrives, or do something."""

from __future__ import annotations

from dataclasses import dataclass, field
from ipaddress import IPv4Address
from typing import ClassVar, NamedTuple

from sipdomain.media.outputs import MediaOutput
from sipdomain.sip.message import Request, Response
from sipdomain.sip.outputs import Flow
from sipdomain.twilio.behaviours.behaviour import Behaviour, Bounds, key

LATEST: float = 600.0
"""How much later than usual something may happen in a call, in seconds."""


class Later(NamedTuple):
    """A message that leaves.

    Attributes:
        delay: How much later than it would, in seconds.
        data: Its bytes.
        lasts: Whether it leaves though the call got its final response meanwhile.
    """

    delay: float
    data: bytes
    lasts: bool = True


@dataclass(slots=True)
class Memory:
    """What a behaviour remembers of one call.

    Attributes:
        seen: What was seen of it before, in words of the behaviour's own.
        is_noted: Whether the journal says that it was applied.
    """

    seen: set[str] = field(default_factory=set)
    is_noted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OnCall(Behaviour):
    """Something about a call as a whole: what is counted are calls, by their Call-ID; the first INVITE decides."""

    def leaving(self, message: Request | Response, flow: Flow, memory: Memory) -> list[Later] | None:
        """Return what leaves in place of a message of ours; None for the message as it is."""
        del message, flow, memory
        return None

    def media(self, output: MediaOutput) -> MediaOutput:
        """Return what is asked of the media side in place of something."""
        return output

    def hears(self, request: Request, memory: Memory) -> bool:
        """Return whether a request within the call is heard."""
        del request, memory
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Acting(OnCall):
    """Something that the cloud does in a call of its own accord, once it is answered and acknowledged.

    Attributes:
        after: How long after that, in seconds.
    """

    BOUNDS: ClassVar[Bounds] = {"after": (0.0, LATEST)}

    after: float = key("How many seconds after the ACK.", default=1.0)


def check_loopback(address: str) -> None:
    """Check that the `address` of a behaviour is one at which the emulator can be heard, and nobody else.

    Raises:
        ValueError: It is not an IPv4 address of the loopback network.
    """
    try:
        if IPv4Address(address).is_loopback:
            return
    except ValueError:
        pass
    raise ValueError(
        "`address` is an IPv4 address of the loopback network; write such as `address: 127.0.0.9`"
    )


def is_answer(message: Request | Response, lowest: int, highest: int) -> bool:
    """Return whether a message is a response to an INVITE, with a status in a range, both ends included."""
    return (
        isinstance(message, Response)
        and lowest <= message.status <= highest
        and message.cseq.method == "INVITE"
    )


def with_body(message: Request | Response, body: bytes) -> bytes:
    """Return a message with another body."""
    if isinstance(message, Request):
        return bytes(Request(message.method, message.target, message.headers, body))
    return bytes(Response(message.status, message.reason, message.headers, body))


def with_fields(message: Request | Response, fields: list[tuple[str, str]]) -> bytes:
    """Return a message with other header fields."""
    if isinstance(message, Request):
        return bytes(Request(message.method, message.target, fields, message.body))
    return bytes(Response(message.status, message.reason, fields, message.body))
