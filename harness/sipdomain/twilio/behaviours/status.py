"""A status of your choice: busy, moved, not available, too brief an interval; it may name others and a time to wait."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar, Final

from sipdomain.sip.grammar import TOKEN
from sipdomain.twilio.behaviours.behaviour import Answer, Answering, Bounds, Means, key

_OWN: Final = frozenset(
    {"via", "v", "from", "f", "to", "t", "call-id", "i", "cseq", "content-length", "l"}
)  # fmt: skip
"""Header fields that a second time would break the response."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Status(Answering):
    """A request is refused with a status.

    Attributes:
        code: The status, from 300 to 699.
        reason: The reason phrase, or "" for the usual one.
        retry_after: What Retry-After says, in seconds; 0 for none (RFC 3261 section 20.33).
        contact: Where a 3xx points, as one or several addresses; "" for nowhere.
        min_se: What Min-SE says, in seconds; 0 for none (RFC 4028 section 5: it belongs to 422).
        min_expires: What Min-Expires says, in seconds; 0 for none (RFC 3261 section 20.23: it belongs to 423).
        headers: Further header fields.
    """

    WORD: ClassVar[str] = "status"
    BOUNDS: ClassVar[Bounds] = {
        "code": (300, 699), "retry_after": (0, 86_400), "min_se": (0, 86_400), "min_expires": (0, 86_400)
    }  # fmt: skip

    code: int = key("The status, 300 to 699.", default=503)
    reason: str = key("The reason phrase; the usual one when left out.", default="")
    retry_after: int = key("What Retry-After says, in seconds.", default=0)
    contact: str = key("Where a 3xx points, such as `<sip:sales@acme.sip.twilio.com>`.", default="")
    min_se: int = key("What Min-SE says, in seconds, in a 422.", default=0)
    min_expires: int = key("What Min-Expires says, in seconds, in a 423.", default=0)
    headers: dict[str, str] = field(default_factory=dict, metadata={"description": "Further header fields."})

    def __post_init__(self) -> None:
        """Check the values.

        Raises:
            ValueError: One is out of its range, or would break the message.
        """
        Answering.__post_init__(self)
        if self.of == "ACK":
            raise ValueError("an ACK gets no response; `silence` lets it be ignored")
        texts = (self.reason, self.contact, *self.headers, *self.headers.values())
        if not all(each.isprintable() for each in texts):
            raise ValueError("neither a header field nor a reason phrase has a line break in it")
        odd = next((each for each in self.headers if not TOKEN.fullmatch(each) or each.lower() in _OWN), None)
        if odd is not None:
            raise ValueError(
                f"`headers` cannot have `{odd}`: it is no name, or every response has it already"
            )

    def answer(self, means: Means) -> Answer:
        """Return the response."""
        del means
        given = {
            "Retry-After": self.retry_after, "Contact": self.contact, "Min-SE": self.min_se,
            "Min-Expires": self.min_expires, **self.headers,
        }  # fmt: skip
        headers = tuple((name, str(value)) for name, value in given.items() if value)
        return Answer(self.code, self.reason or None, headers)
