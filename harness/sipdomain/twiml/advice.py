"""What a document that begins something beside the call, or a relay, says that fails in a call, or is hardly meant."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal
from urllib.parse import urlsplit

from sipdomain.twiml.document import Element
from sipdomain.twiml.verbs.relay import LANGUAGE_NOUN, RELAY, WITHOUT_EFFECT as OF_RELAY
from sipdomain.twiml.verbs.siprec import CONNECTOR, SIPREC
from sipdomain.twiml.verbs.start import INSIDE
from sipdomain.twiml.verbs.stream import STREAM, TRACK, URL, WITHOUT_EFFECT as OF_STREAM
from sipdomain.twiml.verbs.transcription import TRANSCRIPTION, WITHOUT_EFFECT as OF_TRANSCRIPTION

_CODES: Final = {STREAM.name: (31923, 31922), RELAY.name: (64102, 64102)}
"""By noun, the provider's error for a malformed URL, and for a scheme that is not supported."""
_WITHOUT_EFFECT: Final = {
    STREAM.name: OF_STREAM, RELAY.name: OF_RELAY, LANGUAGE_NOUN.name: OF_RELAY, TRANSCRIPTION.name: OF_TRANSCRIPTION,
}  # fmt: skip
"""By noun, the attributes that the provider may act on and sipdomain does not."""
_BEGINS: Final = frozenset({"Connect", "Start"})


@dataclass(frozen=True, slots=True)
class Advice:
    """One thing.

    Attributes:
        element: What it is about.
        level: "error" for what fails in each call; "note" for what is right, and has no effect here.
        code: The provider's error in such a call, or None.
        reason: What is wrong.
        hint: What to write instead.
        attribute: The attribute that it is about, or "".
    """

    element: Element
    level: Literal["error", "warning", "note"]
    code: int | None
    reason: str
    hint: str
    attribute: str = ""


def advice(verbs: Sequence[Element]) -> Iterator[Advice]:
    """Yield what is to be said of the streams, relays and recording sessions of a document, in its order.

    Args:
        verbs: The verbs, in order.
    """
    for position, verb in enumerate(verbs):
        for noun in verb.children if verb.name in _BEGINS else ():
            yield from _of_effect(noun)
            if noun.name == STREAM.name:
                yield from _of_url(noun)
                yield from _of_query(noun)
                yield from _of_track(verb, noun)
            elif noun.name == RELAY.name and verb.name == "Connect":
                yield from _of_url(noun)
                yield from _of_relay(noun)
            elif noun.name == SIPREC.name and not CONNECTOR.of(noun).strip():
                write = 'write connectorName="…", the unique name of a connector'
                yield Advice(noun, "error", 31940, "<Siprec> has no connectorName", write)
        following = verbs[position + 1] if position + 1 < len(verbs) else None
        yield from _of_order(verb, following)


def _of_url(stream: Element) -> Iterator[Advice]:
    url = URL.of(stream).strip()
    write = 'write url="wss://example.com/stream"'
    malformed, unsupported = _CODES[stream.name]
    if not url:
        yield Advice(stream, "error", malformed, f"<{stream.name}> has no url", write)
        return
    try:
        parts = urlsplit(url)
        scheme, host = parts.scheme, parts.hostname or ""
    except ValueError:
        yield Advice(stream, "error", malformed, f"{url!r} is not a URL", write, "url")
        return
    if scheme == "ws":
        here = host in {"localhost", "::1"} or host.startswith("127.")
        words = "the provider refuses ws:" + ("; here it is allowed, for this machine" if here else "")
        yield Advice(stream, "warning" if here else "error", unsupported, words, "write wss:", "url")
    elif scheme not in {"", "wss"}:
        yield Advice(
            stream, "error", unsupported, f"{scheme}: is not a scheme of WebSockets", "write wss:", "url"
        )


def _of_query(stream: Element) -> Iterator[Advice]:
    if "?" in URL.of(stream):
        reason = "what stands behind ? in the url of a <Stream> does not reach the server"
        yield Advice(stream, "warning", None, reason, "send it as <Parameter name= value=/>", "url")


def _of_effect(noun: Element) -> Iterator[Advice]:
    for element in (noun, *noun.children):
        for each in _WITHOUT_EFFECT.get(element.name, ()):
            if each.of(element) != each.default:
                reason = f"{each.name} has no effect here"
                yield Advice(element, "note", None, reason, "the provider may act on it", each.name)


def _of_relay(relay: Element) -> Iterator[Advice]:
    for each in relay.children:
        if each.name == LANGUAGE_NOUN.name and not each.get("code"):
            yield Advice(
                each, "warning", None, "a <Language> without a code is never spoken", 'write code="sv-SE"'
            )


def _of_track(verb: Element, stream: Element) -> Iterator[Advice]:
    track = stream.get("track")
    if verb.name == "Connect" and track not in {None, TRACK.default}:
        reason = f"a <Stream> in <Connect> has the inbound track alone, not {track}"
        yield Advice(stream, "error", 31941, reason, "leave track out", "track")


def _of_order(verb: Element, following: Element | None) -> Iterator[Advice]:
    begins = any(each.name in INSIDE for each in verb.children)
    if verb.name == "Start" and begins and following is None:
        reason = "nothing follows <Start>: the call is hung up as soon as that has begun"
        yield Advice(verb, "warning", None, reason, 'let a verb follow, such as <Pause length="60"/>')
    if (
        verb.name == "Connect"
        and following is not None
        and following.name == "Pause"
        and not (verb.get("action") or "").strip()
    ):
        reason = "<Pause> behind <Connect> leaves the caller in silence when the bot has closed its socket"
        yield Advice(following, "warning", None, reason, "leave it out: <Connect> waits by itself")
