"""No audio of the cloud, though it agreed to send some."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

from sipdomain.media.outputs import ConnectMedia, MediaOutput
from sipdomain.twilio.behaviours.on_call import OnCall


@dataclass(frozen=True, slots=True, kw_only=True)
class NoAudio(OnCall):
    """The cloud sends no RTP, though its session description says that it does; what the PBX sends is heard."""

    WORD: ClassVar[str] = "no_audio"

    def media(self, output: MediaOutput) -> MediaOutput:
        """Send nothing."""
        if not isinstance(output, ConnectMedia):
            return output
        return replace(output, agreement=replace(output.agreement, sending=False))
