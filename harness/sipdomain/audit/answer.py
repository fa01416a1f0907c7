"""What a target answered, and by what two answers differ."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sipdomain.errors import RemoteProtocolError
from sipdomain.sip.digest import Challenge
from sipdomain.sip.message import Response

PARTS: Final = ("status", "reason", "header fields", "length of the body", "form of the To tag", "size")
"""Of a fingerprint, in its order."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back.

    Attributes:
        status: Of the first answer that is not 100; 0 for none.
        took: How long the first answer of all took, in seconds.
        response: That answer, or None.
        size: Its length in bytes.
    """

    status: int
    took: float
    response: Response | None = None
    size: int = 0

    @property
    def fingerprint(self) -> tuple[int, str, tuple[str, ...], int, str, int]:
        """Return by what two answers differ, without what differs in every answer; its parts are `PARTS`."""
        if self.response is None:
            return self.status, "", (), 0, "", 0
        names = tuple(sorted(name.lower() for name, _ in self.response.headers))
        # Random text of one kind has one length and one kind of characters, most of the time.
        form = (
            f"{len(self.to_tag)}{' with a dash' * ('-' in self.to_tag)}{' with a dot' * ('.' in self.to_tag)}"
        )
        form = form if self.to_tag else "none"
        return self.status, self.response.reason, names, len(self.response.body), form, self.size

    @property
    def to_tag(self) -> str:
        """The tag that To has, or ""."""
        to = (self.response.headers.get("to") or "") if self.response is not None else ""
        return to.rpartition(">")[2].partition("tag=")[2].partition(";")[0].strip()

    @property
    def challenge(self) -> Challenge | None:
        """The digest challenge of a 401 or 407, if it can be read."""
        if self.response is None or self.status not in {401, 407}:
            return None
        name = "www-authenticate" if self.status == 401 else "proxy-authenticate"
        try:
            return Challenge.parse(self.response.headers.get(name) or "")
        except RemoteProtocolError:
            return None

    @property
    def words(self) -> str:
        """Status and reason for people, or "no answer"."""
        reason = self.response.reason if self.response is not None else ""
        return f"{self.status} {reason}".strip() if self.status else "no answer"

    @property
    def is_taken(self) -> bool:
        """Whether it lets the asker in: it rings, or is a success."""
        return 180 <= self.status < 300
