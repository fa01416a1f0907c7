from __future__ import annotations

import pytest

from sipdomain.errors import TwimlError
from sipdomain.twiml.document import Document, Element, TwimlWarning
from sipdomain.twiml.reply import read_reply

URL = "http://127.0.0.1:5000/voice"
HANGUP = Document((Element("Hangup", line=1),))


@pytest.mark.parametrize(
    "content_type",
    ["text/xml", "application/xml", "text/html", "TEXT/XML; charset=utf-8", "text/plain", " text/xml "],
)
def test_twiml_is_run(content_type: str) -> None:
    assert read_reply(content_type, b"<Response><Hangup/></Response>", URL) == HANGUP


@pytest.mark.parametrize(
    ("content_type", "body", "words"),
    [
        ("text/plain", b"Hello there", "Hello there"),
        ("text/plain", "Zoë".encode(), "Zoë"),
        ("text/plain; charset=latin-1", "Zoë".encode("latin-1"), "Zoë"),
        ("text/plain", b"<response/>", "<response/>"),
    ],
)
def test_plain_words_are_read_aloud(content_type: str, body: bytes, words: str) -> None:
    assert read_reply(content_type, body, URL) == Document((Element("Say", text=words),))


@pytest.mark.parametrize("body", [b"", b" \r\n"])
def test_plain_text_without_words_is_a_document_without_verbs(body: bytes) -> None:
    assert read_reply("text/plain", body, URL) == Document(())


def test_plain_words_that_are_too_long_are_warned_of() -> None:
    document = read_reply("text/plain", b"a" * 5000, URL)
    assert document.warnings == (
        TwimlWarning(13521, "<Say> has 5000 characters; only the first 4096 are spoken"),
    )


@pytest.mark.parametrize("content_type", ["audio/mpeg", "audio/wav", "Audio/Basic"])
def test_audio_is_played_from_where_it_came(content_type: str) -> None:
    assert read_reply(content_type, b"\x00" * 100_000, URL) == Document((Element("Play", text=URL),))


@pytest.mark.parametrize(
    ("content_type", "body", "code"),
    [
        (None, b"<Response/>", 11200),
        ("", b"<Response/>", 11200),
        (" ; charset=utf-8", b"<Response/>", 11200),
        ("application/json", b"<Response/>", 12300),
        ("image/png", b"", 12300),
        ("text/xml", b"", 12100),
        ("text/xml", b"<response/>", 12102),
        ("text/html", b"<html/>", 12102),
        ("text/xml", b"a" * 65_537, 11750),
        ("text/plain", b"a" * 65_537, 11750),
        ("text/plain; charset=klingon", b"hello", 12100),
        ("text/plain; charset=punycode", b"\xff-\xff", 12100),
    ],
)
def test_what_cannot_be_carried_out_fails(content_type: str | None, body: bytes, code: int) -> None:
    with pytest.raises(TwimlError) as caught:
        read_reply(content_type, body, URL)
    assert caught.value.code == code
