"""A phone as a session recording server: whose voice is in which stream, and INVITEs that cannot be recorded."""

from __future__ import annotations

import pytest

from sipdomain.errors import MediaError
from sipdomain.phone.recorder import begins, read_speakers, streams
from sipdomain.sip.headers import Headers
from sipdomain.sip.message import Request

OFFER = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
STREAM = "m=audio 40000 RTP/AVP 0\r\na=sendonly\r\n"
METADATA = """<recording xmlns="urn:ietf:params:xml:ns:recording:1">
<participant participant_id="YQ=="><nameID aor="sip:alice@acme.example"/></participant>
<stream stream_id="cw=="><label>9</label></stream>
<participantstreamassoc participant_id="YQ=="><send> cw== </send></participantstreamassoc></recording>"""
BOMB = '<!DOCTYPE r [<!ENTITY a "b"><!ENTITY c "&a;&a;">]><recording>&c;</recording>'


def asked(*parts: tuple[str, str], require: str = "siprec") -> Request:
    body = "".join(f"--x\r\nContent-Type: {kind}\r\n\r\n{text}\r\n" for kind, text in parts) + "--x--\r\n"
    fields = [("Require", require), ("Content-Type", "multipart/mixed;boundary=x")]
    return Request("INVITE", "sip:srs@127.0.0.1", Headers(fields), body.encode())


def test_only_an_invite_that_requires_the_extension_begins_a_recording_session() -> None:
    assert begins(asked(require="SIPREC, timer"))
    assert not begins(asked(require="timer"))


def test_the_speaker_of_a_stream_is_the_participant_who_sends_it() -> None:
    assert read_speakers(asked(("application/rs-metadata+xml", METADATA))) == {"9": "sip:alice@acme.example"}


@pytest.mark.parametrize(
    ("parts", "reason"),
    [
        ((), "boundary"),
        ((("application/sdp", OFFER + STREAM),), "0 bytes of application/rs-metadata"),
        ((("application/rs-metadata+xml", "<recording"),), "metadata that is not XML"),
        ((("application/rs-metadata+xml", "<r>" + "x" * 70_000 + "</r>"),), "70007 bytes"),
    ],
)
def test_metadata_that_cannot_be_read_is_an_error(parts: tuple[tuple[str, str], ...], reason: str) -> None:
    with pytest.raises(MediaError, match=reason):
        read_speakers(asked(*parts))


def test_entities_of_metadata_are_not_followed() -> None:
    assert read_speakers(asked(("application/rs-metadata+xml", BOMB))) == {}


@pytest.mark.parametrize(("count", "taken"), [(1, True), (8, True), (0, False), (9, False)])
def test_one_to_eight_streams_are_recorded(count: int, taken: bool) -> None:
    request = asked(("application/sdp", OFFER + STREAM * count))
    if taken:
        assert streams(request) == count
    else:
        with pytest.raises(MediaError, match=f"{count} streams in a recording session"):
            streams(request)
