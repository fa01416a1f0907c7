"""Whatever a webhook sends back, reading it gives a document or a TwimlError, and documents run to an end."""

from __future__ import annotations

import contextlib
from pathlib import Path

from hypothesis import given, strategies as st

from sipdomain.errors import TwimlError
from sipdomain.twiml.document import Document
from sipdomain.twiml.parse import parse
from sipdomain.twiml.program import Crash, Done, End, Failed, Goto, Happened, Interrupted, Outcome, Refuse
from sipdomain.twiml.reply import read_reply
from sipdomain.twiml.runner import run

CORPUS = [path.read_bytes() for path in sorted((Path(__file__).parents[2] / "fixtures" / "twiml").iterdir())]
CONTENT_TYPES = [
    None,
    "",
    "text/xml",
    "text/html; charset=ISO-8859-1",
    "text/plain",
    "text/plain; charset=punycode",
    "text/plain; charset=utf-16",
    "text/xml; charset=utf-7",
    "audio/wav",
    "image/png",
]
TAGS = st.sampled_from(
    ["Say", "Play", "Pause", "Hangup", "Redirect", "Reject", "Dial", "say", "break", "sub", "Nonsense"]
)
ATTRIBUTES = st.sampled_from(["", " loop='0'", " loop='x'", " length='9'", " digits='1w'", " reason='busy'"])
TEXT = st.text("aZ 7\n\té☎𝄞")


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """A document of the corpus with a few bytes cut out, put in or doubled."""
    data = draw(st.sampled_from(CORPUS))
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(data)))
        stop = draw(st.integers(start, min(len(data), start + 40)))
        data = (
            data[:start] + draw(st.one_of(st.binary(max_size=8), st.just(data[start:stop] * 2))) + data[stop:]
        )
    return data


@st.composite
def written(draw: st.DrawFn) -> bytes:
    """A well-formed document with verbs in any order, nested as they may not be."""
    parts = st.tuples(TAGS, ATTRIBUTES, TEXT, st.one_of(st.none(), TAGS))
    verbs = "".join(
        f"<{tag}{attributes}>{text}{'' if inner is None else f'<{inner}/>'}</{tag}>"
        for tag, attributes, text, inner in draw(st.lists(parts, max_size=5))
    )
    return f"<Response>{verbs}</Response>".encode()


@given(st.one_of(st.binary(max_size=300), mutated(), written()), st.sampled_from(CONTENT_TYPES))
def test_a_reply_is_a_document_or_a_twiml_error(data: bytes, content_type: str | None) -> None:
    with contextlib.suppress(TwimlError):
        assert isinstance(read_reply(content_type, data, "http://127.0.0.1/"), Document)


@given(
    st.one_of(mutated(), written()), st.sampled_from([Done(), Interrupted("hung-up"), Failed(11200, "gone")])
)
def test_a_document_runs_to_an_end(data: bytes, last: Happened) -> None:
    try:
        document = parse(data)
    except TwimlError:
        return
    outcome, wants = carry_out(document, last)
    assert isinstance(outcome, End | Goto | Refuse | Crash)
    assert wants <= 6000


def carry_out(document: Document, last: Happened) -> tuple[Outcome, int]:
    """Send `Done` twenty times, then `last` for ever; return the outcome and the number of wants."""
    program = run(document, lambda _: None)
    wants = 0
    try:
        next(program)
        while True:
            wants += 1
            program.send(Done() if wants < 20 else last)
    except StopIteration as stopped:
        return stopped.value, wants
