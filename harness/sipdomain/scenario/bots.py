"""The bots of the application behind WebSockets: each kind with its options."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from sipdomain.scenario.values import Strict

Seconds = Annotated[float, Field(ge=0, le=3600)]
BadFault = Literal[
    "binary", "not-json", "unknown-event", "missing-field", "extra-field", "wrong-stream-sid", "not-base64", "fragment",
    "break", "close", "silent", "status", "never-answers",
]  # fmt: skip
Planted = Literal["stale-audio", "dead-air", "hangs-up", "mark-order", "unsigned", "ignores-keys"]

RelayFault = Literal[
    "binary", "not-json", "unknown-type", "missing-field", "wrong-field", "fragment", "break", "close", "silent", "status",
    "never-answers",
]  # fmt: skip


class _Bot(Strict):
    signed: bool = Field(
        default=False, description="Whether a handshake without the right signature gets 403."
    )
    auth_token: str | None = Field(
        None,
        min_length=1,
        description="The token that signatures are checked with; the account's when left out. By another all are wrong.",
    )
    close_after: Seconds | None = Field(
        None, description="After how many seconds it closes the socket; never when left out."
    )

    def plain(self) -> dict[str, Any]:
        """Return what was written."""
        return self.model_dump(exclude_unset=True)


class EchoBot(_Bot):
    """A bot that says what it hears."""

    kind: Literal["echo"] = Field(description="It says what it hears.")
    delay: Seconds = Field(0, description="Seconds after which a frame goes back.")


class RecorderBot(_Bot):
    """A bot that listens."""

    kind: Literal["recorder"] = Field(description="It listens, and says nothing.")


class TalkingBot(_Bot):
    """A bot that says lines."""

    kind: Literal["talking"] = Field(
        description="It says lines, each with a mark `line N` behind it; when that comes back, the next."
    )
    lines: Annotated[list[str], Field(min_length=1, max_length=1000)] = Field(description="The lines.")
    wait: Seconds = Field(0, description="Seconds before the first line.")
    pause: Seconds = Field(0, description="Seconds between a mark that came back and the next line.")
    chunk: int | None = Field(
        None, ge=1, description="Bytes of audio in one message; a whole line when left out."
    )
    clear_on_key: bool = Field(default=False, description="Whether a key of the caller's silences it.")
    close: bool = Field(default=False, description="Whether it closes the socket when all is said.")


class AnsweringBot(_Bot):
    """A bot that converses."""

    kind: Literal["answering"] = Field(
        description="It greets by its first line, and says another one whenever the caller has ended to speak."
    )
    lines: Annotated[list[str], Field(min_length=1, max_length=1000)] = Field(
        description="The lines; the last one comes again and again."
    )
    keys: dict[Annotated[str, Field(pattern="^[0-9A-D*#]$")], str] = Field(
        default_factory=dict, description="What it says when a key is pressed, by key."
    )
    wait: Seconds = Field(0, description="Seconds before the first line.")
    patience: Seconds = Field(0.4, description="Seconds of silence after which the caller has ended.")
    delay: Seconds = Field(0, description="Seconds that it takes from then on to answer.")
    fault: Planted | None = Field(
        None, description="What it does wrong: see [planted](streams.md#planted-bots)."
    )


class BadBot(_Bot):
    """A bot that does something wrong."""

    kind: Literal["bad"] = Field(description="It does one thing wrong.")
    fault: BadFault = Field(description="What: see [bad bots](streams.md#bad-bots).")
    after: Seconds = Field(0, description="Seconds from the start of the stream.")
    times: int = Field(1, ge=1, le=1000, description="How often.")
    status: int = Field(500, ge=200, le=599, description="The HTTP status of `fault: status`.")


class RelayEchoBot(_Bot):
    """A bot of a ConversationRelay that says back what it hears."""

    kind: Literal["relay-echo"] = Field(
        description="Of a ConversationRelay: it says back what the caller says, and its keys."
    )
    prefix: str = Field("", description="What it says before that.")
    delay: Seconds = Field(0, description="Seconds before it answers.")


class RelayLinesBot(_Bot):
    """A bot of a ConversationRelay that has lines."""

    kind: Literal["relay-lines"] = Field(
        description="Of a ConversationRelay: it says its next line when the caller has said something, or pressed a key."
    )
    lines: Annotated[list[str | dict[str, Any]], Field(min_length=1, max_length=1000)] = Field(
        description="The lines: text, or a message such as `{type: play, source: …}`."
    )
    first: bool = Field(default=False, description="Whether the first line comes at once.")
    delay: Seconds = Field(0, description="Seconds before each line.")
    handoff: str | None = Field(
        None,
        description="The `handoffData` that it ends the session with when the caller answers the last line; without it "
        "the session goes on.",
    )


class RelayBadBot(_Bot):
    """A bot of a ConversationRelay that does something wrong."""

    kind: Literal["relay-bad"] = Field(description="Of a ConversationRelay: it does one thing wrong.")
    fault: RelayFault = Field(description="What: see [bad bots](conversation-relay.md#bad-bots).")
    after: Seconds = Field(0, description="Seconds from the setup.")
    times: int = Field(1, ge=1, le=1000, description="How often.")
    status: int = Field(500, ge=200, le=599, description="The HTTP status of `fault: status`.")


BotGiven = Annotated[
    AnsweringBot | EchoBot | RecorderBot | TalkingBot | BadBot | RelayEchoBot | RelayLinesBot | RelayBadBot,
    Field(discriminator="kind"),
]
