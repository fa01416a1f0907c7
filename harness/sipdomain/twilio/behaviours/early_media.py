"""A tone before the answer: 183 with a session description, as a network does that rings by itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from sipdomain.twilio.behaviours.behaviour import Bounds, key
from sipdomain.twilio.behaviours.on_call import LATEST, OnCall


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlyMedia(OnCall):
    """Before its answer the call gets 183 with a session description, and the caller hears a ringing tone (RFC 3960).

    Attributes:
        seconds: For how long.
        tone: Whose tone.
    """

    WORD: ClassVar[str] = "early_media"
    BOUNDS: ClassVar[Bounds] = {"seconds": (0.0, LATEST)}

    seconds: float = key("For how many seconds.", default=3.0)
    tone: str = key("Whose tone, as `ringTone` of `<Dial>` has it.", default="us")

    def __post_init__(self) -> None:
        """Check the values.

        Raises:
            ValueError: One is out of its range.
        """
        from sipdomain.media.ring_tones import RING_TONES

        OnCall.__post_init__(self)
        if self.tone not in RING_TONES:
            raise ValueError(f"there is no tone `{self.tone}`; there are {', '.join(sorted(RING_TONES))}")
