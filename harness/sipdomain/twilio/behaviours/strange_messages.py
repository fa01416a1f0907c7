"""Strange but right messages: folded and short header fields, unknown ones, capitals, blanks, a long tag."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final

from sipdomain.sip.message import Request, Response
from sipdomain.sip.outputs import Flow
from sipdomain.twilio.behaviours.behaviour import key
from sipdomain.twilio.behaviours.on_call import Later, Memory, OnCall

_SHORT: Final = {
    "via": "v", "from": "f", "to": "t", "call-id": "i", "contact": "m", "content-type": "c", "content-length": "l",
    "subject": "s", "supported": "k",
}  # fmt: skip
"""RFC 3261 section 7.3.3."""
LONG_TAG: Final = 200
"""How many characters a long tag has."""
_UNKNOWN: Final = (
    'P-Unheard-Of: <sip:nobody@example.invalid>;why="for, the; test"\r\n'
    "X-Empty:\r\nx-mUlTi: a, b\r\nX-Multi: c\r\n"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class StrangeMessages(OnCall):
    """All messages of ours in the call are strange, but right (RFC 3261 section 7.3, RFC 4475 section 3.1.1).

    Attributes:
        folded: Whether header fields go on in a second line.
        short: Whether header fields have their short names.
        unknown: Whether there are header fields that nobody knows.
        blanks: Whether there are blanks round colons, and names in other capitals.
        long_tag: Whether the To tag of ours has 200 characters.
    """

    WORD: ClassVar[str] = "strange_messages"

    folded: bool = key("Whether header fields go on in a second line.", default=True)
    short: bool = key("Whether header fields have their short names.", default=True)
    unknown: bool = key("Whether there are header fields that nobody knows.", default=True)
    blanks: bool = key("Whether there are blanks before colons, and names in other capitals.", default=True)
    long_tag: bool = key("Whether the tag of ours in To is long, 200 characters.", default=True)

    def leaving(self, message: Request | Response, flow: Flow, memory: Memory) -> list[Later] | None:
        """Write the message otherwise."""
        del flow, memory
        head, _, body = bytes(message).partition(b"\r\n\r\n")
        first, *lines = head.decode("utf-8", "surrogateescape").split("\r\n")
        written = "\r\n".join([first, *map(self._line, lines)])
        if self.unknown:
            written += "\r\n" + _UNKNOWN.rstrip("\r\n")
        return [Later(0.0, written.encode("utf-8", "surrogateescape") + b"\r\n\r\n" + body)]

    def tag(self, usual: str) -> str:
        """Return the tag of a dialog of ours in place of the usual one; tags have no bound (RFC 3261 section 19.3)."""
        return (usual * LONG_TAG)[:LONG_TAG] if self.long_tag else usual

    def _line(self, line: str) -> str:
        name, _, value = line.partition(":")
        value = value.strip()
        lower = name.lower()
        if self.short and lower in _SHORT:
            name = _SHORT[lower]
        elif self.blanks:
            name = name.swapcase()
        if self.folded and lower in {"contact", "server", "allow", "user-agent"}:
            value = f"\r\n  {value}"
        return f"{name} :  {value}" if self.blanks else f"{name}: {value}"
