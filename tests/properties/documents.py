"""Random documents from the registry of verbs: every verb, noun and attribute, right and wrong, nested well and badly.

Run by hand for as many as wanted: `python -m tests.properties.documents --documents 100000`.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Iterator
from typing import Any, Final
from xml.sax.saxutils import escape, quoteattr

from sipdomain.error_codes import lookup
from sipdomain.errors import TwimlError
from sipdomain.twiml.findings import findings
from sipdomain.twiml.meeting import Conferred
from sipdomain.twiml.parse import parse
from sipdomain.twiml.program import (
    Continue,
    Crash,
    Done,
    End,
    Failed,
    Goto,
    Happened,
    Interrupted,
    Leave,
    Pressed,
    Ran,
    Refuse,
)
from sipdomain.twiml.recording import Recorded  # fmt: skip
from sipdomain.twiml.runner import run
from sipdomain.twiml.verbs import NOT_EMULATED, NOUNS, VERBS
from sipdomain.twiml.verbs.verb import Attribute, Noun

URLS: Final = ("/a", "/b", "/c", "/d", "/empty", "/gone", "/sound.wav", "http://127.0.0.1:9/", "mailto:x", "")
"""What stands where a URL is wanted."""
VALUES: Final = (
    "", "0", "1", "2", "3", "5", "30", "250", "86401", "-1", "1.5", "true", "false", "True", "POST", "GET", "PUT", "#", "*",
    "12", "1w2", "auto", "dtmf", "speech", "dtmf speech", "busy", "rejected", "man", "alice", "en-US", "xx", "room",
    "onEnter", "inbound_track", "both", "inbound", "outbound", "dual", "mono", "trim-silence", "do-not-trim",
    "record-from-start", "record-from-answer", "record-from-answer-dual", "record-from-ringing-dual", "do-not-record",
    "initiated ringing answered completed", "start end join leave mute hold", "in-progress completed absent",
    "+15551230001", "client:bob", "sip:alice@acme.sip.twilio.com", "us", "beep", "🎵", "x" * 200,
)  # fmt: skip
_URL_NAMES: Final = ("url", "action", "callback", "src")
_WORDS: Final = ("", "Hi", "Hello there", "/sound.wav", "/a", "room", "support", "1", " ", "é☎")
_TEXTS: Final = {
    "Sip": (
        "sip:bob@acme.sip.twilio.com", "sip:carol@acme.sip.twilio.com?X-Pin=1", "sip:nobody@acme.sip.twilio.com",
        "sip:x@127.0.0.99:5080", "sip:x@pbx.example", "sip:x@pbx.example;transport=tcp",
        "sips:bob@acme.sip.twilio.com", "nonsense", "",
    ),
    "Number": ("+15551230001", "+15551230002", "911", "12", ""),
    "Client": ("bob", "nobody", ""),
    "Conference": ("room", "other", ""),
    "Queue": ("support", "other", ""),
    "Enqueue": ("support", "other", ""),
    "Play": URLS,
    "Redirect": URLS,
    "Dial": ("+15551230001", "12", ""),
    "Refer": ("", "x"),
}  # fmt: skip
_DECISIVE: Final = frozenset({"callerId", "workflowSid"})
"""Attributes whose wrong value is the end of the verb: with them in each document, little else would be tried."""
_LIKELY: Final = {
    "Dial": (*("Sip",) * 6, *("Number",) * 3, *("Client",) * 2, "Conference", "Queue", "Application", "Sim", "WhatsApp"),
}  # fmt: skip
"""What stands inside most often, where most of what may is the end of the verb."""
_MOST_CHILDREN: Final = 3
_DEEPEST: Final = 4


def document(rng: random.Random, first: str = "") -> str:
    """Return a document of one to five verbs, of which the first may be given."""
    tags = [first or rng.choice(_TAGS), *(rng.choice(_TAGS) for _ in range(rng.randint(0, 4)))]
    return f"<Response>{''.join(_element(rng, tag, 1) for tag in tags)}</Response>"


_TAGS: Final = (*VERBS, *VERBS, *VERBS, *("Dial",) * 12, *("Gather",) * 3, *sorted(NOT_EMULATED), "Nonsense")


def _element(rng: random.Random, tag: str, depth: int) -> str:
    kind: Noun | None = VERBS.get(tag) or NOUNS.get(tag)
    attributes = "".join(f" {name}={quoteattr(value)}" for name, value in _attributes(rng, kind))
    inner = escape(rng.choice(_TEXTS.get(tag, _WORDS)))
    children = sorted(kind.children) if kind is not None else []
    if children and depth < _DEEPEST and rng.random() < 0.7:
        inner = "" if rng.random() < 0.8 else inner
        for _ in range(rng.randint(1, _MOST_CHILDREN)):
            child = (
                rng.choice(_LIKELY.get(tag, children))
                if rng.random() < 0.95
                else rng.choice((*VERBS, *NOUNS, "Nonsense"))
            )
            inner += _element(rng, child, depth + 1)
    return f"<{tag}{attributes}>{inner}</{tag}>"


def _attributes(rng: random.Random, kind: Noun | None) -> Iterator[tuple[str, str]]:
    """Yield about two of the attributes that an element knows, most with a value that is right."""
    known = (kind.attributes or ()) if kind is not None else ()
    for each in dict.fromkeys(known):
        if rng.random() < min(0.5, 2 / len(known)) and (each.name not in _DECISIVE or rng.random() < 0.1):
            yield each.name, _value(rng, each)
    if rng.random() < 0.05:
        yield "nonsense", "1"


def _value(rng: random.Random, attribute: Attribute[Any]) -> str:
    name = attribute.name.lower()
    if any(word in name for word in _URL_NAMES) and not name.endswith(("method", "event")):
        return rng.choice(URLS)
    right = [each for each in VALUES if not attribute.complaint(each)]
    return rng.choice(right) if right and rng.random() < 0.8 else rng.choice(VALUES)


HAPPENINGS: Final[tuple[Happened, ...]] = (
    Done(), Done(), Done(), Pressed("1"), Pressed("#"), Recorded("http://127.0.0.1/r", 3), Ran(Continue()), Ran(End()),
    Conferred("CF1"), Interrupted("redirected"), Interrupted("left"), Failed(11200, "gone"),
)  # fmt: skip
"""What may answer a want, whether it fits or not."""
MOST_WANTS: Final = 20_000
"""More than any document of five verbs may want: each repeats at most 1,000 times."""


def problem(text: str, rng: random.Random) -> str:
    """Read, check and carry out a document, whatever its wants are answered with; return what went wrong, or ""."""
    data = text.encode()
    found = findings(data, "random")
    unknown = [each.code for each in found if each.code is not None and lookup(each.code) is None]
    if unknown:
        return f"codes that the provider does not have: {unknown}"
    try:
        parsed = parse(data)
    except TwimlError:
        return ""
    program = run(parsed, lambda _: None)
    until = rng.choice((3, 20, 200))
    happened: Happened | None = None
    for number in range(MOST_WANTS):
        try:
            program.send(happened) if happened is not None else next(program)
        except StopIteration as stopped:
            outcome = stopped.value
            return "" if isinstance(outcome, End | Goto | Refuse | Crash | Leave) else f"ended with {outcome}"
        happened = rng.choice(HAPPENINGS) if number < until else Interrupted("hung-up")
    return "it never ends, though the caller is gone"


def main() -> int:
    """Carry documents out, and print those that went wrong; 1 when one did."""
    parser = argparse.ArgumentParser(prog="python -m tests.properties.documents", description=__doc__)
    parser.add_argument("--documents", type=int, default=100_000)
    parser.add_argument("--first", type=int, default=0)
    options = parser.parse_args()
    began_at, wrong = time.monotonic(), 0
    for seed in range(options.first, options.first + options.documents):
        rng = random.Random(f"document {seed}")
        text = document(rng)
        try:
            said = problem(text, rng)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is the finding
            said = repr(error)
        if said:
            wrong += 1
            print(f"seed {seed}: {said}: {text}", flush=True)
    print(f"{options.documents} documents in {time.monotonic() - began_at:.1f} s; {wrong} went wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
