"""The media streams and relays of a call: which messages went and came, which marks came back, how often it was cleared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from sipdomain.scenario.expect.finding import Finding, Standing, complete, counted, listed, unjudged
from sipdomain.scenario.expect.possible_here import may_stream
from sipdomain.scenario.expect.progress import unless_lost
from sipdomain.scenario.json_fields import text_of
from sipdomain.scenario.stage import Stage
from sipdomain.scenario.values import Text, fits
from sipdomain.scenario.world import PhoneCall
from sipdomain.socket_entries import SocketMessage

_MOST_SHOWN: Final = 20
_KINDS: Final = {"stream": "event", "relay": "type"}
"""In which field a message says what it is."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A message that is expected.

    Attributes:
        sent: Its event when it is one to the bot, or None.
        came: Its event when it is one of the bot's, or None.
        fields: What its fields have to be, by their places.
    """

    sent: str | None
    came: str | None
    fields: Mapping[str, Text]

    def __str__(self) -> str:
        """Return it in words."""
        way = f"sent {self.sent}" if self.sent is not None else f"came {self.came}"
        said = ", ".join(f"{name}={value}" for name, value in self.fields.items())
        return f"{way} ({said})" if said else way

    def is_met_by(self, lane: str, message: Mapping[str, Any], name: str) -> bool:
        """Return whether a message is so, that names its kind in the field of this name."""
        event = self.sent if lane == "out" else self.came
        return message.get(name) == event and all(
            (got := text_of(message, place)) is not None and fits(value, got)
            for place, value in self.fields.items()
        )


def _read(stage: Stage, call: PhoneCall, purpose: str = "stream") -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield the messages of the call's streams, or relays, that were taken: the way each went, and what it says."""
    for each in stage.seen(call, SocketMessage):
        if each.purpose == purpose and not each.wrong and (message := each.content):
            yield each.lane, message


def messages(
    stage: Stage, call: PhoneCall, wanted: Sequence[Wanted], purpose: Literal["stream", "relay"] = "stream"
) -> Finding:  # fmt: skip
    """Expect messages in this order, others between them."""
    name = _KINDS[purpose]
    left, got = list(wanted), []
    for lane, message in _read(stage, call, purpose):
        got.append(f"{'sent' if lane == 'out' else 'came'} {message.get(name)}")
        if left and left[0].is_met_by(lane, message, name):
            left.pop(0)
    standing = Standing.OPEN if left else Standing.MET
    near = (f"not there: {left[0]}",) if left else ()
    return Finding(standing, purpose, listed(wanted), listed(got[:_MOST_SHOWN]), near)


def relay(stage: Stage, call: PhoneCall, wanted: Sequence[Wanted]) -> Finding:
    """Expect messages of a ConversationRelay in this order, others between them."""
    return messages(stage, call, wanted, "relay")


def marks_at(stage: Stage, call: PhoneCall, name: str) -> Iterator[float]:
    """Yield when a mark was sent back."""
    for each in stage.seen(call, SocketMessage):
        is_mark = each.purpose == "stream" and each.lane == "out" and not each.wrong and '"mark"' in each.text
        if is_mark and text_of(each.content, "mark.name") == name:
            yield each.at


def marks(stage: Stage, call: PhoneCall, wanted: Sequence[str]) -> Finding:
    """Expect that exactly these marks were sent back, in order."""
    got = [
        str(text_of(message, "mark.name"))
        for lane, message in _read(stage, call)
        if lane == "out" and message.get("event") == "mark"
    ]
    found = Finding(complete(wanted, got), "marks", listed(wanted), listed(got))
    return unless_lost(stage, call, _if_streamed(stage, found) if not wanted else found)


def cleared(stage: Stage, call: PhoneCall, wanted: int) -> Finding:
    """Expect that the bot cleared so often."""
    got = sum(lane == "in" and message.get("event") == "clear" for lane, message in _read(stage, call))
    found = Finding(counted(wanted, got), "cleared", str(wanted), str(got))
    return unless_lost(stage, call, _if_streamed(stage, found) if wanted == 0 else found)


def _if_streamed(stage: Stage, found: Finding) -> Finding:
    return found if may_stream(stage) else unjudged(found, "no call has a media stream")
