"""What <ConversationRelay> asks of a call, and how it was."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Interruptible = Literal["none", "dtmf", "speech", "any"]
"""What of the caller's interrupts, or is reported: nothing, keys, words, or both."""
RelayStatus = Literal["ended", "completed", "failed"]
"""The server ended the session; the caller hung up; something went wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenRelay:
    """Let a server talk to the caller in text; `Relayed` at its end.

    Attributes:
        url: As written; it may be relative to the document.
        greeting: What is said first, or "".
        greeting_interruptible: What interrupts that.
        tts_language: In which language is spoken, a BCP 47 tag or "multi".
        transcription_language: In which the caller is heard.
        voices: By language, the voice that speaks it.
        voice: The voice of any other language, or "".
        interruptible: What interrupts what is said, where a message does not say so itself.
        sensitivity: How soon the caller's words interrupt: "high", "medium" or "low".
        reports: What is reported of the caller that comes while something is said and does not interrupt it.
        preemptible: Whether what is said gives way to what the server sends next, where a message does not say so itself.
        keys: Whether the caller's keys are reported.
        partials: Whether what the caller said so far is reported.
        pause: After how many seconds of silence the caller has spoken.
        ignores_backchannel: Whether words such as "uh-huh" interrupt nothing.
        hints: Phrases that are likely.
        profanity_filter: Whether profanities lose all letters but the first.
        speaker_events: Whether the server is notified of who speaks.
        played_events: Whether it is notified of what was said.
        parameters: Its custom parameters, each a name and a value.
        refusal: What is wrong with it, as the provider's error code and words; None for nothing.
    """

    url: str
    greeting: str = ""
    greeting_interruptible: Interruptible = "any"
    tts_language: str = "en-US"
    transcription_language: str = "en-US"
    voices: tuple[tuple[str, str], ...] = ()
    voice: str = ""
    interruptible: Interruptible = "any"
    sensitivity: Literal["high", "medium", "low"] = "high"
    reports: Interruptible = "none"
    preemptible: bool = False
    keys: bool = False
    partials: bool = False
    pause: float = 0.8
    ignores_backchannel: bool = False
    hints: tuple[str, ...] = ()
    profanity_filter: bool = False
    speaker_events: bool = False
    played_events: bool = False
    parameters: tuple[tuple[str, str], ...] = ()
    refusal: tuple[int, str] | None = None


@dataclass(frozen=True, slots=True)
class LastRelay:
    """Return how the last relay was: `Relayed`, or `Failed` when there is none. Like `Ask`, it needs no caller."""


@dataclass(frozen=True, slots=True)
class Relayed:
    """A session is over.

    Attributes:
        session: Its SID.
        status: How it ended.
        duration: Its length in whole seconds.
        handoff: What the server handed over, or None.
        code: The provider's code of what went wrong, or 0.
        reason: The same in words, or "".
    """

    session: str
    status: RelayStatus
    duration: int
    handoff: str | None = None
    code: int = 0
    reason: str = ""

    @property
    def parameters(self) -> tuple[tuple[str, str], ...]:
        """What the action is told (https://www.twilio.com/docs/voice/twiml/connect/conversationrelay)."""
        said = [
            ("SessionId", self.session), ("SessionStatus", self.status), ("SessionDuration", str(self.duration)),
        ]  # fmt: skip
        if self.handoff is not None:
            said.append(("HandoffData", self.handoff))
        if self.code:
            said += [("ErrorCode", str(self.code)), ("ErrorMessage", self.reason)]
        return tuple(said)
