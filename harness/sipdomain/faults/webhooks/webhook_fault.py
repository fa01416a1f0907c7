"""What all faults of webhooks have in common: which requests they befall."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

from sipdomain.faults.fault import Moment, Occasion, key

DOCUMENTS: Final = frozenset({"voice", "fallback", "redirect", "action"})
"""The purposes of requests whose answer the call waits for."""
CALLBACKS: Final = frozenset({"status", "recording", "conference", "partial", "transcription"})
"""The purposes of requests that only report; nothing waits for their answers."""
PURPOSES: Final = DOCUMENTS | CALLBACKS | {"media"}
_GROUPS: Final = {"documents": DOCUMENTS, "callbacks": CALLBACKS}

OF: Final = "Which requests: `callbacks`, `documents`, or what one is for, such as `voice` or `status`; all when left out."
"""What is said of that."""
OF_CALLBACKS: Final = OF.replace("all when", "callbacks when")
"""The same of faults that befall callbacks by themselves."""

Ending = Literal["", "refused", "silent", "reset", "cut", "short", "garbage"]


class Treatment(NamedTuple):
    """What becomes of one request.

    Attributes:
        late: How much later it leaves, in seconds.
        headers: How much later the header fields of its answer come, in seconds.
        body: How much later still the body comes, in seconds.
        status: The status that comes in place of the application's answer, or 0.
        ending: How the exchange fails, or "".
        content_type: What the answer is said to be, "" for nothing; None for what the application says.
    """

    late: float = 0.0
    headers: float = 0.0
    body: float = 0.0
    status: int = 0
    ending: Ending = ""
    content_type: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookFault(Occasion, ABC):
    """Something that befalls requests to an application.

    Attributes:
        of: The purposes that it is meant for, as in the journal, or `documents` and `callbacks`; empty for all.
    """

    of: frozenset[str] = key(OF, default=frozenset())

    def __post_init__(self) -> None:
        """Check the values.

        Raises:
            ValueError: One is out of its range.
        """
        Occasion.__post_init__(self)
        odd = next((each for each in sorted(self.of) if each not in PURPOSES | _GROUPS.keys()), None)
        if odd is not None:
            raise ValueError(f"`{odd}` is not what a webhook is for; write callbacks, documents, or voice")

    def decide(self, before: Treatment, purpose: str, moment: Moment) -> list[Treatment]:
        """Return what becomes of a request: the same every time for the same arguments.

        Args:
            before: What has become of it so far.
            purpose: What it is for.
            moment: When it is made, what chance is drawn from, and what the fault saw before, which may be changed.

        Returns:
            The request itself, and copies of it.
        """
        if self._is_meant_for(purpose) and self.comes(moment.now, moment.rng):
            return self.strike(before, moment)
        return [before]

    @abstractmethod
    def strike(self, before: Treatment, moment: Moment) -> list[Treatment]:
        """Return what becomes of a request that the fault befalls."""

    def _is_meant_for(self, purpose: str) -> bool:
        return not self.of or any(purpose in _GROUPS.get(each, {each}) for each in self.of)
